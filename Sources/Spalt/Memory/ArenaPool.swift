/// Leases arenas and takes them back when they are destroyed.
///
/// Arenas are leased and returned once a batch, never once a record, so one lock is enough.
public final class ArenaPool: Sendable {
  private struct State: Sendable {
    var free: [ArenaStorage] = []
    var live: [Lease] = []
    var telemetry = ArenaTelemetry()
  }

  /// An arena that is out, as far as the pool knows.
  private struct Lease: Sendable {
    let storage: ArenaStorage
    let tier: ArenaTier
    let owner: StaticString
    let startNanoseconds: UInt64
  }

  /// Where the arenas' chunks come from.
  public let chunkPool: ChunkPool
  private let state = Guarded(State())

  /// A pool of arenas over `chunkPool`.
  public init(chunkPool: ChunkPool) {
    self.chunkPool = chunkPool
    state.withLock { state in
      state.free.reserveCapacity(32)
      state.live.reserveCapacity(32)
    }
  }

  /// The arenas' counters now.
  public var telemetry: ArenaTelemetry {
    state.withLock { state in
      var telemetry = state.telemetry
      telemetry.liveCount = state.live.count
      return telemetry
    }
  }

  /// The arenas that are out now. Their bytes are as of the last chunk that an arena took or gave back: what
  /// they have allocated since, only their owners know.
  public var liveArenas: [LiveArena] {
    let now = monotonicNanoseconds()
    return state.withLock { state in
      state.live.map { lease in
        let (reserved, used) = lease.storage.published
        return LiveArena(
          tier: lease.tier, owner: lease.owner.description,
          ageNanoseconds: now &- min(lease.startNanoseconds, now), reservedByteCount: reserved,
          usedByteCount: used)
      }
    }
  }

  /// Arenas that are out now.
  public var liveCount: Int { state.withLock { $0.live.count } }

  /// Chunks that arenas which are not out keep for their next lease.
  var idleChunkCount: Int {
    state.withLock { $0.free.reduce(0) { $0 + $1.chunks.count } }
  }

  /// The most arenas that were out at once.
  public var highWaterCount: Int { telemetry.highWaterCount }

  /// An empty arena for contents of the given lifetime.
  /// - Parameters:
  ///   - tier: how long the contents live.
  ///   - owner: what `liveArenas` calls whoever has it.
  public func lease(_ tier: ArenaTier, owner: StaticString = #fileID) -> Arena {
    lease(tier, lifetime: tier == .source ? .lasting : .passing, owner: owner)
  }

  /// As above, for an arena that is held for another time than its contents: `lifetime` says how long.
  func lease(
    _ tier: ArenaTier, lifetime: ChunkLifetime, owner: StaticString = #fileID
  ) -> Arena {
    let now = monotonicNanoseconds()
    let storage = state.withLock { state in
      let reused = state.free.popLast()
      let storage = reused ?? ArenaStorage(chunkPool: chunkPool)
      storage.listIndex = state.live.count
      state.live.append(
        Lease(storage: storage, tier: tier, owner: owner, startNanoseconds: now))
      state.telemetry.highWaterCount = max(state.telemetry.highWaterCount, state.live.count)
      #if !SPALT_NO_TELEMETRY
        state.telemetry.leasedCount += 1
        if reused != nil { state.telemetry.reusedCount += 1 }
      #endif
      return storage
    }
    storage.prepare(for: tier, lifetime)
    ResourceCensus.begin(.arena, storage)
    return Arena(storage: storage, pool: self)
  }

  func giveBack(_ storage: ArenaStorage) {
    ResourceCensus.end(.arena, storage)
    let reserved = storage.reservedByteCount
    let used = storage.usedByteCount
    storage.end()
    state.withLock { state in
      let index = storage.listIndex
      let last = state.live.removeLast()
      if last.storage !== storage {
        last.storage.listIndex = index
        state.live[index] = last
      }
      #if !SPALT_NO_TELEMETRY
        state.telemetry.countReturn(storage, reserved: reserved, used: used)
      #endif
      if state.free.count < 32 { state.free.append(storage) }
    }
  }
}

extension ArenaTelemetry {
  fileprivate mutating func countReturn(_ storage: ArenaStorage, reserved: Int, used: Int) {
    reservedByteCount &+= UInt64(reserved)
    usedByteCount &+= UInt64(used)
    highWaterByteCount = max(highWaterByteCount, storage.highWaterByteCount)
    largestBlockByteCount = max(largestBlockByteCount, storage.largestBlockByteCount)
  }
}
