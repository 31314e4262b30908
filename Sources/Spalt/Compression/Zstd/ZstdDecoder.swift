/// Decodes zstd frames: small ones straight into buffers when they are mapped, others through libzstd's window.
final class ZstdDecoder: ContentDecoder {
  let options: CodecOptions
  let contexts: ZstdContexts
  private(set) var state = State.betweenFrames
  /// Frames that were begun, skippable ones included.
  var frameNumber = 0
  /// What frames are decoded with that go through a window.
  private var context: ZstdContext?

  enum State {
    case betweenFrames
    case inFrame(ZstdFrameReader)
    /// The rest of a skippable frame.
    case skipping(byteCount: Int)
    /// Damage has put an end to what can be understood: the next frame is searched for.
    case searching
    case ended
  }

  init(_ options: CodecOptions) {
    self.options = options
    contexts = ZstdContexts(options.pool)
  }

  func requiredByteCount(_ input: CompressedInput) throws(SpaltError) -> Int { 1 }

  func fill(
    _ buffer: inout ContentBuffer, from input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult {
    while true {
      if notes.isFull { return .full }
      let result: FillResult?
      switch state {
      case .ended: result = .ended
      case .betweenFrames: result = try beginFrame(&buffer, input, &notes)
      case .skipping(let byteCount): result = try skip(byteCount, input, buffer.end, &notes)
      case .searching: result = try search(input, &notes)
      case .inFrame(let reader): result = try goOn(reader, &buffer, input, &notes)
      }
      guard let result else { continue }
      // The window is of no more use.
      if result == .ended { context = nil }
      return result
    }
  }

  // MARK: - Damage

  /// What comes next when there are fewer bytes than are needed: nothing yet, or damage because the stream has
  /// ended.
  private func missing(
    _ input: CompressedInput, _ position: Int, frame: Int, block: Int? = nil, _ reason: String,
    _ notes: inout ContentNotes
  ) -> FillResult? {
    if input.isWaiting { return .waiting }
    if input.wasInterrupted {
      state = .ended
      return .ended
    }
    return damaged(
      input, position, offset: input.offset + input.byteCount, frame: frame, block: block, reason,
      &notes)
  }

  /// Notes damage, behind which the next frame is searched for if decoding may go on.
  private func damaged(
    _ input: CompressedInput, _ position: Int, offset: Int, frame: Int, block: Int? = nil,
    _ reason: String, _ notes: inout ContentNotes
  ) -> FillResult? {
    notes.damages.append(
      ContentDamage(
        position: position,
        damage: StreamDamage(offset: offset, frame: frame, block: block, reason: reason),
        losesContent: true))
    guard options.continuesAfterDamage else {
      state = .ended
      return .ended
    }
    pass(min(1, input.byteCount), input, &notes)
    state = .searching
    return nil
  }

  /// Passes over bytes that cannot be understood.
  private func pass(_ byteCount: Int, _ input: CompressedInput, _ notes: inout ContentNotes) {
    notes.lostByteCount += byteCount
    input.consume(byteCount)
  }

  /// Searches for the next frame with a valid header.
  private func search(
    _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    while true {
      let hasAll = try input.has(ZstdFrameHeader.maximumByteCount + ZstdBlockHeader.byteCount)
      if !hasAll, input.isWaiting { return .waiting }
      let found = Self.indexOfMagic(input.view())
      // A magic number may begin with the last bytes at hand.
      pass(found ?? (hasAll ? input.byteCount - 3 : input.byteCount), input, &notes)
      if found == 0, Self.beginsFrame(input.view()) {
        state = .betweenFrames
        return nil
      }
      if found == 0 { pass(1, input, &notes) }
      if !hasAll, input.byteCount == 0 {
        state = .ended
        return .ended
      }
    }
  }

  private static func indexOfMagic(_ bytes: borrowing ByteView) -> Int? {
    let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
    return bytes.firstIndex(of: ByteView(magic.span))
  }

  /// Whether header and first block of what begins with a magic number are as they should be.
  private static func beginsFrame(_ bytes: borrowing ByteView) -> Bool {
    guard case .header(let header) = ZstdFrameHeader.parse(bytes),
      header.byteCount + ZstdBlockHeader.byteCount <= bytes.byteCount
    else { return false }
    return ZstdBlockHeader(bytes, at: header.byteCount, header) != nil
  }

  // MARK: - Frames

  private func beginFrame(
    _ buffer: inout ContentBuffer, _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    let hasMagic = try input.has(4)
    if !hasMagic, !input.isWaiting, input.byteCount == 0 {
      state = .ended
      return .ended
    }
    let number = frameNumber + 1
    guard hasMagic else {
      return missing(
        input, buffer.end, frame: number,
        "the stream ends in the middle of a frame's magic number", &notes)
    }
    let word = input.view().littleEndian(at: 0, byteCount: 4)
    if ZstdFrameHeader.isSkippable(word) {
      guard try input.has(8) else {
        return missing(
          input, buffer.end, frame: number,
          "the stream ends in the middle of a skippable frame's header", &notes)
      }
      frameNumber = number
      state = .skipping(byteCount: Int(input.view().littleEndian(at: 4, byteCount: 4)))
      input.consume(8)
      return nil
    }
    guard word == UInt64(ZstdFrameHeader.magic) else {
      let reason =
        frameNumber == 0 ? "no frame begins here" : "what follows the frame before is no zstd frame"
      return damaged(input, buffer.end, offset: input.offset, frame: number, reason, &notes)
    }
    return try readHeader(&buffer, input, &notes)
  }

  private func readHeader(
    _ buffer: inout ContentBuffer, _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    var neededByteCount = ZstdFrameHeader.minimumByteCount
    while true {
      guard try input.has(neededByteCount) else {
        return missing(
          input, buffer.end, frame: frameNumber + 1,
          "the stream ends in the middle of a frame's header", &notes)
      }
      switch ZstdFrameHeader.parse(input.view()) {
      case .tooShort(let byteCount): neededByteCount = byteCount
      case .damaged(let reason):
        return damaged(
          input, buffer.end, offset: input.offset, frame: frameNumber + 1, reason, &notes)
      case .header(let header): return try enter(header, &buffer, input, &notes)
      }
    }
  }

  /// Decodes a frame at once if it is mapped and finds room in the buffer, or else begins to decode it.
  private func enter(
    _ header: ZstdFrameHeader, _ buffer: inout ContentBuffer, _ input: CompressedInput,
    _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    if let reason = Self.obstacle(header) {
      return damaged(
        input, buffer.end, offset: input.offset, frame: frameNumber + 1, reason, &notes)
    }
    let usedByteCount = buffer.end - ContentBuffer.headroom
    let roomByteCount = usedByteCount + buffer.freeByteCount
    if input.isMapped,
      let extent = ZstdFrameExtent.find(in: input.view(), header, atMost: roomByteCount)
    {
      // It finds room in an empty buffer.
      if extent.contentByteCountLimit > buffer.freeByteCount { return .full }
      if try decodeAtOnce(extent, &buffer, input, &notes) { return nil }
    }
    do throws(SpaltError) {
      state = .inFrame(try ZstdFrameReader(header, windowContext(for: header)))
    } catch {
      // What was decoded before is not lost.
      if usedByteCount > 0 { return .full }
      guard case .memoryBudgetExceeded = error else { throw error }
      // One file's window is no reason for the others not to be read.
      return damaged(
        input, buffer.end, offset: input.offset, frame: frameNumber + 1,
        """
        the frame needs a window of \(header.windowByteCount) bytes, more than is left of \
        --memory
        """, &notes)
    }
    frameNumber += 1
    return nil
  }

  /// Why a frame is not decoded whose header is valid.
  static func obstacle(_ header: ZstdFrameHeader) -> String? {
    if header.dictionary != 0 {
      return "the frame needs dictionary \(header.dictionary), and zstd dictionaries are not read"
    }
    if header.windowByteCount > ZstdFrameHeader.maximumWindowByteCount {
      return "the frame needs a window of \(header.windowByteCount) bytes, more than zstd decodes"
    }
    return nil
  }

  /// False when there is something wrong with the frame: to be found out block by block.
  private func decodeAtOnce(
    _ extent: ZstdFrameExtent, _ buffer: inout ContentBuffer, _ input: CompressedInput,
    _ notes: inout ContentNotes
  ) throws(SpaltError) -> Bool {
    let context = try contexts.take()
    defer { contexts.giveBack(context) }
    let isGood = context.decompress(
      input.view().slice(0..<extent.range.count), into: &buffer,
      maximumByteCount: extent.contentByteCountLimit)
    guard isGood else { return false }
    input.consume(extent.range.count)
    frameNumber += 1
    notes.frameCount += 1
    notes.blockCount += extent.blockCount
    return true
  }

  /// The context of the frame before, unless it holds on to much more than this one needs.
  private func windowContext(for header: ZstdFrameHeader) throws(SpaltError) -> ZstdContext {
    if let context, context.windowByteCount / 4 <= header.decodingByteCount { return context }
    context = nil
    let made = try contexts.take()
    context = made
    return made
  }

  private func goOn(
    _ reader: ZstdFrameReader, _ buffer: inout ContentBuffer, _ input: CompressedInput,
    _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    switch try reader.read(&buffer, from: input, &notes) {
    case .full: return .full
    case .ended:
      notes.frameCount += 1
      state = .betweenFrames
      return nil
    case .missing(let block, let reason):
      return missing(input, buffer.end, frame: frameNumber, block: block, reason, &notes)
    case .damaged(let block, let reason):
      return damaged(
        input, buffer.end, offset: input.offset, frame: frameNumber, block: block, reason, &notes)
    case .mismatch(let offset):
      notes.damages.append(.zstdMismatch(buffer.end, offset: offset, frame: frameNumber))
      notes.frameCount += 1
      state = options.continuesAfterDamage ? .betweenFrames : .ended
      return nil
    }
  }

  private func skip(
    _ byteCount: Int, _ input: CompressedInput, _ position: Int, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    var rest = byteCount
    while rest > 0 {
      guard try input.has(1) else {
        state = .skipping(byteCount: rest)
        return missing(
          input, position, frame: frameNumber,
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
}

extension ContentDamage {
  /// A content checksum that does not match.
  static func zstdMismatch(_ position: Int, offset: Int, frame: Int) -> ContentDamage {
    ContentDamage(
      position: position,
      damage: StreamDamage(
        offset: offset, frame: frame, block: nil,
        reason: "the checksum of the frame's content does not match"),
      losesContent: false)
  }
}
