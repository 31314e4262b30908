/// The header of a gzip member (RFC 1952, section 2.3).
struct GzipHeader: Equatable {
  /// Length of the header in bytes.
  private(set) var byteCount: Int
  /// Where in the header its own checksum stands: the lower half of the CRC-32 of all bytes before. Nil when it
  /// has none.
  private(set) var checksumIndex: Int?
  /// Length of the whole member in bytes, header and trailer included, if it is a block of BGZF and says so.
  private(set) var blockByteCount: Int?
  /// Whether compression level and system are among those that programs write. Nothing that a reader has to
  /// mind, but it tells headers from bytes that look similar.
  private(set) var isUsual: Bool

  /// What bytes are.
  enum Parsed: Equatable {
    case header(GzipHeader)
    /// The beginning of a header, of which more has to be seen: as many bytes from its first one on.
    case needsMore(Int)
    /// No header, and why.
    case invalid(String)
  }

  /// `ID1`, `ID2`, and the only compression method that there is.
  static let magic: [UInt8] = [0x1F, 0x8B, 0x08]
  /// CRC-32 and length of the content, both little-endian.
  static let trailerByteCount = 8
  /// What comes before the optional fields.
  private static let fixedByteCount = 10
  /// How long a name or a comment may be. The format sets no limit, but what is longer is no name.
  private static let maximumTextByteCount = 64 << 10

  private enum Flag {
    static let checksum: UInt8 = 0x02
    static let extra: UInt8 = 0x04
    static let name: UInt8 = 0x08
    static let comment: UInt8 = 0x10
    static let reserved: UInt8 = 0xE0
  }

  /// Reads a header at the beginning of bytes. O(header).
  static func parse(_ bytes: borrowing ByteView) -> Parsed {
    for index in 0..<min(magic.count, bytes.byteCount) where bytes[index] != magic[index] {
      return .invalid(
        index < 2
          ? "what follows is no gzip member" : "the member's compression method is not deflate")
    }
    guard bytes.byteCount >= fixedByteCount else { return .needsMore(fixedByteCount) }
    let flags = bytes[3]
    if flags & Flag.reserved != 0 {
      return .invalid("reserved flags are set in the member's header")
    }
    var header = GzipHeader(
      byteCount: fixedByteCount, isUsual: isUsual(level: bytes[8], system: bytes[9]))
    if flags & Flag.extra != 0, let failure = header.passExtra(bytes) { return failure }
    for flag in [Flag.name, Flag.comment] where flags & flag != 0 {
      if let failure = header.passText(bytes) { return failure }
    }
    if flags & Flag.checksum != 0 {
      header.checksumIndex = header.byteCount
      header.byteCount += 2
      if bytes.byteCount < header.byteCount { return .needsMore(header.byteCount) }
    }
    if let blockByteCount = header.blockByteCount,
      blockByteCount <= header.byteCount + trailerByteCount
    {
      return .invalid("the block is shorter than its own header says it must be")
    }
    return .header(header)
  }

  private init(byteCount: Int, isUsual: Bool) {
    self.byteCount = byteCount
    self.isUsual = isUsual
  }

  private static func isUsual(level: UInt8, system: UInt8) -> Bool {
    (level == 0 || level == 2 || level == 4) && (system <= 13 || system == 255)
  }

  /// Takes the extra field in, and the length that BGZF keeps there (SAM specification, section 4.1).
  private mutating func passExtra(_ bytes: borrowing ByteView) -> Parsed? {
    let start = byteCount + 2
    guard bytes.byteCount >= start else { return .needsMore(start) }
    let end = start + bytes.littleEndian16(at: byteCount)
    guard bytes.byteCount >= end else { return .needsMore(end) }
    byteCount = end
    var index = start
    while index + 4 <= end {
      let fieldByteCount = bytes.littleEndian16(at: index + 2)
      let isBlockSize = bytes[index] == 0x42 && bytes[index + 1] == 0x43 && fieldByteCount == 2
      if isBlockSize, index + 6 <= end {
        blockByteCount = bytes.littleEndian16(at: index + 4) + 1
      }
      index += 4 + fieldByteCount
    }
    return nil
  }

  /// Passes over a text that a zero ends.
  private mutating func passText(_ bytes: borrowing ByteView) -> Parsed? {
    let limit = min(bytes.byteCount, byteCount + Self.maximumTextByteCount)
    var index = byteCount
    while index < limit, bytes[index] != 0 { index += 1 }
    if index < limit {
      byteCount = index + 1
      return nil
    }
    return index < byteCount + Self.maximumTextByteCount
      ? .needsMore(index + 1) : .invalid("the name in the member's header is too long")
  }
}

extension ByteView {
  /// The number of two bytes at `index`.
  func littleEndian16(at index: Int) -> Int {
    Int(self[index]) | Int(self[index + 1]) << 8
  }
}
