/// Where an encapsulated message stands.
struct ArrowMessagePlace: Equatable, Sendable {
  /// Of its prefix.
  var offset: Int
  /// Prefix, metadata and padding.
  var metadataByteCount: Int
  var bodyByteCount: Int

  var bodyOffset: Int { offset + metadataByteCount }
  var endOffset: Int { bodyOffset + bodyByteCount }
}

/// How the buffers of a batch are compressed, each for itself.
enum ArrowCompression: UInt8, Sendable { case lz4Frame, zstd }

/// What the metadata say of one array.
struct ArrowFieldNode: Equatable, Sendable {
  let rowCount: Int
  let nullCount: Int
}

/// Where a buffer stands in a body.
struct ArrowBufferPlace: Equatable, Sendable {
  /// From the beginning of the body.
  let offset: Int
  let byteCount: Int
}

/// What a message says of a record batch, or of the values of a dictionary.
struct ArrowBatchHeader: Equatable, Sendable {
  let rowCount: Int
  let nodes: [ArrowFieldNode]
  let buffers: [ArrowBufferPlace]
  let compression: ArrowCompression?
  let variadicCounts: [Int]
  /// Whether unions have a validity buffer, as up to metadata version 4.
  let unionsHaveValidity: Bool
  /// The message's custom metadata.
  let metadata: [ArrowKeyValue]
}

/// What a message says, copied out of its metadata.
enum ArrowMessage: Equatable, Sendable {
  case schema(ArrowSchema)
  case batch(ArrowBatchHeader)
  case dictionary(id: Int64, isDelta: Bool, ArrowBatchHeader)

  /// What stands before a message's metadata.
  enum Prefix: Equatable {
    /// A message whose prefix takes so many bytes, and its metadata, padding included, so many.
    case message(prefixByteCount: Int, metadataByteCount: Int)
    case endOfStream
    /// The prefix goes on behind the bytes that there are.
    case tooShort
  }

  /// Reads what begins a message: the continuation marker and a length, or the length alone, as before version 0.15.
  static func prefix(_ view: ByteView) throws(ArrowFault) -> Prefix {
    guard view.byteCount >= 4 else { return .tooShort }
    let word = view.littleEndian32(at: 0)
    let isMarked = word == 0xFFFF_FFFF
    if isMarked && view.byteCount < 8 { return .tooShort }
    let length = Int32(bitPattern: isMarked ? view.littleEndian32(at: 4) : word)
    guard length >= 0 else { throw ArrowFault("the metadata have a negative length") }
    if length == 0 { return .endOfStream }
    return .message(prefixByteCount: isMarked ? 8 : 4, metadataByteCount: Int(length))
  }

  /// Reads the message whose prefix a view begins with; the view may end behind the metadata.
  /// - Returns: nil where a stream ends.
  /// - Throws: `SpaltError.input`, also when the metadata go on behind the view.
  static func parse(
    _ view: ByteView, path: String
  ) throws(SpaltError) -> (message: ArrowMessage, place: ArrowMessagePlace)? {
    do {
      return try parse(view)
    } catch {
      throw .input(path: path, reason: "the message at offset \(view.offset): \(error.reason)")
    }
  }

  private static func parse(
    _ view: ByteView
  ) throws(ArrowFault) -> (message: ArrowMessage, place: ArrowMessagePlace)? {
    switch try prefix(view) {
    case .endOfStream: return nil
    case .tooShort: throw ArrowFault("it is cut off")
    case .message(let prefixByteCount, let metadataByteCount):
      guard metadataByteCount <= view.byteCount - prefixByteCount else {
        throw ArrowFault("its metadata are cut off")
      }
      let end = prefixByteCount + metadataByteCount
      var reader = FlatBufferReader(view.slice(prefixByteCount..<end))
      let table = try reader.root()
      let message = try message(table, &reader)
      let bodyByteCount = Int(try reader.value(3, of: table, default: Int64(0)))
      guard bodyByteCount >= 0, bodyByteCount <= Int.max / 4, view.offset <= Int.max / 4 else {
        throw ArrowFault("its body has no sensible length")
      }
      let place = ArrowMessagePlace(
        offset: view.offset, metadataByteCount: end, bodyByteCount: bodyByteCount)
      return (message, place)
    }
  }

  /// Checks a metadata version, and says whether it is 4.
  static func isVersion4(_ version: Int16) throws(ArrowFault) -> Bool {
    switch version {
    case 0...2: throw ArrowFault("its metadata are of version V\(version + 1), which is not read")
    case 3: true
    case 4: false
    default: throw ArrowFault("its metadata are of the unknown version number \(version)")
    }
  }

