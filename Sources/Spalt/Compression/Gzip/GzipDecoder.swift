/// Decodes the members of a gzip file one after the other, and hands out the blocks of BGZF in runs.
final class GzipDecoder: ContentDecoder {
  /// What comes next in the stream.
  private enum State {
    /// A member, or the end.
    case boundary
    /// More of a member's deflate stream.
    case content
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
  /// Of the content of the current member.
  private var checksum: UInt32 = 0
  private var contentByteCount = 0
  /// Whether the engine may have more content although there is no more input.
  private var hasMoreContent = false
  /// Whether the last member was a block of BGZF, and whether it was empty, as the last one has to be.
  private var isBlocked = false
  private var endsWithEmptyBlock = false
  /// What was met while the input has to be searched for what can be read next.
  private var pendingDamage: StreamDamage?

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
      let result: FillResult? =
        switch state {
        case .boundary: try passBoundary(&buffer, input, &notes)
        case .content: try decode(&buffer, input, &notes)
        case .trailer: try passTrailer(&buffer, input, &notes)
        case .padding: try passPadding(&buffer, input, &notes)
        case .damaged: try search(&buffer, input, &notes)
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
          "the empty block that ends a file is missing", at: input.offset, &buffer, &notes)
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
        &buffer, &notes)
    case .invalid(let reason):
      if memberCount > 0, input.view()[0] == 0 {
        state = .padding
        return nil
      }
      memberCount += 1
      return damage(reason, at: input.offset, &buffer, &notes)
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
        "the checksum of the member's header does not match", at: input.offset, &buffer, &notes)
    }
    input.consume(header.byteCount)
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
        return damage("what follows the last member is not gzip", at: input.offset, &buffer, &notes)
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
    let bytes = input.view()
    let room = block.roomByteCount(bytes)
    if room > buffer.freeByteCount { return .full }
    memberCount += 1
    isBlocked = true
    endsWithEmptyBlock = room == 0
    let fault = try block.decode(
      bytes, into: &buffer, engine, verifiesChecksum: options.verifiesChecksums, &notes)
    input.consume(min(block.byteCount, input.byteCount))
    guard let fault else { return nil }
    let byteCount = isWhole ? block.byteCount : fault.index
    notes.damages.append(
      fault.damage(
        position: buffer.end, blockEnd: input.offset, byteCount, member: memberCount))
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
    case .invalid: return damage("a member cannot be decoded", at: input.offset, &buffer, &notes)
    }
    return nil
  }

  private func passTrailer(
    _ buffer: inout ContentBuffer, _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    guard try input.has(GzipHeader.trailerByteCount) else {
      if input.isWaiting { return .waiting }
      return damage(
        "the stream ends in the middle of a member's trailer", at: input.offset + input.byteCount,
        &buffer, &notes)
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
    let damage = StreamDamage(offset: offset, frame: memberCount, block: nil, reason: reason)
    notes.damages.append(
      ContentDamage(position: buffer.end, damage: damage, losesContent: false))
    if options.continuesAfterDamage { return nil }
    state = .ended
    return .ended
  }

  /// Content is missing: notes that, or looks for what can be read next first.
  private func damage(
    _ reason: String, at offset: Int, _ buffer: inout ContentBuffer, _ notes: inout ContentNotes
  ) -> FillResult? {
    pendingDamage = StreamDamage(
      offset: offset, frame: max(1, memberCount), block: nil, reason: reason)
    state = .damaged
    if options.continuesAfterDamage { return nil }
    notePending(position: buffer.end, lostByteCount: 0, &notes)
    state = .ended
    return .ended
  }

  private func notePending(position: Int, lostByteCount: Int, _ notes: inout ContentNotes) {
    guard let damage = pendingDamage else { return }
    notes.damages.append(
      ContentDamage(
        position: position, damage: damage, losesContent: true,
        lostByteCount: max(0, lostByteCount)))
    pendingDamage = nil
  }

  /// Passes over everything up to the next header that is plausible.
  private func search(
    _ buffer: inout ContentBuffer, _ input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult? {
    guard let damage = pendingDamage else { preconditionFailure("no damage to pass over") }
    // What is there where the damage is was tried.
    if try input.offset == damage.offset && input.has(1) { input.consume(1) }
    while try input.has(1) {
      switch try find(input) {
      case .nothing: continue
      case .waiting: return .waiting
      case .member:
        notePending(
          position: buffer.end, lostByteCount: input.offset - damage.offset, &notes)
        state = .boundary
        return nil
      }
    }
    if input.isWaiting { return .waiting }
    notePending(position: buffer.end, lostByteCount: input.offset - damage.offset, &notes)
    state = .ended
    return .ended
  }

  private enum Found { case nothing, waiting, member }

  /// Consumes what cannot begin a member, at least one byte unless a member follows.
  private func find(_ input: CompressedInput) throws(SpaltError) -> Found {
    var index = 0
    while index < input.byteCount {
      let bytes = input.view()
      while index < bytes.byteCount, bytes[index] != GzipHeader.magic[0] { index += 1 }
      let candidate = bytes.slice(index..<bytes.byteCount)
      switch GzipHeader.parse(candidate) {
      case .header(let header) where isPlausible(header, candidate):
        input.consume(index)
        return .member
      case .needsMore(let wanted) where index < bytes.byteCount:
        let isThere = try input.has(index + wanted)
        if !isThere, input.isWaiting {
          input.consume(index)
          return .waiting
        }
        if !isThere { index += 1 }
      default: index = min(index + 1, bytes.byteCount)
      }
    }
    input.consume(min(index, input.byteCount))
    return .nothing
  }

  private func isPlausible(_ header: GzipHeader, _ bytes: borrowing ByteView) -> Bool {
    header.isUsual && (!isBlocked || header.blockByteCount != nil)
      && hasValidChecksum(header, bytes)
  }
}
