/// Decodes the members of a gzip file one after the other, and hands out the blocks of BGZF in runs.
final class GzipDecoder: ContentDecoder {
  /// What comes next in the stream.
  private enum State {
    /// A member, or the end.
    case boundary
    /// More of a member's deflate stream.
    case content
    /// The last content of a member that is invalid behind it.
    case remainder
    /// A member's trailer.
    case trailer
    /// Zeros that fill the file up, and nothing else.
    case padding
    /// Whatever can be read next: something could not be.
    case damaged
    case ended
  }

  private let options: CodecOptions
  private let engine: any InflateEngine
  private let engines: InflateEnginePool
  private var state = State.boundary
  /// Members that began.
  private var memberCount = 0
  /// Where the deflate stream of the current member begins.
  private var streamOffset = 0
  /// What is left of the content of an invalid member.
  private var remainder: [UInt8] = []
  /// Of the content of the current member.
  private var checksum: UInt32 = 0
  private var contentByteCount = 0
  /// Whether the engine may have more content although there is no more input.
  private var hasMoreContent = false
  /// Whether the last member was a block of BGZF, and whether it was empty, as the last one has to be.
  private var isBlocked = false
  private var endsWithEmptyBlock = false

  init(_ options: CodecOptions, _ library: InflateLibrary) throws(SpaltError) {
    self.options = options
    engine = try library.makeEngine(options.pool)
    engines = InflateEnginePool(library, options.pool)
  }

  func requiredByteCount(_ input: CompressedInput) throws(SpaltError) -> Int {
    guard case .boundary = state, case .header(let header) = try parseHeader(input),
      let block = BlockedGzip(header)
    else { return 1 }
    _ = try input.has(block.byteCount)
    let bytes = input.view()
    return max(1, block.roomByteCount(bytes))
  }

  func fill(
    _ buffer: inout ContentBuffer, from input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult {
    while true {
      if notes.isFull { return .full }
      let result: FillResult? =
        switch state {
        case .boundary: try passBoundary(&buffer, input, &notes)
        case .content: try decode(&buffer, input, &notes)
        case .remainder: giveRemainder(&buffer, input, &notes)
        case .trailer: try passTrailer(&buffer, input, &notes)
        case .padding: try passPadding(&buffer, input, &notes)
        case .damaged: try search(input, &notes)
        case .ended: .ended
        }
      if let result { return result }
    }
  }

  func nextRun(
    _ input: CompressedInput, byteCount: Int
  ) throws(SpaltError) -> (any DecodeRun)? {
    guard case .boundary = state, let mapping = input.mappedFile,
      let run = BlockedGzipRun(
        mapping, from: input.offset, byteCount: byteCount, firstMember: memberCount + 1,
        engines: engines, options)
    else { return nil }
    input.consume(run.range.count)
    memberCount += run.blockCount
    isBlocked = true
    endsWithEmptyBlock = run.endsWithEmptyBlock
    return run
  }
}

// MARK: Between members

extension GzipDecoder {
  /// Looks at the next header, for which it reads on if need be.
  private func parseHeader(_ input: CompressedInput) throws(SpaltError) -> GzipHeader.Parsed {
    while true {
      let parsed = GzipHeader.parse(input.view())
      guard case .needsMore(let wanted) = parsed, try input.has(wanted) else { return parsed }
    }
  }

  private func passBoundary(
    _ buffer: inout ContentBuffer, _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    guard try input.has(1) else {
      if input.isWaiting { return .waiting }
      if isBlocked, !endsWithEmptyBlock {
        return damage(
          "the empty block that ends a file is missing", at: input.offset, &buffer, input, &notes)
      }
      state = .ended
      return .ended
    }
    switch try parseHeader(input) {
    case .needsMore:
      if input.isWaiting { return .waiting }
      memberCount += 1
      return damage(
        "the stream ends in the middle of a member's header", at: input.offset + input.byteCount,
        &buffer, input, &notes)
    case .invalid(let reason):
      if memberCount > 0, input.view()[0] == 0 {
        state = .padding
        return nil
      }
      memberCount += 1
      return damage(reason, at: input.offset, &buffer, input, &notes)
    case .header(let header):
      if let block = BlockedGzip(header), header.checksumIndex == nil {
        return try decode(block, &buffer, input, &notes)
      }
      return try begin(header, &buffer, input, &notes)
    }
  }

