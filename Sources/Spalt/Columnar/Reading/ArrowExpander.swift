/// Decompresses buffers, each straight into one chunk.
struct ArrowExpander: Sendable {
  private let compression: ArrowCompression?
  private let pool: ChunkPool
  private let segments: SegmentPool
  private let contexts: ZstdContexts

  /// The length that stands before what is compressed.
  static let prefixByteCount = 8

  init(
    compression: ArrowCompression?, pool: ChunkPool, segments: SegmentPool, contexts: ZstdContexts?
  ) {
    self.compression = compression
    self.pool = pool
    self.segments = segments
    self.contexts = contexts ?? ZstdContexts(pool)
  }

  /// What the length before a buffer says.
  enum Prefix {
    /// What follows is the buffer itself.
    case stored
    case compressed(toByteCount: Int)
  }

  func prefix(_ buffer: ByteView) throws(ArrowFault) -> Prefix {
    guard buffer.byteCount >= Self.prefixByteCount else {
      throw ArrowFault("a compressed buffer has only \(buffer.byteCount) bytes")
    }
    let byteCount = Int64(littleEndian: buffer.load(at: 0, as: Int64.self))
    if byteCount == -1 { return .stored }
    guard byteCount >= 0 else {
      throw ArrowFault("a compressed buffer says that it holds \(byteCount) bytes")
    }
    return .compressed(toByteCount: Int(byteCount))
  }

  /// Decompresses exactly one frame.
  /// - Throws: `ArrowFault` when it holds another number of bytes, or is damaged; `SpaltError` when there is no
  ///   memory for it. No memory is taken for bytes that cannot be in it.
  func expand(_ frame: ByteView, toByteCount byteCount: Int) throws -> Segment {
    if byteCount == 0, frame.isEmpty { return segments.emptySegment(offset: frame.offset) }
    switch compression {
    case .lz4Frame: return try expandLZ4(frame, byteCount)
    case .zstd: return try expandZstd(frame, byteCount)
    case nil: throw ArrowFault("a buffer is not compressed")
    }
  }

  private func segment(of buffer: borrowing ContentBuffer, _ offset: Int) -> Segment {
    buffer.segment(buffer.start..<buffer.end, offset: offset, segments)
  }

  // MARK: - zstd

  private func expandZstd(_ frame: ByteView, _ byteCount: Int) throws -> Segment {
    guard frame.byteCount >= 4, frame.littleEndian32(at: 0) == ZstdFrameHeader.magic,
      case .header(let header) = ZstdFrameHeader.parse(frame)
    else { throw ArrowFault("a compressed buffer holds no zstd frame") }
    if let told = header.contentByteCount, told != byteCount {
      throw ArrowFault("a buffer of \(byteCount) bytes is compressed as \(told)")
    }
    guard let extent = ZstdFrameExtent.find(in: frame, header, atMost: .max),
      extent.range.count == frame.byteCount, extent.contentByteCountLimit >= byteCount
    else { throw ArrowFault("a compressed buffer is not exactly one zstd frame of its length") }
    var buffer = try ContentBuffer(byteCount: byteCount, pool: pool, segments: segments)
    let context = try contexts.take()
    defer { contexts.giveBack(context) }
    guard context.decompress(frame, into: &buffer, maximumByteCount: byteCount),
      buffer.byteCount == byteCount
    else { throw ArrowFault("a compressed buffer is damaged, or its length is wrong") }
    return segment(of: buffer, frame.offset)
  }

  // MARK: - LZ4

