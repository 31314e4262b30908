extension PoolTelemetry {
  /// Counts a chunk that was given back.
  mutating func addReturn(_ byteCount: Int, used: Int) {
    reservedByteCount &+= UInt64(byteCount)
    usedByteCount &+= UInt64(used)
  }

  /// Adds what another part of the pool counted. What is out and what is retained is counted elsewhere.
  mutating func add(_ other: PoolTelemetry) {
    frontHitCount += other.frontHitCount
    backHitCount += other.backHitCount
    mappedCount += other.mappedCount
    lastingCount += other.lastingCount
    reservedByteCount &+= other.reservedByteCount
    usedByteCount &+= other.usedByteCount
    largestByteCount = max(largestByteCount, other.largestByteCount)
    leaseLatency.add(other.leaseLatency)
    returnDelay.add(other.returnDelay)
  }
}
