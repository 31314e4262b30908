import Testing

@testable import Spalt

@Suite struct PoolTests {
  @Test func sizesAreRoundedUpInSmallSteps() {
    let sizes = [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073, 1 << 20, (1 << 20) + 1, 8 << 20]
    let rounded = [
      65_536, 65_536, 65_536, 65_536, 81_920, 131_072, 147_456, 1 << 20, (1 << 20) + 16_384,
      8 << 20,
    ]
    #expect(sizes.map(ChunkPool.roundedByteCount) == rounded)
    for byteCount in stride(from: 1 << 20, to: 1 << 30, by: 1_234_567) {
      let rounded = ChunkPool.roundedByteCount(byteCount)
      #expect(rounded >= byteCount && rounded - byteCount <= byteCount / 63)
      #expect(rounded % 16_384 == 0)
    }
  }

  @Test func chunksAreUsedAgain() throws {
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 1 << 20))
    #expect(pool.telemetry.hitRate == 0)
    do {
      let one = try pool.lease(byteCount: 1000)
      let two = try pool.lease(byteCount: 100_000)
      #expect(one.byteCount == 65_536)
      #expect(two.byteCount == 114_688)
      #expect(pool.telemetry.liveCount == 2)
      #expect(pool.telemetry.liveByteCount == 180_224)
      #expect(pool.telemetry.retainedByteCount == 0)
    }
    #expect(pool.telemetry.liveCount == 0)
    #expect(pool.telemetry.liveByteCount == 0)
    #expect(pool.telemetry.liveHighWaterByteCount == 180_224)
    #expect(pool.telemetry.retainedByteCount == 180_224)
    do {
      let again = try pool.lease(byteCount: 100_001)
      #expect(again.byteCount == 114_688)
      #expect(pool.telemetry.retainedByteCount == 65_536)
    }
    #expect(pool.telemetry.reusedCount == 1)
    #expect(pool.telemetry.mappedCount == 2)
    #expect(pool.telemetry.hitRate == 1.0 / 3)
    #expect(pool.budget.reservedByteCount == 180_224)
    #expect(pool.budget.highWaterByteCount == 180_224)
    // Two of the three chunks were needed in full but for what rounding took.
    #expect(pool.telemetry.reservedByteCount == 65_536 + 2 * 114_688)
    #expect(pool.telemetry.usedByteCount == 1000 + 100_000 + 100_001)
  }

  @Test func whatIsRetainedCanBeTrimmed() throws {
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 1 << 20))
    do {
      let one = try pool.lease(byteCount: 1)
      let two = try pool.lease(byteCount: 1)
      let three = try pool.lease(byteCount: 1)
      #expect(one.byteCount + two.byteCount + three.byteCount == 196_608)
    }
    pool.trim(toByteCount: 65_536)
    #expect(pool.telemetry.retainedByteCount == 65_536)
    #expect(pool.budget.reservedByteCount == 65_536)
    pool.trim(toByteCount: 0)
    #expect(pool.budget.reservedByteCount == 0)
    #expect(pool.budget.highWaterByteCount == 196_608)
  }

  @Test func onlySoMuchIsRetained() throws {
    let pool = ChunkPool(
      budget: MemoryBudget(limitByteCount: 1 << 20), retainedLimitByteCount: 65_536)
    do {
      let one = try pool.lease(byteCount: 1)
      let two = try pool.lease(byteCount: 1)
      #expect(one.byteCount == two.byteCount)
    }
    #expect(pool.telemetry.retainedByteCount == 65_536)
    #expect(pool.budget.reservedByteCount == 65_536)
  }

  @Test func theBudgetIsHard() throws {
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 200_000))
    let one = try pool.lease(byteCount: 1)
    #expect(
      throws: SpaltError.memoryBudgetExceeded(
        neededByteCount: 212_992, usedByteCount: 65_536, limitByteCount: 200_000)
    ) { _ = try pool.lease(byteCount: 200_000).byteCount }
    #expect(pool.budget.reservedByteCount == 65_536)
    let two = try pool.lease(byteCount: 131_072)
    #expect(one.byteCount + two.byteCount == 196_608)
    #expect(pool.telemetry.liveCount == 2)
  }

  @Test func retainedChunksMakeRoomForOthers() throws {
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 131_072))
    do {
      let one = try pool.lease(byteCount: 1)
      let two = try pool.lease(byteCount: 1)
      #expect(one.byteCount == two.byteCount)
    }
    let large = try pool.lease(byteCount: 131_072)
    #expect(large.byteCount == 131_072)
    #expect(pool.budget.reservedByteCount == 131_072)
    #expect(pool.telemetry.retainedByteCount == 0)
  }

  @Test func aBudgetThatIsUsedUpExactly() throws {
    let budget = MemoryBudget(limitByteCount: 100)
    try budget.reserve(60)
    try budget.reserve(40)
    #expect(
      throws: SpaltError.memoryBudgetExceeded(
        neededByteCount: 1, usedByteCount: 100, limitByteCount: 100)
    ) {
      try budget.reserve(1)
    }
    budget.release(60)
    try budget.reserve(10)
    #expect(budget.reservedByteCount == 50)
    #expect(budget.highWaterByteCount == 100)
  }

  @Test func segmentsShareAChunkUntilTheLast() throws {
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 1 << 20))
    do {
      let piece = try makePiece(Array("0123456789".utf8), from: pool, offset: 100)
      let share = piece.segment.share()
      let again = share.share()
      #expect(again.view.makeString() == "0123456789")
      #expect(again.offset == 100)
      #expect(again.view.slice(3..<5).offset == 103)
      #expect(pool.telemetry.liveCount == 1)
    }
    #expect(pool.telemetry.liveCount == 0)
  }
}

