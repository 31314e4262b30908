/// What stands at the end of an Arrow file: the schema, and where the messages are.
struct ArrowFooter: Equatable, Sendable {
  let schema: ArrowSchema
  let dictionaries: [ArrowMessagePlace]
  let batches: [ArrowMessagePlace]

  /// What stands behind the footer: its length and the magic.
  private static let trailerByteCount = 10

  /// Reads the footer of a whole file, and nothing else of it but the magic at its beginning.
  init(_ file: ByteView, path: String) throws(SpaltError) {
    do {
      self = try Self.parse(file)
    } catch {
      throw .input(path: path, reason: error.reason)
    }
  }

  private init(schema: ArrowSchema, dictionaries: [ArrowMessagePlace], batches: [ArrowMessagePlace])
  {
    self.schema = schema
    self.dictionaries = dictionaries
    self.batches = batches
  }

  private static func parse(_ file: ByteView) throws(ArrowFault) -> ArrowFooter {
    let trailer = file.byteCount - trailerByteCount
    guard ArrowBeginning.hasMagic(file, at: 0) else { throw ArrowFault("it is no Arrow file") }
    guard trailer >= 8, ArrowBeginning.hasMagic(file, at: trailer + 4) else {
      throw ArrowFault("the Arrow file has no end: it is cut off, or was never finished")
    }
    let byteCount = Int(Int32(bitPattern: file.littleEndian32(at: trailer)))
    guard byteCount > 0, byteCount <= trailer - 8 else {
      throw ArrowFault("the Arrow file's footer has \(byteCount) bytes, which makes no sense")
    }
    let start = trailer - byteCount
    do {
      return try parse(file.slice(start..<trailer), messagesEnd: start)
    } catch {
      throw ArrowFault("the footer at offset \(start): \(error.reason)")
    }
  }

  private static func parse(
    _ footer: ByteView, messagesEnd: Int
  ) throws(ArrowFault) -> ArrowFooter {
    var reader = FlatBufferReader(footer)
    let table = try reader.root()
    // Some writers leave the version out here; that of the messages tells.
    let version = try reader.value(0, of: table, default: Int16(0))
    guard (0...4).contains(version) else {
      throw ArrowFault("its metadata are of the unknown version number \(version)")
    }
    guard let schema = try reader.table(1, of: table) else {
      throw ArrowFault("it has no schema")
    }
    let parsed = ArrowFooter(
      schema: try ArrowSchemaReader.schema(schema, &reader),
      dictionaries: try places(2, of: table, reader, messagesEnd: messagesEnd),
      batches: try places(3, of: table, reader, messagesEnd: messagesEnd))
    try parsed.checkOverlaps()
    return parsed
  }

  private static func places(
    _ field: Int, of table: FlatTable, _ reader: borrowing FlatBufferReader, messagesEnd: Int
  ) throws(ArrowFault) -> [ArrowMessagePlace] {
    guard let vector = try reader.vector(field, of: table, elementByteCount: 24) else { return [] }
    var places: [ArrowMessagePlace] = []
    places.reserveCapacity(vector.count)
    for index in 0..<vector.count {
      let offset = try reader.value(index, of: vector, as: Int64.self)
      let metadataByteCount = Int64(try reader.value(index, of: vector, at: 8, as: Int32.self))
      let bodyByteCount = try reader.value(index, of: vector, at: 16, as: Int64.self)
      guard offset >= 0, metadataByteCount > 0, bodyByteCount >= 0,
        bodyByteCount <= messagesEnd, offset <= messagesEnd,
        offset + metadataByteCount + bodyByteCount <= messagesEnd
      else { throw ArrowFault("a message lies outside the file") }
      places.append(
        ArrowMessagePlace(
          offset: Int(offset), metadataByteCount: Int(metadataByteCount),
          bodyByteCount: Int(bodyByteCount)))
    }
    return places
  }

  /// Messages that share bytes could make a small file describe very much.
  private func checkOverlaps() throws(ArrowFault) {
    let sorted = (dictionaries + batches).sorted { $0.offset < $1.offset }
    for (first, second) in zip(sorted, sorted.dropFirst()) where first.endOffset > second.offset {
      throw ArrowFault("two messages overlap at offset \(second.offset)")
    }
  }

  /// Reads the message at a place that the footer names.
  /// - Throws: `SpaltError.input` also when it has other lengths than the footer says.
  static func message(
    at place: ArrowMessagePlace, of file: ByteView, path: String
  ) throws(SpaltError) -> ArrowMessage {
    let metadata = file.slice(place.offset..<place.offset + place.metadataByteCount)
    let parsed = try ArrowMessage.parse(metadata, path: path)
    guard let parsed else {
      throw .input(
        path: path, reason: "the message at offset \(metadata.offset): there is an end of a stream")
    }
    var found = parsed.place
    found.offset = place.offset
    guard found == place else {
      throw .input(
        path: path,
        reason: "the message at offset \(metadata.offset): the footer gives it other lengths")
    }
    return parsed.message
  }
}
