import Synchronization

/// What an arena holds. Recycled by `ArenaPool`, so that leasing an arena allocates nothing.
///
/// Small blocks come from the *current* chunk: allocating moves `cursor` towards `limit`, and looks at nothing
/// else.
final class ArenaStorage: @unchecked Sendable {  // one owner at a time: the arena or the pool
  struct HeldChunk: BitwiseCopyable {
    let descriptor: ChunkDescriptor
    /// Of the current chunk, `cursor` knows better.
    var usedByteCount: Int
    /// Whether these are the bytes of a segment, in which the arena has a share, and not a chunk of its own.
    var isAdopted = false
  }

  static let alignment = 8
  static let standardByteCount = ChunkPool.minimumByteCount

  /// Where the next small block begins, and where the current chunk ends; the same when there is no chunk, when
  /// it is full, and when nothing may be written any more.
  private var cursor: UInt = 0
  private var limit: UInt = 0
  /// Where the current chunk begins.
  private var start: UInt = 0
  /// Index of the current chunk; -1 before the first.
  private var currentIndex = -1
  /// Distinct for every arena and every reset in the process, so that a block is recognised that
  /// belongs to another arena or another time.
  private var generation = ArenaGeneration.next()
  private(set) var chunks: [HeldChunk] = []
  /// The segments among them, in their order.
  private(set) var adopted: [AdoptedSegment] = []
  private(set) var tier: ArenaTier = .batch
  private var lifetime = ChunkLifetime.passing
  private var isSealed = false
  private let chunkPool: ChunkPool

  /// What the arena's user made of it since it was leased.
  private(set) var highWaterByteCount = 0
  private(set) var largestBlockByteCount = 0
  /// The same as the sums below, as of the last chunk that came or went: what other threads may ask for.
  private let publishedReserved = Atomic<Int>(0)
  private let publishedUsed = Atomic<Int>(0)
  /// Where the pool lists the arena; used under the pool's lock.
  var listIndex = -1

  init(chunkPool: ChunkPool) {
    self.chunkPool = chunkPool
    chunks.reserveCapacity(16)
  }

  deinit { release(downTo: 0) }

  /// Bytes of the current chunk that are in use.
  private var currentUsedByteCount: Int { Int(bitPattern: cursor &- start) }

  /// What is in use of chunk `index`.
  func usedByteCount(ofChunkAt index: Int) -> Int {
    index == currentIndex ? currentUsedByteCount : chunks[index].usedByteCount
  }

  var usedByteCount: Int {
    chunks.indices.reduce(0) { $0 + (chunks[$1].isAdopted ? 0 : usedByteCount(ofChunkAt: $1)) }
  }
  var reservedByteCount: Int {
    chunks.reduce(0) { $0 + ($1.isAdopted ? 0 : $1.descriptor.byteCount) }
  }

  /// The sums, for another thread than the owner's: as they were when the arena last took or gave a chunk.
  var published: (reserved: Int, used: Int) {
    (publishedReserved.load(ordering: .relaxed), publishedUsed.load(ordering: .relaxed))
  }

  func prepare(for tier: ArenaTier, _ lifetime: ChunkLifetime) {
    self.tier = tier
    self.lifetime = lifetime
    highWaterByteCount = 0
    largestBlockByteCount = 0
  }

  // MARK: - Allocating

  @inline(__always)
  func allocate(byteCount: Int) throws(SpaltError) -> ArenaBlock {
    // What fits exactly takes the slow path, so that none is ever taken when there is no chunk; so do too many
    // bytes, and fewer than none.
    let room = limit &- cursor
    let aligned = (UInt(bitPattern: byteCount) &+ 7) & ~7
    guard aligned < room, byteCount >= 0 else { return try allocateSlowly(byteCount) }
    let block = currentBlock(byteCount)
    cursor &+= aligned
    return block
  }

  @inline(__always)
  private func currentBlock(_ byteCount: Int) -> ArenaBlock {
    ArenaBlock(
      chunkIndex: Int32(truncatingIfNeeded: currentIndex),
      start: Int32(truncatingIfNeeded: currentUsedByteCount), byteCount: byteCount,
      generation: generation)
  }

  @inline(never)
  private func allocateSlowly(_ byteCount: Int) throws(SpaltError) -> ArenaBlock {
    precondition(byteCount >= 0 && byteCount <= 1 << 30, "a block holds at most 1 GiB")
    precondition(!isSealed, "a sealed arena is written to")
    let aligned = (byteCount + Self.alignment - 1) & -Self.alignment
    if currentIndex >= 0, aligned == Int(bitPattern: limit - cursor) {
      let block = currentBlock(byteCount)
      cursor = limit
      return block
    }
    noteUse()
    let isLarge = byteCount > Self.standardByteCount / 2
    let descriptor = try chunkPool.leaseDescriptor(
      byteCount: isLarge ? byteCount : Self.standardByteCount, lifetime: lifetime)
    chunks.append(HeldChunk(descriptor: descriptor, usedByteCount: aligned))
    let index = chunks.count - 1
    if !isLarge || currentIndex < 0 { makeCurrent(index, usedByteCount: aligned) }
    publish()
    return ArenaBlock(
      chunkIndex: Int32(index), start: 0, byteCount: byteCount, generation: generation)
  }

