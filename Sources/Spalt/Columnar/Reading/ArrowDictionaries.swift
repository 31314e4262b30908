/// The values of a dictionary, as they were at some time. Nothing changes one that is in use.
final class ArrowDictionary: Sendable {
  /// The values in order: what came first, and what was appended to it.
  let parts: [ArrowBatch]
  /// Number of values.
  let count: Int
  /// Index of the first value behind each part.
  private let ends: [Int]

  fileprivate init(_ parts: [ArrowBatch]) {
    self.parts = parts
    var ends: [Int] = []
    var end = 0
    for part in parts {
      let sum = end.addingReportingOverflow(part.rowCount)
      end = sum.overflow ? .max : sum.partialValue
      ends.append(end)
    }
    self.ends = ends
    count = end
  }

  /// The part and the row in it where value `index` stands; nil when there is none. O(log parts).
  func place(of index: Int) -> (part: Int, row: Int)? {
    guard index >= 0, index < count else { return nil }
    var low = 0
    var high = ends.count - 1
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > index { high = middle } else { low = middle + 1 }
    }
    return (low, low == 0 ? index : index - ends[low - 1])
  }
}

/// The dictionaries of a file or stream, as they are at some time: a copy is a snapshot.
struct ArrowDictionaries: Sendable {
  private var known: [Int64: ArrowDictionary] = [:]

  /// No more values are appended to a dictionary than so many times.
  static let maximumPartCount = 1 << 16

  init() {}

  /// The dictionary with a number, if its values have come.
  subscript(id: Int64) -> ArrowDictionary? { known[id] }

  var all: [ArrowDictionary] { Array(known.values) }

  /// Those that the columns of a schema use. What is read keeps no others, so that values that come one after the other do
  /// not keep each other.
  func limited(to schema: ArrowSchema) -> ArrowDictionaries {
    var limited = ArrowDictionaries()
    for id in schema.dictionaryNumbers { limited.known[id] = known[id] }
    return limited
  }

  /// Takes values over: behind those that are known for a delta, in place of them otherwise.
  /// - Parameter values: a batch of one column.
  mutating func add(id: Int64, isDelta: Bool, _ values: ArrowBatch) throws(SpaltError) {
    guard isDelta, let before = known[id] else {
      known[id] = ArrowDictionary([values])
      return
    }
    guard before.parts.count < Self.maximumPartCount else {
      throw .input(
        path: values.path,
        reason: "the batch at offset \(values.offset): dictionary \(id) has too many parts")
    }
    known[id] = ArrowDictionary(before.parts + [values])
  }
}

extension ArrowSchema {
  /// The schema of a dictionary's values: one column, without the dictionary. Nil when no column uses it.
  func valuesOfDictionary(_ id: Int64) -> ArrowSchema? {
    for field in fields {
      guard var found = Self.field(in: field, withDictionary: id) else { continue }
      found.dictionary = nil
      return ArrowSchema(fields: [found])
    }
    return nil
  }

  private static func field(in field: ArrowField, withDictionary id: Int64) -> ArrowField? {
    if field.dictionary?.id == id { return field }
    for child in field.children {
      if let found = Self.field(in: child, withDictionary: id) { return found }
    }
    return nil
  }

  /// The numbers of all dictionaries that columns use.
  fileprivate var dictionaryNumbers: [Int64] { fields.flatMap(Self.numbers) }

  private static func numbers(_ field: ArrowField) -> [Int64] {
    (field.dictionary.map { [$0.id] } ?? []) + field.children.flatMap(numbers)
  }
}
