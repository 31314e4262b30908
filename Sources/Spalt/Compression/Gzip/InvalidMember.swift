/// A member of a mapped file whose deflate stream is invalid somewhere. It is read a second time by an exact
/// engine, so that no content before the damage is lost.
struct InvalidMember {
  let mapping: Mapping
  /// Where the stream begins.
  let streamOffset: Int

  /// The longest match of deflate: a faster engine gives out all content but that.
  private static let maximumByteCount = 258
  /// How much is decoded at once of what is known already.
  private static let stepByteCount = 64 << 10

  /// The content from `knownByteCount` on that comes before the damage. O(content).
  func content(from knownByteCount: Int, _ options: CodecOptions) throws(SpaltError) -> [UInt8] {
    let engine = try InflateLibrary.zlib.makeEngine(options.pool)
    var offset = streamOffset
    var contentOffset = 0
    while true {
      let rest = knownByteCount - contentOffset
      var buffer = try ContentBuffer(
        byteCount: rest > 0 ? min(rest, Self.stepByteCount) : Self.maximumByteCount,
        pool: options.pool, segments: options.segments)
      let step = try engine.inflate(mapping.view(offset..<mapping.byteCount), into: &buffer)
      if rest == 0 { return bytes(of: buffer) }
      offset += step.consumedByteCount
      contentOffset += buffer.byteCount
      // An exact engine may take offence earlier.
      guard step.outcome == .unfinished, buffer.byteCount > 0 else { return [] }
    }
  }

  private func bytes(of buffer: borrowing ContentBuffer) -> [UInt8] {
    let view = buffer.view(buffer.start..<buffer.end)
    return (0..<view.byteCount).map { view[$0] }
  }
}
