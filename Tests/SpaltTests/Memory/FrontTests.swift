import Testing

@testable import Spalt

/// Which place a chunk comes from and goes to.
@Suite struct FrontTests {
  /// Runs `body` on a thread that is worker `number`.
  private func asWorker(_ number: Int, _ body: @escaping @Sendable () -> Void) throws {
    try PipelineThread(worker: number) { body() }.join()
  }

  private func use(_ pool: ChunkPool, _ byteCount: Int) -> UInt {
    guard let chunk = try? pool.leaseDescriptor(byteCount: byteCount) else { return 0 }
    pool.giveBack(chunk)
    return chunk.address
  }

  @Test func threadsAreNoWorkersUnlessTheySaySo() throws {
    #expect(WorkerIdentity.current == -1)
    try asWorker(3) { #expect(WorkerIdentity.current == 3) }
    #expect(WorkerIdentity.current == -1)
  }

  @Test func aWorkerTakesWhatItGaveBack() throws {
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
    try asWorker(0) {
      let first = use(pool, 100_000)
      #expect(use(pool, 100_000) == first)
      #expect(pool.telemetry.frontHitCount == 1)
      #expect(pool.telemetry.backHitCount == 0)
    }
    // The chunk lies in that worker's front, where nobody else looks for it.
    _ = use(pool, 100_000)
    #expect(pool.telemetry.mappedCount == 2)
    // Trimming empties fronts, too.
    pool.trim(toByteCount: 0)
    #expect(pool.telemetry.retainedByteCount == 0)
    #expect(pool.budget.reservedByteCount == 0)
  }

  @Test func othersGiveToTheBack() throws {
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
    let chunk = try pool.leaseDescriptor(byteCount: 100_000)
    pool.giveBack(chunk)
    try asWorker(1) { #expect(use(pool, 100_000) == chunk.address) }
    #expect(pool.telemetry.backHitCount == 1)
    #expect(pool.telemetry.frontHitCount == 0)
  }

  @Test func largeChunksLieInTheBack() throws {
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
    try asWorker(0) { _ = use(pool, 2 << 20) }
    _ = use(pool, 2 << 20)
    #expect(pool.telemetry.mappedCount == 1)
    #expect(pool.telemetry.backHitCount == 1)
  }

  @Test func aFrontHoldsFourChunks() {
    let headers = ChunkHeaders()
    var front = ChunkFront()
    func chunk(_ byteCount: Int, at time: UInt64) -> FreeChunk {
      FreeChunk(
        address: 1 << 30 * UInt(time), byteCount: byteCount, header: headers.make(home: 0),
        releasedNanoseconds: time, oldestNanoseconds: time)
    }
    for (index, byteCount) in [1 << 20, 1 << 17, 1 << 16, 1 << 18].enumerated() {
      let isKept = front.keep(chunk(byteCount, at: UInt64(index + 1)))
      #expect(isKept)
    }
    let fifth = front.keep(chunk(1 << 16, at: 9))
    #expect(!fifth)
    let none = front.take(1 << 19)
    #expect(none == nil)
    let near = front.take(1 << 17 - 8192)
    #expect(near?.byteCount == 1 << 17)
    let oldest = front.takeOldest()
    #expect(oldest?.byteCount == 1 << 20)
  }

  @Test func slotsShareNoCacheLine() {
    let guards = PaddedGuards(count: 3) { $0 * 10 }
    var addresses: [UInt] = []
    for index in 0..<3 {
      guards.withLock(index) { value in
        unsafe addresses.append(withUnsafePointer(to: &value) { UInt(bitPattern: $0) })
        value += 1
      }
    }
    #expect(addresses[1] - addresses[0] >= 128)
    #expect(addresses[2] - addresses[1] >= 128)
    #expect((0..<3).map { index in guards.withLock(index) { $0 } } == [1, 11, 21])
  }
}
