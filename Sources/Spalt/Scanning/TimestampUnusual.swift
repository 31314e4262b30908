extension ByteCursor {
  /// Reads any timestamp, byte by byte. See `scanTimestamp(at:byteCount:)` for what is accepted.
  @inline(never)
  func scanUnusualTimestamp(at index: Int, byteCount: Int) -> Int64? {
    // The shortest one is "2024-02-29T23:59:59Z".
    guard byteCount >= 20, let date = scanDate(at: index), hasTimeMark(at: index + 10),
      let time = scanTime(at: index + 11, limit: index + byteCount),
      let offset = scanOffset(at: time.end, byteCount: index + byteCount - time.end)
    else { return nil }
    return UnixTime.nanoseconds(date * 86_400 + time.seconds - offset, and: time.nanoseconds)
  }

  /// Reads any timestamp without an offset. See `scanLocalTimestamp(at:byteCount:)`.
  @inline(never)
  func scanUnusualLocalTimestamp(at index: Int, byteCount: Int) -> LocalTimestamp? {
    // The shortest one is "2024-02-29T23:59:59".
    guard byteCount >= 19, let date = scanDate(at: index), hasTimeMark(at: index + 10),
      let time = scanTime(at: index + 11, limit: index + byteCount), time.end == index + byteCount
    else { return nil }
    return LocalTimestamp(seconds: date * 86_400 + time.seconds, nanoseconds: time.nanoseconds)
  }

  /// Whether the byte at `index` may stand between date and time.
  private func hasTimeMark(at index: Int) -> Bool {
    let mark = byte(at: index)
    return mark | 0x20 == UInt8(ascii: "t") || mark == UInt8(ascii: " ")
  }

  /// Days since 1970-01-01 of the date at `index`.
  private func scanDate(at index: Int) -> Int64? {
    guard let century = scanPair(at: index), let yearOfCentury = scanPair(at: index + 2),
      byte(at: index + 4) == UInt8(ascii: "-"), let month = scanPair(at: index + 5),
      byte(at: index + 7) == UInt8(ascii: "-"), let day = scanPair(at: index + 8)
    else { return nil }
    // A year that does not fit the nanoseconds, whatever the month.
    let year = century * 100 + yearOfCentury
    guard year >= 1677, year <= 2262, month >= 1, month <= 12, day >= 1 else { return nil }
    let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    guard day <= GregorianCalendar.dayCount(ofMonth: month, isLeapYear: isLeapYear) else {
      return nil
    }
    return GregorianCalendar.days(year: year, month: month, day: day)
  }

  /// Seconds since midnight and nanoseconds of the time at `index`, and where it ends.
  private func scanTime(
    at index: Int, limit: Int
  ) -> (seconds: Int64, nanoseconds: Int64, end: Int)? {
    guard let hour = scanPair(at: index), byte(at: index + 2) == UInt8(ascii: ":"),
      let minute = scanPair(at: index + 3), byte(at: index + 5) == UInt8(ascii: ":"),
      let second = scanPair(at: index + 6)
    else { return nil }
    guard minute <= 59, second <= 59 || (second == 60 && minute == 59) else { return nil }

    var end = index + 8
    var nanoseconds: Int64 = 0
    var isWhole = true
    if end < limit, byte(at: end) == UInt8(ascii: ".") || byte(at: end) == UInt8(ascii: ",") {
      let first = end + 1
      end = first
      var unit: Int64 = 100_000_000
      while end < limit, case let digit = byte(at: end) ^ 0x30, digit <= 9 {
        nanoseconds += unit * Int64(digit)
        unit /= 10
        if digit != 0 { isWhole = false }
        end += 1
      }
      guard end > first else { return nil }
    }
    let isMidnight = hour == 24 && minute == 0 && second == 0 && isWhole
    guard hour <= 23 || isMidnight else { return nil }
    return (Int64(hour * 3600 + minute * 60 + second), nanoseconds, end)
  }

  /// The number that the two digits at `index` are.
  private func scanPair(at index: Int) -> UInt32? {
    let tens = byte(at: index) ^ 0x30
    let ones = byte(at: index + 1) ^ 0x30
    return tens <= 9 && ones <= 9 ? UInt32(tens) * 10 + UInt32(ones) : nil
  }
}

/// The calendar, as far as timestamps need it.
enum GregorianCalendar {
  /// Number of days of a month from 1 to 12.
  @inline(__always)
  static func dayCount(ofMonth month: UInt32, isLeapYear: Bool) -> UInt32 {
    if month == 2 { return isLeapYear ? 29 : 28 }
    // Odd months have 31 days up to July, even ones from August.
    return 30 | ((month ^ (month &>> 3)) & 1)
  }

  /// Days from 1970-01-01 to a date of the years from 1 on.
  @inline(__always)
  static func days(year: UInt32, month: UInt32, day: UInt32) -> Int64 {
    // Years begin in March here, so that the leap day comes last and does not move a month.
    let isEarly: UInt32 = month <= 2 ? 1 : 0
    let year = year &- isEarly
    let month = month &+ isEarly &* 12 &- 3
    let leapDays = year / 4 &- year / 100 &+ year / 400
    // Months of 31, 30, 31, 30, 31 days, again and again: 153 in five of them.
    let daysBeforeMonth = (month &* 153 &+ 2) / 5
    let days = year &* 365 &+ leapDays &+ daysBeforeMonth &+ day
    return Int64(days) - 719_469
  }
}
