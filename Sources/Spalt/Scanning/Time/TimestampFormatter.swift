/// Writes times as RFC 3339 does, as the clocks of a zone show them.
///
///     2024-02-29T23:59:59Z
///     2024-02-29T23:59:59.123456+05:30
///
/// The fraction has as many digits as it needs: none, three, six or nine. Offsets are `Z` when the zone
/// is UTC. RFC 3339 knows no offsets with seconds, such as those of local mean time before 1900; they
/// are cut to minutes, and the time shown is the one that belongs to what is written.
///
/// The text is kept here until the next time is formatted: nothing is allocated. Expected: 13 ns for a time
/// in the same minute as the one before, 40 ns otherwise.
public struct TimestampFormatter: Sendable {
  /// No text is longer: `1677-09-21T00:12:43.145224192+00:00`.
  public static let maximumByteCount = 35

  private var lookup: TimeZoneLookup
  /// Seconds since 1970 in UTC that share the minute, and the offset, of the text.
  private var minute: Range<Int64> = 0..<0
  private var minuteStart: Int64 = 0
  private var bytes = InlineArray<40, UInt8>(repeating: 0)
  /// The end of the text: `Z`, or sign, hours and minutes.
  private var offset = InlineArray<6, UInt8>(repeating: UInt8(ascii: "Z"))
  private var offsetByteCount = 1

  /// Length of the text in bytes; 0 before the first time is formatted.
  public private(set) var byteCount = 0

  /// A text for times in `zone`.
  public init(zone: TimeZoneRules = .utc) { lookup = TimeZoneLookup(zone) }

  /// Makes the text that of a time, in nanoseconds since 1970-01-01T00:00:00Z.
  public mutating func format(nanoseconds: Int64) {
    let (seconds, fraction) = UnixTime.split(nanoseconds)
    if !minute.contains(seconds) { setMinute(of: seconds) }
    writePair(UInt64(truncatingIfNeeded: seconds &- minuteStart), at: 17)
    var end = 19
    if fraction != 0 { end = writeFraction(UInt64(truncatingIfNeeded: fraction)) }
    for index in 0..<offsetByteCount { bytes[end + index] = offset[index] }
    byteCount = end + offsetByteCount
  }

  /// The text.
  public var view: ByteView {
    @_lifetime(borrow self)
    get { ByteView(bytes.span).slice(0..<byteCount) }
  }

  /// The text of one time. Allocates: meant for messages.
  public static func string(nanoseconds: Int64, zone: TimeZoneRules = .utc) -> String {
    var text = TimestampFormatter(zone: zone)
    text.format(nanoseconds: nanoseconds)
    return text.view.makeString()
  }

  /// Writes `YYYY-MM-DDThh:mm:` and notes which times it holds for.
  private mutating func setMinute(of seconds: Int64) {
    let exactOffset = Int64(lookup.offsetSeconds(atUTC: seconds))
    let offsetMinutes = exactOffset / 60
    setOffset(minutes: offsetMinutes)
    let local = seconds + offsetMinutes * 60
    let (days, ofDay) = UnixTime.splitDays(local)
    minuteStart = seconds - ofDay % 60
    minute =
      max(minuteStart, lookup.period.lowerUTC)..<min(minuteStart + 60, lookup.period.upperUTC)

    let date = CivilDate(daysSince1970: days)
    let year = UInt64(truncatingIfNeeded: date.year)
    writePair(year / 100, at: 0)
    writePair(year % 100, at: 2)
    writePair(UInt64(truncatingIfNeeded: date.month), at: 5)
    writePair(UInt64(truncatingIfNeeded: date.day), at: 8)
    writePair(UInt64(truncatingIfNeeded: ofDay / 3600), at: 11)
    writePair(UInt64(truncatingIfNeeded: ofDay / 60 % 60), at: 14)
    bytes[4] = UInt8(ascii: "-")
    bytes[7] = UInt8(ascii: "-")
    bytes[10] = UInt8(ascii: "T")
    bytes[13] = UInt8(ascii: ":")
    bytes[16] = UInt8(ascii: ":")
  }

  private mutating func setOffset(minutes: Int64) {
    if lookup.rules.isUTC { return }
    let magnitude = minutes.magnitude
    let hours = UInt8(truncatingIfNeeded: magnitude / 60)
    let rest = UInt8(truncatingIfNeeded: magnitude % 60)
    offset[0] = minutes < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")
    offset[1] = UInt8(ascii: "0") + hours / 10
    offset[2] = UInt8(ascii: "0") + hours % 10
    offset[3] = UInt8(ascii: ":")
    offset[4] = UInt8(ascii: "0") + rest / 10
    offset[5] = UInt8(ascii: "0") + rest % 10
    offsetByteCount = 6
  }

  /// Writes a point and the nanoseconds, without zeros of whole groups at the end.
  /// - Returns: the index behind the digits.
  private mutating func writeFraction(_ nanoseconds: UInt64) -> Int {
    bytes[19] = UInt8(ascii: ".")
    let milliseconds = nanoseconds / 1_000_000
    let rest = nanoseconds % 1_000_000
    writeTriple(milliseconds, at: 20)
    if rest == 0 { return 23 }
    writeTriple(rest / 1000, at: 23)
    if rest % 1000 == 0 { return 26 }
    writeTriple(rest % 1000, at: 26)
    return 29
  }

  @inline(__always)
  private mutating func writePair(_ value: UInt64, at index: Int) {
    bytes[index] = UInt8(truncatingIfNeeded: value / 10) &+ UInt8(ascii: "0")
    bytes[index + 1] = UInt8(truncatingIfNeeded: value % 10) &+ UInt8(ascii: "0")
  }

  @inline(__always)
  private mutating func writeTriple(_ value: UInt64, at index: Int) {
    bytes[index] = UInt8(truncatingIfNeeded: value / 100) &+ UInt8(ascii: "0")
    writePair(value % 100, at: index + 1)
  }
}
