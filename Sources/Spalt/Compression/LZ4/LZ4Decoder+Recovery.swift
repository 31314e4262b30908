/// How decoding goes on behind damage.
extension LZ4Decoder {
  /// Searches for the next frame with a valid header.
  func search(
    from first: Int, _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    var first = first
    while true {
      let hasMore = try input.has(LZ4FrameHeader.maximumByteCount)
      state = .searching(from: first)
      if !hasMore, input.isWaiting { return .waiting }
      let end = input.byteCount - (hasMore ? LZ4FrameHeader.maximumByteCount - 1 : 0)
      let found = LZ4FrameHeader.firstIndex(in: input.view(), first..<max(first, end))
      let count = found ?? end
      notes.lostByteCount += count
      input.consume(count)
      if found != nil {
        state = .betweenFrames
        return nil
      }
      guard hasMore else {
        state = .ended
        return .ended
      }
      first = 0
    }
  }

  /// Passes over the next block of a frame that cannot be decoded any more.
  func passOver(
    _ frame: Frame, _ input: CompressedInput, _ position: Int, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    state = .passingOver(frame)
    guard try input.has(4) else {
      if input.isWaiting { return .waiting }
      notes.lostByteCount += input.byteCount
      input.consume(input.byteCount)
      state = .ended
      return .ended
    }
    let word = input.view().littleEndian32(at: 0)
    let block = LZ4BlockHeader(word, frame.header)
    if word == 0 {
      state = .betweenFrames
      let byteCount = frame.header.hasContentChecksum ? 8 : 4
      let count = try input.has(byteCount) ? byteCount : input.byteCount
      input.consume(count)
      return nil
    }
    guard block.byteCount <= frame.header.maximumBlockByteCount else {
      state = .searching(from: 1)
      return nil
    }
    let isWhole = try input.has(block.totalByteCount)
    if !isWhole, input.isWaiting { return .waiting }
    let count = isWhole ? block.totalByteCount : input.byteCount
    notes.lostByteCount += count
    input.consume(count)
    return nil
  }
}
