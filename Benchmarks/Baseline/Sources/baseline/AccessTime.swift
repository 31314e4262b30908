/// `01/Mar/2026:00:00:00 +0000`.
enum AccessTime {
  /// Nanoseconds since 1970, or nil if it has another form.
  static func nanoseconds(in bytes: [UInt8], _ range: Range<Int>) -> Int? {
    let start = range.lowerBound
    guard range.count == 26, let day = bytes.integer(start..<start + 2),
      let month = month(bytes[start + 3], bytes[start + 4], bytes[start + 5]),
      let year = bytes.integer(start + 7..<start + 11),
      let hour = bytes.integer(start + 12..<start + 14),
      let minute = bytes.integer(start + 15..<start + 17),
      let second = bytes.integer(start + 18..<start + 20),
      let zoneHours = bytes.integer(start + 22..<start + 24),
      let zoneMinutes = bytes.integer(start + 24..<start + 26),
      (1...31).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    let sign = bytes[start + 21] == UInt8(ascii: "-") ? -1 : 1
    let seconds = hour * 3600 + minute * 60 + second - sign * (zoneHours * 60 + zoneMinutes) * 60
    return (daysSince1970(year: year, month: month, day: day) * 86_400 + seconds) * 1_000_000_000
  }

  private static func month(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Int? {
    switch UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third) {
    case 0x4A616E: 1  // Jan
    case 0x466562: 2
    case 0x4D6172: 3
    case 0x417072: 4
    case 0x4D6179: 5
    case 0x4A756E: 6
    case 0x4A756C: 7
    case 0x417567: 8
    case 0x536570: 9
    case 0x4F6374: 10
    case 0x4E6F76: 11
    case 0x446563: 12  // Dec
    default: nil
    }
  }

  /// Of the proleptic Gregorian calendar; a year begins in March here, so that the leap day is its last.
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }
}
