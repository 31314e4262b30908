/// What the counters of a pool say about its health.
public enum MemoryHealth: String, CaseIterable, Sendable, CustomStringConvertible {
  /// Too few chunks were asked for to judge.
  case insufficient
  /// Chunks are used again, and used well.
  case healthy
  /// Too many chunks had to be mapped anew: the pool keeps too few, or chunks do not come back to it.
  case poolTooSmall = "degraded: pool too small or escaping"
  /// Too much of the chunks is not used.
  case fragmented = "degraded: fragmented"

  /// No verdict on fewer requests.
  public static let leastRequestCount = 100
  /// A pool with less than this share of hits is too small.
  public static let leastHitRate = 0.85
  /// A pool of which more than this share is unused is fragmented.
  public static let greatestFragmentation = 0.2

  /// The verdict on a pool. Requests for what lives as long as the reader do not count, as in the hit rate.
  public init(_ pool: PoolTelemetry) {
    if pool.requestCount - pool.lastingCount < Self.leastRequestCount {
      self = .insufficient
    } else if pool.hitRate < Self.leastHitRate {
      self = .poolTooSmall
    } else if pool.fragmentation > Self.greatestFragmentation {
      self = .fragmented
    } else {
      self = .healthy
    }
  }

  public var description: String { rawValue }
}
