/// Arithmetic with times: parts of a time, its beginning of a day or month, and intervals.
enum Calendar {
  static let dayNanoseconds: Int64 = 86_400_000_000_000

  /// What `date_trunc` and `date_part` take.
  enum Part: String, CaseIterable, Sendable {
    case millennium, century, decade, year, quarter, month, week, day, hour, minute, second
    case millisecond, microsecond
    case dayOfWeek = "dow"
    case isoDayOfWeek = "isodow"
    case dayOfYear = "doy"
    case isoYear = "isoyear"
    case epoch

    /// The part that `name` stands for, in whatever case, or nil.
    init?(named name: String) {
      let small = name.lowercased()
      let other: [String: Part] = [
        "millenniums": .millennium, "millennia": .millennium, "mil": .millennium,
        "centuries": .century, "decades": .decade, "dec": .decade, "y": .year, "yr": .year,
        "years": .year, "quarters": .quarter, "mon": .month, "months": .month, "weeks": .week,
        "w": .week, "weekofyear": .week, "d": .day, "days": .day, "dayofmonth": .day, "h": .hour,
        "hr": .hour, "hours": .hour, "m": .minute, "min": .minute, "minutes": .minute, "s": .second,
        "sec": .second, "seconds": .second, "ms": .millisecond, "milliseconds": .millisecond,
        "us": .microsecond, "microseconds": .microsecond, "dayofweek": .dayOfWeek,
        "weekday": .dayOfWeek, "dayofyear": .dayOfYear,
      ]
      guard let part = other[small] ?? Part(rawValue: small) else { return nil }
      self = part
    }
  }

  /// A day of the Gregorian calendar.
  struct Day: BitwiseCopyable {
    var year: Int
    /// From 1 to 12.
    var month: Int
    /// From 1 on.
    var day: Int

    /// The day that begins `days` after 1970-01-01. O(1).
    init(daysSinceEpoch days: Int64) {
      let date = CivilDate(daysSince1970: days)
      year = Int(date.year)
      month = Int(date.month)
      day = Int(date.day)
    }

    init(year: Int, month: Int, day: Int) {
      self.year = year
      self.month = month
      self.day = day
    }

    /// Days since 1970-01-01. The year is from 1 to 10,000.
    var daysSinceEpoch: Int64 {
      GregorianCalendar.days(
        year: UInt32(truncatingIfNeeded: year), month: UInt32(truncatingIfNeeded: month),
        day: UInt32(truncatingIfNeeded: day))
    }
  }

  static func isLeapYear(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// The quotient, rounded down. The divisor is positive.
  @inline(__always)
  static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }

  /// Midnight of a time's day; the earliest midnight for a time of the day before it.
  static func dayStart(_ time: Int64) -> Int64 {
    let product = floorDivide(time, dayNanoseconds)
      .multipliedReportingOverflow(by: dayNanoseconds)
    return product.overflow ? .min : product.partialValue
  }

  /// Midnight of a day, or nil when 64 bits cannot hold it.
  static func nanoseconds(ofDay day: Int64) -> Int64? {
    let product = day.multipliedReportingOverflow(by: dayNanoseconds)
    return product.overflow ? nil : product.partialValue
  }

  // MARK: - date_trunc

  /// The beginning of the part that a time lies in, or nil when 64 bits cannot hold it.
  static func truncated(_ time: Int64, to part: Part) -> Int64? {
    switch part {
    case .microsecond: return multiple(of: 1000, below: time)
    case .millisecond: return multiple(of: 1_000_000, below: time)
    case .second: return multiple(of: 1_000_000_000, below: time)
    case .minute: return multiple(of: 60_000_000_000, below: time)
    case .hour: return multiple(of: 3_600_000_000_000, below: time)
    default: break
    }
    let days = floorDivide(time, dayNanoseconds)
    var date = Day(daysSinceEpoch: days)
    switch part {
    case .week, .dayOfWeek, .isoDayOfWeek: return nanoseconds(ofDay: weekStart(days))
    case .isoYear: return nanoseconds(ofDay: isoYearStart(isoYear(days)))
    case .month: break
    case .quarter: date.month = (date.month - 1) / 3 * 3 + 1
    case .year: date.month = 1
    case .decade, .century, .millennium:
      let span = part == .decade ? 10 : part == .century ? 100 : 1000
      date.year = max(1, date.year / span * span)
      date.month = 1
    default: return nanoseconds(ofDay: days)
    }
    date.day = 1
    return nanoseconds(ofDay: date.daysSinceEpoch)
  }

