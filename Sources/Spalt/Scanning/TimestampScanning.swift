/// Timestamps as RFC 3339 writes them, read as nanoseconds since 1970-01-01T00:00:00Z.
///
///     2024-02-29T23:59:59.123456789Z
///     2024-02-29 23:59:59,123+05:30
///
/// What is accepted, beyond the letter of the RFC:
/// - The date and the time are separated by `T`, `t` or one space, and `Z` may be `z`.
/// - The fraction begins with a point or a comma (ISO 8601). Digits after the ninth are dropped.
/// - `24:00:00`, with a fraction of zeros at most, is 00:00:00 of the next day (ISO 8601).
/// - Second 60 is accepted in minute 59 of any hour, since the hour depends on the offset. It
///   counts as the first second of the next minute, as in POSIX time: 23:59:60.5Z is 00:00:00.5Z.
///
/// The offset is required: `Z`, or from `-23:59` to `+23:59`. Days are those of the Gregorian
/// calendar, so that 29 February needs a leap year. Times that 64 bits of nanoseconds cannot hold,
/// before 1677-09-21T00:12:43.145224192Z and after 2262-04-11T23:47:16.854775807Z, are no
/// timestamps.
extension ByteCursor {
  /// Reads the timestamp that is exactly the `byteCount` bytes at `index`, or nil.
  ///
  /// This is the usual case, eight bytes at a time. All that is unusual, wrong or near the ends of
  /// the range goes to `scanUnusualTimestamp(at:byteCount:)`, which reads it again from the start.
  @inline(__always)
  func scanTimestamp(at index: Int, byteCount: Int) -> Int64? {
    let tail = word(at: index &+ 16)
    let fields = TimestampFields(word(at: index), word(at: index &+ 8), tail)
    guard _fastPath(fields.isUsual) else {
      return scanUnusualTimestamp(at: index, byteCount: byteCount)
    }
    let last = index &+ byteCount &- 1
    var zone = index &+ 19
    var mark = UInt8(truncatingIfNeeded: tail &>> 24)
    var nanoseconds: Int64 = 0
    if mark == UInt8(ascii: ".") || mark == UInt8(ascii: ",") {
      let fraction = TimestampFraction(self, at: index &+ 20)
      guard _fastPath(fraction.isUsual) else {
        return scanUnusualTimestamp(at: index, byteCount: byteCount)
      }
      nanoseconds = fraction.nanoseconds
      zone = fraction.end
      mark = fraction.next
    }
    if _fastPath(mark | 0x20 == UInt8(ascii: "z") && zone == last) {
      return fields.seconds &* 1_000_000_000 &+ nanoseconds
    }
    guard let offset = scanOffset(at: zone, byteCount: last &+ 1 &- zone) else { return nil }
    return (fields.seconds &- offset) &* 1_000_000_000 &+ nanoseconds
  }

  /// As `scanTimestamp(at:byteCount:)`, for timestamps that mostly lie in the same minute as the one
  /// before: its 16 bytes are compared instead of taken apart.
  @inline(__always)
  func scanTimestamp(at index: Int, byteCount: Int, _ recent: inout RecentMinute) -> Int64? {
    let isRecent = word(at: index) == recent.dateWord && word(at: index &+ 8) == recent.timeWord
    if _fastPath(isRecent), let time = scanWithinMinute(at: index, byteCount: byteCount, recent) {
      return time
    }
    return scanOtherMinute(at: index, byteCount: byteCount, &recent)
  }

  /// Reads seconds and fraction of a timestamp in UTC whose minute is known.
  @inline(__always)
  private func scanWithinMinute(at index: Int, byteCount: Int, _ recent: RecentMinute) -> Int64? {
    let tail = word(at: index &+ 16) ^ 0x2E30_303A  // ":00."
    let digits = tail & 0xFFFF_FFFF
    let wrong = (digits &+ 0x7F76_797F) | digits
    guard wrong & 0x8080_8080 == 0 else { return nil }
    let fraction = TimestampFraction(self, at: index &+ 20)
    guard fraction.isUsual, fraction.next == UInt8(ascii: "Z"),
      fraction.end == index &+ byteCount &- 1
    else { return nil }
    let seconds = (digits &>> 8 & 0xFF) &* 10 &+ digits &>> 16
    return recent.startNanoseconds &+ Int64(truncatingIfNeeded: seconds) &* 1_000_000_000
      &+ fraction.nanoseconds
  }

