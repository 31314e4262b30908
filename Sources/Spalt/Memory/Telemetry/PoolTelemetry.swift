/// Counters of a chunk pool. They cost nothing per allocation: they change when a chunk changes hands.
public struct PoolTelemetry: Sendable {
  /// Chunks that were handed out again, by where they lay: with the worker that asked, or in the pool's back.
  public var frontHitCount = 0
  public var backHitCount = 0
  /// Chunks that had to be mapped anew.
  public var mappedCount = 0
  /// Among those, chunks for what lives as long as the reader: no pool could have had them.
  public var lastingCount = 0
  /// Chunks that are out now, and their bytes.
  public var liveCount = 0
  public var liveByteCount = 0
  /// The most bytes that were out at once.
  public var liveHighWaterByteCount = 0
  /// Bytes that lie in the pool, unused, and the most there were.
  public var retainedByteCount = 0
  public var retainedHighWaterByteCount = 0
  /// Bytes of chunks that were given back, and what of them had been asked for.
  public var reservedByteCount: UInt64 = 0
  public var usedByteCount: UInt64 = 0
  /// The largest chunk, in bytes.
  public var largestByteCount = 0
  /// How long requests took; one in 16 is measured.
  public var leaseLatency = LatencyHistogram()
  /// Time from a chunk's release to its pages' return to the system, for chunks that were not used again.
  public var returnDelay = LatencyHistogram()

  /// Nothing counted yet.
  public init() {}

  /// Chunks that were handed out again.
  public var reusedCount: Int { frontHitCount + backHitCount }
  /// Chunks that were asked for.
  public var requestCount: Int { reusedCount + mappedCount }

  /// Share of requests that the pool could serve without the system, from 0 to 1. Requests for what lives as
  /// long as the reader do not count: they come once.
  public var hitRate: Double {
    let total = requestCount - lastingCount
    return total == 0 ? 0 : Double(reusedCount) / Double(total)
  }

  /// Share of all requests that got a chunk which had been used before, from 0 to 1.
  public var reuseRate: Double {
    requestCount == 0 ? 0 : Double(reusedCount) / Double(requestCount)
  }

  /// Share of the bytes in chunks that nobody had asked for, from 0 to 1.
  public var fragmentation: Double {
    reservedByteCount == 0
      ? 0 : 1 - Double(min(usedByteCount, reservedByteCount)) / Double(reservedByteCount)
  }
}
