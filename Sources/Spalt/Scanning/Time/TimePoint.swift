/// Points in time as people write them for `--since` and `--until`.
public enum TimePoint {
  /// What can be written, for messages and help.
  public static let forms = """
    2026-11-20T14:30:00Z, '2026-11-20 14:30', 2026-11-20, 14:30, now, today, yesterday, tomorrow, -3h, \
    -1h30m, -2d, '3h ago', @1700000000
    """

  /// Nanoseconds since 1970-01-01T00:00:00Z, now, by the system's clock.
  public static var nowNanoseconds: Int64 { wallClockNanoseconds() }

  /// Reads a point in time; gives nanoseconds since 1970-01-01T00:00:00Z.
  ///
  /// - RFC 3339 with an offset; without one, the time is that of `zone`. Seconds may be left out. A
  ///   time that clocks show twice is the earlier one.
  /// - A date is its midnight in `zone`, and `14:30` or `14:30:15` is that time today.
  /// - `now`; `today`, `yesterday` and `tomorrow` are the midnights that these days begin with.
  /// - `-1h30m`, `1h30m ago`, `2 days ago`: before now; `+10m`: after. The units are s, m, h, d and w, or the
  ///   English words. Days and weeks are those of the calendar in `zone`: `-1d` is the same time of the
  ///   day before, even when that is 23 or 25 hours ago. They are counted first.
  /// - `@1700000000.5`: seconds since 1970.
  ///
  /// Throws `.usage` when the text is nothing of that, or lies outside of what 64 bits of nanoseconds
  /// hold, the years 1677 to 2262.
  public static func nanoseconds(
    _ text: String, nowNanoseconds: Int64, zone: TimeZoneRules
  ) throws(SpaltError) -> Int64 {
    let reader = TimePointReader(text: text, now: nowNanoseconds, zone: zone)
    guard let value = try reader.read() else {
      throw .usage("'\(text)' is no point in time\(reader.hint); write one as in: \(forms)")
    }
    return value
  }
}

private struct TimePointReader {
  let text: String
  /// The text without white space around it.
  let bytes: [UInt8]
  let now: Int64
  let zone: TimeZoneRules

  init(text: String, now: Int64, zone: TimeZoneRules) {
    self.text = text
    self.now = now
    self.zone = zone
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    let utf8 = Array(text.utf8)
    let rest = utf8.drop(while: isBlank)
    bytes = Array(rest.prefix(rest.count - rest.reversed().prefix(while: isBlank).count))
  }

  func read() throws(SpaltError) -> Int64? {
    switch String(decoding: bytes, as: UTF8.self).lowercased() {
    case "now": return now
    case "today": return try midnight(daysFromToday: 0)
    case "yesterday": return try midnight(daysFromToday: -1)
    case "tomorrow": return try midnight(daysFromToday: 1)
    default: break
    }
    if bytes.first == UInt8(ascii: "@") { return try epochSeconds() }
    if let time = stamp(bytes) { return time }
    if let duration = Duration(bytes) { return try shifted(by: duration) }
    return dateOrTime()
  }

  /// What the text looks like, if it is close to something.
  var hint: String {
    Duration([UInt8(ascii: "-")] + bytes) == nil ? "" : "; did you mean '-\(text)'?"
  }

  private var outside: SpaltError {
    .usage("'\(text)' lies outside of the years 1677 to 2262, which times can be from")
  }

  // MARK: - Dates and times

  /// A date with a time, with or without seconds and offset.
  private func stamp(_ bytes: [UInt8]) -> Int64? {
    var bytes = bytes
    // "2026-11-20T14:30", and no seconds behind it.
    if bytes.count >= 16, bytes[13] == UInt8(ascii: ":"),
      bytes.count == 16 || bytes[16] != UInt8(ascii: ":")
    {
      bytes.insert(contentsOf: ":00".utf8, at: 16)
    }
    let cursor = ByteCursor(ByteView(bytes.span))
    return TimestampReader(assumedZone: zone).scan(cursor, at: 0, byteCount: bytes.count)
  }

