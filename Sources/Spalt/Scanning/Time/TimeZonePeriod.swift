/// A stretch of time during which a zone's clocks keep one offset from UTC.
///
/// Whoever converts many times that lie close to each other keeps the last period: a look whether the
/// next time is in it, too, is two comparisons.
struct TimeZonePeriod: BitwiseCopyable, Equatable {
  /// Seconds since 1970 at which the period begins and ends; the end is not part of it. The lowest and
  /// the highest number stand for no bound.
  let lowerUTC, upperUTC: Int64

  /// The local times, in seconds since 1970-01-01T00:00:00 of the local clock, that are converted with
  /// this period's offset. A time that clocks showed twice belongs to the first of its two periods, and
  /// a time that they skipped to the period before the gap; so the periods cover all local times.
  let lowerLocal, upperLocal: Int64

  /// Seconds that local time is ahead of UTC.
  let offsetSeconds: Int32

  /// A period which no time is in.
  static let none = TimeZonePeriod(0, from: 0, after: 0, until: 0, before: 0)

  /// A period without bounds.
  static func unbounded(_ offsetSeconds: Int32) -> TimeZonePeriod {
    TimeZonePeriod(
      offsetSeconds, from: .min, after: offsetSeconds, until: .max, before: offsetSeconds)
  }

  /// The period from `lower` to `upper`, with the offsets of its neighbours.
  init(
    _ offsetSeconds: Int32, from lower: Int64, after previous: Int32, until upper: Int64,
    before next: Int32
  ) {
    lowerUTC = lower
    upperUTC = upper
    // Clocks that are put back show what is before the change twice; clocks that are put forward skip
    // what is behind it. Either way the greater offset says where the local times change hands.
    lowerLocal = Self.shifted(lower, by: max(previous, offsetSeconds))
    upperLocal = Self.shifted(upper, by: max(offsetSeconds, next))
    self.offsetSeconds = offsetSeconds
  }

  private static func shifted(_ bound: Int64, by offset: Int32) -> Int64 {
    let (sum, overflow) = bound.addingReportingOverflow(Int64(offset))
    return bound == .min || bound == .max || overflow ? bound : sum
  }

  @inline(__always)
  func contains(utc seconds: Int64) -> Bool { seconds >= lowerUTC && seconds < upperUTC }

  @inline(__always)
  func contains(local seconds: Int64) -> Bool { seconds >= lowerLocal && seconds < upperLocal }
}