  /// Begins an ordinary member.
  private func begin(
    _ header: GzipHeader, _ buffer: inout ContentBuffer, _ input: CompressedInput,
    _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    memberCount += 1
    guard hasValidChecksum(header, input.view()) else {
      return damage(
        "the checksum of the member's header does not match", at: input.offset, &buffer, input,
        &notes)
    }
    input.consume(header.byteCount)
    streamOffset = input.offset
    try engine.reset()
    checksum = 0
    contentByteCount = 0
    hasMoreContent = false
    isBlocked = false
    state = .content
    return nil
  }

  /// Whether a header at the beginning of bytes is what its own checksum says.
  private func hasValidChecksum(_ header: GzipHeader, _ bytes: borrowing ByteView) -> Bool {
    guard let index = header.checksumIndex else { return true }
    let checksum = engine.checksum(bytes.slice(0..<index), after: 0)
    return bytes.littleEndian16(at: index) == Int(checksum & 0xFFFF)
  }

  private func passPadding(
    _ buffer: inout ContentBuffer, _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    while try input.has(1) {
      let bytes = input.view()
      var count = 0
      while count < bytes.byteCount, bytes[count] == 0 { count += 1 }
      let isOver = count < bytes.byteCount
      input.consume(count)
      if isOver {
        return damage(
          "what follows the last member is not gzip", at: input.offset, &buffer, input, &notes)
      }
    }
    if input.isWaiting { return .waiting }
    state = .ended
    return .ended
  }
}

// MARK: Members

extension GzipDecoder {
  /// Decodes a block of BGZF, which is never parted.
  private func decode(
    _ block: BlockedGzip, _ buffer: inout ContentBuffer, _ input: CompressedInput,
    _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    let isWhole = try input.has(block.byteCount)
    if !isWhole, input.isWaiting { return .waiting }
    if !isWhole, input.wasInterrupted {
      state = .ended
      return .ended
    }
    let bytes = input.view()
    let room = block.roomByteCount(bytes)
    if room > buffer.freeByteCount { return .full }
    memberCount += 1
    isBlocked = true
    endsWithEmptyBlock = room == 0
    let fault = try block.decode(
      bytes, into: &buffer, engine, options, &notes)
    let offset = input.offset
    if let fault, fault.losesContent, options.continuesAfterDamage,
      !block.isFollowedByMember(bytes)
    {
      // Where the next one begins has to be searched for.
      note(
        fault.reason, at: offset + fault.index, losesContent: true, buffer.end, &notes)
      endsWithEmptyBlock = endsWithEmptyBlock || !isWhole
      lose(min(block.headerByteCount, input.byteCount), of: input, &notes)
      state = .damaged
      return nil
    }
    let byteCount = min(block.byteCount, input.byteCount)
    input.consume(byteCount)
    guard let fault else { return nil }
    notes.add(fault, of: byteCount, at: offset, member: memberCount, position: buffer.end)
    // What is missing at the end is said once.
    endsWithEmptyBlock = endsWithEmptyBlock || !isWhole
    if options.continuesAfterDamage { return nil }
    state = .ended
    return .ended
  }

  /// Decodes as much of an ordinary member as there is and as there is room for.
  private func decode(
    _ buffer: inout ContentBuffer, _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    if buffer.isFull { return .full }
    let hasInput = try input.has(engine.heldByteCount + 1)
    if !hasInput, !hasMoreContent {
      if input.isWaiting { return .waiting }
      return damage(
        "the stream ends in the middle of a member", at: input.offset + input.byteCount, &buffer,
        input,
        &notes)
    }
    let start = buffer.end
    let step = try engine.inflate(input.view(), into: &buffer)
    input.consume(step.consumedByteCount)
    hasMoreContent = buffer.isFull
    contentByteCount += buffer.end - start
    notes.windowByteCount += step.windowByteCount
    if options.verifiesChecksums {
      checksum = engine.checksum(buffer.view(start..<buffer.end), after: checksum)
    }
    switch step.outcome {
    case .unfinished: break
    case .ended: state = .trailer
    case .invalid:
      remainder = try readRemainder(input)
      state = .remainder
    }
    return nil
  }