  /// A date alone, or a time of today.
  private func dateOrTime() -> Int64? {
    if bytes.count == 10, bytes[4] == UInt8(ascii: "-") {
      return stamp(bytes + Array("T00:00:00".utf8))
    }
    guard bytes.count >= 5, bytes[2] == UInt8(ascii: ":") else { return nil }
    let date = CivilDate(daysSince1970: UnixTime.splitDays(localNow).days)
    let fields = [date.year, date.month, date.day].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return stamp(Array((fields.joined(separator: "-") + "T").utf8) + bytes)
  }

  /// Seconds since 1970-01-01T00:00:00 that the local clock shows now.
  private var localNow: Int64 {
    let seconds = UnixTime.split(now).seconds
    return seconds + Int64(zone.offsetSeconds(atUTC: seconds))
  }

  private func midnight(daysFromToday days: Int64) throws(SpaltError) -> Int64 {
    let day = UnixTime.splitDays(localNow).days + days
    let seconds = zone.utcSeconds(ofLocal: day * UnixTime.secondsPerDay)
    guard let time = UnixTime.nanoseconds(seconds, and: 0) else { throw outside }
    return time
  }

  /// `@` and seconds since 1970, with or without a fraction.
  private func epochSeconds() throws(SpaltError) -> Int64? {
    var rest = bytes.dropFirst()
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative { rest.removeFirst() }
    let parts = rest.split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let areDigits = parts.allSatisfy { part in
      !part.isEmpty && part.allSatisfy { (0x30...0x39).contains($0) }
    }
    guard areDigits, let whole = parts.first else { return nil }
    guard let seconds = Int64(String(decoding: whole, as: UTF8.self)) else { throw outside }
    var nanoseconds = Int128(seconds)
    let fraction = parts.count > 1 ? Array(parts[1]) : []
    for index in 0..<9 {
      let digit = index < fraction.count ? fraction[index] - UInt8(ascii: "0") : 0
      nanoseconds = nanoseconds * 10 + Int128(digit)
    }
    guard let time = Int64(exactly: isNegative ? -nanoseconds : nanoseconds) else { throw outside }
    return time
  }

  // MARK: - Relative to now

  private func shifted(by duration: Duration) throws(SpaltError) -> Int64 {
    let (nowSeconds, fraction) = UnixTime.split(now)
    var seconds = nowSeconds
    if duration.days != 0 {
      let local = localNow + duration.days * UnixTime.secondsPerDay
      seconds = zone.utcSeconds(ofLocal: local)
    }
    seconds += duration.seconds
    guard let time = UnixTime.nanoseconds(seconds, and: fraction) else { throw outside }
    return time
  }

  /// A length of time with its sign: `-1h30m`, `+10m`, `3 hours ago`.
  private struct Duration {
    private(set) var days: Int64 = 0
    private(set) var seconds: Int64 = 0

    init?(_ bytes: [UInt8]) {
      var rest = bytes[...]
      var sign: Int64 = -1
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
        if rest.removeFirst() == UInt8(ascii: "+") { sign = 1 }
      } else {
        guard rest.suffix(3).elementsEqual("ago".utf8) else { return nil }
        rest.removeLast(3)
      }
      var partCount = 0
      while true {
        rest = rest.drop { $0 == 0x20 }
        if rest.isEmpty { break }
        guard partCount < 8, let number = Self.takeNumber(&rest),
          add(sign * number, Self.takeWord(&rest))
        else {
          return nil
        }
        partCount += 1
      }
      guard partCount > 0 else { return nil }
    }

    /// A number of at most nine digits: no unit makes it overflow.
    private static func takeNumber(_ rest: inout ArraySlice<UInt8>) -> Int64? {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(digits.count)
      return digits.count > 9 ? nil : Int64(String(decoding: digits, as: UTF8.self))
    }

    private static func takeWord(_ rest: inout ArraySlice<UInt8>) -> String {
      rest = rest.drop { $0 == 0x20 }
      let letters = rest.prefix { (0x61...0x7A).contains($0) }
      rest = rest.dropFirst(letters.count)
      return String(decoding: letters, as: UTF8.self)
    }

    private mutating func add(_ number: Int64, _ unit: String) -> Bool {
      switch unit {
      case "s", "sec", "secs", "second", "seconds": seconds += number
      case "m", "min", "mins", "minute", "minutes": seconds += number * 60
      case "h", "hr", "hrs", "hour", "hours": seconds += number * 3600
      case "d", "day", "days": days += number
      case "w", "week", "weeks": days += number * 7
      default: return false
      }
      return true
    }
  }
}
