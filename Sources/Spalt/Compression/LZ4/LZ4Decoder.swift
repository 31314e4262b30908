/// Decodes LZ4 frames, block by block, from the compressed bytes straight into buffers.
final class LZ4Decoder: ContentDecoder {
  let options: CodecOptions
  /// The dictionary's content, or nil.
  let dictionary: SharedSegment?
  private let history: LZ4History
  var state = State.betweenFrames
  /// Frames that were begun, skippable ones included.
  private(set) var frameNumber = 0

  enum State {
    case betweenFrames
    case inFrame(Frame)
    /// The rest of a skippable frame.
    case skipping(byteCount: Int)
    /// The rest of a frame whose blocks cannot be decoded any more, because one that they refer to is damaged.
    case passingOver(Frame)
    /// Damage has put an end to what can be understood: the next frame is searched for. At the first byte it
    /// does not begin, if something was found to be wrong there.
    case searching(from: Int)
    case ended
  }

  /// A frame that was begun.
  struct Frame {
    let header: LZ4FrameHeader
    let number: Int
    /// Blocks that were begun.
    var blockNumber = 0
    /// What verifies the content's length and checksum, if the frame tells them.
    let check: LZ4ContentCheck?
  }

  init(_ options: CodecOptions) throws(SpaltError) {
    self.options = options
    history = LZ4History(options)
    if options.lz4Dictionary.isEmpty {
      dictionary = nil
    } else {
      // Blocks refer to its end only.
      let bytes = options.lz4Dictionary.suffix(LZ4.historyByteCount)
      var buffer = try ContentBuffer(
        byteCount: bytes.count, pool: options.pool, segments: options.segments)
      buffer.append(ByteView(Array(bytes).span))
      dictionary = SharedSegment(
        buffer.segment(buffer.start..<buffer.end, offset: 0, options.segments))
    }
  }

  func requiredByteCount(_ input: CompressedInput) throws(SpaltError) -> Int {
    guard case .inFrame(let frame) = state, input.byteCount >= 4 else { return 1 }
    let word = input.view().littleEndian32(at: 0)
    guard frame.header.beginsBlock(word) else { return 1 }
    let block = LZ4BlockHeader(word, frame.header)
    guard block.byteCount <= frame.header.maximumBlockByteCount else { return 1 }
    return max(1, block.maximumContentByteCount(atHand: input.byteCount))
  }

