import Foundation
import Testing

@testable import Spalt

@Suite struct ArenaTests {
  private func pools(limit: Int = 64 << 20) -> (chunks: ChunkPool, arenas: ArenaPool) {
    let chunks = ChunkPool(budget: MemoryBudget(limitByteCount: limit))
    return (chunks, ArenaPool(chunkPool: chunks))
  }

  private func append(_ text: String, to arena: inout Arena) throws -> ArenaBlock {
    let bytes = Array(text.utf8)
    return try arena.append(ByteView(bytes.span))
  }

  @Test func blocksKeepWhatWasPutIntoThem() throws {
    let (_, pool) = pools()
    var arena = pool.lease(.batch)
    var blocks: [ArenaBlock] = []
    var random = SeededGenerator(seed: 1)
    let texts = (0..<4000).map { index in
      String(repeating: "\(index % 10)", count: random.below(200))
    }
    for text in texts { blocks.append(try append(text, to: &arena)) }
    var wrong = 0
    for (block, text) in zip(blocks, texts) {
      if arena.view(of: block).array != Array(text.utf8) { wrong += 1 }
    }
    #expect(wrong == 0)
    let total = texts.reduce(0) { $0 + $1.utf8.count }
    #expect(arena.usedByteCount >= total)
    #expect(arena.usedByteCount < total + 8 * texts.count + 1000 * arena.reservedByteCount / 65536)
    #expect(arena.reservedByteCount % 65536 == 0)
  }

  @Test func builtBlocksKeepOnlyWhatWasWritten() throws {
    let (_, pool) = pools()
    var arena = pool.lease(.scratch)
    #expect(arena.tier == .scratch)
    let first = try arena.build(maximumByteCount: 1000) { output in
      for byte in "short".utf8 { output.append(byte) }
    }
    let none = try arena.build(maximumByteCount: 500) { _ in }
    let second = try append("next", to: &arena)
    #expect(arena.view(of: first).makeString() == "short")
    #expect(none.byteCount == 0)
    #expect(arena.view(of: second).makeString() == "next")
    #expect(arena.usedByteCount == 16)
    #expect(arena.view(of: second).offset == 8)
  }

  @Test func largeObjectsGetAChunkOfTheirOwn() throws {
    let (_, pool) = pools()
    var arena = pool.lease(.batch)
    let small = try append("small", to: &arena)
    let large = try arena.build(maximumByteCount: 300_000) { output in
      for _ in 0..<300_000 { output.append(UInt8(ascii: "x")) }
    }
    let after = try append("after", to: &arena)
    #expect(arena.reservedByteCount == 65536 + 311_296)
    #expect(after.chunkIndex == small.chunkIndex)
    #expect(large.chunkIndex != small.chunkIndex)
    #expect(arena.view(of: small).makeString() == "small")
    #expect(arena.view(of: after).makeString() == "after")
    #expect(arena.view(of: large).byteCount == 300_000)
    let chunkCount = arena.chunks.count
    #expect(chunkCount == 2)
  }

  @Test func rewindingForgetsWhatCameAfterTheMark() throws {
    let (chunks, pool) = pools()
    var arena = pool.lease(.batch)
    let kept = try append("kept", to: &arena)
    let mark = arena.mark
    let used = arena.usedByteCount
    for _ in 0..<100 { _ = try append(String(repeating: "y", count: 3000), to: &arena) }
    _ = try arena.build(maximumByteCount: 1 << 20) { _ in }
    #expect(chunks.telemetry.liveCount > 2)
    arena.rewind(to: mark)
    #expect(arena.usedByteCount == used)
    #expect(chunks.telemetry.liveCount == 1)
    let next = try append("next", to: &arena)
    #expect(arena.view(of: kept).makeString() == "kept")
    #expect(arena.view(of: next).makeString() == "next")
  }

  @Test func rewindingToTheBeginning() throws {
    let (chunks, pool) = pools()
    var arena = pool.lease(.batch)
    let mark = arena.mark
    _ = try append("gone", to: &arena)
    arena.rewind(to: mark)
    #expect(arena.usedByteCount == 0)
    #expect(chunks.telemetry.liveCount == 0)
    let block = try append("again", to: &arena)
    #expect(arena.view(of: block).makeString() == "again")
  }

