/// Builds one FlatBuffer from front to back: a table stands before everything it refers to.
///
/// A reference is a place of four bytes in what was built before. Whoever appends something says which
/// reference leads to it; each is set once. All numbers are little-endian, and aligned to their size within
/// the buffer. See "FlatBuffers Internals" of google/flatbuffers.
struct FlatBufferBuilder {
  /// A field of a table.
  enum Field {
    /// Not there: readers take the default of the schema.
    case absent
    case uint8(UInt8)
    case int16(Int16)
    case int32(Int32)
    case int64(Int64)
    /// Leads to what is appended later.
    case reference

    fileprivate var byteCount: Int {
      switch self {
      case .absent: 0
      case .uint8: 1
      case .int16: 2
      case .int32, .reference: 4
      case .int64: 8
      }
    }
  }

  /// What was built so far. The first four bytes are the reference to the root.
  private(set) var bytes: [UInt8] = [0, 0, 0, 0]

  /// The reference to the root table.
  static let root = 0

  /// Appends a table, whose fields are those of the schema in order.
  /// - Returns: where each field stands, which for a reference is the reference; 0 for absent ones.
  mutating func table(_ fields: [Field], for reference: Int) -> [Int] {
    align(to: 2)
    let tableOfFields = bytes.count
    let byteCount = 4 + 2 * fields.count
    let start = Self.aligned(tableOfFields + byteCount, to: 4)
    var end = start + 4
    let places = fields.map { field in
      guard field.byteCount > 0 else { return 0 }
      let place = Self.aligned(end, to: field.byteCount)
      end = place + field.byteCount
      return place
    }
    append(UInt16(byteCount))
    append(UInt16(end - start))
    for place in places { append(UInt16(place == 0 ? 0 : place - start)) }
    align(to: 4)
    append(Int32(start - tableOfFields))
    bytes += [UInt8](repeating: 0, count: end - bytes.count)
    for (field, place) in zip(fields, places) {
      switch field {
      case .absent, .reference: break
      case .uint8(let value): store(value, at: place)
      case .int16(let value): store(value, at: place)
      case .int32(let value): store(value, at: place)
      case .int64(let value): store(value, at: place)
      }
    }
    set(reference, to: start)
    return places
  }

  /// Appends a string.
  /// - Returns: where its text stands, behind four bytes with the length.
  @discardableResult
  mutating func string(_ text: String, for reference: Int) -> Int {
    let start = vector(count: text.utf8.count, alignment: 4, for: reference)
    bytes += text.utf8
    bytes.append(0)
    return start
  }

  /// Appends a vector of references.
  /// - Returns: the references.
  mutating func references(count: Int, for reference: Int) -> [Int] {
    let start = vector(count: count, alignment: 4, for: reference)
    bytes += [UInt8](repeating: 0, count: 4 * count)
    return (0..<count).map { start + 4 * $0 }
  }

  /// Appends a vector of 64-bit numbers, or of `count` structures that are made of those.
  /// - Returns: where the first number stands.
  mutating func numbers(_ numbers: [Int64], count: Int, for reference: Int) -> Int {
    let start = vector(count: count, alignment: 8, for: reference)
    for number in numbers { append(number) }
    return start
  }

  /// Begins a vector, whose elements the caller appends.
  private mutating func vector(count: Int, alignment: Int, for reference: Int) -> Int {
    align(to: 4)
    while (bytes.count + 4) % alignment != 0 { bytes.append(0) }
    set(reference, to: bytes.count)
    append(UInt32(count))
    return bytes.count
  }

  private mutating func set(_ reference: Int, to position: Int) {
    store(UInt32(position - reference), at: reference)
  }

  private static func aligned(_ position: Int, to alignment: Int) -> Int {
    (position + alignment - 1) & -alignment
  }

  private mutating func align(to alignment: Int) {
    while bytes.count % alignment != 0 { bytes.append(0) }
  }

  private mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    for byte in 0..<Number.bitWidth / 8 {
      bytes.append(UInt8(truncatingIfNeeded: number >> Number(8 * byte)))
    }
  }

  private mutating func store<Number: FixedWidthInteger>(_ number: Number, at position: Int) {
    for byte in 0..<Number.bitWidth / 8 {
      bytes[position + byte] = UInt8(truncatingIfNeeded: number >> Number(8 * byte))
    }
  }
}
