/// Times as web servers write them, read as nanoseconds since 1970-01-01T00:00:00Z: the format `%t` of the
/// Apache HTTP Server's mod_log_config without its brackets, `$time_local` of nginx.
///
///     10/Oct/2000:13:55:36 -0700
///
/// Always 26 bytes. Months are the English ones, spelled as here. The offset from UTC is required, from
/// -2359 to +2359. Days are those of the Gregorian calendar. Second 60 is accepted in minute 59 of any hour
/// and counts as the first second of the next minute, as with RFC 3339.
extension ByteCursor {
  /// Length of every such time, in bytes.
  @inline(__always) static var logTimeByteCount: Int { 26 }

  /// Reads the time that is exactly the `byteCount` bytes at `index`, or nil when it is none, or when 64
  /// bits of nanoseconds cannot hold it.
  func scanLogTime(at index: Int, byteCount: Int) -> Int64? {
    guard byteCount == Self.logTimeByteCount else { return nil }
    let fields = LogTimeFields(
      word(at: index), word(at: index &+ 8), word(at: index &+ 16), word(at: index &+ 18))
    guard let seconds = fields.seconds else { return nil }
    return UnixTime.nanoseconds(seconds, and: 0)
  }

  /// As `scanLogTime(at:byteCount:)`, for times that mostly lie in the same ten minutes as the one before:
  /// what they have in common is compared instead of taken apart.
  @inline(__always)
  func scanLogTime(at index: Int, byteCount: Int, _ recent: inout RecentLogTime) -> Int64? {
    let zone = word(at: index &+ 18)
    // The last digit of the minute, and the second.
    let digits = (word(at: index &+ 16) & 0xFFFF_FFFF) ^ 0x3030_3A30  // "0:00"
    let wrong = (digits &+ 0x767A_7F76) | digits
    let others =
      (word(at: index) ^ recent.dateWord) | (word(at: index &+ 8) ^ recent.timeWord)
      | (zone &>> 16 ^ recent.zoneWord) | (wrong & 0x8080_8080)
    if _fastPath(others == 0 && byteCount == Self.logTimeByteCount) {
      let seconds = (digits & 0xFF) &* 60 &+ (digits &>> 16 & 0xFF) &* 10 &+ digits &>> 24
      return recent.startNanoseconds &+ Int64(truncatingIfNeeded: seconds) &* 1_000_000_000
    }
    return scanOtherLogTime(at: index, byteCount: byteCount, &recent)
  }

  @inline(never)
  private func scanOtherLogTime(
    at index: Int, byteCount: Int, _ recent: inout RecentLogTime
  ) -> Int64? {
    guard let time = scanLogTime(at: index, byteCount: byteCount) else { return nil }
    let fields = LogTimeFields(
      word(at: index), word(at: index &+ 8), word(at: index &+ 16), word(at: index &+ 18))
    // The ten minutes as a whole must fit 64 bits; second 60 is not looked for among them.
    let start = time.subtractingReportingOverflow(
      Int64(fields.secondsOfTenMinutes) * UnixTime.nanosecondsPerSecond)
    let end = start.partialValue.addingReportingOverflow(600 * UnixTime.nanosecondsPerSecond)
    if !start.overflow, !end.overflow {
      recent.dateWord = word(at: index)
      recent.timeWord = word(at: index &+ 8)
      recent.zoneWord = word(at: index &+ 18) &>> 16
      recent.startNanoseconds = start.partialValue
    }
    return time
  }
}

/// The ten minutes of the log time that was read last, `dd/Mon/yyyy:hh:m`, and their offset from UTC.
struct RecentLogTime: BitwiseCopyable {
  /// The 16 bytes; zeros, which no time begins with, when there are none.
  fileprivate(set) var dateWord: UInt64 = 0
  fileprivate(set) var timeWord: UInt64 = 0
  /// The last six bytes: a space, the sign, hours and minutes.
  fileprivate(set) var zoneWord: UInt64 = 0
  fileprivate(set) var startNanoseconds: Int64 = 0
}

/// The parts of a log time, from the words at its bytes 0, 8, 16 and 18.
private struct LogTimeFields {
  private let year, month, day, hour, minute, second: UInt32
  private let offsetHours, offsetMinutes: UInt32
  private let isWest: Bool
  /// Whether every byte is a digit, a letter or a separator where it belongs.
  private let isWellFormed: Bool