  private func expandLZ4(_ frame: ByteView, _ byteCount: Int) throws -> Segment {
    guard frame.byteCount >= 4, frame.littleEndian32(at: 0) == LZ4FrameHeader.magic,
      case .header(let header) = LZ4FrameHeader.parse(frame), header.dictionaryNumber == nil
    else { throw ArrowFault("a compressed buffer holds no LZ4 frame") }
    if let told = header.contentByteCount, told != UInt64(byteCount) {
      throw ArrowFault("a buffer of \(byteCount) bytes is compressed as \(told)")
    }
    try checkBlocks(frame, header, byteCount)
    var buffer = try ContentBuffer(byteCount: byteCount, pool: pool, segments: segments)
    let stream = header.isLinked ? LZ4Stream() : nil
    var index = header.byteCount
    // Checked again: the bytes of a mapped file may have changed.
    while let block = try Self.block(frame, header, at: index) {
      try decode(
        frame.slice(index..<index + block.totalByteCount), block, header, into: &buffer, stream)
      index += block.totalByteCount
    }
    guard buffer.byteCount == byteCount else {
      throw ArrowFault("a buffer of \(byteCount) bytes is compressed as \(buffer.byteCount)")
    }
    if header.hasContentChecksum {
      guard index <= frame.byteCount - 8 else {
        throw ArrowFault("a compressed buffer is cut off")
      }
      let content = buffer.view(buffer.start..<buffer.end)
      guard XXHash32.digest(of: content) == frame.littleEndian32(at: index + 4) else {
        throw ArrowFault("the checksum of a compressed buffer does not match")
      }
    }
    return segment(of: buffer, frame.offset)
  }

  /// Walks over the blocks: they must end where the frame does, and be able to hold the content.
  private func checkBlocks(
    _ frame: ByteView, _ header: LZ4FrameHeader, _ byteCount: Int
  ) throws(ArrowFault) {
    var index = header.byteCount
    var limit = 0
    while let block = try Self.block(frame, header, at: index) {
      index += block.totalByteCount
      limit += block.maximumContentByteCount
    }
    guard index + 4 + (header.hasContentChecksum ? 4 : 0) == frame.byteCount else {
      throw ArrowFault("a compressed buffer is not exactly one LZ4 frame")
    }
    guard limit >= byteCount else {
      throw ArrowFault("a compressed buffer cannot hold \(byteCount) bytes")
    }
  }

  /// The header of the block that begins at an index, which lies inside the frame; nil where the blocks end.
  private static func block(
    _ frame: ByteView, _ header: LZ4FrameHeader, at index: Int
  ) throws(ArrowFault) -> LZ4BlockHeader? {
    guard index <= frame.byteCount - 4 else {
      throw ArrowFault("a compressed buffer is cut off")
    }
    let word = frame.littleEndian32(at: index)
    if word == 0 { return nil }
    let block = LZ4BlockHeader(word, header)
    guard block.byteCount <= header.maximumBlockByteCount,
      block.totalByteCount <= frame.byteCount - index
    else { throw ArrowFault("a compressed buffer is cut off, or damaged") }
    return block
  }

  private func decode(
    _ block: ByteView, _ blockHeader: LZ4BlockHeader, _ header: LZ4FrameHeader,
    into buffer: inout ContentBuffer, _ stream: LZ4Stream?
  ) throws(ArrowFault) {
    let data = block.slice(4..<4 + blockHeader.byteCount)
    if header.hasBlockChecksums,
      XXHash32.digest(of: data) != block.littleEndian32(at: 4 + blockHeader.byteCount)
    {
      throw ArrowFault("the checksum of a compressed buffer's block does not match")
    }
    if blockHeader.isStored {
      guard data.byteCount <= buffer.freeByteCount else {
        throw ArrowFault("a compressed buffer holds more than its length says")
      }
      buffer.append(data)
      return
    }
    let room = min(buffer.freeByteCount, header.blockContentByteCount)
    let isGood: Bool
    if let stream {
      // What blocks refer to stands directly before them.
      let start = max(buffer.start, buffer.end - LZ4.historyByteCount)
      stream.setHistory(buffer.view(start..<buffer.end))
      isGood = stream.decompress(data, into: &buffer, maximumByteCount: room)
    } else {
      isGood = LZ4.decompress(
        data, into: &buffer, maximumByteCount: room, dictionary: data.slice(0..<0))
    }
    guard isGood else {
      throw ArrowFault("a compressed buffer is damaged, or holds more than its length says")
    }
  }
}