  private static func multiple(of unit: Int64, below time: Int64) -> Int64? {
    let product = floorDivide(time, unit).multipliedReportingOverflow(by: unit)
    return product.overflow ? nil : product.partialValue
  }

  /// The Monday of the week that a day lies in.
  private static func weekStart(_ days: Int64) -> Int64 {
    // 1970-01-01 was a Thursday.
    floorDivide(days + 3, 7) * 7 - 3
  }

  /// The year whose ISO weeks a day belongs to: that of the week's Thursday.
  private static func isoYear(_ days: Int64) -> Int {
    Day(daysSinceEpoch: weekStart(days) + 3).year
  }

  /// The Monday of an ISO year's first week, which holds 4 January.
  private static func isoYearStart(_ year: Int) -> Int64 {
    weekStart(Day(year: year, month: 1, day: 4).daysSinceEpoch)
  }

  // MARK: - date_part

  /// A part of a time as a number. `epoch` is a fraction and has a function of its own.
  static func part(_ part: Part, of time: Int64) -> Int64 {
    let days = floorDivide(time, dayNanoseconds)
    let inDay = time &- days &* dayNanoseconds
    let inMinute = inDay % 60_000_000_000
    switch part {
    case .hour: return inDay / 3_600_000_000_000
    case .minute: return inDay / 60_000_000_000 % 60
    case .second: return inMinute / 1_000_000_000
    case .millisecond: return inMinute / 1_000_000
    case .microsecond: return inMinute / 1000
    case .epoch: return floorDivide(time, 1_000_000_000)
    case .dayOfWeek: return (days - weekStart(days) + 1) % 7
    case .isoDayOfWeek: return days - weekStart(days) + 1
    case .isoYear: return Int64(isoYear(days))
    case .week: return (days - isoYearStart(isoYear(days))) / 7 + 1
    default: break
    }
    let date = Day(daysSinceEpoch: days)
    switch part {
    case .day: return Int64(date.day)
    case .month: return Int64(date.month)
    case .quarter: return Int64((date.month - 1) / 3 + 1)
    case .dayOfYear: return days - Day(year: date.year, month: 1, day: 1).daysSinceEpoch + 1
    case .decade: return Int64(date.year / 10)
    case .century: return Int64((date.year - 1) / 100 + 1)
    case .millennium: return Int64((date.year - 1) / 1000 + 1)
    default: return Int64(date.year)
    }
  }

  // MARK: - Intervals

  /// A time and an interval after it: months first, whose last day is cut to the month's length,
  /// then days, then the rest; nil when 64 bits cannot hold the sum.
  static func sum(_ time: Int64, _ interval: Interval) -> Int64? {
    var days = floorDivide(time, dayNanoseconds)
    let inDay = time &- days &* dayNanoseconds
    if interval.months != 0 {
      var date = Day(daysSinceEpoch: days)
      let months = Int64(date.year) * 12 + Int64(date.month - 1) + Int64(interval.months)
      date.year = Int(floorDivide(months, 12))
      date.month = Int(months) - date.year * 12 + 1
      guard date.year >= 1600, date.year <= 2300 else { return nil }
      let last = GregorianCalendar.dayCount(
        ofMonth: UInt32(date.month), isLeapYear: isLeapYear(date.year))
      date.day = min(date.day, Int(last))
      days = date.daysSinceEpoch
    }
    days += Int64(interval.days)
    let sum =
      Int128(days) * Int128(dayNanoseconds) + Int128(inDay) + Int128(interval.nanoseconds)
    return Int64(exactly: sum)
  }

  /// The interval from `start` to `end`, in days and the rest; nil when 64 bits cannot hold it.
  static func difference(_ end: Int64, _ start: Int64) -> Interval? {
    let difference = end.subtractingReportingOverflow(start)
    guard !difference.overflow else { return nil }
    let days = difference.partialValue / dayNanoseconds
    return Interval(
      days: Int32(days), nanoseconds: difference.partialValue - days * dayNanoseconds)
  }
}
