/// The header of a frame (RFC 8878, 3.1.1.1).
struct ZstdFrameHeader: Equatable, Sendable {
  /// Length of the header, the magic number included.
  var byteCount = 0
  /// How far back blocks may refer. Blocks hold no more than that.
  var windowByteCount = 0
  /// Length of the content, if the header tells it.
  var contentByteCount: Int?
  /// Whether a checksum of the content follows on the last block.
  var hasChecksum = false
  /// The number of the dictionary that the frame needs; 0 when it needs none.
  var dictionary: UInt64 = 0

  static let magic: UInt32 = 0xFD2F_B528
  /// The longest header, in bytes.
  static let maximumByteCount = 18
  /// The shortest beginning of a frame that says how long the header is, in bytes.
  static let minimumByteCount = 5
  /// The largest window that libzstd decodes with.
  static let maximumWindowByteCount = 1 << 31
  static let maximumBlockByteCount = 128 << 10
  static let checksumByteCount = 4

  /// The most content that a block may hold, and the most bytes that it may have.
  var blockByteCountLimit: Int { min(windowByteCount, Self.maximumBlockByteCount) }

  /// What libzstd allocates to decode the frame piece by piece: a ring for the window, in which the content
  /// of a block and its literals find room, and a buffer for a compressed block.
  var decodingByteCount: Int {
    let ring = windowByteCount + blockByteCountLimit + Self.maximumBlockByteCount + 64
    return min(contentByteCount ?? ring, ring) + Self.maximumBlockByteCount
  }

  /// What bytes at the beginning of a frame are.
  enum Parsed: Equatable {
    case header(ZstdFrameHeader)
    /// The header has as many bytes, at least.
    case tooShort(neededByteCount: Int)
    case damaged(String)
  }

  /// Parses the header of a frame that begins with the magic number. O(1).
  static func parse(_ frame: borrowing ByteView) -> Parsed {
    guard frame.byteCount >= minimumByteCount else {
      return .tooShort(neededByteCount: minimumByteCount)
    }
    let descriptor = frame[4]
    let isSingleSegment = descriptor & 0x20 != 0
    let windowLength = isSingleSegment ? 0 : 1
    let dictionaryLength = [0, 1, 2, 4][Int(descriptor & 3)]
    let contentLength = [isSingleSegment ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
    var header = ZstdFrameHeader()
    header.byteCount = minimumByteCount + windowLength + dictionaryLength + contentLength
    guard frame.byteCount >= header.byteCount else {
      return .tooShort(neededByteCount: header.byteCount)
    }
    guard descriptor & 0x08 == 0 else {
      return .damaged("the frame's header has a reserved bit set")
    }
    header.hasChecksum = descriptor & 0x04 != 0
    header.dictionary = frame.littleEndian(
      at: minimumByteCount + windowLength, byteCount: dictionaryLength)
    if contentLength > 0 {
      let number = frame.littleEndian(
        at: header.byteCount - contentLength, byteCount: contentLength)
      guard let byteCount = Int(exactly: number + (contentLength == 2 ? 256 : 0)) else {
        return .damaged("the frame's header says that it holds \(number) bytes")
      }
      header.contentByteCount = byteCount
    }
    if isSingleSegment {
      header.windowByteCount = header.contentByteCount ?? 0
    } else {
      let unit = 1 << (7 + Int(frame[5] >> 3))
      header.windowByteCount = unit * (8 + Int(frame[5] & 7))
    }
    return .header(header)
  }

  /// Whether four bytes, as a little-endian number, begin a skippable frame. The length of what is to be
  /// skipped follows, in four bytes.
  static func isSkippable(_ word: UInt64) -> Bool { word & 0xFFFF_FFF0 == 0x184D_2A50 }
}

/// What stands before a block (RFC 8878, 3.1.1.2).
struct ZstdBlockHeader: Equatable {
  static let byteCount = 3

  let isLast: Bool
  /// Length of what follows.
  let bodyByteCount: Int
  /// Length of the content, nil if the block has to be decompressed to know it.
  let contentByteCount: Int?

  /// The header of the block at `index`, all of which is there. Nil when there are no such blocks in the frame.
  init?(_ bytes: borrowing ByteView, at index: Int, _ frame: ZstdFrameHeader) {
    let word = Int(bytes.littleEndian(at: index, byteCount: Self.byteCount))
    let byteCount = word >> 3
    guard byteCount <= frame.blockByteCountLimit else { return nil }
    isLast = word & 1 != 0
    switch word >> 1 & 3 {
    case 0:
      bodyByteCount = byteCount
      contentByteCount = byteCount
    case 1:
      bodyByteCount = 1
      contentByteCount = byteCount
    case 2:
      bodyByteCount = byteCount
      contentByteCount = nil
    default: return nil
    }
  }
}

extension ByteView {
  /// The number that stands in some bytes, at most 8, the lowest byte first.
  func littleEndian(at index: Int, byteCount: Int) -> UInt64 {
    var number: UInt64 = 0
    for step in 0..<byteCount { number |= UInt64(self[index + step]) << UInt64(8 * step) }
    return number
  }
}