  @Test func resettingKeepsOneChunk() throws {
    let (chunks, pool) = pools()
    var arena = pool.lease(.batch)
    for _ in 0..<100 { _ = try append(String(repeating: "y", count: 3000), to: &arena) }
    arena.reset()
    #expect(arena.usedByteCount == 0)
    #expect(arena.reservedByteCount == 65536)
    #expect(chunks.telemetry.liveCount == 1)
    _ = try arena.build(maximumByteCount: 100) { _ in }
    #expect(arena.reservedByteCount == 65536)
  }

  @Test func resettingGivesALargeFirstChunkBack() throws {
    let (chunks, pool) = pools()
    var arena = pool.lease(.batch)
    _ = try arena.build(maximumByteCount: 1 << 20) { _ in }
    arena.reset()
    #expect(arena.reservedByteCount == 0)
    #expect(chunks.telemetry.liveCount == 0)
  }

  @Test func nothingIsAllocatedByUsingAnArenaAgain() throws {
    let (chunks, pool) = pools()
    for _ in 0..<50 {
      var arena = pool.lease(.batch)
      _ = try append("text", to: &arena)
    }
    #expect(chunks.telemetry.mappedCount == 1)
    #expect(pool.liveCount == 0)
    #expect(pool.highWaterCount == 1)
  }

  @Test func arenasAreCounted() throws {
    let (chunks, pool) = pools()
    do {
      var one = pool.lease(.batch)
      var two = pool.lease(.source)
      _ = try append("1", to: &one)
      _ = try append("2", to: &two)
      #expect(pool.liveCount == 2)
      #expect(two.tier == .source)
    }
    #expect(pool.liveCount == 0)
    #expect(pool.highWaterCount == 2)
    // Arenas that are not out hold no chunks.
    #expect(chunks.telemetry.liveCount == 0)
  }

  @Test func liveArenasSayWhoHasThem() throws {
    let (_, pool) = pools()
    var one = pool.lease(.batch)
    let two = pool.lease(.source, owner: "somebody else")
    _ = try append("some text", to: &one)
    let live = pool.liveArenas
    #expect(live.map(\.tier) == [.batch, .source])
    #expect(live.map(\.owner) == ["SpaltTests/ArenaTests.swift", "somebody else"])
    #expect(live.map(\.reservedByteCount) == [65536, 0])
    #expect(live.map(\.usedByteCount) == [16, 0])
    #expect(live[0].ageNanoseconds >= live[1].ageNanoseconds)
    #expect(two.usedByteCount == 0)
  }

  @Test func arenasThatGoBackInAnyOrderLeaveTheList() throws {
    let (_, pool) = pools()
    func hold(_ owner: StaticString, _ body: () throws -> Void) rethrows {
      let arena = pool.lease(.scratch, owner: owner)
      try body()
      #expect(arena.usedByteCount == 0)
    }
    func owners() -> Set<String> { Set(pool.liveArenas.map(\.owner)) }
    let first = Held(pool.lease(.scratch, owner: "first"))
    hold("second") {
      let third = Held(pool.lease(.scratch, owner: "third"))
      #expect(owners() == ["first", "second", "third"])
      first.release()
      #expect(owners() == ["second", "third"])
      third.release()
      #expect(owners() == ["second"])
    }
    #expect(pool.liveArenas.isEmpty)
    #expect(pool.telemetry.leasedCount == 3)
  }

  private final class Held {
    private var arena: Arena?
    init(_ arena: consuming Arena) { self.arena = consume arena }
    func release() { arena = nil }
  }

  @Test func whatArenasHeldIsCountedWhenTheyGoBack() throws {
    let (chunks, pool) = pools()
    do {
      var arena = pool.lease(.batch)
      _ = try append(String(repeating: "x", count: 1000), to: &arena)
      _ = try append(String(repeating: "x", count: 40_001), to: &arena)
      arena.rewind(to: arena.mark)
      let mark = arena.mark
      _ = try append(String(repeating: "x", count: 50_000), to: &arena)
      arena.rewind(to: mark)
    }
    let telemetry = pool.telemetry
    #expect(telemetry.liveCount == 0)
    #expect(telemetry.reservedByteCount == 65_536)
    #expect(telemetry.usedByteCount == 1000 + 40_008)
    #expect(telemetry.highWaterByteCount == 1000 + 40_008 + 50_000)
    #expect(telemetry.largestBlockByteCount == 50_000)
    #expect(chunks.telemetry.usedByteCount == 1000 + 40_008 + 50_000)
    for _ in 0..<3 {
      var arena = pool.lease(.scratch)
      _ = try append("x", to: &arena)
    }
    #expect(pool.telemetry.leasedCount == 4)
    #expect(pool.telemetry.reusedCount == 3)
  }

