/// Some frames of a mapped file, which any thread can decode straight into a buffer.
final class ZstdRun: DecodeRun {
  /// A frame of the run.
  struct Frame: Sendable {
    let extent: ZstdFrameExtent
    let header: ZstdFrameHeader
    /// Which of the stream, counted from 1.
    let number: Int
  }

  let frames: [Frame]
  let requiredByteCount: Int
  private let mapping: Mapping
  private let path: String
  private let contexts: ZstdContexts
  private let continuesAfterDamage: Bool
  /// Skippable frames that stand between the frames.
  private let skippableCount: Int

  init(
    _ frames: [Frame], skippableCount: Int, of mapping: Mapping, path: String,
    _ contexts: ZstdContexts, continuesAfterDamage: Bool
  ) {
    self.frames = frames
    requiredByteCount = frames.reduce(0) { $0 + $1.extent.contentByteCountLimit }
    self.mapping = mapping
    self.path = path
    self.contexts = contexts
    self.continuesAfterDamage = continuesAfterDamage
    self.skippableCount = skippableCount
  }

  func decode(
    into buffer: inout ContentBuffer, _ notes: inout ContentNotes
  ) throws(SpaltError) {
    let context = try contexts.take()
    defer { contexts.giveBack(context) }
    notes.frameCount += skippableCount
    let mapping = mapping
    for frame in frames {
      let isGood = context.decompress(
        mapping.view(frame.extent.range), into: &buffer,
        maximumByteCount: frame.extent.contentByteCountLimit)
      if isGood {
        notes.frameCount += 1
        notes.blockCount += frame.extent.blockCount
      } else {
        let damageCount = notes.damages.count
        try decodeByBlocks(frame, &buffer, &notes)
        if notes.damages.count > damageCount, !continuesAfterDamage { return }
      }
    }
  }

  /// Decodes a frame with which something is wrong as far as it goes.
  private func decodeByBlocks(
    _ frame: Frame, _ buffer: inout ContentBuffer, _ notes: inout ContentNotes
  ) throws(SpaltError) {
    let input = CompressedInput(mapping, path: path)
    input.consume(frame.extent.range.lowerBound)
    let context = try contexts.take()
    defer { contexts.giveBack(context) }
    let reader = try ZstdFrameReader(frame.header, context)
    switch try reader.read(&buffer, from: input, &notes) {
    case .ended: notes.frameCount += 1
    case .mismatch(let offset):
      notes.frameCount += 1
      notes.damages.append(.zstdMismatch(buffer.end, offset: offset, frame: frame.number))
    case .missing(let block, let reason), .damaged(let block, let reason):
      note(frame, block, reason, offset: input.offset, buffer.end, &notes)
    case .full: preconditionFailure("the buffer has room for all that the frame can hold")
    }
  }

  private func note(
    _ frame: Frame, _ block: Int?, _ reason: String, offset: Int, _ position: Int,
    _ notes: inout ContentNotes
  ) {
    notes.damages.append(
      ContentDamage(
        position: position,
        damage: StreamDamage(offset: offset, frame: frame.number, block: block, reason: reason),
        losesContent: true))
    if continuesAfterDamage { notes.lostByteCount += frame.extent.range.upperBound - offset }
  }
}

extension ZstdDecoder {
  /// What a frame may come to at most, in bytes, to be decoded at once.
  private static let largestFrameByteCount = 16 << 20
  private static let frameCountLimit = 4096

  func nextRun(_ input: CompressedInput, byteCount: Int) throws(SpaltError) -> (any DecodeRun)? {
    guard let mapping = input.mappedFile, case .betweenFrames = state else { return nil }
    // A large frame takes a large buffer; with little memory it rather goes through a window.
    let largest = max(
      byteCount, min(Self.largestFrameByteCount, options.pool.budget.limitByteCount / 16))
    var frames: [ZstdRun.Frame] = []
    var total = 0
    var number = frameNumber
    var index = 0
    while frames.count < Self.frameCountLimit {
      let limit = frames.isEmpty ? largest : byteCount - total
      let bytes = input.view().slice(index..<input.byteCount)
      number += 1
      if let skippedByteCount = Self.skippableByteCount(bytes) {
        index += skippedByteCount
      } else if limit >= 0, let header = Self.decodableHeader(bytes),
        let extent = ZstdFrameExtent.find(in: bytes, header, atMost: limit),
        Self.isBoundary(bytes, extent.range.count)
      {
        frames.append(ZstdRun.Frame(extent: extent, header: header, number: number))
        total += extent.contentByteCountLimit
        index += extent.range.count
      } else {
        break
      }
    }
    guard let last = frames.last else { return nil }
    let skippableCount = last.number - frameNumber - frames.count
    frameNumber = last.number
    input.consume(last.extent.range.upperBound - input.offset)
    return ZstdRun(
      frames, skippableCount: skippableCount, of: mapping, path: input.path, contexts,
      continuesAfterDamage: options.continuesAfterDamage)
  }

  /// Whether a frame may end at an index: when what its block headers say is damaged, it is for `fill`, which
  /// searches behind the damage.
  private static func isBoundary(_ bytes: borrowing ByteView, _ index: Int) -> Bool {
    guard index + 4 <= bytes.byteCount else { return index == bytes.byteCount }
    let word = bytes.littleEndian(at: index, byteCount: 4)
    return word == UInt64(ZstdFrameHeader.magic) || ZstdFrameHeader.isSkippable(word)
  }

  /// Length of the skippable frame at the beginning of some bytes, if there is one and all of it is there.
  private static func skippableByteCount(_ bytes: borrowing ByteView) -> Int? {
    guard bytes.byteCount >= 8,
      ZstdFrameHeader.isSkippable(bytes.littleEndian(at: 0, byteCount: 4))
    else { return nil }
    let byteCount = 8 + Int(bytes.littleEndian(at: 4, byteCount: 4))
    return byteCount <= bytes.byteCount ? byteCount : nil
  }

  /// The header of the frame at the beginning of some bytes, if the frame can be decoded.
  private static func decodableHeader(_ bytes: borrowing ByteView) -> ZstdFrameHeader? {
    guard bytes.byteCount >= 4,
      bytes.littleEndian(at: 0, byteCount: 4) == UInt64(ZstdFrameHeader.magic),
      case .header(let header) = ZstdFrameHeader.parse(bytes), obstacle(header) == nil
    else { return nil }
    return header
  }
}
