@testable import Spalt

/// Reads Arrow files and streams that lie in memory, in the simplest way.
struct ArrowReading {
  var schema = ArrowSchema(fields: [])
  var batches: [ArrowBatch] = []
  var dictionaries = ArrowDictionaries()
  let pool: ChunkPool
  private let segments = SegmentPool()

  /// - Parameter bytes: a file or a stream.
  init(_ bytes: [UInt8], budgetByteCount: Int = 64 << 20, hardens: Bool = false) throws(SpaltError)
  {
    try self.init(
      bytes,
      ChunkPool(budget: MemoryBudget(limitByteCount: budgetByteCount), hardens: hardens))
  }

  init(_ bytes: [UInt8], _ pool: ChunkPool) throws(SpaltError) {
    self.pool = pool
    let whole = SharedSegment(try Self.segment(of: bytes, pool, segments))
    switch ArrowBeginning.recognise(whole.view()) {
    case .file: try readFile(whole)
    case .stream: try readStream(whole)
    case .none: throw .input(path: Self.path, reason: "neither a file nor a stream")
    }
  }

  static let path = "bytes.arrow"

  /// The bytes in a chunk that ends where they do: behind it stands a page that nobody may touch, if the pool hardens.
  private static func segment(
    of bytes: [UInt8], _ pool: ChunkPool, _ segments: SegmentPool
  ) throws(SpaltError) -> Segment {
    let needed = max(ContentBuffer.headroom + bytes.count, ChunkPool.minimumByteCount)
    let step = ChunkPool.chunkStepByteCount
    let room = (needed + step - 1) / step * step - ContentBuffer.headroom
    var buffer = try ContentBuffer(byteCount: room, pool: pool, segments: segments)
    let padding = [UInt8](repeating: 0xA5, count: room - bytes.count)
    buffer.append(ByteView(padding.span))
    buffer.append(ByteView(bytes.span))
    return buffer.segment(buffer.end - bytes.count..<buffer.end, offset: 0, segments)
  }

  private mutating func take(
    _ message: ArrowMessage, _ place: ArrowMessagePlace, _ whole: SharedSegment
  ) throws(SpaltError) {
    guard place.endOffset <= whole.byteCount else {
      throw .input(path: Self.path, reason: "the body is cut off")
    }
    let share = whole.share()
    let body = SharedSegment(
      segments.segment(
        of: share, place.bodyOffset..<place.endOffset, offset: place.bodyOffset))
    switch message {
    case .schema: throw .input(path: Self.path, reason: "there is a second schema")
    case .batch(let header):
      batches.append(try batch(header, schema, body))
    case .dictionary(let id, let isDelta, let header):
      guard let values = schema.valuesOfDictionary(id) else {
        throw .input(path: Self.path, reason: "nobody uses the dictionary")
      }
      try dictionaries.add(id: id, isDelta: isDelta, try batch(header, values, body))
    }
  }

  private func batch(
    _ header: ArrowBatchHeader, _ schema: ArrowSchema, _ body: SharedSegment
  ) throws(SpaltError) -> ArrowBatch {
    try ArrowBatch(
      header, schema: schema, body: body, dictionaries: dictionaries, pool: pool,
      segments: segments, path: Self.path)
  }

  private mutating func readFile(_ whole: SharedSegment) throws(SpaltError) {
    let footer = try ArrowFooter(whole.view(), path: Self.path)
    schema = footer.schema
    for place in footer.dictionaries + footer.batches {
      let message = try ArrowFooter.message(at: place, of: whole.view(), path: Self.path)
      try take(message, place, whole)
    }
  }

  private mutating func readStream(_ whole: SharedSegment) throws(SpaltError) {
    let view = whole.view()
    var offset = 0
    while offset < view.byteCount {
      let rest = view.slice(offset..<view.byteCount)
      guard let (message, place) = try ArrowMessage.parse(rest, path: Self.path) else { return }
      if offset == 0, case .schema(let schema) = message {
        self.schema = schema
      } else {
        try take(message, place, whole)
      }
      offset = place.endOffset
    }
  }

  /// All batches, those of dictionaries first.
  var allBatches: [ArrowBatch] { dictionaries.all.flatMap(\.parts) + batches }
}

extension ArrowArrayView {
  /// The value of a row as text; nil for null. Lists are the rows within them, dictionaries their index.
  func text(_ row: Int) throws(SpaltError) -> String? {
    if isNull(row) { return nil }
    if array.field.dictionary != nil { return "\(try dictionaryIndex(row))" }
    switch array.field.type {
    case .null, .unreadable: return nil
    case .bool: return bool(row) ? "true" : "false"
    case .integer(64, false): return "\(UInt64(bitPattern: integer(row)))"
    case .integer, .date, .time, .timestamp, .duration: return "\(integer(row))"
    case .floatingPoint: return "\(floatingPoint(row))"
    case .decimal:
      let value = decimal(row)
      var digits: [UInt8] = value.isNegative ? [0x2D] : []
      value.appendDigits(to: &digits)
      return String(decoding: digits, as: UTF8.self)
    case .interval:
      let value = interval(row)
      return "\(value.months) months \(value.days) days \(value.nanoseconds) ns"
    case .utf8, .utf8View: return bytes(at: try bytesPlace(row)).makeString()
    case .binary, .binaryView, .fixedSizeBinary:
      return Self.hexadecimal(bytes(at: try bytesPlace(row)))
    case .list, .fixedSizeList, .map: return "\(try listRange(row))"
    case .structure: return "{}"
    }
  }

  private static func hexadecimal(_ bytes: ByteView) -> String {
    var text = ""
    for index in 0..<bytes.byteCount {
      let digits = String(bytes[index], radix: 16, uppercase: true)
      text += digits.utf8.count == 1 ? "0" + digits : digits
    }
    return text
  }
}

extension ArrowBatch {
  /// Values of a column, as text.
  func texts(column: Int) throws(SpaltError) -> [String?] {
    let array = try array(column: column)
    let view = ArrowArrayView(array)
    try view.checkText()
    var texts: [String?] = []
    for row in 0..<array.rowCount { texts.append(try view.text(row)) }
    return texts
  }
}
