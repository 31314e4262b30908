/// Times counted from 1970-01-01T00:00:00Z as POSIX counts them, without leap seconds.
enum UnixTime {
  static let secondsPerDay: Int64 = 86_400
  static let nanosecondsPerSecond: Int64 = 1_000_000_000

  /// Whole seconds and a fraction of one, from 0 to 999,999,999 nanoseconds, in nanoseconds; nil when
  /// 64 bits cannot hold them.
  static func nanoseconds(_ seconds: Int64, and fraction: Int64) -> Int64? {
    // Before 1970 the whole seconds alone may not fit where the sum does: borrow one from them.
    let borrowed: Int64 = seconds < 0 ? 1 : 0
    let whole = (seconds + borrowed).multipliedReportingOverflow(by: nanosecondsPerSecond)
    let sum = whole.partialValue.addingReportingOverflow(
      fraction - borrowed * nanosecondsPerSecond)
    return whole.overflow || sum.overflow ? nil : sum.partialValue
  }

  /// Whole seconds, rounded down, and the nanoseconds that are left: from 0 to 999,999,999.
  @inline(__always)
  static func split(_ nanoseconds: Int64) -> (seconds: Int64, nanoseconds: Int64) {
    floorDivide(nanoseconds, by: nanosecondsPerSecond)
  }

  /// Whole days, rounded down, and the seconds of the day that are left.
  static func splitDays(_ seconds: Int64) -> (days: Int64, seconds: Int64) {
    floorDivide(seconds, by: secondsPerDay)
  }

  /// The quotient, rounded down, and what is left: from 0 to one less than the divisor.
  @inline(__always)
  static func floorDivide(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

/// A date of the Gregorian calendar, extended to all years.
struct CivilDate: Equatable {
  let year: Int64
  let month: Int64
  let day: Int64

  init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date that is `days` days after 1970-01-01.
  init(daysSince1970 days: Int64) {
    // Eras are 400 years, and years begin in March here, so that the leap day is the last of its year.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days from 1970-01-01 to this date.
  var daysSince1970: Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func isLeapYear(_ year: Int64) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }
}