  func fill(
    _ buffer: inout ContentBuffer, from input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult {
    while !notes.isFull {
      let result: FillResult?
      switch state {
      case .ended: result = .ended
      case .betweenFrames: result = try beginFrame(input, buffer.end, &notes)
      case .skipping(let byteCount): result = try skip(byteCount, input, buffer.end, &notes)
      case .searching(let passed): result = try search(from: passed, input, &notes)
      case .passingOver(let frame): result = try passOver(frame, input, buffer.end, &notes)
      case .inFrame(var frame):
        // Taken out, so that it is not copied when it changes.
        state = .betweenFrames
        result = try step(&frame, &buffer, input, &notes)
      }
      if let result { return result }
    }
    return .full
  }

  // MARK: - Frames

  /// What comes next when there are fewer bytes than are needed: nothing yet, or damage because the stream has
  /// ended.
  private func missing(
    _ input: CompressedInput, _ position: Int, frame: Int, block: Int?, _ reason: String,
    _ notes: inout ContentNotes
  ) -> FillResult {
    if input.isWaiting { return .waiting }
    if !input.wasInterrupted {
      notes.damages.append(
        ContentDamage(
          position: position,
          damage: StreamDamage(
            offset: input.offset + input.byteCount, frame: frame, block: block, reason: reason),
          losesContent: true))
      notes.lostByteCount += input.byteCount
      input.consume(input.byteCount)
    }
    state = .ended
    return .ended
  }

  /// Notes damage at the next byte; `next` is how it goes on if it may.
  private func damage(
    _ input: CompressedInput, _ position: Int, frame: Int, block: Int?, _ reason: String,
    losesContent: Bool = true, next: State, _ notes: inout ContentNotes
  ) -> FillResult? {
    notes.damages.append(
      ContentDamage(
        position: position,
        damage: StreamDamage(offset: input.offset, frame: frame, block: block, reason: reason),
        losesContent: losesContent))
    state = options.continuesAfterDamage ? next : .ended
    return options.continuesAfterDamage ? nil : .ended
  }

  private func beginFrame(
    _ input: CompressedInput, _ position: Int, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    state = .betweenFrames
    let hasMagic = try input.has(4)
    if !hasMagic, !input.isWaiting, input.byteCount == 0 {
      state = .ended
      return .ended
    }
    let number = frameNumber + 1
    guard hasMagic else {
      return missing(
        input, position, frame: number, block: nil,
        "the stream ends in the middle of a frame's magic number", &notes)
    }
    let word = input.view().littleEndian32(at: 0)
    if LZ4FrameHeader.isSkippable(word) {
      guard try input.has(8) else {
        return missing(
          input, position, frame: number, block: nil,
          "the stream ends in the middle of a skippable frame's header", &notes)
      }
      frameNumber = number
      state = .skipping(byteCount: Int(input.view().littleEndian32(at: 4)))
      input.consume(8)
      return nil
    }
    guard word == LZ4FrameHeader.magic || word == LZ4FrameHeader.legacyMagic else {
      let reason =
        frameNumber == 0 ? "no frame begins here" : "what follows the frame before is no LZ4 frame"
      return damage(
        input, position, frame: number, block: nil, reason, next: .searching(from: 1), &notes)
    }
    // All but the shortest headers may end the stream: more is asked for as it turns out to be needed.
    for byteCount in [4, 7, 11, 15, 19] {
      guard try input.has(byteCount) else {
        return missing(
          input, position, frame: number, block: nil,
          "the stream ends in the middle of a frame's header", &notes)
      }
      switch LZ4FrameHeader.parse(input.view()) {
      case .tooShort: continue
      case .damaged(let reason):
        return damage(
          input, position, frame: number, block: nil, reason, next: .searching(from: 1), &notes)
      case .header(let header):
        enter(header)
        input.consume(header.byteCount)
        return nil
      }
    }
    preconditionFailure("no header is longer than 19 bytes")
  }

  func enter(_ header: LZ4FrameHeader) {
    frameNumber += 1
    state = .inFrame(frame(header))
    if header.isLinked { history.begin(dictionary: dictionary) }
  }

  private func frame(_ header: LZ4FrameHeader) -> Frame {
    Frame(
      header: header, number: frameNumber,
      check: LZ4ContentCheck(
        header, frame: frameNumber, verifiesChecksum: options.verifiesChecksums))
  }

  private func skip(
    _ byteCount: Int, _ input: CompressedInput, _ position: Int, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    var rest = byteCount
    while rest > 0 {
      guard try input.has(1) else {
        state = .skipping(byteCount: rest)
        return missing(
          input, position, frame: frameNumber, block: nil,
          "the stream ends \(rest) bytes before a skippable frame does", &notes)
      }
      let count = min(rest, input.byteCount)
      input.consume(count)
      rest -= count
    }
    notes.frameCount += 1
    state = .betweenFrames
    return nil
  }

  // MARK: - Blocks

  /// Decodes the next block of a frame, or its end.
  private func step(
    _ frame: inout Frame, _ buffer: inout ContentBuffer, _ input: CompressedInput,
    _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    guard try input.has(4) else {
      if frame.header.isLegacy, input.byteCount == 0, !input.isWaiting {
        notes.frameCount += 1
        state = .betweenFrames
        return nil
      }
      state = .inFrame(frame)
      return missing(
        input, buffer.end, frame: frame.number, block: frame.blockNumber + 1,
        "the stream ends before the frame does", &notes)
    }
    let word = input.view().littleEndian32(at: 0)
    guard frame.header.beginsBlock(word) else {
      guard frame.header.isLegacy else { return try end(frame, buffer.end, input, &notes) }
      notes.frameCount += 1
      state = .betweenFrames
      return nil
    }
    let block = LZ4BlockHeader(word, frame.header)
    guard block.byteCount <= frame.header.maximumBlockByteCount else {
      return damage(
        input, buffer.end, frame: frame.number, block: frame.blockNumber + 1,
        """
        the block's length, \(block.byteCount) bytes, is more than the \
        \(frame.header.maximumBlockByteCount) that the frame allows
        """, next: .searching(from: 1), &notes)
    }
    let isWhole = try input.has(block.totalByteCount)
    let maximum = block.maximumContentByteCount(atHand: input.byteCount)
    guard maximum <= buffer.freeByteCount || input.isWaiting else {
      state = .inFrame(frame)
      return .full
    }
    guard isWhole else {
      state = .inFrame(frame)
      if !input.isWaiting, !input.wasInterrupted {
        try salvage(block, maximum, frame, &buffer, input, &notes)
      }
      return missing(
        input, buffer.end, frame: frame.number, block: frame.blockNumber + 1,
        "the stream ends in the middle of a block", &notes)
    }
    return try decode(block, &frame, &buffer, input, &notes)
  }

  /// Decodes a block that is all there.
  private func decode(
    _ block: LZ4BlockHeader, _ frame: inout Frame, _ buffer: inout ContentBuffer,
    _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    let start = buffer.end
    frame.blockNumber += 1
    if let reason = try decodeData(block, frame, &buffer, input, &notes) {
      _ = frame.check.map { note($0, start..<start, .gap, &notes) }
      let result = damage(
        input, start, frame: frame.number, block: frame.blockNumber, reason,
        next: frame.header.isLinked ? .passingOver(frame) : .inFrame(frame), &notes)
      if options.continuesAfterDamage {
        notes.lostByteCount += block.totalByteCount
        input.consume(block.totalByteCount)
      }
      return result
    }
    notes.blockCount += 1
    input.consume(block.totalByteCount)
    if let check = frame.check {
      _ = verify(check, buffer, start..<buffer.end, .more, &notes)
    }
    state = .inFrame(frame)
    return nil
  }

  /// - Returns: what is wrong with the block, or nil.
  private func decodeData(
    _ block: LZ4BlockHeader, _ frame: Frame, _ buffer: inout ContentBuffer,
    _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> String? {
    let view = input.view()
    let data = view.slice(4..<4 + block.byteCount)
    if frame.header.hasBlockChecksums, options.verifiesChecksums,
      view.littleEndian32(at: 4 + block.byteCount) != XXHash32.digest(of: data)
    {
      return "the block's checksum does not match"
    }
    guard frame.header.isLinked else {
      return LZ4Block.decode(data, block, frame.header, into: &buffer, dictionary)
    }
    if block.isStored {
      try history.store(data, into: &buffer, &notes)
      return nil
    }
    return try history.decompress(
      data, into: &buffer, maximumByteCount: block.maximumContentByteCount, &notes)
      ? nil : LZ4Block.malformed(frame.header, dictionary)
  }

  /// Decodes what there is of a block whose end is missing.
  private func salvage(
    _ block: LZ4BlockHeader, _ maximum: Int, _ frame: Frame, _ buffer: inout ContentBuffer,
    _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) {
    let view = input.view()
    let data = view.slice(4..<min(view.byteCount, 4 + block.byteCount))
    if block.isStored {
      buffer.append(data)
    } else if frame.header.isLinked {
      try history.decompressBeginning(data, into: &buffer, maximumByteCount: maximum, &notes)
    } else {
      LZ4Block.decodeBeginning(data, into: &buffer, maximumByteCount: maximum, dictionary)
    }
  }

  /// The end of a frame: an empty block and, if the header says so, a checksum.
  private func end(
    _ frame: Frame, _ position: Int, _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    let byteCount = frame.header.hasContentChecksum ? 8 : 4
    guard try input.has(byteCount) else {
      state = .inFrame(frame)
      return missing(
        input, position, frame: frame.number, block: nil,
        "the stream ends in the middle of the checksum of the frame's content", &notes)
    }
    notes.frameCount += 1
    if let check = frame.check {
      let step = OrderedCheckStep.end(
        expected: frame.header.expectedChecksum(input.view()), offset: input.offset)
      if let damage = note(check, position..<position, step, &notes) {
        notes.damages.append(
          ContentDamage(position: position, damage: damage, losesContent: false))
        if !options.continuesAfterDamage {
          state = .ended
          return .ended
        }
      }
    }
    input.consume(byteCount)
    state = .betweenFrames
    return nil
  }

  // MARK: - Checksums of content

  /// Takes content into account at once, or leaves that for later when other content may come before it.
  private func verify(
    _ check: LZ4ContentCheck, _ buffer: borrowing ContentBuffer, _ range: Range<Int>,
    _ step: OrderedCheckStep, _ notes: inout ContentNotes
  ) -> StreamDamage? {
    if options.decodesInRuns {
      notes.add(NotedCheck(range: range, check: check, step: step))
      return nil
    }
    return check.check(buffer.view(range), step)
  }

  /// As `verify`, for no content.
  private func note(
    _ check: LZ4ContentCheck, _ range: Range<Int>, _ step: OrderedCheckStep,
    _ notes: inout ContentNotes
  ) -> StreamDamage? {
    if options.decodesInRuns {
      notes.add(NotedCheck(range: range, check: check, step: step))
      return nil
    }
    return check.check(ByteView(RawSpan()), step)
  }
}
