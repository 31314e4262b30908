/// Decodes the lines that begin in some blocks of LZ4 frames: from the first line that begins there, to the end of the last
/// one, which may lie in later blocks.
final class LZ4SplitDecoder: ContentDecoder {
  private let split: LZ4Split
  private let options: CodecOptions
  private var header: LZ4FrameHeader?
  private var frameNumber: Int
  private var blockNumber: Int
  private var stage: Stage
  /// Whether the last byte of the content so far was a line's end.
  private var endsLine = true

  private enum Stage {
    /// In the block before the split, whose content is not the split's.
    case before
    /// In the split, before the first line that begins there.
    case seeking
    case within
    /// Behind the split, in the line that began last.
    case finishing
    case ended
  }

  init(_ split: LZ4Split, _ options: CodecOptions) {
    self.split = split
    self.options = options
    header = split.header
    frameNumber = split.frameNumber
    blockNumber = split.blockNumber
    stage = split.begin < split.start ? .before : .within
  }

  func requiredByteCount(_ input: CompressedInput) throws(SpaltError) -> Int {
    guard stage != .ended, let header, try input.has(4) else { return 1 }
    let word = input.view().littleEndian32(at: 0)
    guard header.beginsBlock(word) else { return 1 }
    let block = LZ4BlockHeader(word, header)
    guard block.byteCount <= header.maximumBlockByteCount else { return 1 }
    _ = try input.has(block.totalByteCount)
    return max(1, block.maximumContentByteCount(atHand: input.byteCount))
  }

