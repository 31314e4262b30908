@testable import Spalt

/// Compresses LZ4 blocks greedily: not well, but with matches as far back as the format allows.
struct LZ4BlockEncoder {
  private let bytes: [UInt8]
  private var table: [Int]
  private let shift: UInt32
  /// Where the bytes begin that the table does not know.
  private var hashedEnd = 0

  /// - Parameter bytes: all that matches may point to, and what is to be compressed.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // Far matches are found only if no later bytes have taken their place in the table.
    shift = bytes.count > 10_000 ? 12 : 20
    table = Array(repeating: -1, count: 1 << (32 - shift))
  }

  /// A block with the content of a range; matches reach back to `historyStart` at most.
  mutating func block(_ range: Range<Int>, historyStart: Int) -> [UInt8] {
    var block: [UInt8] = []
    for index in hashedEnd..<max(hashedEnd, min(range.lowerBound, bytes.count - 4)) {
      table[hash(index)] = index
    }
    hashedEnd = range.upperBound
    var literalStart = range.lowerBound
    var index = range.lowerBound
    // The format wants the last match to begin 12 bytes before the end, and five literals behind it.
    while index < range.upperBound - 12 {
      let slot = hash(index)
      let candidate = table[slot]
      table[slot] = index
      guard candidate >= max(historyStart, index - 65_535), isMatch(candidate, index) else {
        index += 1
        continue
      }
      var byteCount = 4
      while index + byteCount < range.upperBound - 5,
        bytes[candidate + byteCount] == bytes[index + byteCount]
      {
        byteCount += 1
      }
      Self.append(
        bytes[literalStart..<index], (distance: index - candidate, byteCount: byteCount), to: &block
      )
      for passed in index + 1..<min(index + byteCount, bytes.count - 4) {
        table[hash(passed)] = passed
      }
      index += byteCount
      literalStart = index
    }
    Self.append(bytes[literalStart..<range.upperBound], nil, to: &block)
    return block
  }

  private func isMatch(_ candidate: Int, _ index: Int) -> Bool {
    candidate >= 0 && (0..<4).allSatisfy { bytes[candidate + $0] == bytes[index + $0] }
  }

  private func hash(_ index: Int) -> Int {
    let word =
      UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
      | UInt32(bytes[index + 3]) << 24
    return Int((word &* 2_654_435_761) >> shift)
  }

  /// Appends a sequence: literals, and a match unless they are the last.
  static func append(
    _ literals: ArraySlice<UInt8>, _ match: (distance: Int, byteCount: Int)?,
    to block: inout [UInt8]
  ) {
    let matchCode = match.map { $0.byteCount - 4 } ?? 0
    block.append(UInt8(min(literals.count, 15) << 4 | min(matchCode, 15)))
    appendLength(literals.count, to: &block)
    block += literals
    guard let match else { return }
    block += [UInt8(match.distance & 0xFF), UInt8(match.distance >> 8)]
    appendLength(matchCode, to: &block)
  }

  private static func appendLength(_ length: Int, to block: inout [UInt8]) {
    guard length >= 15 else { return }
    block += Array(repeating: 0xFF, count: (length - 15) / 255)
    block.append(UInt8((length - 15) % 255))
  }
}

/// Writes LZ4 frames of any kind, good ones only.
struct LZ4FrameWriter {
  /// Which blocks are stored as they are.
  enum Storing: CaseIterable {
    case never, always, everySecond
  }

  /// From 4, 64 KiB, to 7, 4 MiB.
  var blockSizeCode = 4
  var isLinked = false
  var storing = Storing.never
  var hasBlockChecksums = false
  var hasContentChecksum = false
  var tellsContentByteCount = false
  var dictionary: [UInt8] = []
  /// The dictionary's number, if the frame is to tell it.
  var dictionaryNumber: UInt32?
  /// How much content blocks hold, again and again; as much as they can when there is nothing else.
  var blockByteCounts: [Int] = []

  var maximumBlockByteCount: Int { 1 << (8 + 2 * blockSizeCode) }

  /// In words, for messages.
  var summary: String {
    """
    B\(blockSizeCode), \(isLinked ? "linked" : "independent"), stored \(storing), \
    \(hasBlockChecksums ? "block checksums, " : "")\(hasContentChecksum ? "checksum, " : "")\
    \(tellsContentByteCount ? "size, " : "")\(dictionary.isEmpty ? "" : "dictionary, ")\
    blocks of \(blockByteCounts)
    """
  }

  /// A frame and where its blocks begin.
  struct Frame {
    var bytes: [UInt8] = []
    /// Where each block stands in the frame, its header included, and what content it holds.
    var blocks: [(range: Range<Int>, content: Range<Int>)] = []
  }

  func frame(_ content: [UInt8]) -> [UInt8] { parts(content).bytes }

  /// A frame with all that a test may want to know of it.
  func parts(_ content: [UInt8]) -> Frame {
    var frame = Frame(bytes: header(byteCount: content.count))
    var encoder = LZ4BlockEncoder(dictionary + content)
    var start = 0
    while start < content.count || frame.blocks.count < blockByteCounts.count {
      let number = frame.blocks.count
      let wanted =
        blockByteCounts.isEmpty
        ? maximumBlockByteCount : blockByteCounts[number % blockByteCounts.count]
      let range = start..<min(content.count, start + min(wanted, maximumBlockByteCount))
      let offset = frame.bytes.count
      append(block(range, content, number, &encoder), to: &frame.bytes)
      frame.blocks.append((offset..<frame.bytes.count, range))
      start = range.upperBound
    }
    frame.bytes += Self.littleEndian(0)
    if hasContentChecksum { frame.bytes += Self.littleEndian(Self.checksum(content)) }
    return frame
  }