  private static func message(
    _ table: FlatTable, _ reader: inout FlatBufferReader
  ) throws(ArrowFault) -> ArrowMessage {
    let isVersion4 = try isVersion4(try reader.value(0, of: table, default: Int16(0)))
    let kind = try reader.value(1, of: table, default: UInt8(0))
    guard let header = try reader.table(2, of: table) else {
      throw ArrowFault("it says nothing")
    }
    switch kind {
    case 1: return .schema(try ArrowSchemaReader.schema(header, &reader))
    case 2:
      guard let data = try reader.table(1, of: header) else {
        throw ArrowFault("the dictionary has no values")
      }
      let metadata = try ArrowSchemaReader.metadata(4, of: table, &reader)
      return .dictionary(
        id: try reader.value(0, of: header, default: Int64(0)),
        isDelta: try reader.flag(2, of: header),
        try batch(data, reader, isVersion4, metadata))
    case 3:
      let metadata = try ArrowSchemaReader.metadata(4, of: table, &reader)
      return .batch(try batch(header, reader, isVersion4, metadata))
    case 4, 5: throw ArrowFault("it is a tensor, which is not read")
    default: throw ArrowFault("it is of the unknown kind \(kind)")
    }
  }

  private static func batch(
    _ table: FlatTable, _ reader: borrowing FlatBufferReader, _ isVersion4: Bool,
    _ metadata: [ArrowKeyValue]
  ) throws(ArrowFault) -> ArrowBatchHeader {
    var nodes: [ArrowFieldNode] = []
    if let vector = try reader.vector(1, of: table, elementByteCount: 16) {
      nodes.reserveCapacity(vector.count)
      for index in 0..<vector.count {
        let rowCount = try reader.value(index, of: vector, as: Int64.self)
        let nullCount = try reader.value(index, of: vector, at: 8, as: Int64.self)
        guard rowCount >= 0, nullCount >= 0, nullCount <= rowCount else {
          throw ArrowFault("array \(index) has \(rowCount) rows and \(nullCount) nulls")
        }
        nodes.append(ArrowFieldNode(rowCount: Int(rowCount), nullCount: Int(nullCount)))
      }
    }
    let rowCount = try reader.value(0, of: table, default: Int64(0))
    guard rowCount >= 0 else { throw ArrowFault("the batch has \(rowCount) rows") }
    return ArrowBatchHeader(
      rowCount: Int(rowCount), nodes: nodes, buffers: try buffers(table, reader),
      compression: try compression(table, reader),
      variadicCounts: try variadicCounts(table, reader), unionsHaveValidity: isVersion4,
      metadata: metadata)
  }

  private static func buffers(
    _ table: FlatTable, _ reader: borrowing FlatBufferReader
  ) throws(ArrowFault) -> [ArrowBufferPlace] {
    guard let vector = try reader.vector(2, of: table, elementByteCount: 16) else { return [] }
    var buffers: [ArrowBufferPlace] = []
    buffers.reserveCapacity(vector.count)
    for index in 0..<vector.count {
      let offset = try reader.value(index, of: vector, as: Int64.self)
      let byteCount = try reader.value(index, of: vector, at: 8, as: Int64.self)
      guard offset >= 0, byteCount >= 0, offset <= Int64.max - byteCount else {
        throw ArrowFault("buffer \(index) has \(byteCount) bytes at \(offset)")
      }
      buffers.append(ArrowBufferPlace(offset: Int(offset), byteCount: Int(byteCount)))
    }
    return buffers
  }

  private static func variadicCounts(
    _ table: FlatTable, _ reader: borrowing FlatBufferReader
  ) throws(ArrowFault) -> [Int] {
    guard let vector = try reader.vector(4, of: table, elementByteCount: 8) else { return [] }
    var counts: [Int] = []
    for index in 0..<vector.count {
      let count = try reader.value(index, of: vector, as: Int64.self)
      guard count >= 0 else { throw ArrowFault("a column has \(count) buffers of values") }
      counts.append(Int(count))
    }
    return counts
  }

  private static func compression(
    _ table: FlatTable, _ reader: borrowing FlatBufferReader
  ) throws(ArrowFault) -> ArrowCompression? {
    guard let compression = try reader.table(3, of: table) else { return nil }
    let codec = try reader.value(0, of: compression, default: UInt8(0))
    let method = try reader.value(1, of: compression, default: UInt8(0))
    guard let known = ArrowCompression(rawValue: codec), method == 0 else {
      throw ArrowFault("its buffers are compressed in an unknown way")
    }
    return known
  }
}