  func fill(
    _ buffer: inout ContentBuffer, from input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult {
    while stage != .ended, !notes.isFull {
      if let header {
        if try step(header, &buffer, input, &notes) == .full { return .full }
      } else {
        try beginFrame(input, buffer.end, &notes)
      }
    }
    return stage == .ended ? .ended : .full
  }

  // MARK: - Frames

  /// Begins the next frame, or passes over a skippable one; ends with the file.
  private func beginFrame(
    _ input: CompressedInput, _ position: Int, _ notes: inout ContentNotes
  ) throws(SpaltError) {
    guard try input.has(1) else {
      stage = .ended
      return
    }
    frameNumber += 1
    blockNumber = 0
    _ = try input.has(LZ4FrameHeader.maximumByteCount)
    let view = input.view()
    guard view.byteCount >= 8 else {
      return end("the stream ends in a header", input, position, &notes)
    }
    let word = view.littleEndian32(at: 0)
    if LZ4FrameHeader.isSkippable(word) {
      let byteCount = 8 + Int(view.littleEndian32(at: 4))
      return try pass(over: byteCount, input, position, &notes)
    }
    guard word == LZ4FrameHeader.magic, case .header(let header) = LZ4FrameHeader.parse(view),
      !header.isLinked
    else { return end("the frame is not as it was planned", input, position, &notes) }
    input.consume(header.byteCount)
    self.header = header
  }

  private func pass(
    over byteCount: Int, _ input: CompressedInput, _ position: Int, _ notes: inout ContentNotes
  ) throws(SpaltError) {
    var rest = byteCount
    while rest > 0 {
      guard try input.has(1) else {
        return end("the stream ends in a skippable frame", input, position, &notes)
      }
      let part = min(rest, input.byteCount)
      input.consume(part)
      rest -= part
    }
  }

  // MARK: - Blocks

  private enum StepResult { case full, done }

  /// Decodes one block, or ends the frame.
  private func step(
    _ header: LZ4FrameHeader, _ buffer: inout ContentBuffer, _ input: CompressedInput,
    _ notes: inout ContentNotes
  ) throws(SpaltError) -> StepResult {
    guard try input.has(4) else {
      end("the stream ends before the frame does", input, buffer.end, &notes)
      return .done
    }
    let word = input.view().littleEndian32(at: 0)
    guard header.beginsBlock(word) else {
      try endFrame(header, input, buffer.end, &notes)
      return .done
    }
    enterBlock(at: input.offset)
    guard stage != .ended else { return .done }
    let block = LZ4BlockHeader(word, header)
    guard block.byteCount <= header.maximumBlockByteCount, try input.has(block.totalByteCount)
    else {
      blockNumber += 1
      end("the block is cut off, or too long for its frame", input, buffer.end, &notes)
      return .done
    }
    guard block.maximumContentByteCount <= buffer.freeByteCount else { return .full }
    blockNumber += 1
    if let reason = try decode(block, header, &buffer, input, &notes) {
      damage(reason, input, buffer.end, &notes)
    }
    input.consume(block.totalByteCount)
    return .done
  }

  private func endFrame(
    _ header: LZ4FrameHeader, _ input: CompressedInput, _ position: Int,
    _ notes: inout ContentNotes
  ) throws(SpaltError) {
    let byteCount = header.hasContentChecksum ? 8 : 4
    guard try input.has(byteCount) else {
      return end("the stream ends before the frame does", input, position, &notes)
    }
    input.consume(byteCount)
    notes.frameCount += 1
    self.header = nil
  }

  /// Finds out what a block is for, by where it begins.
  private func enterBlock(at offset: Int) {
    if stage == .before, offset >= split.start { stage = endsLine ? .within : .seeking }
    guard offset >= split.end else { return }
    switch stage {
    case .seeking: stage = .ended
    case .within: stage = endsLine ? .ended : .finishing
    case .before, .finishing, .ended: break
    }
  }

  /// - Returns: what is wrong with the block, or nil.
  private func decode(
    _ block: LZ4BlockHeader, _ header: LZ4FrameHeader, _ buffer: inout ContentBuffer,
    _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> String? {
    let view = input.view()
    let data = view.slice(4..<4 + block.byteCount)
    if header.hasBlockChecksums, options.verifiesChecksums,
      view.littleEndian32(at: 4 + block.byteCount) != XXHash32.digest(of: data)
    {
      return "the block's checksum does not match"
    }
    guard stage != .within else {
      let start = buffer.end
      if let reason = LZ4Block.decode(data, block, header, into: &buffer, nil) { return reason }
      notes.blockCount += 1
      if buffer.end > start { endsLine = buffer.view(buffer.end - 1..<buffer.end)[0] == 0x0A }
      return nil
    }
    var scratch = try ContentBuffer(
      byteCount: max(1, block.maximumContentByteCount), pool: options.pool,
      segments: options.segments)
    if let reason = LZ4Block.decode(data, block, header, into: &scratch, nil) { return reason }
    take(scratch.view(scratch.start..<scratch.end), &buffer)
    return nil
  }

  /// Takes of a block at one of the split's ends what belongs to it.
  private func take(_ content: borrowing ByteView, _ buffer: inout ContentBuffer) {
    guard !content.isEmpty else { return }
    endsLine = content[content.byteCount - 1] == 0x0A
    guard stage != .before else { return }
    var lineEnd = 0
    while lineEnd < content.byteCount, content[lineEnd] != 0x0A { lineEnd += 1 }
    let hasLineEnd = lineEnd < content.byteCount
    if stage == .seeking {
      guard hasLineEnd else { return }
      buffer.append(content.slice(lineEnd + 1..<content.byteCount))
      stage = .within
    } else {
      buffer.append(content.slice(0..<min(lineEnd + 1, content.byteCount)))
      if hasLineEnd { stage = .ended }
    }
  }

  // MARK: - Damage

  /// Notes damage that nothing can be read behind.
  private func end(
    _ reason: String, _ input: CompressedInput, _ position: Int, _ notes: inout ContentNotes
  ) {
    note(reason, input, position, &notes)
    stage = .ended
  }

  /// Notes a block that cannot be decoded. That of the block before is another split's: then it is not known whether a line
  /// begins with this one.
  private func damage(
    _ reason: String, _ input: CompressedInput, _ position: Int, _ notes: inout ContentNotes
  ) {
    endsLine = false
    guard stage != .before else { return }
    note(reason, input, position, &notes)
    if !options.continuesAfterDamage || stage == .finishing { stage = .ended }
  }

  private func note(
    _ reason: String, _ input: CompressedInput, _ position: Int, _ notes: inout ContentNotes
  ) {
    notes.damages.append(
      ContentDamage(
        position: position,
        damage: StreamDamage(
          offset: input.offset, frame: frameNumber, block: blockNumber == 0 ? nil : blockNumber,
          reason: reason), losesContent: true))
  }
}
