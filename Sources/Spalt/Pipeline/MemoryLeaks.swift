/// Arenas and chunks of a reader that are out: none, when it is destroyed and its batches are gone.
public struct MemoryLeaks: Sendable, CustomStringConvertible {
  /// Arenas that were not given back.
  public let arenaCount: Int
  /// Chunks that were not given back, those of these arenas included. What unused arenas keep does not count.
  public let chunkCount: Int
  /// What is known of the arenas.
  public let arenas: [LiveArena]

  init(_ pool: ArenaPool) {
    arenaCount = pool.liveCount
    chunkCount = max(0, pool.chunkPool.telemetry.liveCount - pool.idleChunkCount)
    arenas = pool.liveArenas
  }

  init(arenaCount: Int, chunkCount: Int, arenas: [LiveArena]) {
    self.arenaCount = arenaCount
    self.chunkCount = chunkCount
    self.arenas = arenas
  }

  /// Whether everything was given back.
  public var isEmpty: Bool { arenaCount == 0 && chunkCount == 0 }

  /// What is out, with owner and age, a line each; empty when there is nothing.
  public var description: String {
    if isEmpty { return "" }
    let arenaWord = arenaCount == 1 ? "arena" : "arenas"
    let chunkWord = chunkCount == 1 ? "chunk" : "chunks"
    let lines = arenas.map { arena in
      """
        \(arena.owner) (\(arena.tier)): \(arena.usedByteCount) of \(arena.reservedByteCount) bytes in \
      use, \(arena.ageNanoseconds / 1_000_000) ms old
      """
    }
    return (["leaked: \(arenaCount) \(arenaWord), \(chunkCount) \(chunkWord)"] + lines)
      .joined(separator: "\n")
  }
}
