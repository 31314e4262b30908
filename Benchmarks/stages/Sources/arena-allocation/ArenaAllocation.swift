import Spalt

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Allocates 64 bytes many times from an arena, and by `malloc` and `free`, in turns; prints what one allocation
/// takes, as the medians of all turns.
@main
struct ArenaAllocation {
  static let byteCount = 64
  static let turnCount = 101
  /// Allocations a turn: as many as fit a chunk of 64 KiB, several times.
  static let roundCount = 500
  static let allocationsPerRound = 1000

  static func main() throws {
    var arena = ArenaPool(chunkPool: ChunkPool(budget: MemoryBudget())).lease(.batch)
    var arenaTimes: [Double] = []
    var mallocTimes: [Double] = []
    var sum = 0
    for _ in 0..<turnCount {
      arenaTimes.append(try time { sum &+= try fromArena(&arena) })
      mallocTimes.append(time { sum &+= fromMalloc() })
    }
    let arenaTime = median(arenaTimes)
    let mallocTime = median(mallocTimes)
    print(
      """
      {"byte_count": \(byteCount), "arena_ns": \(arenaTime), "malloc_free_ns": \(mallocTime), \
      "factor": \(mallocTime / arenaTime), "checksum": \(sum)}
      """)
  }

  /// Each round fills the arena's first chunk and forgets it.
  @inline(never)
  static func fromArena(_ arena: inout Arena) throws(SpaltError) -> Int {
    var sum = 0
    for _ in 0..<roundCount {
      for _ in 0..<allocationsPerRound {
        let block = try arena.allocate(byteCount: byteCount)
        sum &+= block.byteCount
      }
      arena.reset()
    }
    return sum
  }

  /// Each allocation is freed 16 allocations later, so that the compiler cannot leave both out.
  @inline(never)
  static func fromMalloc() -> Int {
    var ring = InlineArray<16, UInt>(repeating: 0)
    var sum = 0
    for index in 0..<roundCount * allocationsPerRound {
      let slot = index & 15
      // SAFETY: the address in the ring came from `malloc` and is freed once, or is null.
      unsafe free(UnsafeMutableRawPointer(bitPattern: ring[slot]))
      ring[slot] = unsafe UInt(bitPattern: malloc(byteCount))
      sum &+= byteCount
    }
    for slot in ring.indices {
      // SAFETY: as above.
      unsafe free(UnsafeMutableRawPointer(bitPattern: ring[slot]))
    }
    return sum
  }

  /// Nanoseconds that one of the allocations of `body` takes.
  static func time(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    let duration = ContinuousClock.now - start
    return duration / .nanoseconds(1) / Double(roundCount * allocationsPerRound)
  }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
