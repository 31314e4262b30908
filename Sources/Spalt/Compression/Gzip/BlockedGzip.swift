/// A block of BGZF: a gzip member of at most 64 KiB of content, whose header says how long it is. It can be
/// decoded without what comes before it.
struct BlockedGzip {
  /// What a block holds at most, compressed or not.
  static let maximumByteCount = 64 << 10
  /// What one byte of deflate can become: matches of 258 bytes, each of two bits.
  private static let maximumExpansion = 1032

  let headerByteCount: Int
  /// Length of the whole block.
  let byteCount: Int

  init?(_ header: GzipHeader) {
    guard let byteCount = header.blockByteCount else { return nil }
    headerByteCount = header.byteCount
    self.byteCount = byteCount
  }

  /// Whether the bytes hold the whole block, and a member or nothing comes behind it: if not, what it says of its
  /// length is not to be trusted.
  func isFollowedByMember(_ bytes: borrowing ByteView) -> Bool {
    guard byteCount < bytes.byteCount else { return byteCount == bytes.byteCount }
    return Recognition.matching(GzipHeader.magic, bytes.slice(byteCount..<bytes.byteCount)) != .no
  }

  /// What is wrong with a block.
  struct Fault: Equatable {
    /// Where in the block.
    let index: Int
    let reason: String
    let losesContent: Bool
    /// Bytes of the block that are of no use; those from `index` on unless it says otherwise.
    var lostByteCount: Int?
  }

  /// Whether its bytes are all there, of which `bytes` are the first.
  private func isWhole(_ bytes: borrowing ByteView) -> Bool { bytes.byteCount >= byteCount }

  /// Where its deflate stream lies in the bytes that are there.
  private func streamRange(_ bytes: borrowing ByteView) -> Range<Int> {
    let end = isWhole(bytes) ? byteCount - GzipHeader.trailerByteCount : bytes.byteCount
    return headerByteCount..<max(headerByteCount, end)
  }

  /// How much content there can be: what the block says, as far as that is possible.
  func roomByteCount(_ bytes: borrowing ByteView) -> Int {
    let possible = min(
      Self.maximumByteCount, streamRange(bytes).count * Self.maximumExpansion)
    return isWhole(bytes) ? min(possible, Int(bytes.littleEndian32(at: byteCount - 4))) : possible
  }

  /// Decodes a block, or the part of it that is there when the stream ends before. The buffer has to have
  /// room.
  /// - Returns: what is wrong, if anything is. All content that can be had was decoded then, too.
  func decode(
    _ bytes: borrowing ByteView, into buffer: inout ContentBuffer, _ engine: any InflateEngine,
    _ options: CodecOptions, _ notes: inout ContentNotes
  ) throws(SpaltError) -> Fault? {
    let range = streamRange(bytes)
    let start = buffer.end
    let room = roomByteCount(bytes)
    var step = try engine.inflateWhole(bytes.slice(range), into: &buffer, byteCount: room)
    if step.outcome != .ended, !engine.isExact {
      let exact = try InflateLibrary.zlib.makeEngine(options.pool)
      step = try exact.inflateWhole(bytes.slice(range), into: &buffer, byteCount: room)
    }
    notes.windowByteCount += step.windowByteCount
    let end = range.lowerBound + step.consumedByteCount
    guard isWhole(bytes) else {
      return Fault(
        index: bytes.byteCount, reason: "the stream ends in the middle of a block",
        losesContent: true)
    }
    guard step.outcome == .ended, end == range.upperBound else {
      return Fault(index: end, reason: Self.reason(step.outcome), losesContent: true)
    }
    notes.frameCount += 1
    notes.blockCount += 1
    let trailer = range.upperBound
    if bytes.littleEndian32(at: trailer + 4) != UInt32(truncatingIfNeeded: buffer.end - start) {
      return Fault(
        index: trailer + 4, reason: "the content is not as long as the block says",
        losesContent: true)
    }
    guard options.verifiesChecksums else { return nil }
    let checksum = engine.checksum(buffer.view(start..<buffer.end), after: 0)
    if bytes.littleEndian32(at: trailer) == checksum { return nil }
    // Nobody has seen the content, so nobody need believe it.
    buffer.removeLast(buffer.end - start)
    return Fault(
      index: trailer, reason: "the block's checksum does not match", losesContent: true,
      lostByteCount: byteCount)
  }

  private static func reason(_ outcome: InflateStep.Outcome) -> String {
    switch outcome {
    case .invalid: "a block cannot be decoded"
    case .ended: "a block ends before it should"
    case .unfinished: "a block does not end where it should"
    }
  }
}
