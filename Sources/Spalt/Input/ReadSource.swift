/// A descriptor that is read into pool chunks: a pipe, standard input, or a file that should not be
/// mapped.
///
/// The beginning of a record that ends in the next chunk is copied there, and counted
/// (`recordSpansChunks`).
final class ReadSource: ByteSource {
  private let descriptor: Int32
  private let path: String
  private let inputIndex: Int
  private let options: InputOptions
  private let kernels: ScanKernels
  private let segments: SegmentPool
  private let pool: ChunkPool
  /// The chunk being filled, and how much of it is.
  private var chunk: ChunkDescriptor?
  private var filledByteCount = 0
  /// Absolute offset of the chunk's first byte.
  private var chunkOffset = 0
  /// Bytes copied into this chunk from the one before.
  private var copiedByteCount = 0
  private var isAtEnd = false

  init(
    descriptor: Int32, path: String, inputIndex: Int, options: InputOptions, kernels: ScanKernels,
    segments: SegmentPool, pool: ChunkPool
  ) {
    self.descriptor = descriptor
    self.path = path
    self.inputIndex = inputIndex
    self.options = options
    self.kernels = kernels
    self.segments = segments
    self.pool = pool
  }

  deinit {
    if let chunk { pool.giveBack(chunk) }
    if descriptor != 0 { Syscalls.close(descriptor) }
  }

  private(set) var handedOutByteCount = 0
  var modeName: String { "read" }

  func next() throws(SpaltError) -> SourcePiece? {
    while true {
      var current: ChunkDescriptor
      if let chunk { current = chunk } else { current = try newChunk() }
      if !isAtEnd, filledByteCount < current.byteCount {
        let wasFilled = try fill(current)
        if wasFilled, !isAtEnd, filledByteCount < current.byteCount, !endsRecord(current) {
          continue
        }
      }
      if filledByteCount == 0, isAtEnd { return nil }
      if let recordEnd = lastRecordEnd(current) { return try piece(current, to: recordEnd) }
      if isAtEnd { return try lastPiece(current) }
      guard filledByteCount == current.byteCount else { continue }
      if current.byteCount >= options.maximumRecordByteCount + 2 { return try skipOversized(current) }
      current = try grow(current)
    }
  }

  private func newChunk() throws(SpaltError) -> ChunkDescriptor {
    let new = try pool.leaseDescriptor(byteCount: options.pieceByteCount)
    chunk = new
    return new
  }

  /// Reads once; false at the end of the input.
  private func fill(_ chunk: ChunkDescriptor) throws(SpaltError) -> Bool {
    do {
      let count = unsafe try Syscalls.read(
        descriptor, into: chunk.space(from: filledByteCount), path: path)
      if count == 0 { isAtEnd = true }
      filledByteCount += count
      return count > 0
    } catch { throw .system(error) }
  }

  private func endsRecord(_ chunk: ChunkDescriptor) -> Bool { lastRecordEnd(chunk) != nil }

  /// Just past the last line end in the filled part, or nil.
  private func lastRecordEnd(_ chunk: ChunkDescriptor) -> Int? {
    unsafe chunk.withFilled(filledByteCount, offset: chunkOffset) { view in
      kernels.lastIndex(of: 0x0A, ByteCursor(view), in: 0..<view.byteCount).map { $0 + 1 }
    }
  }

  /// Hands out the first `recordEnd` bytes of the chunk; the rest moves to a new chunk.
  private func piece(_ current: ChunkDescriptor, to recordEnd: Int) throws(SpaltError)
    -> SourcePiece
  {
    let rest = filledByteCount - recordEnd
    var next: ChunkDescriptor?
    if rest > 0 {
      let new = try pool.leaseDescriptor(byteCount: max(options.pieceByteCount, rest * 2))
      unsafe new.copy(from: current, recordEnd..<filledByteCount)
      next = new
    }
    var piece = SourcePiece(
      segment: segments.segment(
        of: current, byteCount: recordEnd, offset: chunkOffset, from: pool),
      inputIndex: inputIndex)
    piece.copiedByteCount = copiedByteCount
    handedOutByteCount += recordEnd
    chunk = next
    chunkOffset += recordEnd
    filledByteCount = rest
    copiedByteCount = rest
    return piece
  }

  private func lastPiece(_ current: ChunkDescriptor) throws(SpaltError) -> SourcePiece {
    try piece(current, to: filledByteCount)
  }

  /// Makes room for a record that is longer than the chunk.
  private func grow(_ current: ChunkDescriptor) throws(SpaltError) -> ChunkDescriptor {
    let larger = try pool.leaseDescriptor(byteCount: current.byteCount * 2)
    unsafe larger.copy(from: current, 0..<filledByteCount)
    copiedByteCount += filledByteCount
    pool.giveBack(current)
    chunk = larger
    return larger
  }

  /// Passes over a record that is longer than allowed, in bounded memory.
  private func skipOversized(_ current: ChunkDescriptor) throws(SpaltError) -> SourcePiece {
    let start = chunkOffset
    var endsWithReturn = false
    while true {
      let lineFeed = unsafe current.withFilled(filledByteCount, offset: 0) { view in
        kernels.firstIndex(of: 0x0A, ByteCursor(view), in: 0..<view.byteCount)
      }
      let lastIndex = lineFeed - 1
      let last: UInt8? =
        lastIndex < 0
        ? nil : unsafe current.withFilled(filledByteCount, offset: 0) { $0[lastIndex] }
      if let last { endsWithReturn = last == 0x0D }
      if lineFeed < filledByteCount || isAtEnd {
        let hasLineFeed = lineFeed < filledByteCount
        let lineEnd = hasLineFeed ? (endsWithReturn ? 2 : 1) : 0
        let end = chunkOffset + lineFeed + (hasLineFeed ? 1 : 0)
        return try finishOversized(
          current, consumed: end - chunkOffset,
          OversizedRecord(
            offset: start, byteCount: end - start - lineEnd, lineEndByteCount: lineEnd))
      }
      chunkOffset += filledByteCount
      filledByteCount = 0
      _ = try fill(current)
    }
  }

  private func finishOversized(
    _ current: ChunkDescriptor, consumed: Int, _ record: OversizedRecord
  ) throws(SpaltError) -> SourcePiece {
    handedOutByteCount += record.byteCount + record.lineEndByteCount - consumed
    var piece = try piece(current, to: consumed)
    piece.oversized = record
    return piece
  }
}
