/// Times that are written as text, as casts and comparisons read and write them.
///
///     2024-02-29
///     2024-02-29 23:59
///     2024-02-29T23:59:59.123456789+05:30
///
/// What has no offset is in UTC.
enum TimestampText {
  static func nanoseconds(_ bytes: [UInt8]) -> Int64? { nanoseconds(ByteView(bytes.span)) }

  /// Nanoseconds since 1970-01-01T00:00:00Z, or nil when the text is no time or 64 bits cannot hold it.
  static func nanoseconds(_ text: borrowing ByteView) -> Int64? {
    let range = NumberText.trimmed(text)
    let cursor = ByteCursor(text.slice(range))
    if let usual = cursor.scanTimestamp(at: 0, byteCount: cursor.end) { return usual }
    var reader = FieldReader(cursor)
    return reader.time()
  }

  /// The most bytes that `write` writes.
  static let maximumByteCount = 29

  /// Writes `2024-02-29 23:59:59.5`: a fraction only when there is one, without zeros at its end.
  static func write(_ time: Int64, to output: inout OutputRawSpan) {
    let days = Calendar.floorDivide(time, Calendar.dayNanoseconds)
    let inDay = time &- days &* Calendar.dayNanoseconds
    let date = Calendar.Day(daysSinceEpoch: days)
    digits(Int64(date.year), 4, to: &output)
    output.append(UInt8(ascii: "-"))
    digits(Int64(date.month), 2, to: &output)
    output.append(UInt8(ascii: "-"))
    digits(Int64(date.day), 2, to: &output)
    output.append(UInt8(ascii: " "))
    digits(inDay / 3_600_000_000_000, 2, to: &output)
    output.append(UInt8(ascii: ":"))
    digits(inDay / 60_000_000_000 % 60, 2, to: &output)
    output.append(UInt8(ascii: ":"))
    digits(inDay / 1_000_000_000 % 60, 2, to: &output)
    var fraction = inDay % 1_000_000_000
    guard fraction != 0 else { return }
    output.append(UInt8(ascii: "."))
    var count = 9
    while fraction % 10 == 0 {
      fraction /= 10
      count -= 1
    }
    digits(fraction, count, to: &output)
  }

  private static func digits(_ value: Int64, _ count: Int, to output: inout OutputRawSpan) {
    var divisor: Int64 = 1
    for _ in 1..<count { divisor *= 10 }
    while divisor > 0 {
      output.append(UInt8(truncatingIfNeeded: 0x30 + value / divisor % 10))
      divisor /= 10
    }
  }

  /// Reads what RFC 3339 does not know: dates alone, times without seconds or offset, single digits.
  private struct FieldReader: ~Escapable {
    private let cursor: ByteCursor
    private var index = 0

    @_lifetime(copy cursor)
    init(_ cursor: ByteCursor) { self.cursor = cursor }

    mutating func time() -> Int64? {
      guard let days = date() else { return nil }
      var seconds: Int64 = 0
      var nanoseconds: Int64 = 0
      if index < cursor.end {
        let mark = cursor.byte(at: index)
        guard mark == 0x20 || mark | 0x20 == 0x74 else { return nil }
        index += 1
        guard let clock = clock(), let offset = offset() else { return nil }
        seconds = clock.seconds - offset
        nanoseconds = clock.nanoseconds
      }
      guard index == cursor.end else { return nil }
      let whole = Int128(days) * 86_400 + Int128(seconds)
      return Int64(exactly: whole * 1_000_000_000 + Int128(nanoseconds))
    }

    private mutating func number(_ digitCounts: ClosedRange<Int>) -> Int64? {
      let start = index
      var value: Int64 = 0
      while index - start < digitCounts.upperBound, cursor.byte(at: index) &- 0x30 <= 9 {
        value = value * 10 + Int64(cursor.byte(at: index) - 0x30)
        index += 1
      }
      return index - start >= digitCounts.lowerBound ? value : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
      guard index < cursor.end, cursor.byte(at: index) == byte else { return false }
      index += 1
      return true
    }

    private mutating func date() -> Int64? {
      guard let year = number(4...4) else { return nil }
      let mark = cursor.byte(at: index)
      guard mark == 0x2D || mark == 0x2F, take(mark), let month = number(1...2), take(mark),
        let day = number(1...2), year >= 1, month >= 1, month <= 12, day >= 1
      else { return nil }
      let count = GregorianCalendar.dayCount(
        ofMonth: UInt32(month), isLeapYear: Calendar.isLeapYear(Int(year)))
      guard day <= Int64(count) else { return nil }
      return Calendar.Day(year: Int(year), month: Int(month), day: Int(day)).daysSinceEpoch
    }

    private mutating func clock() -> (seconds: Int64, nanoseconds: Int64)? {
      guard let hour = number(1...2), hour <= 24, take(0x3A), let minute = number(1...2),
        minute < 60
      else { return nil }
      var second: Int64 = 0
      var nanoseconds: Int64 = 0
      if take(0x3A) {
        guard let value = number(1...2), value < 60 else { return nil }
        second = value
        if take(0x2E) || take(0x2C) { nanoseconds = fraction() }
      }
      // 24:00:00 is the midnight at the end of the day, and nothing comes behind it.
      if hour == 24, minute + second + nanoseconds > 0 { return nil }
      return (hour * 3600 + minute * 60 + second, nanoseconds)
    }

    private mutating func fraction() -> Int64 {
      var value: Int64 = 0
      var unit: Int64 = 100_000_000
      while index < cursor.end, cursor.byte(at: index) &- 0x30 <= 9 {
        value += unit * Int64(cursor.byte(at: index) - 0x30)
        unit /= 10
        index += 1
      }
      return value
    }

    /// Seconds that the time is ahead of UTC; 0 when it does not say.
    private mutating func offset() -> Int64? {
      while take(0x20) {}
      guard index < cursor.end else { return 0 }
      if take(0x5A) || take(0x7A) { return 0 }
      if take(0x55) { return take(0x54) && take(0x43) ? 0 : nil }
      let sign: Int64 = cursor.byte(at: index) == 0x2D ? -1 : 1
      guard take(0x2D) || take(0x2B), let hours = number(1...2), hours < 24 else { return nil }
      _ = take(0x3A)
      guard index < cursor.end else { return sign * hours * 3600 }
      guard let minutes = number(2...2), minutes < 60 else { return nil }
      return sign * (hours * 3600 + minutes * 60)
    }
  }
}
