/// Where a frame stands, and what it can expand to, as the headers of its blocks say.
struct ZstdFrameExtent: Sendable {
  /// Of the bytes of the frame, in the compressed stream.
  let range: Range<Int>
  let blockCount: Int
  /// The most content that the frame can hold.
  let contentByteCountLimit: Int

  /// The most blocks that are looked at, so that finding the end of a frame costs little.
  private static let blockCountLimit = 1 << 15

  /// The frame at the beginning of `bytes`, whose header this is. Nil when its content may come to more than
  /// `byteCount` bytes, when it is not all there, or when its blocks are not as they should be.
  ///
  /// O(blocks): only their headers are looked at.
  static func find(
    in bytes: borrowing ByteView, _ header: ZstdFrameHeader, atMost byteCount: Int
  ) -> ZstdFrameExtent? {
    if let told = header.contentByteCount, told > byteCount { return nil }
    var index = header.byteCount
    var limit = 0
    for blockCount in 1...blockCountLimit {
      guard index + ZstdBlockHeader.byteCount <= bytes.byteCount,
        let block = ZstdBlockHeader(bytes, at: index, header)
      else { return nil }
      index += ZstdBlockHeader.byteCount + block.bodyByteCount
      limit += block.contentByteCount ?? header.blockByteCountLimit
      if header.contentByteCount == nil, limit > byteCount { return nil }
      guard block.isLast else { continue }
      let end = index + (header.hasChecksum ? ZstdFrameHeader.checksumByteCount : 0)
      let told = header.contentByteCount ?? limit
      guard end <= bytes.byteCount, told <= limit else { return nil }
      return ZstdFrameExtent(
        range: bytes.offset..<bytes.offset + end, blockCount: blockCount,
        contentByteCountLimit: told
      )
    }
    return nil
  }
}
