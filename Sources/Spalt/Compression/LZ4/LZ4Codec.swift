/// LZ4 frames as the command `lz4` writes them, one after the other, and the legacy format.
struct LZ4Codec: Codec {
  let name = "lz4"

  func recognises(_ beginning: borrowing ByteView) -> Recognition {
    var index = 0
    while true {
      guard beginning.byteCount >= index + 4 else {
        return Self.isPrefixOfMagic(beginning.slice(index..<beginning.byteCount)) ? .needsMore : .no
      }
      let word = beginning.littleEndian32(at: index)
      if word == LZ4FrameHeader.magic || word == LZ4FrameHeader.legacyMagic { return .yes }
      guard LZ4FrameHeader.isSkippable(word) else { return .no }
      guard beginning.byteCount >= index + 8 else { return .needsMore }
      index += 8 + Int(beginning.littleEndian32(at: index + 4))
      // What follows on a skippable frame is not in sight: then it is taken for LZ4, unless another codec
      // sees something of its own.
      if index >= beginning.byteCount {
        return beginning.byteCount < CodecRegistry.inspectedByteCount ? .needsMore : .yes
      }
    }
  }

  private static func isPrefixOfMagic(_ bytes: borrowing ByteView) -> Bool {
    guard bytes.byteCount > 0 else { return true }
    return [LZ4FrameHeader.magic, LZ4FrameHeader.legacyMagic].contains { magic in
      (0..<bytes.byteCount).allSatisfy {
        bytes[$0] == UInt8(truncatingIfNeeded: magic >> UInt32(8 * $0))
      }
    }
      || (bytes[0] & 0xF0 == 0x50
        && (1..<bytes.byteCount).allSatisfy { bytes[$0] == [0x50, 0x2A, 0x4D, 0x18][$0] })
  }

  func makeDecoder(_ options: CodecOptions) throws(SpaltError) -> any ContentDecoder {
    try LZ4Decoder(options)
  }
}

/// The length and the checksum of a frame's content, as far as the frame tells them.
final class LZ4ContentCheck: OrderedCheck, @unchecked Sendable {  // used by one thread at a time
  private var hash: XXHash32?
  private let toldByteCount: UInt64?
  private let frame: Int
  private var byteCount: UInt64 = 0
  private var hasGap = false

  /// Nil when there is nothing to verify.
  init?(_ header: LZ4FrameHeader, frame: Int, verifiesChecksum: Bool) {
    hash = header.hasContentChecksum && verifiesChecksum ? XXHash32() : nil
    toldByteCount = header.contentByteCount
    self.frame = frame
    if hash == nil, toldByteCount == nil { return nil }
  }

  func check(_ content: borrowing ByteView, _ step: OrderedCheckStep) -> StreamDamage? {
    if hasGap { return nil }
    byteCount += UInt64(content.byteCount)
    hash?.update(content)
    switch step {
    case .more: return nil
    case .gap:
      hasGap = true
      return nil
    case .end(let expected, let offset):
      return reason(expected).map {
        StreamDamage(offset: offset, frame: frame, block: nil, reason: $0)
      }
    }
  }

  private func reason(_ expected: UInt64) -> String? {
    if let toldByteCount, toldByteCount != byteCount {
      return "the frame holds \(byteCount) bytes where its header says \(toldByteCount)"
    }
    guard let hash, UInt64(hash.digest) != expected else { return nil }
    return "the checksum of the frame's content does not match"
  }
}