  /// Small blocks come from chunk `index` from now on, of which that much is in use.
  private func makeCurrent(_ index: Int, usedByteCount: Int) {
    if currentIndex >= 0, currentIndex < chunks.count {
      chunks[currentIndex].usedByteCount = currentUsedByteCount
    }
    currentIndex = index
    guard index >= 0 else {
      (start, cursor, limit) = (0, 0, 0)
      return
    }
    start = chunks[index].descriptor.address
    cursor = start + UInt(usedByteCount)
    limit = start + UInt(chunks[index].descriptor.byteCount)
  }

  /// Gives back the end of a block that was just allocated.
  func shrink(_ block: ArenaBlock, toByteCount byteCount: Int) -> ArenaBlock {
    precondition(byteCount <= block.byteCount, "shrink does not grow")
    let index = Int(block.chunkIndex)
    let end = (Int(block.start) + byteCount + Self.alignment - 1) & -Self.alignment
    if index == currentIndex {
      cursor = start + UInt(end)
    } else {
      chunks[index].usedByteCount = end
    }
    noteBlock(ofByteCount: byteCount)
    return ArenaBlock(
      chunkIndex: block.chunkIndex, start: block.start, byteCount: byteCount,
      generation: block.generation)
  }

  @unsafe func base(of block: ArenaBlock) -> UnsafeMutableRawPointer {
    precondition(
      block.generation == generation,
      "the block belongs to another arena, or the arena was reset since it was made")
    let index = Int(block.chunkIndex)
    precondition(
      index < chunks.count
        && Int(block.start) + block.byteCount <= usedByteCount(ofChunkAt: index),
      "the block was rewound")
    // SAFETY: the chunk is held until a reset, and blocks lie inside what is used of their chunk.
    return unsafe chunks[index].descriptor.base + Int(block.start)
  }

  // MARK: - Forgetting

  var mark: ArenaMark {
    ArenaMark(
      chunkCount: chunks.count, currentIndex: currentIndex, currentUsed: currentUsedByteCount)
  }

  func rewind(to mark: ArenaMark) {
    noteUse()
    release(downTo: mark.chunkCount)
    makeCurrent(mark.currentIndex, usedByteCount: mark.currentUsed)
  }

  func reset() {
    precondition(!isSealed, "a sealed arena is reset")
    noteUse()
    generation = ArenaGeneration.next()
    release(downTo: 1)
    if let first = chunks.first,
      first.isAdopted || first.descriptor.byteCount >= Self.standardByteCount * 2
    {
      release(downTo: 0)
    }
    makeCurrent(chunks.isEmpty ? -1 : 0, usedByteCount: 0)
  }

  /// Ends the arena's use: what it held goes back.
  func end() {
    noteUse()
    isSealed = false
    generation = ArenaGeneration.next()
    release(downTo: 0)
    makeCurrent(-1, usedByteCount: 0)
  }

  /// Nothing may be written any more until the arena's use ends.
  func seal() {
    isSealed = true
    noteUse()
    limit = cursor
    for chunk in chunks where !chunk.isAdopted { chunkPool.seal(chunk.descriptor) }
  }

  /// Notes how large a block is.
  @inline(__always)
  func noteBlock(ofByteCount byteCount: Int) {
    #if !SPALT_NO_TELEMETRY
      if byteCount > largestBlockByteCount { largestBlockByteCount = byteCount }
    #endif
  }

  private func noteUse() {
    #if !SPALT_NO_TELEMETRY
      let used = chunks.count == 1 ? usedByteCount(ofChunkAt: 0) : usedByteCount
      highWaterByteCount = max(highWaterByteCount, used)
    #endif
  }

  private func publish() {
    #if !SPALT_NO_TELEMETRY
      publishedReserved.store(reservedByteCount, ordering: .relaxed)
      publishedUsed.store(usedByteCount, ordering: .relaxed)
    #endif
  }

  func adopt(_ segment: SharedSegment, column: Int?) -> Int {
    precondition(!isSealed, "a sealed arena adopts a segment")
    // SAFETY: only an address, of memory that lives as long as the share.
    let address = unsafe UInt(bitPattern: segment.base)
    let descriptor = ChunkDescriptor(
      address: address, byteCount: segment.byteCount, header: 0, generation: 0)
    chunks.append(
      HeldChunk(descriptor: descriptor, usedByteCount: segment.byteCount, isAdopted: true))
    adopted.append(
      AdoptedSegment(segment: segment, chunkIndex: chunks.count - 1, column: column))
    return chunks.count - 1
  }

  func forgetValues(ofColumn column: Int) {
    for index in adopted.indices where adopted[index].column == column {
      adopted[index].column = nil
    }
  }

  private func release(downTo count: Int) {
    guard chunks.count > count else { return }
    while chunks.count > count {
      let used = usedByteCount(ofChunkAt: chunks.count - 1)
      let chunk = chunks.removeLast()
      if chunk.isAdopted {
        adopted.removeLast()
      } else {
        chunkPool.giveBack(chunk.descriptor, usedByteCount: used)
      }
    }
    publish()
  }
}
