/// The messages of one Arrow input, in the order in which they are to be looked at.
protocol ArrowMessages: AnyObject {
  /// The next message, or nil at the end, or when the reader was interrupted.
  func next() throws(SpaltError) -> ArrowMessageRead?
  /// Bytes of the input that belong to no message; complete when `next` has given nil.
  var otherByteCount: Int { get }
  var modeName: String { get }
  var mayWait: Bool { get }
  /// Whether the reader was interrupted before the input's end.
  var wasInterrupted: Bool { get }
}

/// A message with its body.
struct ArrowMessageRead {
  let message: ArrowMessage
  /// Of the message, in the input.
  let offset: Int
  /// Set when the pages of the body have to be asked for.
  let mapping: Mapping?
  /// The body, and perhaps some bytes behind it, so that vectors of values can be read beyond its end.
  let window: SharedSegment
  let bodyByteCount: Int
  let sourceByteCount: Int
}

/// An Arrow file or stream: each record batch is a piece, or several where it is large.
final class ArrowSource: ByteSource {
  private let messages: any ArrowMessages
  private let path: String
  private let context: InputContext
  private var leaves: ArrowLeaves?
  private var dictionaries = ArrowDictionaries()
  /// Bytes of messages that no piece stands for yet.
  private var pendingByteCount = 0
  /// What is left of the last record batch.
  private var rest: ArrowRows?
  private var batchCount = 0
  private var hasEnded = false

  init(_ messages: any ArrowMessages, path: String, _ context: InputContext) {
    self.messages = messages
    self.path = path
    self.context = context
  }

  private(set) var handedOutByteCount = 0
  var modeName: String { messages.modeName }
  var mayWait: Bool { messages.mayWait }
  var awaitedByteCount = 0

  func next() throws(SpaltError) -> SourcePiece? {
    while !hasEnded {
      if let rows = rest?.split(atRowCount: ArrowRows.pieceRowCount) {
        rest = rows.rest
        return piece(rows.first)
      }
      guard let read = try messages.next() else { return end() }
      pendingByteCount += read.sourceByteCount
      try take(read)
    }
    return nil
  }

  /// The piece for what belongs to no batch; it tells the columns of an input that has none.
  private func end() -> SourcePiece? {
    hasEnded = true
    pendingByteCount += messages.otherByteCount
    guard let leaves, pendingByteCount > 0 || batchCount == 0, !messages.wasInterrupted else {
      return nil
    }
    return piece(ArrowRows(leaves, sourceByteCount: pendingByteCount))
  }

  private func piece(_ rows: ArrowRows) -> SourcePiece {
    handedOutByteCount += rows.sourceByteCount
    let segment =
      rows.window?.share() ?? context.segments.emptySegment(offset: handedOutByteCount)
    var piece = SourcePiece(segment: segment, inputIndex: context.inputIndex)
    piece.rows = rows
    return piece
  }

  private func take(_ read: ArrowMessageRead) throws(SpaltError) {
    switch read.message {
    case .schema(let schema):
      guard leaves == nil || leaves?.schema.fields == schema.fields else {
        throw .input(
          path: path, reason: "the message at offset \(read.offset): there is another schema")
      }
      if leaves == nil { leaves = ArrowLeaves(schema, path: path) }
    case .dictionary(let id, let isDelta, let header):
      let leaves = try begun(read)
      guard let schema = leaves.schema.valuesOfDictionary(id) else {
        throw .input(
          path: path,
          reason: "the message at offset \(read.offset): no field has the dictionary \(id)")
      }
      let batch = try batch(header, schema, read)
      try dictionaries.add(id: id, isDelta: isDelta, batch)
    case .batch(let header):
      let leaves = try begun(read)
      let batch = try batch(header, leaves.schema, read)
      rest = ArrowRows(
        leaves, batch, read.window, read.mapping, sourceByteCount: pendingByteCount)
      pendingByteCount = 0
      batchCount += 1
    }
  }

  private func begun(_ read: ArrowMessageRead) throws(SpaltError) -> ArrowLeaves {
    guard let leaves else {
      throw .input(
        path: path, reason: "the message at offset \(read.offset): there was no schema before it")
    }
    return leaves
  }

  private func batch(
    _ header: ArrowBatchHeader, _ schema: ArrowSchema, _ read: ArrowMessageRead
  ) throws(SpaltError) -> ArrowBatch {
    let window = read.window.share()
    let body = context.segments.segment(
      of: window, 0..<read.bodyByteCount, offset: window.offset)
    return try ArrowBatch(
      header, schema: schema, body: SharedSegment(body),
      dictionaries: dictionaries.limited(to: schema), pool: context.pool,
      segments: context.segments, path: path)
  }
}