  @Test func aChunkCanBeFilledExactly() throws {
    let (chunks, pool) = pools()
    var arena = pool.lease(.batch)
    let empty = try arena.allocate(byteCount: 0)
    #expect(arena.view(of: empty).byteCount == 0)
    var blocks: [ArenaBlock] = []
    for _ in 0..<65_536 / 64 { blocks.append(try arena.allocate(byteCount: 64)) }
    #expect(chunks.telemetry.liveCount == 1)
    #expect(arena.usedByteCount == 65_536)
    for (index, block) in blocks.enumerated() {
      #expect(arena.view(of: block).offset == index * 64)
    }
    let next = try arena.allocate(byteCount: 1)
    #expect(next.chunkIndex == 1)
    #expect(chunks.telemetry.liveCount == 2)
  }

  @Test(arguments: [-1, -8, Int.min, 1 << 30 + 1, Int.max])
  func blocksOfNoPossibleSizeTrap(_ byteCount: Int) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [byteCount] in
      var arena = ArenaPool(chunkPool: ChunkPool(budget: MemoryBudget())).lease(.batch)
      _ = try arena.allocate(byteCount: 8)
      _ = try arena.allocate(byteCount: byteCount)
    }
    #expect(result.saysOnStandardError("a block holds at most 1 GiB"))
  }

  @Test func chunksGoBackWithTheirArenas() throws {
    let chunks = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
    do {
      let pool = ArenaPool(chunkPool: chunks)
      var arena = pool.lease(.batch)
      for _ in 0..<100 { _ = try append(String(repeating: "y", count: 3000), to: &arena) }
    }
    #expect(chunks.telemetry.liveCount == 0)
    chunks.trim(toByteCount: 0)
    #expect(chunks.budget.reservedByteCount == 0)
  }

  @Test func aBlockThatOutlivedAResetTraps() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let pool = ArenaPool(chunkPool: ChunkPool(budget: MemoryBudget()))
      var arena = pool.lease(.batch)
      let bytes: [UInt8] = [1, 2, 3]
      let block = try arena.append(ByteView(bytes.span))
      arena.reset()
      _ = arena.view(of: block).byteCount
    }
    #expect(result.saysOnStandardError("the arena was reset since"))
  }

  @Test func aBlockOfAnArenaThatWasGivenBackTraps() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let pool = ArenaPool(chunkPool: ChunkPool(budget: MemoryBudget()))
      let bytes: [UInt8] = [1, 2, 3]
      var block: ArenaBlock
      do {
        var arena = pool.lease(.batch)
        block = try arena.append(ByteView(bytes.span))
      }
      var next = pool.lease(.batch)
      _ = try next.append(ByteView(bytes.span))
      _ = next.view(of: block).byteCount
    }
    #expect(result.saysOnStandardError("the arena was reset since"))
  }

  @Test func anArenaIsBoundByTheBudget() throws {
    let (chunks, pool) = pools(limit: 256 << 10)
    var arena = pool.lease(.batch)
    let bytes = [UInt8](repeating: 1, count: 32 << 10)
    for _ in 0..<4 { _ = try arena.append(ByteView(bytes.span)) }
    #expect(
      throws: SpaltError.memoryBudgetExceeded(
        neededByteCount: 1 << 20, usedByteCount: 128 << 10, limitByteCount: 256 << 10)
    ) { _ = try arena.build(maximumByteCount: 1 << 20) { _ in } }
    #expect(chunks.budget.reservedByteCount == 128 << 10)
    // What failed left the arena as it was.
    let block = try append("still fine", to: &arena)
    #expect(arena.view(of: block).makeString() == "still fine")
  }
}
