/// A zone as the `TZ` variable of POSIX describes it, and the footer of a TZif file: a standard time,
/// and perhaps a daylight saving time with the two days of each year on which clocks change.
///
///     CET-1CEST,M3.5.0,M10.5.0/3
///     <+1030>-10:30<+11>-11,M10.1.0,M4.1.0
///
/// Offsets count to the west of Greenwich. Rules without days change as in the United States, as in
/// the GNU C library.
struct PosixTimeZone: Sendable, Equatable {
  /// When clocks change, every year.
  struct Change: Sendable, Equatable {
    enum Day: Sendable, Equatable {
      /// From 1 to 365; 29 February is not counted.
      case julian(Int64)
      /// From 0 to 365; 29 February is counted.
      case ordinal(Int64)
      /// The weekday (0 is Sunday) of the first to fourth week of a month; 5 is the last one.
      case weekday(month: Int64, week: Int64, weekday: Int64)
    }
    var day: Day
    /// Seconds after the midnight that the day begins with, of the clock before the change.
    var seconds: Int64 = 7200

    /// Seconds from 1970-01-01T00:00:00 to the change, on the clock before it.
    func localSeconds(inYear year: Int64) -> Int64 {
      days(inYear: year) * UnixTime.secondsPerDay + seconds
    }

    private func days(inYear year: Int64) -> Int64 {
      switch day {
      case .julian(let number):
        let isBehindLeapDay = number >= 60 && CivilDate.isLeapYear(year)
        return CivilDate(year: year, month: 1, day: 1).daysSince1970 + number
          - (isBehindLeapDay ? 0 : 1)
      case .ordinal(let number):
        return CivilDate(year: year, month: 1, day: 1).daysSince1970 + number
      case .weekday(let month, let week, let weekday):
        let first = CivilDate(year: year, month: month, day: 1).daysSince1970
        // 1970-01-01 was a Thursday.
        let weekdayOfFirst = ((first + 4) % 7 + 7) % 7
        let found = first + (weekday - weekdayOfFirst + 7) % 7 + (week - 1) * 7
        let next =
          month == 12
          ? CivilDate(year: year + 1, month: 1, day: 1)
          : CivilDate(year: year, month: month + 1, day: 1)
        return found < next.daysSince1970 ? found : found - 7
      }
    }
  }

  struct Daylight: Sendable, Equatable {
    var offsetSeconds: Int32
    var start = Change(day: .weekday(month: 3, week: 2, weekday: 0))
    var end = Change(day: .weekday(month: 11, week: 1, weekday: 0))
  }

  /// Seconds that standard time is ahead of UTC.
  let standardOffsetSeconds: Int32
  let daylight: Daylight?

  /// Whether clocks never change.
  var isFixed: Bool { daylight == nil }

  /// The period that an instant lies in. The rule holds from `limit` on, before which the offset was
  /// `earlierOffset`.
  func period(
    atUTC seconds: Int64, notBefore limit: Int64 = .min, after earlierOffset: Int32 = 0
  ) -> TimeZonePeriod {
    let standard = standardOffsetSeconds
    // A thousand million years from now, arithmetic matters more than daylight.
    guard let daylight, seconds.magnitude < 1 << 55 else {
      return TimeZonePeriod(
        standard, from: limit, after: limit == .min ? standard : earlierOffset, until: .max,
        before: standard)
    }
    var lower = Int64.min
    var upper = Int64.max
    var isDaylight = false
    let year = CivilDate(daysSince1970: UnixTime.splitDays(seconds).days).year
    // A change may fall into a neighbouring year, by a week at most. Of two changes at one instant, the
    // start counts: that is how a daylight saving time without an end is written.
    for year in year - 1...year + 1 {
      let end = daylight.end.localSeconds(inYear: year) - Int64(daylight.offsetSeconds)
      let start = daylight.start.localSeconds(inYear: year) - Int64(standard)
      if end <= seconds, end > lower { (lower, isDaylight) = (end, false) }
      if start <= seconds, start >= lower { (lower, isDaylight) = (start, true) }
      if end > seconds { upper = min(upper, end) }
      if start > seconds { upper = min(upper, start) }
    }
    let offset = isDaylight ? daylight.offsetSeconds : standard
    let other = isDaylight ? standard : daylight.offsetSeconds
    return TimeZonePeriod(
      offset, from: max(lower, limit), after: lower < limit ? earlierOffset : other, until: upper,
      before: other)
  }
}
