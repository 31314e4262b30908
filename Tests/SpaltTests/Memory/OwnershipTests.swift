import Foundation
import Testing

@testable import Spalt

/// What the ownership word of a chunk catches.
@Suite struct OwnershipTests {
  private static func makePool(hardens: Bool = false) -> ChunkPool {
    ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20), hardens: hardens)
  }

  @Test func givingBackTwiceTraps() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let pool = Self.makePool()
      let chunk = try pool.leaseDescriptor(byteCount: 100_000)
      pool.giveBack(chunk)
      pool.giveBack(chunk)
    }
    #expect(result.saysOnStandardError("that its holder had given back"))
  }

  @Test func givingBackAChunkOfALaterLeaseTraps() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let pool = Self.makePool()
      let chunk = try pool.leaseDescriptor(byteCount: 100_000)
      pool.giveBack(chunk)
      let again = try pool.leaseDescriptor(byteCount: 100_000)
      precondition(again.address == chunk.address, "the test needs the same chunk again")
      pool.giveBack(chunk)
    }
    #expect(result.saysOnStandardError("that its holder had given back"))
  }

  @Test func shrinkingAChunkThatWasGivenBackTraps() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let pool = Self.makePool()
      let chunk = try pool.leaseDescriptor(byteCount: 1 << 20)
      pool.giveBack(chunk)
      _ = pool.shrink(chunk, toByteCount: 65_536)
    }
    #expect(result.saysOnStandardError("that its holder had given back"))
  }

  @Test func handingOutWhatSomebodyHoldsTraps() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let header = ChunkHeader()
      _ = header.lease()
      _ = header.lease()
    }
    #expect(result.saysOnStandardError("handed out that somebody holds"))
  }

  @Test func aLeaseEndsOnce() {
    let header = ChunkHeader()
    let first = header.lease()
    header.check(first)
    header.release(first)
    let second = header.lease()
    #expect(second == first + 1)
    header.release(second)
  }

  @Test func headersAreUsedAgainWithTheNextGeneration() throws {
    let pool = Self.makePool()
    let chunk = try pool.leaseDescriptor(byteCount: 1)
    pool.giveBack(chunk)
    pool.trim(toByteCount: 0)
    let again = try pool.leaseDescriptor(byteCount: 1)
    #expect(again.header == chunk.header)
    #expect(again.generation == chunk.generation + 1)
    pool.giveBack(again)
  }

  // MARK: - What crashes

  @Test(.enabled(if: AddressChecks.areOn, "needs AddressSanitizer"))
  func readingReleasedMemoryIsReported() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let pool = Self.makePool()
      let chunk = try pool.leaseDescriptor(byteCount: 100_000)
      unsafe chunk.base.storeBytes(of: 7, toByteOffset: 5, as: UInt8.self)
      pool.giveBack(chunk)
      // By a function that the sanitizer knows: reads of Swift's own library are not checked.
      var bytes = [UInt8](repeating: 0, count: 16)
      _ = unsafe memmove(&bytes, chunk.base, bytes.count)
      print(bytes)
    }
    #expect(result.saysOnStandardError("use-after-poison"))
  }

  @Test func anOverrunOfAHardenedChunkCrashes() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let pool = Self.makePool(hardens: true)
      let chunk = try pool.leaseDescriptor(byteCount: 100_000)
      unsafe chunk.base.storeBytes(of: 7, toByteOffset: chunk.byteCount - 1, as: UInt8.self)
      sayOnStandardError("the last byte was written")
      unsafe chunk.base.storeBytes(of: 7, toByteOffset: chunk.byteCount, as: UInt8.self)
      sayOnStandardError("the byte behind it was written")
    }
    #expect(result.saysOnStandardError("the last byte was written"))
    #expect(!result.saysOnStandardError("the byte behind it was written"))
  }

  @Test func writingToASealedChunkCrashes() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let pool = Self.makePool(hardens: true)
      let chunk = try pool.lease(byteCount: 100_000)
      unsafe chunk.base.storeBytes(of: 7, toByteOffset: 50, as: UInt8.self)
      chunk.seal()
      let byte = unsafe chunk.base.load(fromByteOffset: 50, as: UInt8.self)
      if byte == 7 { sayOnStandardError("the sealed byte was read") }
      unsafe chunk.base.storeBytes(of: 8, toByteOffset: 50, as: UInt8.self)
      sayOnStandardError("the sealed byte was written")
    }
    #expect(result.saysOnStandardError("the sealed byte was read"))
    #expect(!result.saysOnStandardError("the sealed byte was written"))
  }

  @Test func aSealedChunkCanBeWrittenToAfterItCameBack() throws {
    let pool = Self.makePool(hardens: true)
    var addresses: Set<UInt> = []
    for round in 0..<3 {
      let chunk = try pool.lease(byteCount: 100_000)
      unsafe chunk.base.storeBytes(of: UInt8(round), toByteOffset: 50, as: UInt8.self)
      chunk.seal()
      chunk.seal()
      #expect(unsafe chunk.base.load(fromByteOffset: 50, as: UInt8.self) == UInt8(round))
      unsafe addresses.insert(UInt(bitPattern: chunk.base))
    }
    #expect(addresses.count == 1)
    pool.trim(toByteCount: 0)
    #expect(pool.budget.reservedByteCount == 0)
  }

  @Test func withoutHardeningSealingChangesNothing() throws {
    let pool = Self.makePool()
    let chunk = try pool.lease(byteCount: 100_000)
    chunk.seal()
    unsafe chunk.base.storeBytes(of: 8, toByteOffset: 50, as: UInt8.self)
    #expect(unsafe chunk.base.load(fromByteOffset: 50, as: UInt8.self) == 8)
  }

  @Test func writingToTheColumnsOfASealedBatchCrashes() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      try Self.writeToSealedSlab()
    }
    #expect(result.saysOnStandardError("the slab was sealed"))
    #expect(!result.saysOnStandardError("the slab was written"))
  }

  private static func writeToSealedSlab() throws {
    let slab = try ColumnSlab(pool: makePool(hardens: true), byteCount: 1000)
    let address = address(of: slab)
    let sealed = slab.seal()
    sayOnStandardError("the slab was sealed")
    let stray = unsafe UnsafeMutablePointer<UInt8>(bitPattern: address).unsafelyUnwrapped
    unsafe stray.pointee = 1
    sayOnStandardError("the slab was written: \(sealed.view(0..<1)[0])")
  }

  private static func address(of slab: borrowing ColumnSlab) -> UInt {
    unsafe UInt(bitPattern: slab.view(0..<8).base)
  }

  @Test func writingToASealedArenaTraps() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var arena = ArenaPool(chunkPool: Self.makePool()).lease(.batch)
      _ = try arena.allocate(byteCount: 8)
      arena.seal()
      _ = try arena.allocate(byteCount: 8)
    }
    #expect(result.saysOnStandardError("a sealed arena is written to"))
  }
}