  private func block(
    _ range: Range<Int>, _ content: [UInt8], _ number: Int, _ encoder: inout LZ4BlockEncoder
  ) -> (data: [UInt8], isStored: Bool) {
    let plain = Array(content[range])
    if storing == .always || (storing == .everySecond && number % 2 == 1) { return (plain, true) }
    let data: [UInt8]
    if isLinked {
      let first = dictionary.count
      data = encoder.block(
        first + range.lowerBound..<first + range.upperBound, historyStart: 0)
    } else {
      var own = LZ4BlockEncoder(dictionary + plain)
      data = own.block(dictionary.count..<dictionary.count + plain.count, historyStart: 0)
    }
    return data.count > maximumBlockByteCount ? (plain, true) : (data, false)
  }

  /// Appends a block with its header and its checksum, if there are checksums.
  func append(_ block: (data: [UInt8], isStored: Bool), to bytes: inout [UInt8]) {
    bytes += Self.littleEndian(UInt32(block.data.count) | (block.isStored ? 1 << 31 : 0))
    bytes += block.data
    if hasBlockChecksums { bytes += Self.littleEndian(Self.checksum(block.data)) }
  }

  /// The beginning of a frame.
  func header(byteCount: Int) -> [UInt8] {
    var flags: UInt8 = 1 << 6
    if !isLinked { flags |= 0x20 }
    if hasBlockChecksums { flags |= 0x10 }
    if tellsContentByteCount { flags |= 0x08 }
    if hasContentChecksum { flags |= 0x04 }
    if dictionaryNumber != nil { flags |= 0x01 }
    var descriptor = [flags, UInt8(blockSizeCode << 4)]
    if tellsContentByteCount {
      descriptor += Self.littleEndian(UInt32(truncatingIfNeeded: byteCount))
      descriptor += Self.littleEndian(UInt32(truncatingIfNeeded: byteCount >> 32))
    }
    if let dictionaryNumber { descriptor += Self.littleEndian(dictionaryNumber) }
    let checksum = UInt8(truncatingIfNeeded: Self.checksum(descriptor) >> 8)
    return [0x04, 0x22, 0x4D, 0x18] + descriptor + [checksum]
  }

  /// A frame of the legacy format, whose blocks need not be of 8 MiB here.
  static func legacy(_ content: [UInt8], blockByteCount: Int = 8 << 20) -> [UInt8] {
    var bytes: [UInt8] = [0x02, 0x21, 0x4C, 0x18]
    var start = 0
    while start < content.count {
      let plain = Array(content[start..<min(content.count, start + blockByteCount)])
      var encoder = LZ4BlockEncoder(plain)
      let data = encoder.block(0..<plain.count, historyStart: 0)
      bytes += littleEndian(UInt32(data.count)) + data
      start += plain.count
    }
    return bytes
  }

  /// A skippable frame.
  static func skippable(_ content: [UInt8], number: UInt8 = 0) -> [UInt8] {
    [0x50 | number, 0x2A, 0x4D, 0x18] + littleEndian(UInt32(content.count)) + content
  }

  static func littleEndian(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
  }

  static func checksum(_ bytes: [UInt8]) -> UInt32 { XXHash32.digest(of: ByteView(bytes.span)) }
}

extension LZ4FrameWriter {
  /// Every combination of what a frame can be, with blocks of odd sizes.
  static func all(dictionary: [UInt8]) -> [LZ4FrameWriter] {
    var writers: [LZ4FrameWriter] = []
    var random = SeededGenerator(seed: 77)
    for flags in 0..<64 {
      for storing in Storing.allCases {
        var writer = LZ4FrameWriter(isLinked: flags & 1 != 0, storing: storing)
        writer.blockSizeCode = 4 + writers.count % 4
        writer.hasBlockChecksums = flags & 2 != 0
        writer.hasContentChecksum = flags & 4 != 0
        writer.tellsContentByteCount = flags & 8 != 0
        if flags & 16 != 0 { writer.dictionary = dictionary }
        if flags & 32 != 0 { writer.dictionaryNumber = 0x1234_5678 }
        writer.blockByteCounts = (0..<7).map { _ in
          [0, 1, 2, 13, 100, 333, 1000][random.below(7)]
        }
        writer.blockByteCounts.append(500)
        writers.append(writer)
      }
    }
    return writers
  }

  /// One of each kind that decoders treat differently.
  static let few: [LZ4FrameWriter] = [
    LZ4FrameWriter(blockByteCounts: [300, 1, 700]),
    LZ4FrameWriter(
      storing: .everySecond, hasBlockChecksums: true, hasContentChecksum: true,
      tellsContentByteCount: true, blockByteCounts: [90, 400]),
    LZ4FrameWriter(isLinked: true, blockByteCounts: [300, 1, 700]),
    LZ4FrameWriter(
      isLinked: true, storing: .everySecond, hasBlockChecksums: true, hasContentChecksum: true,
      blockByteCounts: [90, 400, 50]),
    LZ4FrameWriter(storing: .always, hasContentChecksum: true, blockByteCounts: [250]),
  ]
}
