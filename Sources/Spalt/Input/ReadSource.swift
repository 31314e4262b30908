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
  private let interrupter: ReaderInterrupter
  /// What the file's size says, if it has one.
  private let expectedByteCount: Int?
  /// The chunk being filled, if there is one.
  private var buffer: ReadBuffer?
  /// Absolute offset of the buffer's first byte.
  private var offset = 0
  /// Bytes copied into this chunk from the one before.
  private var copiedByteCount = 0
  private var isAtEnd: Bool
  /// Whether the buffer holds bytes that were read and not looked at.
  private var hasFreshBytes = true
  private var wasInterrupted = false

  /// A descriptor from which the bytes in `beginning` were read already.
  init(
    _ beginning: consuming ReadBuffer, descriptor: Int32, path: String, byteCount: Int?,
    isAtEnd: Bool, _ context: InputContext
  ) {
    buffer = consume beginning
    self.isAtEnd = isAtEnd
    mayWait = byteCount == nil
    expectedByteCount = byteCount
    self.descriptor = descriptor
    self.path = path
    inputIndex = context.inputIndex
    options = context.options
    kernels = context.kernels
    segments = context.segments
    pool = context.pool
    interrupter = context.interrupter
  }

  /// What follows `offset` in a file that was opened before and is `byteCount` bytes long now. The descriptor's
  /// reads go on there.
  init(
    descriptor: Int32, path: String, offset: Int, byteCount: Int, _ context: InputContext
  ) {
    isAtEnd = false
    mayWait = false
    hasFreshBytes = false
    expectedByteCount = byteCount
    self.offset = offset
    self.descriptor = descriptor
    self.path = path
    inputIndex = context.inputIndex
    options = context.options
    kernels = context.kernels
    segments = context.segments
    pool = context.pool
    interrupter = context.interrupter
  }

  deinit { if descriptor != 0 { Syscalls.close(descriptor) } }

  private(set) var handedOutByteCount = 0
  var modeName: String { "read" }
  var awaitedByteCount = 0
  let mayWait: Bool

  func next() throws(SpaltError) -> SourcePiece? {
    while true {
      var current = try takeBuffer()
      try fill(&current)
      if current.filledByteCount == 0 {
        if isAtEnd || wasInterrupted {
          if isAtEnd { try checkEnd(offset) }
          return nil
        }
        buffer = consume current
        continue
      }
      if let recordEnd = lastRecordEnd(current) { return try piece(current, to: recordEnd) }
      if isAtEnd {
        let end = current.filledByteCount
        try checkEnd(offset + end)
        return try piece(current, to: end)
      }
      // The beginning of a record is none.
      if wasInterrupted { return nil }
      if current.isFull {
        // Three bytes for a byte order mark, two for the line's end.
        if current.byteCount >= options.maximumRecordByteCount + 5 {
          return try skipOversized(current)
        }
        current = try grown(current)
      }
      buffer = consume current
    }
  }

  /// Throws if the file has ended at `end`, before it did when it was opened: then what stands there may be half a
  /// record. Some files of the kernel's own were never as long as they said.
  private func checkEnd(_ end: Int) throws(SpaltError) {
    guard let expectedByteCount, end < expectedByteCount,
      let status = try? Syscalls.status(of: descriptor, path: path),
      status.byteCount < expectedByteCount
    else { return }
    throw .changed(
      path: path,
      FileChange(kind: .truncated(toByteCount: status.byteCount), range: end..<expectedByteCount))
  }

  private func takeBuffer() throws(SpaltError) -> ReadBuffer {
    if let begun = buffer.take() { return begun }
    return try ReadBuffer(byteCount: options.pieceByteCount, pool: pool)
  }

  /// Reads, again as long as it gave a pipe's whole content: then the writer is fast, and larger
  /// pieces are worth waiting for.
  private func fill(_ current: inout ReadBuffer) throws(SpaltError) {
    if hasFreshBytes {
      hasFreshBytes = false
      let count = current.filledByteCount
      if count < Self.pipeByteCount, count >= awaitedByteCount { return }
    }
    while !isAtEnd, !current.isFull {
      guard waitForInput() else { return }
      let count = try current.fill(from: descriptor, path: path)
      isAtEnd = count == 0
      if count < Self.pipeByteCount, current.filledByteCount >= awaitedByteCount { return }
    }
  }

  /// Waits for what another process writes; false when the reader was interrupted.
  private func waitForInput() -> Bool {
    if mayWait { wasInterrupted = !interrupter.waitForInput(descriptor) }
    return !wasInterrupted
  }

  /// What a pipe holds at most, unless somebody changed it.
  private static let pipeByteCount = 64 << 10

  /// Just past the last line end in the buffer, or nil.
  private func lastRecordEnd(_ buffer: borrowing ReadBuffer) -> Int? {
    let cursor = ByteCursor(buffer.view(offset: offset))
    return kernels.lastIndex(of: 0x0A, cursor, in: 0..<cursor.end).map { $0 + 1 }
  }

  /// Hands out the first `recordEnd` bytes of a buffer; the rest moves to a new one.
  private func piece(
    _ current: consuming ReadBuffer, to recordEnd: Int
  ) throws(SpaltError) -> SourcePiece {
    let rest = current.filledByteCount - recordEnd
    var next: ReadBuffer?
    if rest > 0 {
      // As much as there is still to come, and one byte to see the end: what is sampled of many files is
      // held in memory, tails and all.
      let end = offset + current.filledByteCount
      let wanted = expectedByteCount.map { max(0, $0 - end) + rest + 1 } ?? .max
      var new = try ReadBuffer(
        byteCount: min(max(options.pieceByteCount, rest * 2), wanted), pool: pool)
      new.append(current.view(offset: 0).slice(recordEnd..<recordEnd + rest))
      next = consume new
    }
    var piece = SourcePiece(
      segment: current.segment(byteCount: recordEnd, offset: offset, segments),
      inputIndex: inputIndex)
    piece.copiedByteCount = copiedByteCount
    handedOutByteCount += recordEnd
    buffer = next
    offset += recordEnd
    copiedByteCount = rest
    return piece
  }

  /// A buffer of twice the size with the same bytes, for a record that is longer than the chunk.
  private func grown(_ current: consuming ReadBuffer) throws(SpaltError) -> ReadBuffer {
    var larger = try ReadBuffer(byteCount: current.byteCount * 2, pool: pool)
    larger.append(current.view(offset: 0))
    copiedByteCount += current.filledByteCount
    return larger
  }

  /// Passes over a record that is longer than allowed, in bounded memory.
  private func skipOversized(_ buffer: consuming ReadBuffer) throws(SpaltError) -> SourcePiece {
    var current = buffer
    var scan: OversizedScan?
    while true {
      let lineFeed = firstLineFeed(current)
      let hasLineFeed = lineFeed < current.filledByteCount
      scan = Self.scan(scan, current.view(offset: offset).slice(0..<lineFeed))
      if let scan, hasLineFeed || isAtEnd || wasInterrupted {
        return try oversizedPiece(
          current, scan.record(hasLineFeed: hasLineFeed),
          consumedByteCount: lineFeed + (hasLineFeed ? 1 : 0))
      }
      offset += current.filledByteCount
      current.clear()
      if waitForInput() { isAtEnd = try current.fill(from: descriptor, path: path) == 0 }
    }
  }

  private static func scan(
    _ begun: OversizedScan?, _ bytes: borrowing ByteView
  ) -> OversizedScan {
    guard var scan = begun else { return OversizedScan(bytes) }
    scan.add(bytes)
    return scan
  }

  private func firstLineFeed(_ buffer: borrowing ReadBuffer) -> Int {
    let cursor = ByteCursor(buffer.view(offset: 0))
    return kernels.firstIndex(of: 0x0A, cursor, in: 0..<cursor.end)
  }

  /// The piece for a record that was passed over. Its bytes are not decoded: the piece is empty.
  private func oversizedPiece(
    _ current: consuming ReadBuffer, _ record: OversizedRecord, consumedByteCount: Int
  ) throws(SpaltError) -> SourcePiece {
    handedOutByteCount += record.sourceByteCount - consumedByteCount
    copiedByteCount = 0
    var piece = try piece(current, to: consumedByteCount)
    piece.oversized = record
    return piece
  }
}