  @inline(never)
  private func scanOtherMinute(
    at index: Int, byteCount: Int, _ recent: inout RecentMinute
  ) -> Int64? {
    guard let time = scanTimestamp(at: index, byteCount: byteCount) else { return nil }
    let fields = TimestampFields(
      word(at: index), word(at: index &+ 8), word(at: index &+ 16))
    // Hour 24 and second 60 belong to another minute than the one that is written.
    if fields.isUsual, byte(at: index &+ byteCount &- 1) == UInt8(ascii: "Z") {
      recent.dateWord = word(at: index)
      recent.timeWord = word(at: index &+ 8)
      recent.startNanoseconds = fields.minuteStart &* 1_000_000_000
    }
    return time
  }

  /// Reads the timestamp without an offset that is exactly the `byteCount` bytes at `index`, or nil. In
  /// all else, the same is accepted as by `scanTimestamp(at:byteCount:)`.
  @inline(never)
  func scanLocalTimestamp(at index: Int, byteCount: Int) -> LocalTimestamp? {
    let fields = TimestampFields(
      word(at: index), word(at: index &+ 8), word(at: index &+ 16))
    guard fields.isUsual, byteCount >= 19 else {
      return scanUnusualLocalTimestamp(at: index, byteCount: byteCount)
    }
    if byteCount == 19 { return LocalTimestamp(seconds: fields.seconds, nanoseconds: 0) }
    let mark = byte(at: index &+ 19)
    let fraction = TimestampFraction(self, at: index &+ 20)
    guard mark == UInt8(ascii: ".") || mark == UInt8(ascii: ","), fraction.isUsual,
      fraction.end == index &+ byteCount
    else { return scanUnusualLocalTimestamp(at: index, byteCount: byteCount) }
    return LocalTimestamp(seconds: fields.seconds, nanoseconds: fraction.nanoseconds)
  }

  /// Seconds that a local time is ahead of UTC, from the `byteCount` bytes at `index`: `Z`, or a
  /// sign, hours and minutes.
  @inline(never)
  func scanOffset(at index: Int, byteCount: Int) -> Int64? {
    let first = byte(at: index)
    if byteCount == 1 { return first | 0x20 == UInt8(ascii: "z") ? 0 : nil }
    guard byteCount == 6, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") else {
      return nil
    }
    // "+00:00", of which the sign was checked already.
    let digits = (word(at: index &+ 1) ^ 0x30_303A_3030) & 0xFF_FFFF_FFFF
    let wrong = (digits &+ 0x76_767F_7676) | digits
    guard wrong & 0x80_8080_8080 == 0 else { return nil }
    let pairs = digits &* 10 &+ digits &>> 8
    let hours = Int64(pairs & 0xFF)
    let minutes = Int64(pairs &>> 24 & 0xFF)
    guard hours <= 23, minutes <= 59 else { return nil }
    let seconds = hours &* 3600 &+ minutes &* 60
    return first == UInt8(ascii: "-") ? 0 &- seconds : seconds
  }
}

/// What a clock shows, in a zone that has to be known from elsewhere.
struct LocalTimestamp: BitwiseCopyable, Equatable {
  /// Seconds since 1970-01-01T00:00:00 of that clock.
  let seconds: Int64
  /// The fraction of a second.
  let nanoseconds: Int64
}

/// The minute of the timestamp that was read last: `YYYY-MM-DDThh:mm` in UTC, and when it began.
struct RecentMinute: BitwiseCopyable {
  /// The 16 bytes; zeros, which no timestamp begins with, when there is none.
  fileprivate(set) var dateWord: UInt64 = 0
  fileprivate(set) var timeWord: UInt64 = 0
  fileprivate(set) var startNanoseconds: Int64 = 0
}

/// The fixed part of a timestamp, `YYYY-MM-DDThh:mm:ss`, from the three words that it begins with.
struct TimestampFields: BitwiseCopyable {
  /// Pairs of digits: the century and its year, and the rest of the fields.
  private let century, yearOfCentury, month, day, hour, minute, second: UInt32

  /// Whether every byte is a digit or the separator that belongs there.
  private let isWellFormed: Bool

