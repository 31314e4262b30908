/// Decodes one frame block by block, through libzstd's window. So it is known where damage is, and the content
/// of all blocks before it is kept.
final class ZstdFrameReader {
  private let context: ZstdContext
  private let header: ZstdFrameHeader
  /// What the content of the blocks so far may come to, in bytes.
  private var contentByteCountLimit = 0
  private var part = Part.header
  /// Blocks that were decoded.
  private var blockCount = 0
  /// Content that came out of the window so far, in bytes.
  private var contentByteCount = 0
  /// Whether there may be content in the window that found no room in a buffer.
  private var mayHavePendingContent = false

  private enum Part { case header, block, checksum, end }

  /// Why `read` came back.
  enum Outcome {
    /// The frame has ended.
    case ended
    case full
    /// There are too few bytes: the input waits, was interrupted, or has ended too early.
    case missing(block: Int?, reason: String)
    /// The next byte begins something that cannot be decoded.
    case damaged(block: Int?, reason: String)
    /// What was decoded does not match the checksum, which was consumed.
    case mismatch(offset: Int)
  }

  /// - Throws: `SpaltError.memoryBudgetExceeded` when the window is too large.
  init(_ header: ZstdFrameHeader, _ context: ZstdContext) throws(SpaltError) {
    self.header = header
    self.context = context
    try context.begin(header)
  }

  /// Decodes from the input into the buffer.
  func read(
    _ buffer: inout ContentBuffer, from input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> Outcome {
    while true {
      if mayHavePendingContent {
        if buffer.isFull { return .full }
        if let failure = try flush(&buffer, &notes) {
          return .damaged(block: blockCount, reason: Self.reason(failure))
        }
        continue
      }
      let outcome: Outcome?
      switch part {
      case .end: outcome = end()
      case .header: outcome = try readHeader(&buffer, input, &notes)
      case .block: outcome = try readBlock(&buffer, input, &notes)
      case .checksum: outcome = try readChecksum(&buffer, input, &notes)
      }
      if let outcome { return outcome }
    }
  }

  /// The header was parsed, so its bytes are at hand.
  private func readHeader(
    _ buffer: inout ContentBuffer, _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> Outcome? {
    if let failure = try feed(input.view().slice(0..<header.byteCount), &buffer, &notes) {
      return .damaged(block: nil, reason: Self.reason(failure))
    }
    input.consume(header.byteCount)
    part = .block
    return nil
  }

  private func readBlock(
    _ buffer: inout ContentBuffer, _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> Outcome? {
    let number = blockCount + 1
    guard try input.has(ZstdBlockHeader.byteCount) else {
      return .missing(block: number, reason: "the stream ends in the middle of a frame")
    }
    guard let block = ZstdBlockHeader(input.view(), at: 0, header) else {
      return .damaged(block: number, reason: "the block's header is malformed")
    }
    // A block cannot be decoded before all of it is there, and none has more than 128 KiB.
    let byteCount = ZstdBlockHeader.byteCount + block.bodyByteCount
    guard try input.has(byteCount) else {
      return .missing(block: number, reason: "the stream ends in the middle of a block")
    }
    let sum = contentByteCountLimit + (block.contentByteCount ?? header.blockByteCountLimit)
    let limit = min(sum, header.contentByteCount ?? sum)
    if buffer.isFull, contentByteCount < limit { return .full }
    contentByteCountLimit = limit
    if let failure = try feed(input.view().slice(0..<byteCount), &buffer, &notes) {
      return .damaged(block: number, reason: Self.reason(failure))
    }
    input.consume(byteCount)
    blockCount = number
    notes.blockCount += 1
    if block.isLast { part = header.hasChecksum ? .checksum : .end }
    return nil
  }

  private func readChecksum(
    _ buffer: inout ContentBuffer, _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> Outcome? {
    let byteCount = ZstdFrameHeader.checksumByteCount
    guard try input.has(byteCount) else {
      return .missing(block: nil, reason: "the stream ends before the frame's checksum does")
    }
    let failure = try feed(input.view().slice(0..<byteCount), &buffer, &notes)
    if let failure, failure.kind != .checksum {
      return .damaged(block: nil, reason: Self.reason(failure))
    }
    let offset = input.offset
    input.consume(byteCount)
    part = .end
    return failure == nil ? nil : .mismatch(offset: offset)
  }

  /// All parts of the frame were taken. If there is still content, it is more than there may be.
  private func end() -> Outcome {
    context.isAtFrameEnd
      ? .ended
      : .damaged(block: blockCount, reason: ZstdContext.excess)
  }

  /// Feeds a part of the frame. No more comes out than may.
  private func feed(
    _ part: borrowing ByteView, _ buffer: inout ContentBuffer, _ notes: inout ContentNotes
  ) throws(SpaltError) -> ZstdFailure? {
    let free = buffer.freeByteCount
    let failure = try context.feed(part, into: &buffer, maximumByteCount: room(buffer))
    count(free - buffer.freeByteCount, buffer, &notes)
    return failure
  }

  /// Lets content out that found no room before.
  private func flush(
    _ buffer: inout ContentBuffer, _ notes: inout ContentNotes
  ) throws(SpaltError) -> ZstdFailure? {
    let free = buffer.freeByteCount
    let failure = try context.flush(into: &buffer, maximumByteCount: room(buffer))
    count(free - buffer.freeByteCount, buffer, &notes)
    return failure
  }

  private func room(_ buffer: borrowing ContentBuffer) -> Int {
    min(buffer.freeByteCount, contentByteCountLimit - contentByteCount)
  }

  private func count(
    _ byteCount: Int, _ buffer: borrowing ContentBuffer, _ notes: inout ContentNotes
  ) {
    contentByteCount += byteCount
    notes.windowByteCount += byteCount
    mayHavePendingContent =
      byteCount > 0 && buffer.isFull && contentByteCount < contentByteCountLimit
  }

  /// libzstd's words, as a part of a sentence.
  private static func reason(_ failure: ZstdFailure) -> String {
    failure.words.prefix(1).lowercased() + failure.words.dropFirst()
  }
}
