/// The memory in which an evaluator keeps intermediate values: plain values at byte offsets that were
/// fixed when the expression was bound.
///
/// Reading goes through a view of all of it, writing through spans that are asked for by offset. An
/// operation writes to registers of its own and reads those of others.
@safe
final class RegisterFile {
  private let chunk: Chunk

  /// Registers of `byteCount` bytes, all zero.
  init(byteCount: Int, pool: ChunkPool) throws(SpaltError) {
    let chunk = try pool.lease(byteCount: byteCount, lifetime: .lasting)
    // SAFETY: the chunk has that many bytes. Its last user may have left something in them.
    unsafe chunk.base.initializeMemory(as: UInt8.self, repeating: 0, count: chunk.byteCount)
    self.chunk = chunk
  }

  /// All registers.
  var view: ByteView {
    @_lifetime(borrow self)
    get {
      // SAFETY: the chunk lives as long as this object.
      let view = unsafe ByteView(base: chunk.base, byteCount: chunk.byteCount, offset: 0)
      return unsafe bound(view, to: self)
    }
  }

  /// `count` values at a byte offset, to be written. Traps when they are not all inside, or misaligned.
  @_lifetime(borrow self)
  func span<Value: BitwiseCopyable>(
    of type: Value.Type, at offset: Int, count: Int
  ) -> MutableSpan<Value> {
    precondition(
      offset >= 0 && count >= 0
        && count <= (chunk.byteCount - offset) / MemoryLayout<Value>.stride
        && offset % MemoryLayout<Value>.alignment == 0, "outside the registers")
    // SAFETY: the range was checked, and the chunk is page-aligned and lives as long as this object.
    // Every byte was initialised, and plain values have no invalid bit patterns that Spalt stores.
    let start = unsafe (chunk.base + offset).assumingMemoryBound(to: Value.self)
    let span = unsafe MutableSpan(_unsafeStart: start, count: count)
    return unsafe bound(span, to: self)
  }
}

/// Text that an evaluator makes, in memory that stays where it is until all of it is forgotten.
@safe
final class ScratchText {
  private let storage: ArenaStorage

  /// No text yet; memory is taken from `pool` when there is some.
  init(pool: ChunkPool) { storage = ArenaStorage(chunkPool: pool) }

  /// What was made so far, and what will be.
  var chunks: ArenaChunks {
    @_lifetime(borrow self)
    get {
      // SAFETY: the storage lives as long as this object.
      let chunks = unsafe ArenaChunks(storage: Unmanaged.passUnretained(storage))
      return unsafe bound(chunks, to: self)
    }
  }

  /// Lends `maximumByteCount` bytes to `body` and keeps as many as it wrote.
  func build(
    maximumByteCount: Int, _ body: (inout OutputRawSpan) -> Void
  ) throws(SpaltError) -> ArenaBlock {
    guard maximumByteCount <= 1 << 30 else {
      throw .memoryBudgetExceeded(
        neededByteCount: maximumByteCount, usedByteCount: 0, limitByteCount: 1 << 30)
    }
    let block = try storage.allocate(byteCount: maximumByteCount)
    // SAFETY: the block is fresh, has `maximumByteCount` bytes, and nobody else sees it meanwhile.
    let buffer = unsafe UnsafeMutableRawBufferPointer(
      start: storage.base(of: block), count: maximumByteCount)
    var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
    body(&output)
    let written = unsafe output.finalize(for: buffer)
    return storage.shrink(block, toByteCount: written)
  }

  /// Forgets everything; what views pointed at is gone.
  func reset() { storage.reset() }
}
