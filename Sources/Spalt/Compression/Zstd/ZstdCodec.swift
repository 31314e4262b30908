/// zstd frames (RFC 8878), one after the other, with skippable frames between them.
struct ZstdCodec: Codec {
  let name = "zstd"

  /// A stream may begin with skippable frames, as what `pzstd` writes does. LZ4 has the same ones: what follows
  /// on them tells, if it is in sight.
  func recognises(_ beginning: borrowing ByteView) -> Recognition {
    var index = 0
    while index < beginning.byteCount {
      let rest = beginning.slice(index..<beginning.byteCount)
      let magic = Recognition.matching([0x28, 0xB5, 0x2F, 0xFD], rest)
      if magic != .no { return magic }
      guard rest[0] & 0xF0 == 0x50 else { return .no }
      let skippable = Recognition.matching([0x2A, 0x4D, 0x18], rest.slice(1..<rest.byteCount))
      guard skippable == .yes else { return skippable }
      guard rest.byteCount >= 8 else { return .needsMore }
      index += 8 + Int(rest.littleEndian(at: 4, byteCount: 4))
    }
    return index > 0 && beginning.byteCount >= CodecRegistry.inspectedByteCount ? .yes : .needsMore
  }

  func makeDecoder(_ options: CodecOptions) throws(SpaltError) -> any ContentDecoder {
    ZstdDecoder(options)
  }
}
