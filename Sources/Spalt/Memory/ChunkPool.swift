/// Where a chunk lies. Chunk headers live out of band, so that all of a chunk's pages can be dropped.
struct ChunkDescriptor: BitwiseCopyable, Sendable {
  let address: UInt
  let byteCount: Int

  /// Start of the memory. Valid while whoever leased the chunk holds it.
  @unsafe var base: UnsafeMutableRawPointer {
    @inline(__always) get {
      // SAFETY: the address came from a mapping and is never null.
      unsafe UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
    }
  }
}

/// Hands out chunks of page-aligned memory and takes them back.
///
/// Sizes are rounded up to a power of two, so that a chunk that comes back fits the next request of
/// its class. What lies unused beyond `retainedLimitByteCount` goes back to the system at once.
public final class ChunkPool: Sendable {
  /// The smallest chunk.
  static let minimumByteCount = 64 << 10

  private struct State: Sendable {
    var free: [ChunkDescriptor] = []
    var telemetry = PoolTelemetry()
  }

  private let state = Guarded(State())
  /// What every chunk of this pool is counted against.
  public let budget: MemoryBudget
  private let retainedLimitByteCount: Int

  /// A pool whose chunks count against `budget`.
  public init(budget: MemoryBudget, retainedLimitByteCount: Int = 32 << 20) {
    self.budget = budget
    self.retainedLimitByteCount = retainedLimitByteCount
    state.withLock { $0.free.reserveCapacity(64) }
  }

  deinit {
    let free = state.withLock { $0.free }
    for chunk in free { unmap(chunk) }
  }

  /// The pool's counters now.
  public var telemetry: PoolTelemetry { state.withLock { $0.telemetry } }

  /// A chunk of at least `byteCount` bytes, whose content is undefined.
  func lease(byteCount: Int) throws(SpaltError) -> Chunk {
    Chunk(pool: self, descriptor: try leaseDescriptor(byteCount: byteCount))
  }

  /// As `lease`, for owners that hold several chunks and give each back themselves.
  func leaseDescriptor(byteCount: Int) throws(SpaltError) -> ChunkDescriptor {
    let rounded = Self.roundedByteCount(byteCount)
    let reused: ChunkDescriptor? = state.withLock { state in
      guard let index = state.free.lastIndex(where: { $0.byteCount == rounded }) else { return nil }
      state.telemetry.backHitCount += 1
      state.telemetry.liveCount += 1
      state.telemetry.retainedByteCount -= rounded
      return state.free.remove(at: index)
    }
    if let reused { return reused }
    try reserve(rounded)
    do {
      let memory = unsafe try Syscalls.mapAnonymous(byteCount: rounded)
      state.withLock {
        $0.telemetry.mappedCount += 1
        $0.telemetry.liveCount += 1
      }
      // SAFETY: the new mapping belongs to the descriptor's holder, who gives it back.
      return ChunkDescriptor(address: UInt(bitPattern: memory), byteCount: rounded)
    } catch {
      budget.release(rounded)
      throw .system(error)
    }
  }

  /// Reserves budget. When there is not enough, retained chunks are given up first; then others are waited for.
  private func reserve(_ byteCount: Int) throws(SpaltError) {
    do {
      try budget.reserve(byteCount)
    } catch {
      if reserveTrimming(byteCount) { return }
      let hasReserved = budget.pressure?.wait { reserveTrimming(byteCount) } ?? false
      if !hasReserved { throw error }
    }
  }

  private func reserveTrimming(_ byteCount: Int) -> Bool {
    trim(toByteCount: 0, wakes: false)
    return (try? budget.reserve(byteCount)) != nil
  }

  /// Takes back a chunk whose holder is done with it.
  func giveBack(_ chunk: ChunkDescriptor) {
    let keeps = state.withLock { state in
      state.telemetry.liveCount -= 1
      let total = state.telemetry.retainedByteCount + chunk.byteCount
      guard total <= retainedLimitByteCount, state.free.count < 64 else { return false }
      state.free.append(chunk)
      state.telemetry.retainedByteCount = total
      return true
    }
    if keeps {
      // Whoever waits may take it from there.
      budget.pressure?.noteRelease()
    } else {
      unmap(chunk)
      budget.release(chunk.byteCount)
    }
  }

  /// Gives the end of a chunk back to the system, as far as it is not needed for `byteCount` bytes.
  /// - Returns: what is left, at the same address.
  func shrink(_ chunk: ChunkDescriptor, toByteCount byteCount: Int) -> ChunkDescriptor {
    let rounded = Self.roundedByteCount(byteCount)
    guard rounded < chunk.byteCount else { return chunk }
    // SAFETY: the caller holds the chunk and gives its end up; sizes are powers of two, so whole pages.
    unsafe Syscalls.unmap(chunk.base + rounded, byteCount: chunk.byteCount - rounded)
    budget.release(chunk.byteCount - rounded)
    return ChunkDescriptor(address: chunk.address, byteCount: rounded)
  }

  /// Returns unused chunks to the system until at most `limit` bytes are retained.
  public func trim(toByteCount limit: Int) { trim(toByteCount: limit, wakes: true) }

  private func trim(toByteCount limit: Int, wakes: Bool) {
    while true {
      let surplus: ChunkDescriptor? = state.withLock { state in
        guard state.telemetry.retainedByteCount > limit, let chunk = state.free.popLast() else {
          return nil
        }
        state.telemetry.retainedByteCount -= chunk.byteCount
        return chunk
      }
      guard let surplus else { return }
      unmap(surplus)
      budget.release(surplus.byteCount, wakes: wakes)
    }
  }

  private func unmap(_ chunk: ChunkDescriptor) {
    // SAFETY: the pool owns the mapping, nobody else holds the chunk, and it is not used again.
    unsafe Syscalls.unmap(chunk.base, byteCount: chunk.byteCount)
  }

  static func roundedByteCount(_ byteCount: Int) -> Int {
    let wanted = max(byteCount, minimumByteCount)
    return 1 << (Int.bitWidth - (wanted - 1).leadingZeroBitCount)
  }
}

/// Memory leased from a pool; it goes back when the chunk is destroyed.
@safe
struct Chunk: ~Copyable, @unchecked Sendable {  // sole owner of memory that no other chunk covers
  private let pool: ChunkPool
  private let descriptor: ChunkDescriptor
  /// Length of the memory.
  var byteCount: Int { descriptor.byteCount }

  fileprivate init(pool: ChunkPool, descriptor: ChunkDescriptor) {
    self.pool = pool
    self.descriptor = descriptor
  }

  deinit { pool.giveBack(descriptor) }

  /// Start of the memory, valid for `byteCount` bytes while the chunk lives.
  @unsafe var base: UnsafeMutableRawPointer {
    @inline(__always) get { unsafe descriptor.base }
  }

  /// A view of the first `byteCount` bytes, which stand at `offset` in the source.
  @_lifetime(borrow self)
  func view(byteCount: Int, offset: Int) -> ByteView {
    precondition(byteCount >= 0 && byteCount <= self.byteCount, "outside the chunk")
    // SAFETY: the range lies inside the chunk, which lives while it is borrowed.
    let view = unsafe ByteView(base: base, byteCount: byteCount, offset: offset)
    return unsafe bound(view, to: self)
  }
}
