/// Blocks that any thread can decode: only their headers are looked at here.
extension LZ4Decoder {
  func nextRun(
    _ input: CompressedInput, byteCount: Int
  ) throws(SpaltError) -> (any DecodeRun)? {
    guard let mapping = input.mappedFile else { return nil }
    var parts: [LZ4Run.Part] = []
    var rest = byteCount
    let start = input.offset
    while parts.count < 256 {
      if case .betweenFrames = state, !beginMappedFrame(input) { break }
      guard case .inFrame(var frame) = state, !frame.header.isLinked else { break }
      var part = LZ4Run.Part(frame: frame, start: input.offset)
      let isWhole = gather(&part, &frame, input, &rest, isFirst: parts.isEmpty)
      state = .inFrame(frame)
      if part.end > part.start { parts.append(part) }
      guard isWhole, endMappedFrame(&parts, input) else { break }
    }
    guard input.offset > start, !parts.isEmpty else { return nil }
    return LZ4Run(
      parts, mapping: mapping, requiredByteCount: byteCount - rest, dictionary, options)
  }

  /// Begins a frame whose header is all right; false when `fill` has to see to it.
  private func beginMappedFrame(_ input: CompressedInput) -> Bool {
    guard input.byteCount >= 4,
      !LZ4FrameHeader.isSkippable(input.view().littleEndian32(at: 0)),
      LZ4FrameHeader.isMagic(input.view().littleEndian32(at: 0)),
      case .header(let header) = LZ4FrameHeader.parse(input.view())
    else { return false }
    enter(header)
    input.consume(header.byteCount)
    return true
  }

  /// Takes blocks of a frame into a part, as long as there is room.
  /// - Returns: whether what comes next is not a block.
  private func gather(
    _ part: inout LZ4Run.Part, _ frame: inout Frame, _ input: CompressedInput, _ rest: inout Int,
    isFirst: Bool
  ) -> Bool {
    while input.byteCount >= 4 {
      let view = input.view()
      let word = view.littleEndian32(at: 0)
      guard frame.header.beginsBlock(word) else { return true }
      let block = LZ4BlockHeader(word, frame.header)
      guard block.byteCount <= frame.header.maximumBlockByteCount,
        block.totalByteCount <= view.byteCount
      else { return false }
      let isOnly = isFirst && part.end == part.start
      // Blocks with next to nothing in them count, too, so that there are not too many.
      let byteCount = max(256, block.maximumContentByteCount)
      guard byteCount <= rest || isOnly else { return false }
      rest -= byteCount
      frame.blockNumber += 1
      part.blockCount += 1
      input.consume(block.totalByteCount)
      part.end = input.offset
    }
    return frame.header.isLegacy && input.byteCount == 0
  }

  /// Ends a frame whose end is all right; false when `fill` has to see to it.
  private func endMappedFrame(_ parts: inout [LZ4Run.Part], _ input: CompressedInput) -> Bool {
    guard case .inFrame(let frame) = state, let last = parts.indices.last,
      parts[last].frame.number == frame.number
    else { return false }
    if !frame.header.isLegacy {
      let byteCount = frame.header.hasContentChecksum ? 8 : 4
      guard input.byteCount >= byteCount else { return false }
      parts[last].ending = .end(
        expected: frame.header.expectedChecksum(input.view()), offset: input.offset)
      input.consume(byteCount)
    }
    parts[last].endsFrame = true
    state = .betweenFrames
    return true
  }
}
