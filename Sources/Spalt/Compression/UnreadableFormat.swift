/// Compressed formats that Spalt does not read but knows when it sees them.
enum UnreadableFormat: CaseIterable {
  case bzip2, xz, zip, hadoopLZ4, compress, sevenZip

  /// Whether bytes begin such a file.
  func recognises(_ beginning: borrowing ByteView) -> Recognition {
    switch self {
    case .bzip2: recognisesBzip2(beginning)
    case .xz: .matching([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], beginning)
    case .zip: .matching([0x50, 0x4B, 0x03, 0x04], beginning)
    case .compress: .matching([0x1F, 0x9D], beginning)
    case .sevenZip: .matching([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], beginning)
    case .hadoopLZ4: HadoopLZ4.recognises(beginning)
    }
  }

  /// `BZh`, a digit, and the first bytes of a block or of the end: the first four alone could be text.
  private func recognisesBzip2(_ beginning: borrowing ByteView) -> Recognition {
    let magic = Recognition.matching([0x42, 0x5A, 0x68], beginning)
    guard magic == .yes, beginning.byteCount > 3 else { return magic == .yes ? .needsMore : magic }
    guard (0x31...0x39).contains(beginning[3]) else { return .no }
    let rest = beginning.slice(4..<beginning.byteCount)
    let block = Recognition.matching([0x31, 0x41, 0x59, 0x26, 0x53, 0x59], rest)
    return block == .no ? .matching([0x17, 0x72, 0x45, 0x38, 0x50, 0x90], rest) : block
  }

  /// Why the input at `path` is not read, and how it can be.
  func reason(path: String, isStandardInput: Bool) -> String {
    let isPlain = path.utf8.allSatisfy {
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20
        || UInt8(ascii: "+")...UInt8(ascii: "9") ~= $0
        || $0 == UInt8(ascii: "_")
    }
    // As a shell wants it.
    let quoted =
      "'"
      + path.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: #"'\''"#) + "'"
    let file = isStandardInput ? "FILE" : isPlain ? path : quoted
    let (what, command) =
      switch self {
      case .bzip2: ("bzip2", "bzip2 -dc \(file)")
      case .xz: ("xz", "xz -dc \(file)")
      case .zip: ("a zip archive", "unzip -p \(file)")
      case .compress: ("compress (.Z)", "gzip -dc \(file)")
      case .sevenZip: ("a 7z archive", "7z x -so \(file)")
      case .hadoopLZ4: ("LZ4 in Hadoop's own framing", "hadoop fs -text \(file)")
      }
    return "is \(what), which is not read; try: \(command) | spalt"
  }
}

/// The framing that Hadoop's `Lz4Codec` writes: for each block the length of its content and the lengths of its
/// compressed parts, as big-endian numbers, without a magic number.
enum HadoopLZ4 {
  /// What Hadoop's buffers hold at most, by far.
  private static let maximumByteCount = 64 << 20

  /// Whether bytes begin such a file. Text does not: its first byte is not zero.
  static func recognises(_ beginning: borrowing ByteView) -> Recognition {
    guard beginning.byteCount > 0, beginning[0] <= UInt8(maximumByteCount >> 24) else { return .no }
    guard beginning.byteCount >= 9 else {
      // What is shorter than one block is none, and nothing that must be waited for.
      return beginning[0] == 0 ? .needsMore : .no
    }
    let content = number(beginning, at: 0)
    let compressed = number(beginning, at: 4)
    guard content > 0, content <= maximumByteCount, compressed > 0,
      compressed <= content + content / 255 + 16
    else { return .no }
    return canBeginBlock(beginning, compressed, content) ? .yes : .no
  }

  /// Whether the first literals of a block fit into it, and the first match points to them.
  private static func canBeginBlock(
    _ beginning: borrowing ByteView, _ byteCount: Int, _ contentByteCount: Int
  ) -> Bool {
    let end = min(beginning.byteCount, 8 + byteCount)
    var index = 9
    var literalCount = Int(beginning[8] >> 4)
    if literalCount == 15 {
      while index < end {
        literalCount += Int(beginning[index])
        index += 1
        if beginning[index - 1] != 0xFF { break }
      }
    }
    let next = index + literalCount
    guard literalCount <= contentByteCount, next <= 8 + byteCount else { return false }
    if next == 8 + byteCount { return literalCount == contentByteCount }
    guard next + 1 < end else { return true }
    let distance = Int(beginning[next]) | Int(beginning[next + 1]) << 8
    return distance > 0 && distance <= literalCount
  }

  private static func number(_ view: borrowing ByteView, at index: Int) -> Int {
    Int(view[index]) << 24 | Int(view[index + 1]) << 16 | Int(view[index + 2]) << 8
      | Int(view[index + 3])
  }
}
