/// The texts of Arrow values that are no texts.
extension TextBuffer {
  /// Appends the characters of a text.
  mutating func append(text: String) throws(SpaltError) {
    for byte in text.utf8 { try append(byte) }
  }

  /// Appends a date: `2024-02-29`. Years beyond those of four digits have a sign.
  mutating func append(dayOf1970 day: Int64) throws(SpaltError) {
    let date = CivilDate(daysSince1970: day)
    if date.year < 0 {
      try append(UInt8(ascii: "-"))
    } else if date.year > 9999 {
      try append(UInt8(ascii: "+"))
    }
    try append(digits: date.year.magnitude, minimumCount: 4)
    try append(UInt8(ascii: "-"))
    try append(digits: date.month.magnitude, minimumCount: 2)
    try append(UInt8(ascii: "-"))
    try append(digits: date.day.magnitude, minimumCount: 2)
  }

  /// Appends a time of day, of as many units since midnight: `23:59:59.123`. The fraction has no digits, or three, six
  /// or nine, as it needs. What is no time of day, because it is negative or a day or longer, has more hours, or a
  /// sign.
  mutating func append(timeOfDay value: Int64, _ unit: TimeUnit) throws(SpaltError) {
    if value < 0 { try append(UInt8(ascii: "-")) }
    let perSecond = UInt64(1_000_000_000 / unit.nanosecondCount)
    let seconds = value.magnitude / perSecond
    let fraction = value.magnitude % perSecond * UInt64(unit.nanosecondCount)
    try append(digits: seconds / 3600, minimumCount: 2)
    try append(UInt8(ascii: ":"))
    try append(digits: seconds / 60 % 60, minimumCount: 2)
    try append(UInt8(ascii: ":"))
    try append(digits: seconds % 60, minimumCount: 2)
    try append(fraction: fraction)
  }

  private mutating func append(fraction nanoseconds: UInt64) throws(SpaltError) {
    guard nanoseconds > 0 else { return }
    try append(UInt8(ascii: "."))
    if nanoseconds % 1_000_000 == 0 {
      try append(digits: nanoseconds / 1_000_000, minimumCount: 3)
    } else if nanoseconds % 1000 == 0 {
      try append(digits: nanoseconds / 1000, minimumCount: 6)
    } else {
      try append(digits: nanoseconds, minimumCount: 9)
    }
  }

  /// Appends a point in time: `2024-02-29T23:59:59.123Z`, without the `Z` when nobody knows its zone.
  mutating func append(
    time value: Int64, _ unit: TimeUnit, isUTC: Bool
  ) throws(SpaltError) {
    let perSecond = 1_000_000_000 / unit.nanosecondCount
    let (day, rest) = UnixTime.floorDivide(value, by: perSecond * UnixTime.secondsPerDay)
    try append(dayOf1970: day)
    try append(UInt8(ascii: "T"))
    try append(timeOfDay: rest, unit)
    if isUTC { try append(UInt8(ascii: "Z")) }
  }

  /// Appends a decimal with all of its digits, without an exponent.
  mutating func append(decimal: ArrowDecimal, scale: Int) throws(SpaltError) {
    var digits: [UInt8] = []
    decimal.appendDigits(to: &digits)
    if decimal.isNegative { try append(UInt8(ascii: "-")) }
    if scale > 0, digits.count <= scale {
      digits.insert(
        contentsOf: repeatElement(UInt8(ascii: "0"), count: scale + 1 - digits.count), at: 0)
    }
    for (index, digit) in digits.enumerated() {
      if scale > 0, index == digits.count - scale { try append(UInt8(ascii: ".")) }
      try append(digit)
    }
    guard scale < 0, digits != [UInt8(ascii: "0")] else { return }
    for _ in 0..<(-scale) { try append(UInt8(ascii: "0")) }
  }

  /// Appends an interval as ISO 8601 writes durations: `P1M-2DT3.5S`.
  mutating func append(
    months: Int, days: Int, nanoseconds: Int64
  ) throws(SpaltError) {
    try append(UInt8(ascii: "P"))
    if months != 0 {
      try append(integer: Int64(months))
      try append(UInt8(ascii: "M"))
    }
    if days != 0 {
      try append(integer: Int64(days))
      try append(UInt8(ascii: "D"))
    }
    guard nanoseconds != 0 || (months == 0 && days == 0) else { return }
    try append(UInt8(ascii: "T"))
    if nanoseconds < 0 { try append(UInt8(ascii: "-")) }
    try append(digits: nanoseconds.magnitude / 1_000_000_000, minimumCount: 1)
    try append(fraction: nanoseconds.magnitude % 1_000_000_000)
    try append(UInt8(ascii: "S"))
  }

  /// Appends bytes in hexadecimal digits.
  mutating func append(hexadecimal bytes: borrowing ByteView) throws(SpaltError) {
    for index in 0..<bytes.byteCount {
      try append(Self.hexadecimalDigit(bytes[index] >> 4))
      try append(Self.hexadecimalDigit(bytes[index] & 15))
    }
  }

  /// Appends 16 bytes as RFC 9562 writes them: `16f75bb9-8e26-f400-69d8-e4eea676391a`.
  mutating func append(uuid bytes: borrowing ByteView) throws(SpaltError) {
    for range in [0..<4, 4..<6, 6..<8, 8..<10, 10..<16] {
      if range.lowerBound > 0 { try append(UInt8(ascii: "-")) }
      try append(hexadecimal: bytes.slice(range))
    }
  }

  private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
  }

  /// Appends the shortest number that is this one: what is none is `NaN`, `inf` or `-inf`.
  mutating func append(shortest text: String) throws(SpaltError) {
    try append(text: text == "nan" || text == "-nan" ? "NaN" : text)
  }
}
