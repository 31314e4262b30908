/// Counters of all arenas of a pool. They change when an arena is leased or given back.
public struct ArenaTelemetry: Sendable {
  /// Arenas that are out now, and the most that ever were at once.
  public var liveCount = 0
  public var highWaterCount = 0
  /// Arenas that were leased, and those of them that had been used before.
  public var leasedCount = 0
  public var reusedCount = 0
  /// Bytes of the chunks that arenas held when they were given back, and what of them was in use.
  public var reservedByteCount: UInt64 = 0
  public var usedByteCount: UInt64 = 0
  /// The most that one arena had in use, in bytes.
  public var highWaterByteCount = 0
  /// The largest object in an arena, in bytes.
  public var largestBlockByteCount = 0

  /// Nothing counted yet.
  public init() {}
}

/// An arena that is out.
public struct LiveArena: Sendable {
  /// What it is for.
  public let tier: ArenaTier
  /// Who leased it.
  public let owner: String
  /// Time since it was leased.
  public let ageNanoseconds: UInt64
  /// Bytes of its chunks, and what of them is in use.
  public let reservedByteCount: Int
  public let usedByteCount: Int
}
