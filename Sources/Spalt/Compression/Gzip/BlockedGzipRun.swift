/// Blocks of BGZF that follow each other and that one thread decodes, while others decode others.
final class BlockedGzipRun: DecodeRun {
  /// Empty blocks cost next to nothing, but finding them does, under a lock.
  private static let maximumBlockCount = 1024

  let requiredByteCount: Int
  /// What the run covers, and how many blocks.
  let range: Range<Int>
  let blockCount: Int
  /// Whether the last block has no content: so a file ends.
  let endsWithEmptyBlock: Bool
  private let mapping: Mapping
  private let firstMember: Int
  private let engines: InflateEnginePool
  private let options: CodecOptions

  /// Finds the blocks from `offset` on that hold at most `byteCount` bytes of content; nil when there is
  /// none, or when there is something else. Looks at headers and trailers only.
  init?(
    _ mapping: Mapping, from offset: Int, byteCount: Int, firstMember: Int,
    engines: InflateEnginePool, _ options: CodecOptions
  ) {
    var end = offset
    var contentByteCount = 0
    var lastByteCount = 0
    var blockCount = 0
    while blockCount < Self.maximumBlockCount {
      let rest = mapping.view(end..<mapping.byteCount)
      guard let block = Self.block(rest), block.isFollowedByMember(rest) else { break }
      let room = block.roomByteCount(rest)
      if blockCount > 0, contentByteCount + room > byteCount { break }
      contentByteCount += room
      lastByteCount = room
      end += block.byteCount
      blockCount += 1
    }
    guard blockCount > 0 else { return nil }
    requiredByteCount = contentByteCount
    range = offset..<end
    self.blockCount = blockCount
    endsWithEmptyBlock = lastByteCount == 0
    self.mapping = mapping
    self.firstMember = firstMember
    self.engines = engines
    self.options = options
  }

  /// The block that begins with the first byte. Headers with a checksum of their own are not for runs.
  private static func block(_ bytes: borrowing ByteView) -> BlockedGzip? {
    guard case .header(let header) = GzipHeader.parse(bytes), header.checksumIndex == nil else {
      return nil
    }
    return BlockedGzip(header)
  }

  func decode(
    into buffer: inout ContentBuffer, _ notes: inout ContentNotes
  ) throws(SpaltError) {
    let engine = try engines.take()
    defer { engines.giveBack(engine) }
    let mapping = mapping
    var offset = range.lowerBound
    var member = firstMember
    while offset < range.upperBound {
      let rest = mapping.view(offset..<range.upperBound)
      // The file may have been changed meanwhile.
      guard let block = Self.block(rest), block.byteCount <= rest.byteCount,
        block.roomByteCount(rest) <= buffer.freeByteCount
      else {
        notes.damages.append(changed(at: offset, member: member, position: buffer.end))
        return
      }
      let fault = try block.decode(
        rest, into: &buffer, engine, options, &notes)
      if let fault {
        notes.add(fault, of: block.byteCount, at: offset, member: member, position: buffer.end)
        if !options.continuesAfterDamage { return }
      }
      offset += block.byteCount
      member += 1
    }
    mapping.drop(range)
  }

  /// What is wrong when blocks are no longer what they were when the run was made.
  private func changed(at offset: Int, member: Int, position: Int) -> ContentDamage {
    ContentDamage(
      position: position,
      damage: StreamDamage(
        offset: offset, frame: member, block: nil,
        reason: "the file was changed while it was read"),
      losesContent: true)
  }
}

extension ContentNotes {
  /// Notes the fault of a block of `byteCount` bytes that begins at `offset` of the stream.
  mutating func add(
    _ fault: BlockedGzip.Fault, of byteCount: Int, at offset: Int, member: Int, position: Int
  ) {
    damages.append(
      ContentDamage(
        position: position,
        damage: StreamDamage(
          offset: offset + fault.index, frame: member, block: nil, reason: fault.reason),
        losesContent: fault.losesContent))
    if fault.losesContent { lostByteCount += fault.lostByteCount ?? byteCount - fault.index }
  }
}
