/// What the beginning of an LZ4 frame says, after "LZ4 Frame Format Description" 1.6.4, or that a frame is of
/// the legacy format.
struct LZ4FrameHeader: Equatable, Sendable {
  /// Whether blocks refer to the content before them.
  var isLinked = false
  var hasBlockChecksums = false
  var hasContentChecksum = false
  var isLegacy = false
  /// Length of the whole content, if it is told.
  var contentByteCount: UInt64?
  /// The number of the dictionary, if it is told.
  var dictionaryNumber: UInt32?
  /// The most content that a block holds.
  var blockContentByteCount = 8 << 20
  /// Length of the header, magic number included.
  var byteCount = 4

  static let magic: UInt32 = 0x184D_2204
  static let legacyMagic: UInt32 = 0x184C_2102
  /// The longest header.
  static let maximumByteCount = 19
  /// The longest block of a legacy frame: what 8 MiB that cannot be compressed come to.
  static let maximumLegacyBlockByteCount = (8 << 20) + (8 << 20) / 255 + 16

  /// Whether a word is one of the 16 magic numbers of skippable frames.
  static func isSkippable(_ word: UInt32) -> Bool { word & 0xFFFF_FFF0 == 0x184D_2A50 }
  /// Whether bytes begin with the header of a skippable frame.
  static func isSkippableFrame(_ view: borrowing ByteView) -> Bool {
    view.byteCount >= 8 && isSkippable(view.littleEndian32(at: 0))
  }
  /// Whether a word is the magic number of any frame.
  static func isMagic(_ word: UInt32) -> Bool {
    word == magic || word == legacyMagic || isSkippable(word)
  }

  /// The longest block, as it stands in the stream.
  var maximumBlockByteCount: Int {
    isLegacy ? Self.maximumLegacyBlockByteCount : blockContentByteCount
  }

  /// Whether a word that stands where a block or the frame's end is expected begins a block. Nothing ends a legacy
  /// frame but what begins another one, so a length of 0 is a block there, though a malformed one.
  func beginsBlock(_ word: UInt32) -> Bool { isLegacy ? !Self.isMagic(word) : word != 0 }

  /// The checksum of the content at the end of the frame, which begins a view; 0 when there is none.
  func expectedChecksum(_ view: borrowing ByteView) -> UInt64 {
    hasContentChecksum ? UInt64(view.littleEndian32(at: 4)) : 0
  }

  /// What parsing came to.
  enum Parsed: Equatable {
    case header(LZ4FrameHeader)
    /// The header goes on behind the bytes that there are.
    case tooShort
    case damaged(String)
  }

  /// Parses a header at the beginning of a view, whose first four bytes are its magic number.
  static func parse(_ view: borrowing ByteView) -> Parsed {
    guard view.byteCount >= 4 else { return .tooShort }
    if view.littleEndian32(at: 0) == legacyMagic {
      return .header(LZ4FrameHeader(isLegacy: true))
    }
    guard view.byteCount >= 7 else { return .tooShort }
    let flags = view[4]
    let descriptor = view[5]
    guard flags >> 6 == 1 else {
      return .damaged("the frame's version is \(flags >> 6), not 1")
    }
    var header = LZ4FrameHeader(
      isLinked: flags & 0x20 == 0, hasBlockChecksums: flags & 0x10 != 0,
      hasContentChecksum: flags & 0x04 != 0)
    var end = 6
    let hasContentByteCount = flags & 0x08 != 0
    let hasDictionary = flags & 0x01 != 0
    let byteCount = 7 + (hasContentByteCount ? 8 : 0) + (hasDictionary ? 4 : 0)
    guard view.byteCount >= byteCount else { return .tooShort }
    if hasContentByteCount {
      header.contentByteCount =
        UInt64(view.littleEndian32(at: end)) | UInt64(view.littleEndian32(at: end + 4)) << 32
      end += 8
    }
    if hasDictionary {
      header.dictionaryNumber = view.littleEndian32(at: end)
      end += 4
    }
    let checksum = UInt8(truncatingIfNeeded: XXHash32.digest(of: view.slice(4..<end)) >> 8)
    guard checksum == view[end] else {
      return .damaged("the checksum of the frame's header does not match")
    }
    let sizeCode = Int(descriptor >> 4 & 7)
    guard flags & 0x02 == 0, descriptor & 0x8F == 0 else {
      return .damaged("the frame's header has reserved bits set")
    }
    guard sizeCode >= 4 else {
      return .damaged("the frame's block size, number \(sizeCode), does not exist")
    }
    header.blockContentByteCount = 1 << (8 + 2 * sizeCode)
    header.byteCount = byteCount
    return .header(header)
  }

  /// Where in a range of a view the first frame begins whose header is all there.
  static func firstIndex(in view: borrowing ByteView, _ range: Range<Int>) -> Int? {
    var index = range.lowerBound
    while index < range.upperBound, index + 8 <= view.byteCount {
      if view[index + 3] == 0x18, begins(view.slice(index..<view.byteCount)) { return index }
      index += 1
    }
    return nil
  }

  /// Whether a frame begins with a view, as far as its header tells; the legacy format has none, so the length
  /// of the first block has to make sense.
  private static func begins(_ view: borrowing ByteView) -> Bool {
    switch view.littleEndian32(at: 0) {
    case magic:
      if case .header = parse(view) { return true }
      return false
    case legacyMagic:
      return (1...maximumLegacyBlockByteCount).contains(Int(view.littleEndian32(at: 4)))
    default: return false
    }
  }
}

/// What stands before a block.
struct LZ4BlockHeader: Equatable {
  /// Length of the block's data.
  let byteCount: Int
  /// Whether the data are the content itself.
  let isStored: Bool
  /// Length of everything: this header, the data, and the checksum if there is one.
  let totalByteCount: Int
  /// The most content that the block can hold.
  let maximumContentByteCount: Int

  /// - Parameter word: the first four bytes of the block, which are not zero.
  init(_ word: UInt32, _ frame: LZ4FrameHeader) {
    isStored = !frame.isLegacy && word >> 31 != 0
    byteCount = Int(frame.isLegacy ? word : word & 0x7FFF_FFFF)
    totalByteCount = 4 + byteCount + (frame.hasBlockChecksums ? 4 : 0)
    maximumContentByteCount = min(
      frame.blockContentByteCount,
      isStored ? byteCount : LZ4.maximumContentByteCount(of: byteCount))
  }

  /// The most content that the block can hold if there are no more than so many bytes of it, this header
  /// included: a length alone is no reason to take memory.
  func maximumContentByteCount(atHand byteCount: Int) -> Int {
    let dataByteCount = min(self.byteCount, max(0, byteCount - 4))
    return min(
      maximumContentByteCount,
      isStored ? dataByteCount : LZ4.maximumContentByteCount(of: dataByteCount))
  }
}
