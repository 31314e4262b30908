/// Leases arenas and takes them back when they are destroyed.
///
/// Arenas are leased and returned once a batch, never once a record, so one lock is enough.
public final class ArenaPool: Sendable {
  private struct State: Sendable {
    var free: [ArenaStorage] = []
    var liveCount = 0
    var highWaterCount = 0
  }

  /// Where the arenas' chunks come from.
  public let chunkPool: ChunkPool
  private let state = Guarded(State())

  /// A pool of arenas over `chunkPool`.
  public init(chunkPool: ChunkPool) {
    self.chunkPool = chunkPool
    state.withLock { $0.free.reserveCapacity(32) }
  }

  /// The arenas' counters now.
  public var telemetry: ArenaTelemetry {
    state.withLock { state in
      var telemetry = ArenaTelemetry()
      telemetry.liveCount = state.liveCount
      telemetry.highWaterCount = state.highWaterCount
      return telemetry
    }
  }

  /// The arenas that are out now.
  public var liveArenas: [LiveArena] { [] }

  /// Arenas that are out now.
  public var liveCount: Int { state.withLock { $0.liveCount } }

  /// Chunks that arenas which are not out keep for their next lease.
  var idleChunkCount: Int {
    state.withLock { $0.free.reduce(0) { $0 + $1.chunks.count } }
  }

  /// The most arenas that were out at once.
  public var highWaterCount: Int { state.withLock { $0.highWaterCount } }

  /// An empty arena for contents of the given lifetime.
  public func lease(_ tier: ArenaTier) -> Arena {
    let storage = state.withLock { state in
      state.liveCount += 1
      state.highWaterCount = max(state.highWaterCount, state.liveCount)
      return state.free.popLast()
    }
    let ready = storage ?? ArenaStorage(chunkPool: chunkPool)
    ready.prepare(for: tier)
    ResourceCensus.begin(.arena, ready)
    return Arena(storage: ready, pool: self)
  }

  func giveBack(_ storage: ArenaStorage) {
    ResourceCensus.end(.arena, storage)
    storage.reset()
    state.withLock { state in
      state.liveCount -= 1
      if state.free.count < 32 { state.free.append(storage) }
    }
  }
}
