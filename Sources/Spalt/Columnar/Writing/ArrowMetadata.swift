// Schemas, footers and messages as FlatBuffers: Schema.fbs, Message.fbs and File.fbs of the Arrow columnar
// format, version 1.5.

/// What an encapsulated message is about: the union `MessageHeader`.
enum ArrowHeaderKind: UInt8 {
  case schema = 1
  case dictionaryBatch = 2
  case recordBatch = 3
}

/// Where a message stands in a file: the structure `Block`.
struct ArrowBlock: Equatable, Sendable {
  /// From the beginning of the file.
  let offset: Int
  /// Length of the metadata in bytes, with what stands before it and the padding behind it.
  let metadataByteCount: Int
  let bodyByteCount: Int

  /// The message at `offset` that is in `bytes` from beginning to end.
  init(_ bytes: borrowing ByteView, offset: Int) {
    let prefix = ByteCursor(copy bytes).word(at: 0)
    self.offset = offset
    metadataByteCount = 8 + Int(prefix >> 32)
    bodyByteCount = bytes.byteCount - metadataByteCount
  }
}

/// Constants of messages and files.
enum ArrowFraming {
  /// What a file begins and ends with.
  static let magic = Array("ARROW1".utf8)
  /// What a file begins with, padded to 8 bytes.
  static let fileStart = magic + [0, 0]
  /// What stands before the length of each message's metadata.
  static let continuation = [UInt8](repeating: 0xFF, count: 4)
  static let endOfStream = continuation + [0, 0, 0, 0]
  /// Messages and buffers begin at multiples of this.
  static let alignment = 64

  /// Metadata as it stands before a message's body, which begins at a multiple of 64 bytes when the
  /// message begins at `offset`.
  static func framed(_ metadata: [UInt8], at offset: Int) -> [UInt8] {
    let end = (offset + 8 + metadata.count + alignment - 1) & -alignment
    let byteCount = UInt32(end - offset - 8)
    let length = (0..<4).map { UInt8(truncatingIfNeeded: byteCount >> (8 * $0)) }
    return continuation + length + metadata
      + [UInt8](repeating: 0, count: end - offset - 8 - metadata.count)
  }
}

extension FlatBufferBuilder {
  /// Metadata of version 5.
  static let version: Int16 = 4

  /// Appends the root table of a message.
  /// - Returns: the reference to the header, and the places of the body's length and of the metadata's values.
  mutating func message(
    _ kind: ArrowHeaderKind, bodyByteCount: Int = 0, metadata: [ArrowKeyValue] = []
  ) -> (header: Int, bodyByteCount: Int, values: [Int]) {
    let places = table(
      [
        .int16(Self.version), .uint8(kind.rawValue), .reference, .int64(Int64(bodyByteCount)),
        metadata.isEmpty ? .absent : .reference,
      ], for: Self.root)
    return (places[2], places[3], append(metadata, for: places[4]))
  }

  /// Appends a schema.
  mutating func append(_ schema: ArrowSchema, for reference: Int) {
    let places = table(
      [.absent, .reference, schema.metadata.isEmpty ? .absent : .reference], for: reference)
    append(schema.fields, for: places[1])
    append(schema.metadata, for: places[2])
  }

  private mutating func append(_ fields: [ArrowField], for reference: Int) {
    let fieldReferences = references(count: fields.count, for: reference)
    for (field, reference) in zip(fields, fieldReferences) { append(field, for: reference) }
  }

  private mutating func append(_ field: ArrowField, for reference: Int) {
    let places = table(
      [
        .reference, .uint8(field.isNullable ? 1 : 0), .uint8(field.type.tag), .reference,
        field.dictionary == nil ? .absent : .reference, .reference,
        field.metadata.isEmpty ? .absent : .reference,
      ], for: reference)
    string(field.name, for: places[0])
    append(field.type, for: places[3])
    if let dictionary = field.dictionary { append(dictionary, for: places[4]) }
    append(field.children, for: places[5])
    append(field.metadata, for: places[6])
  }

  private mutating func append(_ dictionary: ArrowDictionaryEncoding, for reference: Int) {
    let places = table(
      [.int64(dictionary.id), .reference, .uint8(dictionary.isOrdered ? 1 : 0)], for: reference)
    let indexes = ArrowType.integer(
      bitWidth: dictionary.indexBitWidth, isSigned: dictionary.indexIsSigned)
    append(indexes, for: places[1])
  }

  private mutating func append(_ type: ArrowType, for reference: Int) {
    switch type {
    case .integer(let bitWidth, let isSigned):
      _ = table([.int32(Int32(bitWidth)), .uint8(isSigned ? 1 : 0)], for: reference)
    case .floatingPoint(let bitWidth):
      _ = table([.int16(bitWidth == 64 ? 2 : bitWidth == 32 ? 1 : 0)], for: reference)
    case .timestamp(let unit, let zone):
      let places = table(
        [.int16(unit.tag), zone == nil ? .absent : .reference], for: reference)
      if let zone { string(zone, for: places[1]) }
    default: _ = table([], for: reference)
    }
  }

  /// Appends pairs of custom metadata, if there are any.
  /// - Returns: where the values stand.
  @discardableResult
  mutating func append(_ pairs: [ArrowKeyValue], for reference: Int) -> [Int] {
    guard !pairs.isEmpty else { return [] }
    let pairReferences = references(count: pairs.count, for: reference)
    return zip(pairs, pairReferences).map { pair, reference in
      let places = table([.reference, .reference], for: reference)
      string(pair.key, for: places[0])
      return string(pair.value, for: places[1])
    }
  }

  /// Appends the footer of a file.
  mutating func footer(
    _ schema: ArrowSchema, dictionaries: [ArrowBlock], batches: [ArrowBlock]
  ) {
    let places = table(
      [.int16(Self.version), .reference, .reference, .reference], for: Self.root)
    append(schema, for: places[1])
    for (blocks, reference) in [(dictionaries, places[2]), (batches, places[3])] {
      let numbers = blocks.flatMap {
        [Int64($0.offset), Int64($0.metadataByteCount), Int64($0.bodyByteCount)]
      }
      _ = self.numbers(numbers, count: blocks.count, for: reference)
    }
  }
}

extension ArrowType {
  /// The type's place in the union `Type`, for the types that are written.
  fileprivate var tag: UInt8 {
    switch self {
    case .integer: 2
    case .floatingPoint: 3
    case .utf8(isLarge: false): 5
    case .bool: 6
    case .timestamp: 10
    case .utf8View: 24
    default: preconditionFailure("a type that is not written")
    }
  }
}

extension TimeUnit {
  /// The unit's number in Schema.fbs.
  fileprivate var tag: Int16 {
    switch self {
    case .seconds: 0
    case .milliseconds: 1
    case .microseconds: 2
    case .nanoseconds: 3
    }
  }
}
