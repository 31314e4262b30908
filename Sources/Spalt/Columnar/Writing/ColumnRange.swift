/// The least and the greatest value of a batch's column, for readers that look for batches to pass over.
enum ColumnRange {
  /// Under which key the range of column `index` stands in a message's metadata.
  static func key(_ index: Int) -> String { "spalt.statistics.\(index)" }

  /// The longest text that is looked at.
  static let maximumTextByteCount = 64

  /// A JSON array of the number of nulls, the least and the greatest value; of the number alone when all
  /// are null. Integers and times (nanoseconds) are integers, texts are compared by their bytes.
  /// - Returns: nil for truth values and JSON text, when a number is not finite, and when a text is longer
  ///   than 64 bytes. O(rows).
  static func json(
    _ column: borrowing Column, nullCount: Int, maximumTextByteCount: Int
  ) -> String? {
    switch column.type {
    case .bool, .json: return nil
    case _ where nullCount == column.rowCount: return "[\(nullCount)]"
    case .int64: return json(nullCount, range(column.int64s, column, nullCount))
    case .timestamp: return json(nullCount, range(column.timestampsNanoseconds, column, nullCount))
    case .float64: return json(nullCount, range(column.float64s, column, nullCount))
    case .string:
      guard maximumTextByteCount <= Self.maximumTextByteCount else { return nil }
      return json(column, nullCount)
    }
  }

  private static func json<Value>(_ nullCount: Int, _ range: (Value, Value)?) -> String? {
    range.map { "[\(nullCount),\($0.0),\($0.1)]" }
  }

  private static func range(
    _ values: Span<Int64>, _ column: borrowing Column, _ nullCount: Int
  ) -> (Int64, Int64) {
    var least = Int64.max
    var greatest = Int64.min
    for row in values.indices where nullCount == 0 || !column.isNull(row) {
      least = min(least, values[row])
      greatest = max(greatest, values[row])
    }
    return (least, greatest)
  }

  private static func range(
    _ values: Span<Double>, _ column: borrowing Column, _ nullCount: Int
  ) -> (Double, Double)? {
    var least = Double.infinity
    var greatest = -Double.infinity
    for row in values.indices where nullCount == 0 || !column.isNull(row) {
      guard values[row].isFinite else { return nil }
      least = min(least, values[row])
      greatest = max(greatest, values[row])
    }
    return (least, greatest)
  }

  private static func json(_ column: borrowing Column, _ nullCount: Int) -> String {
    let (least, greatest) = TextOrder.extremes(column, hasNulls: nullCount > 0)
    var json = Array("[\(nullCount)".utf8)
    for row in [least, greatest] {
      json.append(JSONByte.comma)
      json += JSONText.quoted(column.text(row)?.makeString() ?? "")
    }
    json.append(JSONByte.closeBracket)
    return String(decoding: json, as: UTF8.self)
  }
}

/// Texts in the order of their bytes, compared by what their views hold as far as that tells.
private enum TextOrder {
  /// What decides between most texts: the first 8 bytes, and for texts that lie in their view, which have
  /// 12 bytes at most, the others and the length.
  private struct Key: BitwiseCopyable {
    let first: UInt64
    let rest: UInt64
    let isWhole: Bool

    @inline(__always)
    init(_ views: borrowing ByteCursor, _ texts: borrowing TextSource, _ row: Int) {
      let head = views.word(at: row &* 16)
      let tail = views.word(at: row &* 16 &+ 8)
      let byteCount = UInt32(truncatingIfNeeded: head)
      isWhole = byteCount <= TextColumn.inlineByteCount
      if isWhole {
        first = (head &>> 32 | tail &<< 32).byteSwapped
        rest = UInt64((tail &>> 32).byteSwapped) | UInt64(byteCount)
      } else if UInt32(truncatingIfNeeded: tail) == 0 {
        first = ByteCursor(texts.input).word(at: Int(tail &>> 32)).byteSwapped
        rest = 0
      } else {
        let text = texts.arena.view(Int(UInt32(truncatingIfNeeded: tail)) - 1)
        first = ByteCursor(text).word(at: Int(tail &>> 32)).byteSwapped
        rest = 0
      }
    }
  }

  /// The rows of the least and of the greatest text. There is one that is not null.
  @inline(never)
  static func extremes(_ column: borrowing Column, hasNulls: Bool) -> (Int, Int) {
    let views = ByteCursor(column.values)
    var row = 0
    while hasNulls, column.isNull(row) { row += 1 }
    var (least, greatest) = (row, row)
    var leastKey = Key(views, column.texts, row)
    var greatestKey = leastKey
    row += 1
    while row < column.rowCount {
      defer { row &+= 1 }
      if hasNulls, column.isNull(row) { continue }
      let key = Key(views, column.texts, row)
      if key.first < leastKey.first
        || key.first == leastKey.first && isLess(column, row, key, least, leastKey)
      {
        (least, leastKey) = (row, key)
      }
      if key.first > greatestKey.first
        || key.first == greatestKey.first && isLess(column, greatest, greatestKey, row, key)
      {
        (greatest, greatestKey) = (row, key)
      }
    }
    return (least, greatest)
  }

  /// Whether a text is less than another one that begins with the same 8 bytes.
  @inline(__always)
  private static func isLess(
    _ column: borrowing Column, _ row: Int, _ key: Key, _ otherRow: Int, _ other: Key
  ) -> Bool {
    if key.isWhole, other.isWhole { return key.rest < other.rest }
    return isLess(column, row, otherRow)
  }

  @inline(never)
  private static func isLess(_ column: borrowing Column, _ row: Int, _ otherRow: Int) -> Bool {
    guard let text = column.text(row), let other = column.text(otherRow) else { return false }
    for index in 0..<min(text.byteCount, other.byteCount) where text[index] != other[index] {
      return text[index] < other[index]
    }
    return text.byteCount < other.byteCount
  }
}