  @inline(__always)
  init(_ dateWord: UInt64, _ timeWord: UInt64, _ tailWord: UInt64) {
    // Exclusive-or the zeros and separators: digits become their values, right separators zero.
    let date = dateWord ^ 0x2D30_302D_3030_3030  // "0000-00-"
    let timeWithMark = timeWord ^ 0x3030_3A30_3054_3030  // "00T00:00"
    let mark = timeWithMark & 0xFF_0000
    let time = timeWithMark ^ mark
    let tail = (tailWord ^ 0x30_303A) & 0xFF_FFFF  // ":00"

    // 0x76 sets the highest bit of a byte above nine, 0x7F that of any byte but zero. A carry comes
    // only from a byte that has its highest bit set itself.
    let wrong =
      (date &+ 0x7F76_767F_7676_7676) | date | (time &+ 0x7676_7F76_7600_7676) | time
      | (tail &+ 0x76_767F) | tail
    let isMark = mark == 0 || mark == 0x20_0000 || mark == 0x74_0000  // T, t, space
    isWellFormed = wrong & 0x8080_8080_8080_8080 == 0 && isMark

    let datePairs = date &* 10 &+ date &>> 8
    let timePairs = time &* 10 &+ time &>> 8
    let tailPairs = tail &* 10 &+ tail &>> 8
    century = UInt32(truncatingIfNeeded: datePairs & 0xFF)
    yearOfCentury = UInt32(truncatingIfNeeded: datePairs &>> 16 & 0xFF)
    month = UInt32(truncatingIfNeeded: datePairs &>> 40 & 0xFF)
    day = UInt32(truncatingIfNeeded: timePairs & 0xFF)
    hour = UInt32(truncatingIfNeeded: timePairs &>> 24 & 0xFF)
    minute = UInt32(truncatingIfNeeded: timePairs &>> 48 & 0xFF)
    second = UInt32(truncatingIfNeeded: tailPairs &>> 8 & 0xFF)
  }

  @inline(__always)
  private var year: UInt32 { century &* 100 &+ yearOfCentury }

  /// Whether this is a time that exists, without second 60 or hour 24, in a year that fits the
  /// nanoseconds as a whole.
  @inline(__always)
  var isUsual: Bool {
    // A century is a leap year by its number of hundreds, any other year by its last two digits.
    let isLeapYear = (yearOfCentury == 0 ? century : yearOfCentury) & 3 == 0
    let dayCount = GregorianCalendar.dayCount(ofMonth: month, isLeapYear: isLeapYear)
    return isWellFormed && year &- 1678 <= 2261 &- 1678 && month &- 1 <= 11
      && day &- 1 < dayCount && hour <= 23 && minute <= 59 && second <= 59
  }

  /// Seconds since 1970-01-01T00:00:00 at the beginning of the minute. Meaningful only when `isUsual`.
  @inline(__always)
  var minuteStart: Int64 { seconds &- Int64(second) }

  /// Seconds since 1970-01-01T00:00:00. Meaningful only when `isUsual`.
  @inline(__always)
  var seconds: Int64 {
    let days = GregorianCalendar.days(year: year, month: month, day: day)
    let ofDay = hour &* 3600 &+ minute &* 60 &+ second
    return days &* 86_400 &+ Int64(ofDay)
  }
}

/// The fraction of a second, of one to fifteen digits.
private struct TimestampFraction: BitwiseCopyable {
  let nanoseconds: Int64

  /// Index just past the digits.
  let end: Int

  /// The byte at `end`.
  let next: UInt8

  /// Whether the digits are one to fifteen; if not, nothing else here is meaningful.
  let isUsual: Bool

  @inline(__always)
  init(_ cursor: borrowing ByteCursor, at index: Int) {
    let digits = DigitWord(cursor.word(at: index))
    if _fastPath(!digits.isFull) {
      nanoseconds = Int64(truncatingIfNeeded: digits.fractionValue &* 10)
      end = index &+ digits.count
      next = digits.next ^ 0x30
      isUsual = digits.count > 0
    } else {
      let more = DigitWord(cursor.word(at: index &+ 8))
      let ninth = more.count > 0 ? more.values & 0xFF : 0
      nanoseconds = Int64(truncatingIfNeeded: digits.fullValue &* 10 &+ ninth)
      end = index &+ 8 &+ more.count
      next = more.next ^ 0x30
      isUsual = !more.isFull
    }
  }
}