  /// The content that the engine kept back when it came upon something invalid. A file can be read again; from
  /// elsewhere that much is lost.
  private func readRemainder(_ input: CompressedInput) throws(SpaltError) -> [UInt8] {
    guard !engine.isExact, let mapping = input.mappedFile else { return [] }
    return try InvalidMember(mapping: mapping, streamOffset: streamOffset)
      .content(from: contentByteCount, options)
  }

  private func giveRemainder(
    _ buffer: inout ContentBuffer, _ input: CompressedInput, _ notes: inout ContentNotes
  ) -> FillResult? {
    let count = min(buffer.freeByteCount, remainder.count)
    buffer.append(ByteView(remainder.span).slice(0..<count))
    remainder.removeFirst(count)
    guard remainder.isEmpty else { return .full }
    return damage("a member cannot be decoded", at: input.offset, &buffer, input, &notes)
  }

  private func passTrailer(
    _ buffer: inout ContentBuffer, _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    guard try input.has(GzipHeader.trailerByteCount) else {
      if input.isWaiting { return .waiting }
      return damage(
        "the stream ends in the middle of a member's trailer", at: input.offset + input.byteCount,
        &buffer, input, &notes)
    }
    let bytes = input.view()
    let offset = input.offset
    let hasChecksum = !options.verifiesChecksums || bytes.littleEndian32(at: 0) == checksum
    let hasLength = bytes.littleEndian32(at: 4) == UInt32(truncatingIfNeeded: contentByteCount)
    input.consume(GzipHeader.trailerByteCount)
    notes.frameCount += 1
    state = .boundary
    if hasChecksum, hasLength { return nil }
    return mismatch(
      hasChecksum
        ? "the content is not as long as the member says"
        : "the checksum of the member's content does not match",
      at: offset + (hasChecksum ? 4 : 0), &buffer, &notes)
  }
}

// MARK: Damage

extension GzipDecoder {
  /// Notes that something does not match, and goes on if it may.
  private func mismatch(
    _ reason: String, at offset: Int, _ buffer: inout ContentBuffer, _ notes: inout ContentNotes
  ) -> FillResult? {
    note(reason, at: offset, losesContent: false, buffer.end, &notes)
    if options.continuesAfterDamage { return nil }
    state = .ended
    return .ended
  }

  /// Notes that content is missing from here on; what can be read next is searched for if it may be.
  private func damage(
    _ reason: String, at offset: Int, _ buffer: inout ContentBuffer, _ input: CompressedInput,
    _ notes: inout ContentNotes
  ) -> FillResult? {
    note(reason, at: offset, losesContent: true, buffer.end, &notes)
    guard options.continuesAfterDamage else {
      state = .ended
      return .ended
    }
    // What begins here was tried.
    if input.byteCount > 0 { lose(1, of: input, &notes) }
    state = .damaged
    return nil
  }

  private func note(
    _ reason: String, at offset: Int, losesContent: Bool, _ position: Int,
    _ notes: inout ContentNotes
  ) {
    notes.damages.append(
      ContentDamage(
        position: position,
        damage: StreamDamage(
          offset: offset, frame: max(1, memberCount), block: nil, reason: reason),
        losesContent: losesContent))
  }

  private func lose(_ count: Int, of input: CompressedInput, _ notes: inout ContentNotes) {
    input.consume(count)
    notes.lostByteCount += count
  }

  /// Passes over everything up to the next header that is plausible.
  private func search(
    _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    while true {
      guard try input.has(1) else {
        if input.isWaiting { return .waiting }
        // That there is damage was said; what is missing at the end is not said as well.
        state = .ended
        return .ended
      }
      let count = Self.indexOfMagic(input.view())
      lose(count, of: input, &notes)
      if input.byteCount == 0 { continue }
      switch try parseHeader(input) {
      case .header(let header) where isPlausible(header, input.view()):
        state = .boundary
        return nil
      case .needsMore where input.isWaiting: return .waiting
      default: lose(1, of: input, &notes)
      }
    }
  }

  /// Where a member may begin; the end if nowhere.
  private static func indexOfMagic(_ bytes: borrowing ByteView) -> Int {
    var index = 0
    while index < bytes.byteCount, bytes[index] != GzipHeader.magic[0] { index += 1 }
    return index
  }

  private func isPlausible(_ header: GzipHeader, _ bytes: borrowing ByteView) -> Bool {
    header.isUsual && (!isBlocked || header.blockByteCount != nil)
      && hasValidChecksum(header, bytes)
  }
}
