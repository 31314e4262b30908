/// Timestamps read in the plainest way: field by field, with every day since 1677 counted by loops.
/// It shares no code and no trick with the scanner.
enum TimestampOracle {
  private static func isLeap(_ year: Int) -> Bool {
    year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
  }

  private static let monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

  private static func length(ofMonth month: Int, year: Int) -> Int {
    month == 2 && isLeap(year) ? 29 : monthLengths[month - 1]
  }

  /// Days from 1970-01-01 to 1 January of the years from 1600 to 2400.
  private static let newYears: [Int: Int] = {
    var days = [1970: 0]
    for year in 1971...2400 { days[year] = days[year - 1]! + (isLeap(year - 1) ? 366 : 365) }
    for year in (1600...1969).reversed() {
      days[year] = days[year + 1]! - (isLeap(year) ? 366 : 365)
    }
    return days
  }()

  static func nanoseconds(_ text: some Collection<UInt8>) -> Int64? {
    var bytes = text.map { Character(UnicodeScalar($0)) }[...]
    func number(_ count: Int) -> Int? {
      guard bytes.count >= count else { return nil }
      let field = bytes.prefix(count)
      guard field.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
      bytes = bytes.dropFirst(count)
      return Int(String(field))
    }
    func take(_ allowed: String) -> Character? {
      guard let first = bytes.first, allowed.contains(first) else { return nil }
      return bytes.removeFirst()
    }

    guard let year = number(4), take("-") != nil, let month = number(2), take("-") != nil,
      let day = number(2), take("Tt ") != nil, let hour = number(2), take(":") != nil,
      let minute = number(2), take(":") != nil, let second = number(2)
    else { return nil }
    var fraction = ""
    if take(".,") != nil {
      while let digit = take("0123456789") { fraction.append(digit) }
      guard !fraction.isEmpty else { return nil }
    }
    guard let mark = take("Zz+-") else { return nil }
    var offset = 0
    if mark == "+" || mark == "-" {
      guard let hours = number(2), take(":") != nil, let minutes = number(2) else { return nil }
      guard hours < 24, minutes < 60 else { return nil }
      offset = (hours * 60 + minutes) * (mark == "+" ? 60 : -60)
    }
    guard bytes.isEmpty, (1...12).contains(month) else { return nil }
    guard day >= 1, day <= length(ofMonth: month, year: year), minute < 60 else { return nil }
    guard second < 60 || (second == 60 && minute == 59) else { return nil }
    let isMidnight =
      hour == 24 && minute == 0 && second == 0 && fraction.allSatisfy { $0 == "0" }
    guard hour < 24 || isMidnight else { return nil }

    guard var days = newYears[year] else { return nil }
    for earlier in 1..<month { days += length(ofMonth: earlier, year: year) }
    days += day - 1
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    let nine = Int((fraction + "000000000").prefix(9))!
    return Int64(exactly: Int128(seconds) * 1_000_000_000 + Int128(nine))
  }
}
