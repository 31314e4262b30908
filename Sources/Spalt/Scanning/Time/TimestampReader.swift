/// Reads timestamps: those that say how far they are from UTC, and the others if it is known in which
/// zone they were written.
struct TimestampReader: Sendable {
  /// The zone of timestamps without an offset; nil when they are no timestamps.
  var assumedZone: TimeZoneRules?

  /// Nanoseconds since 1970-01-01T00:00:00Z of the timestamp that is exactly the `byteCount` bytes at
  /// `index`, or nil.
  @inline(__always)
  func scan(_ cursor: borrowing ByteCursor, at index: Int, byteCount: Int) -> Int64? {
    if let time = cursor.scanTimestamp(at: index, byteCount: byteCount) { return time }
    var period = TimeZonePeriod.none
    return scanLocal(cursor, at: index, byteCount: byteCount, &period)
  }

  /// As `scan`, for what is no timestamp with an offset. `period` is that of the timestamp before.
  @inline(never)
  func scanLocal(
    _ cursor: borrowing ByteCursor, at index: Int, byteCount: Int, _ period: inout TimeZonePeriod
  ) -> Int64? {
    guard let assumedZone,
      let local = cursor.scanLocalTimestamp(at: index, byteCount: byteCount)
    else { return nil }
    if !period.contains(local: local.seconds) {
      period = assumedZone.period(ofLocal: local.seconds)
    }
    return UnixTime.nanoseconds(
      local.seconds - Int64(period.offsetSeconds), and: local.nanoseconds)
  }
}
