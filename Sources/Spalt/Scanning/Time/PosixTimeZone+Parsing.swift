extension PosixTimeZone {
  /// Reads a `TZ` string; nil when it is none. Hours of changes may be from -167 to 167, as in version
  /// 3 of TZif.
  init?(_ text: some Sequence<UInt8>) {
    var parser = PosixTimeZoneParser(bytes: Array(text))
    guard parser.takeName(), let standard = parser.takeOffset() else { return nil }
    standardOffsetSeconds = Int32(-standard)
    guard !parser.isAtEnd else {
      daylight = nil
      return
    }
    guard parser.takeName() else { return nil }
    var daylight = Daylight(offsetSeconds: Int32(-standard + 3600))
    if !parser.isAtEnd, parser.next != UInt8(ascii: ",") {
      guard let offset = parser.takeOffset() else { return nil }
      daylight.offsetSeconds = Int32(-offset)
    }
    if !parser.isAtEnd {
      guard let start = parser.takeChange(), let end = parser.takeChange() else { return nil }
      daylight.start = start
      daylight.end = end
    }
    guard parser.isAtEnd else { return nil }
    self.daylight = daylight
  }
}

/// Takes a `TZ` string apart, from its front to its end.
private struct PosixTimeZoneParser {
  let bytes: [UInt8]
  private var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { index == bytes.count }

  /// The next byte, or zero at the end.
  var next: UInt8 { isAtEnd ? 0 : bytes[index] }

  /// Takes a name of a time: three letters at least, or any name in angle brackets.
  mutating func takeName() -> Bool {
    if take(UInt8(ascii: "<")) {
      let start = index
      while Self.isLetter(next) || Self.isDigit(next) || next == 0x2B || next == 0x2D { index += 1 }
      return index - start >= 3 && take(UInt8(ascii: ">"))
    }
    let start = index
    while Self.isLetter(next) { index += 1 }
    return index - start >= 3
  }

  /// Takes an offset of at most 24 hours, in seconds to the west.
  mutating func takeOffset() -> Int64? {
    guard let seconds = takeTime(maximumHours: 24) else { return nil }
    return seconds
  }

  /// Takes `,` and the day and time of a change.
  mutating func takeChange() -> PosixTimeZone.Change? {
    guard take(UInt8(ascii: ",")), let day = takeDay() else { return nil }
    var change = PosixTimeZone.Change(day: day)
    if take(UInt8(ascii: "/")) {
      guard let seconds = takeTime(maximumHours: 167) else { return nil }
      change.seconds = seconds
    }
    return change
  }

  private mutating func takeDay() -> PosixTimeZone.Change.Day? {
    if take(UInt8(ascii: "J")) { return takeNumber(1...365).map { .julian($0) } }
    guard take(UInt8(ascii: "M")) else { return takeNumber(0...365).map { .ordinal($0) } }
    guard let month = takeNumber(1...12), take(UInt8(ascii: ".")), let week = takeNumber(1...5),
      take(UInt8(ascii: ".")), let weekday = takeNumber(0...6)
    else { return nil }
    return .weekday(month: month, week: week, weekday: weekday)
  }

  /// Takes `[+-]hh[:mm[:ss]]`, in seconds.
  private mutating func takeTime(maximumHours: Int64) -> Int64? {
    let isNegative = take(UInt8(ascii: "-"))
    if !isNegative { _ = take(UInt8(ascii: "+")) }
    guard let hours = takeNumber(0...maximumHours) else { return nil }
    var seconds = hours * 3600
    for unit: Int64 in [60, 1] where take(UInt8(ascii: ":")) {
      guard let number = takeNumber(0...59) else { return nil }
      seconds += number * unit
    }
    return isNegative ? -seconds : seconds
  }

  private mutating func takeNumber(_ range: ClosedRange<Int64>) -> Int64? {
    let start = index
    var number: Int64 = 0
    while Self.isDigit(next), index - start < 3 {
      number = number * 10 + Int64(next - UInt8(ascii: "0"))
      index += 1
    }
    return index > start && range.contains(number) ? number : nil
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    index += 1
    return true
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
