import Testing

@testable import Spalt

@Suite struct MemoryHealthTests {
  /// A pool with so many hits and misses, of whose chunks so many bytes in 1000 were asked for.
  private static func pool(hits: Int, mapped: Int, lasting: Int = 0, used: UInt64 = 1000)
    -> PoolTelemetry
  {
    var pool = PoolTelemetry()
    pool.frontHitCount = hits / 2
    pool.backHitCount = hits - hits / 2
    pool.mappedCount = mapped
    pool.lastingCount = lasting
    pool.reservedByteCount = 1000
    pool.usedByteCount = used
    return pool
  }

  @Test func fewRequestsAreNoVerdict() {
    #expect(MemoryHealth(PoolTelemetry()) == .insufficient)
    #expect(MemoryHealth(Self.pool(hits: 0, mapped: 99)) == .insufficient)
    #expect(MemoryHealth(Self.pool(hits: 99, mapped: 0, used: 0)) == .insufficient)
    #expect(MemoryHealth(Self.pool(hits: 100, mapped: 0)) == .healthy)
    #expect(MemoryHealth(Self.pool(hits: 0, mapped: 100)) == .poolTooSmall)
  }

  @Test func lastingChunksAreNoRequests() {
    #expect(MemoryHealth(Self.pool(hits: 0, mapped: 100, lasting: 1)) == .insufficient)
    #expect(MemoryHealth(Self.pool(hits: 100, mapped: 50, lasting: 50)) == .healthy)
    #expect(MemoryHealth(Self.pool(hits: 100, mapped: 50)) == .poolTooSmall)
  }

  @Test func missesMakeAPoolTooSmall() {
    #expect(MemoryHealth(Self.pool(hits: 85, mapped: 15)) == .healthy)
    #expect(MemoryHealth(Self.pool(hits: 84, mapped: 16)) == .poolTooSmall)
    #expect(MemoryHealth(Self.pool(hits: 8499, mapped: 1501)) == .poolTooSmall)
  }

  @Test func unusedBytesMakeAPoolFragmented() {
    #expect(MemoryHealth(Self.pool(hits: 100, mapped: 0, used: 801)) == .healthy)
    #expect(MemoryHealth(Self.pool(hits: 100, mapped: 0, used: 799)) == .fragmented)
    // The cause that comes first is named.
    #expect(MemoryHealth(Self.pool(hits: 0, mapped: 100, used: 0)) == .poolTooSmall)
  }

  /// A fifth is not more than a fifth, whatever the rounding of the division.
  @Test func aFifthIsStillHealthy() {
    var pool = Self.pool(hits: 100, mapped: 0)
    pool.reservedByteCount = 5 << 20
    pool.usedByteCount = 4 << 20
    #expect(MemoryHealth(pool) == .healthy)
  }

  @Test func verdictsAreWords() {
    #expect(
      MemoryHealth.allCases.map(\.description) == [
        "insufficient", "healthy", "degraded: pool too small or escaping", "degraded: fragmented",
      ])
  }
}
