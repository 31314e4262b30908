import Synchronization

/// How long the contents of an arena live.
public enum ArenaTier: Int, CaseIterable, Sendable {
  /// One record.
  case scratch
  /// The columns of one batch.
  case batch
  /// As long as the input: schema, learned shapes, format state.
  case source
}

/// Where something lies in an arena. Unlike a view it may be stored: it is a number, and means
/// something only to the arena that gave it, until that arena is reset.
public struct ArenaBlock: BitwiseCopyable, Sendable {
  /// Which of the arena's chunks.
  let chunkIndex: Int32
  /// Where in that chunk, in bytes.
  let start: Int32
  /// Length in bytes.
  public let byteCount: Int
  /// The arena's generation when the block was made.
  let generation: UInt64
}

/// A bump allocator over pool chunks, for plain bytes of one lifetime.
///
/// Nothing in an arena is ever freed or deinitialised on its own: everything dies together, at
/// `reset` or when the arena is destroyed. So only `BitwiseCopyable` contents belong here. An arena
/// has one owner and needs no lock. Views of its contents borrow it; resetting needs exclusive
/// access, so a view that is used after the reset does not compile. An `ArenaBlock` that is used after
/// a reset traps.
///
/// A large object gets a chunk of its own: it neither splits nor wastes the rest of the current one.
public struct Arena: ~Copyable, Sendable {
  let storage: ArenaStorage
  private let pool: ArenaPool

  init(storage: ArenaStorage, pool: ArenaPool) {
    self.storage = storage
    self.pool = pool
  }

  deinit { pool.giveBack(storage) }

  /// The tier this arena was leased for.
  public var tier: ArenaTier { storage.tier }

  /// Bytes handed out since the last reset.
  public var usedByteCount: Int { storage.usedByteCount }

  /// Bytes of the chunks that the arena holds.
  public var reservedByteCount: Int { storage.reservedByteCount }

  /// Room for `byteCount` bytes, at most 1 GiB, whose content is undefined. O(1).
  public mutating func allocate(byteCount: Int) throws(SpaltError) -> ArenaBlock {
    let block = try storage.allocate(byteCount: byteCount)
    storage.noteBlock(ofByteCount: byteCount)
    return block
  }

  /// Copies bytes into the arena. O(n).
  public mutating func append(_ bytes: borrowing ByteView) throws(SpaltError) -> ArenaBlock {
    let block = try allocate(byteCount: bytes.byteCount)
    // SAFETY: the block has exactly `byteCount` bytes, and a fresh block overlaps no view.
    unsafe storage.base(of: block).copyMemory(from: bytes.base, byteCount: bytes.byteCount)
    return block
  }

  /// Lends `maximumByteCount` bytes to `body` and keeps as many as it wrote.
  public mutating func build(
    maximumByteCount: Int, _ body: (inout OutputRawSpan) -> Void
  ) throws(SpaltError) -> ArenaBlock {
    let block = try storage.allocate(byteCount: maximumByteCount)
    // SAFETY: the block is fresh, has `maximumByteCount` bytes, and nobody else sees it meanwhile.
    let buffer = unsafe UnsafeMutableRawBufferPointer(
      start: storage.base(of: block), count: maximumByteCount)
    var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
    body(&output)
    let written = unsafe output.finalize(for: buffer)
    return storage.shrink(block, toByteCount: written)
  }

  /// The bytes of a block. Traps when the arena was reset since.
  @_lifetime(borrow self)
  public func view(of block: ArenaBlock) -> ByteView {
    // SAFETY: `base(of:)` checks the generation; the chunk stays until a reset, which needs exclusive
    // access to the arena and so cannot happen while the view borrows it.
    let view = unsafe ByteView(
      base: storage.base(of: block), byteCount: block.byteCount, offset: Int(block.start))
    return unsafe bound(view, to: self)
  }

  /// A borrowed look at the arena's chunks.
  var chunks: ArenaChunks {
    @_lifetime(borrow self)
    get {
      // SAFETY: the storage outlives the borrow of its arena.
      let chunks = unsafe ArenaChunks(storage: Unmanaged.passUnretained(storage))
      return unsafe bound(chunks, to: self)
    }
  }

  /// As `chunks`, to be bound by the caller to whoever keeps the arena and never resets it.
  @unsafe
  @_lifetime(immortal)
  func unboundChunks() -> ArenaChunks {
    // SAFETY: the caller vouches for the storage.
    unsafe ArenaChunks(storage: Unmanaged.passUnretained(storage))
  }

  /// Where the arena stands, so that a failed record can be undone.
  var mark: ArenaMark { storage.mark }

  /// Forgets everything allocated since `mark`.
  mutating func rewind(to mark: ArenaMark) { storage.rewind(to: mark) }

  /// Forgets all contents. The first chunk stays, the others go back to the pool.
  public mutating func reset() { storage.reset() }

  /// Ends the writing: what has been allocated stays as it is until the arena goes back, and is read-only if
  /// the pool hardens.
  mutating func seal() { storage.seal() }
}

/// The contents of an arena, chunk by chunk: the data buffers of its batch's string views.
@safe
struct ArenaChunks: ~Escapable {
  // Unretained, so that a view costs no reference count. SAFETY: the arena is borrowed meanwhile.
  private let storage: Unmanaged<ArenaStorage>

  @unsafe
  @_lifetime(immortal)
  init(storage: Unmanaged<ArenaStorage>) { unsafe self.storage = storage }

  var count: Int { unsafe storage._withUnsafeGuaranteedRef { $0.chunks.count } }

  /// Which chunk is a segment with the values of a column; nil, as a rule.
  func chunkIndex(ofValuesInColumn column: Int) -> Int? {
    unsafe storage._withUnsafeGuaranteedRef {
      $0.adopted.isEmpty ? nil : $0.chunkIndex(ofValuesInColumn: column)
    }
  }

  /// The contents of chunk `index`.
  @_lifetime(copy self)
  func view(_ index: Int) -> ByteView {
    // SAFETY: the chunk stays until a reset, which needs exclusive access to the arena.
    let (chunk, usedByteCount) = unsafe storage._withUnsafeGuaranteedRef {
      ($0.chunks[index].descriptor, $0.usedByteCount(ofChunkAt: index))
    }
    let view = unsafe ByteView(base: chunk.base, byteCount: usedByteCount, offset: 0)
    return unsafe _overrideLifetime(view, copying: self)
  }
}

/// Numbers that no two arenas share.
enum ArenaGeneration {
  private static let last = Atomic<UInt64>(0)

  static func next() -> UInt64 { last.add(1, ordering: .relaxed).newValue }
}

/// A position to rewind an arena to.
struct ArenaMark: BitwiseCopyable {
  let chunkCount: Int
  let currentIndex: Int
  let currentUsed: Int
}