@Suite struct TableTests {
  @Test func tablesGrow() throws {
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 8 << 20))
    do {
      var table = try ArenaTable<Int32>(pool: pool)
      let initialCount = 65_536 / 4
      for index in 0..<3 * initialCount { try table.append(Int32(index)) }
      #expect(table.count == 3 * initialCount)
      var wrong = 0
      for index in 0..<table.count where table[index] != Int32(index) { wrong += 1 }
      #expect(wrong == 0)
      #expect(pool.telemetry.liveCount == 1)
      table[5] = -1
      #expect(table[5] == -1)
      table.truncate(toCount: 6)
      #expect(table.count == 6)
      try table.append(7)
      #expect(table[6] == 7)
      #expect(table[5] == -1)
    }
    #expect(pool.telemetry.liveCount == 0)
  }

  @Test func aTableThatCannotGrowStaysAsItIs() throws {
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 100_000))
    var table = try ArenaTable<Int>(pool: pool)
    for index in 0..<8192 { try table.append(index) }
    #expect(throws: SpaltError.self) { try table.append(0) }
    #expect(table.count == 8192)
    #expect(table[8191] == 8191)
  }

  @Test func indexesOutsideATableTrap() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var table = try ArenaTable<Int>(pool: ChunkPool(budget: MemoryBudget()))
      try table.append(1)
      _ = table[1]
    }
    #expect(result.saysOnStandardError("index outside the table"))
  }

  private final class Counter {
    var count = 0
  }

  private struct Counted: ~Copyable {
    let value: Int
    let counter: Counter
    init(_ value: Int, _ counter: Counter) {
      self.value = value
      self.counter = counter
      counter.count += 1
    }
    deinit { counter.count -= 1 }
  }

  private func take(from ring: inout RingBuffer<Counted>) -> Int? {
    guard let element = ring.popFirst() else { return nil }
    return element.value
  }

  @Test func ringsGiveBackWhatTheyTookInOrder() {
    let counter = Counter()
    do {
      var ring = RingBuffer<Counted>(capacity: 3)
      var next = 0
      var expected = 0
      for _ in 0..<10 {
        while !ring.isFull {
          ring.append(Counted(next, counter))
          next += 1
        }
        #expect(ring.count == 3)
        for _ in 0..<2 {
          let value = take(from: &ring)
          #expect(value == expected)
          expected += 1
        }
      }
      #expect(counter.count == 1)
      let last = take(from: &ring)
      #expect(last == expected)
      #expect(take(from: &ring) == nil)
      ring.append(Counted(99, counter))
      ring.append(Counted(100, counter))
      #expect(counter.count == 2)
    }
    #expect(counter.count == 0)
  }
}
