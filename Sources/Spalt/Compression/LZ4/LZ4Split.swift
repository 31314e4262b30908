/// A part of a file of LZ4 frames whose blocks do not depend on each other: the lines that begin in the content of some of
/// its blocks.
struct LZ4Split: Sendable {
  /// Where decoding begins in the file: at the beginning of a frame, or at the last block with content before the split's
  /// own, whose end tells whether a line begins with the split.
  var begin = 0
  /// The frame in which it begins; nil at the beginning of a frame.
  var header: LZ4FrameHeader?
  /// Frames before that, the begun one included, and blocks of that frame before that.
  var frameNumber = 0
  var blockNumber = 0
  /// Where the split's own blocks begin and end in the file.
  var start = 0
  var end = 0
  /// Where its content begins in that of the whole file if all blocks but the last of a frame are full.
  var contentStart = 0
}

extension LZ4Split {
  /// A block, as the planner remembers it.
  private struct Block {
    let offset: Int
    let header: LZ4FrameHeader
    let frameNumber: Int
    let blockNumber: Int
  }

  /// The splits of a file of about `byteCount` bytes each, or nil when it has to be read as a whole: because blocks depend on
  /// each other or on a dictionary, or because something in it is broken. Looks at headers only. O(blocks).
  static func plan(_ file: borrowing ByteView, byteCount: Int) -> [LZ4Split]? {
    var splits = [LZ4Split()]
    var previous: Block?
    var offset = 0
    var contentOffset = 0
    var frameNumber = 0
    while offset < file.byteCount {
      guard file.byteCount - offset >= 8 else { return nil }
      frameNumber += 1
      let word = file.littleEndian32(at: offset)
      if LZ4FrameHeader.isSkippable(word) {
        offset += 8 + Int(file.littleEndian32(at: offset + 4))
        continue
      }
      guard word == LZ4FrameHeader.magic,
        case .header(let header) = LZ4FrameHeader.parse(file.slice(offset..<file.byteCount)),
        !header.isLinked, header.dictionaryNumber == nil
      else { return nil }
      offset += header.byteCount
      var blockNumber = 0
      while true {
        guard file.byteCount - offset >= 4 else { return nil }
        let word = file.littleEndian32(at: offset)
        guard header.beginsBlock(word) else { break }
        let block = LZ4BlockHeader(word, header)
        if let previous, offset - splits[splits.count - 1].start >= byteCount {
          splits[splits.count - 1].end = offset
          splits.append(
            LZ4Split(
              begin: previous.offset, header: previous.header, frameNumber: previous.frameNumber,
              blockNumber: previous.blockNumber, start: offset, contentStart: contentOffset))
        }
        // The shortest block with content has two bytes, a stored one has one.
        previous =
          block.byteCount >= (block.isStored ? 1 : 2)
          ? Block(
            offset: offset, header: header, frameNumber: frameNumber, blockNumber: blockNumber)
          : nil
        blockNumber += 1
        contentOffset += block.isStored ? block.byteCount : header.blockContentByteCount
        guard block.totalByteCount <= file.byteCount - offset else { return nil }
        offset += block.totalByteCount
      }
      offset += header.hasContentChecksum ? 8 : 4
    }
    guard offset == file.byteCount else { return nil }
    splits[splits.count - 1].end = offset
    return splits
  }
}

/// Decodes a split, where a file of LZ4 is expected.
struct LZ4SplitCodec: Codec {
  let split: LZ4Split

  var name: String { "lz4" }

  func recognises(_ beginning: borrowing ByteView) -> Recognition { .no }

  func makeDecoder(_ options: CodecOptions) throws(SpaltError) -> any ContentDecoder {
    LZ4SplitDecoder(split, options)
  }
}
