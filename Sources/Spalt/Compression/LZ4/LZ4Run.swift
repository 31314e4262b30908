/// Independent blocks of LZ4 frames, to be decoded by any thread.
final class LZ4Run: DecodeRun {
  /// Blocks of one frame.
  struct Part: Sendable {
    /// The frame as it was before the first of the blocks.
    let frame: LZ4Decoder.Frame
    /// Where the blocks stand in the stream.
    let start: Int
    var end: Int
    var blockCount = 0
    /// Whether the frame ends behind the blocks, and its checksum if it has one.
    var endsFrame = false
    var ending = OrderedCheckStep.more

    init(frame: LZ4Decoder.Frame, start: Int) {
      self.frame = frame
      self.start = start
      end = start
    }
  }

  let requiredByteCount: Int
  private let parts: [Part]
  private let mapping: Mapping
  private let dictionary: SharedSegment?
  private let options: CodecOptions

  init(
    _ parts: [Part], mapping: Mapping, requiredByteCount: Int, _ dictionary: SharedSegment?,
    _ options: CodecOptions
  ) {
    self.parts = parts
    self.mapping = mapping
    self.requiredByteCount = requiredByteCount
    self.dictionary = dictionary
    self.options = options
  }

  func decode(
    into buffer: inout ContentBuffer, _ notes: inout ContentNotes
  ) throws(SpaltError) {
    for part in parts {
      let start = buffer.end
      guard decode(part, into: &buffer, &notes) || options.continuesAfterDamage else { return }
      if part.endsFrame { notes.frameCount += 1 }
      if let check = part.frame.check {
        notes.add(NotedCheck(range: start..<buffer.end, check: check, step: part.ending))
      }
    }
    let used = parts[0].start..<parts[parts.count - 1].end
    mapping.drop(used)
  }

  /// Decodes the blocks of a part; false when one of them is damaged.
  private func decode(
    _ part: Part, into buffer: inout ContentBuffer, _ notes: inout ContentNotes
  ) -> Bool {
    var isGood = true
    var offset = part.start
    var number = part.frame.blockNumber
    while offset < part.end {
      let mapping = mapping
      let view = mapping.view(offset..<part.end)
      number += 1
      guard let block = block(view, part, room: buffer.freeByteCount) else {
        notes.damages.append(
          ContentDamage(
            position: buffer.end,
            damage: StreamDamage(
              offset: offset, frame: part.frame.number, block: number,
              reason: "the file has changed while it was read"), losesContent: true))
        notes.lostByteCount += part.end - offset
        noteGap(part, buffer.end, &notes)
        return false
      }
      if let reason = decode(view, block, part.frame.header, into: &buffer) {
        isGood = false
        notes.damages.append(
          ContentDamage(
            position: buffer.end,
            damage: StreamDamage(
              offset: offset, frame: part.frame.number, block: number, reason: reason),
            losesContent: true))
        noteGap(part, buffer.end, &notes)
        if !options.continuesAfterDamage { return false }
        notes.lostByteCount += block.totalByteCount
      } else {
        notes.blockCount += 1
      }
      offset += block.totalByteCount
    }
    return isGood
  }

  /// The header of the block at the beginning of a view, read again; nil when it says something else than before,
  /// because somebody has written to the file.
  private func block(_ view: borrowing ByteView, _ part: Part, room: Int) -> LZ4BlockHeader? {
    guard view.byteCount >= 4 else { return nil }
    let block = LZ4BlockHeader(view.littleEndian32(at: 0), part.frame.header)
    guard block.totalByteCount <= view.byteCount, block.maximumContentByteCount <= room else {
      return nil
    }
    return block
  }

  /// Notes that content is missing, so that the frame's checksum is of no use.
  private func noteGap(_ part: Part, _ position: Int, _ notes: inout ContentNotes) {
    guard let check = part.frame.check else { return }
    notes.add(NotedCheck(range: position..<position, check: check, step: .gap))
  }

  private func decode(
    _ view: borrowing ByteView, _ block: LZ4BlockHeader, _ header: LZ4FrameHeader,
    into buffer: inout ContentBuffer
  ) -> String? {
    let data = view.slice(4..<4 + block.byteCount)
    if header.hasBlockChecksums, options.verifiesChecksums,
      view.littleEndian32(at: 4 + block.byteCount) != XXHash32.digest(of: data)
    {
      return "the block's checksum does not match"
    }
    return LZ4Block.decode(data, block, header, into: &buffer, dictionary)
  }
}

/// Blocks that refer to nothing but themselves and a dictionary.
enum LZ4Block {
  /// What is wrong with a block that liblz4 refuses.
  static func malformed(_ header: LZ4FrameHeader, _ dictionary: SharedSegment?) -> String {
    guard dictionary == nil, let number = header.dictionaryNumber else {
      return "the block is malformed"
    }
    return """
      the block is malformed without the dictionary that the frame was made with, number \
      \(number); --lz4-dictionary names its file
      """
  }

  /// - Returns: what is wrong with the block, or nil.
  static func decode(
    _ data: borrowing ByteView, _ block: LZ4BlockHeader, _ header: LZ4FrameHeader,
    into buffer: inout ContentBuffer, _ dictionary: SharedSegment?
  ) -> String? {
    if block.isStored {
      buffer.append(data)
      return nil
    }
    let maximum = block.maximumContentByteCount
    let isGood: Bool
    if let dictionary {
      isGood = LZ4.decompress(
        data, into: &buffer, maximumByteCount: maximum, dictionary: dictionary.view())
    } else {
      isGood = LZ4.decompress(
        data, into: &buffer, maximumByteCount: maximum, dictionary: ByteView(RawSpan()))
    }
    return isGood ? nil : malformed(header, dictionary)
  }

  /// Decodes what there is of a block whose end is missing.
  static func decodeBeginning(
    _ data: borrowing ByteView, into buffer: inout ContentBuffer, maximumByteCount: Int,
    _ dictionary: SharedSegment?
  ) {
    if let dictionary {
      LZ4.decompressBeginning(
        data, into: &buffer, maximumByteCount: maximumByteCount, history: dictionary.view())
    } else {
      LZ4.decompressBeginning(
        data, into: &buffer, maximumByteCount: maximumByteCount, history: ByteView(RawSpan()))
    }
  }
}