  init(_ dateWord: UInt64, _ timeWord: UInt64, _ tailWord: UInt64, _ zoneWord: UInt64) {
    // Exclusive-or the zeros and separators: digits become their values, right separators zero. 0x76 sets
    // the highest bit of a byte above nine, 0x7F that of any byte but zero.
    let letters = dateWord &>> 24 & 0xFF_FFFF
    let date = (dateWord ^ 0x302F_0000_002F_3030) & 0xFFFF_0000_00FF_FFFF  // "00/Mon/0"
    let time = timeWord ^ 0x303A_3030_3A30_3030  // "000:00:0"
    let tail = (tailWord ^ 0x3030_3A30) & 0xFFFF_FFFF  // "0:00"
    let sign = UInt8(truncatingIfNeeded: zoneWord &>> 24)
    let zone = (zoneWord ^ 0x3030_3030_0020_3030) & 0xFFFF_FFFF_00FF_FFFF  // "00 +0000"
    let wrong =
      (date &+ 0x767F_0000_007F_7676) | date | (time &+ 0x767F_7676_7F76_7676) | time
      | (tail &+ 0x7676_7F76) | tail | (zone &+ 0x7676_7676_007F_7676) | zone
    let isSigned = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
    month = Self.month(letters)
    isWellFormed = wrong & 0x8080_8080_8080_8080 == 0 && isSigned && month > 0
    isWest = sign == UInt8(ascii: "-")

    func digit(_ word: UInt64, _ index: UInt64) -> UInt32 {
      UInt32(truncatingIfNeeded: word &>> (8 &* index) & 0xFF)
    }
    day = digit(date, 0) &* 10 &+ digit(date, 1)
    year =
      digit(date, 7) &* 1000 &+ digit(time, 0) &* 100 &+ digit(time, 1) &* 10 &+ digit(time, 2)
    hour = digit(time, 4) &* 10 &+ digit(time, 5)
    minute = digit(time, 7) &* 10 &+ digit(tail, 0)
    second = digit(tail, 2) &* 10 &+ digit(tail, 3)
    offsetHours = digit(zone, 4) &* 10 &+ digit(zone, 5)
    offsetMinutes = digit(zone, 6) &* 10 &+ digit(zone, 7)
  }

  /// Seconds since 1970-01-01T00:00:00Z, or nil when the time does not exist.
  var seconds: Int64? {
    // A year that does not fit the nanoseconds, whatever the month.
    guard isWellFormed, year >= 1677, year <= 2262, day >= 1, hour <= 23, minute <= 59,
      second <= 59 || (second == 60 && minute == 59), offsetHours <= 23, offsetMinutes <= 59
    else { return nil }
    let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    guard day <= GregorianCalendar.dayCount(ofMonth: month, isLeapYear: isLeapYear) else {
      return nil
    }
    let days = GregorianCalendar.days(year: year, month: month, day: day)
    let ofDay = Int64(hour * 3600 + minute * 60 + second)
    let offset = Int64(offsetHours * 3600 + offsetMinutes * 60)
    return days * UnixTime.secondsPerDay + ofDay - (isWest ? -offset : offset)
  }

  /// Seconds since the last full ten minutes.
  var secondsOfTenMinutes: UInt32 { minute % 10 * 60 + second }

  /// The month whose name's first byte is the lowest of `letters`, from 1 to 12; 0 when there is none.
  private static func month(_ letters: UInt64) -> UInt32 {
    switch letters {
    case 0x6E_614A: 1  // Jan
    case 0x62_6546: 2  // Feb
    case 0x72_614D: 3  // Mar
    case 0x72_7041: 4  // Apr
    case 0x79_614D: 5  // May
    case 0x6E_754A: 6  // Jun
    case 0x6C_754A: 7  // Jul
    case 0x67_7541: 8  // Aug
    case 0x70_6553: 9  // Sep
    case 0x74_634F: 10  // Oct
    case 0x76_6F4E: 11  // Nov
    case 0x63_6544: 12  // Dec
    default: 0
    }
  }
}
