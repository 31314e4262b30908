/// A span of time as SQL has it: months and days, which have no fixed length, and nanoseconds.
struct Interval: BitwiseCopyable, Sendable, Equatable {
  var months: Int32 = 0
  var days: Int32 = 0
  var nanoseconds: Int64 = 0

  /// The value by which intervals are compared: a month counts as 30 days.
  var comparisonKey: Int128 {
    let allDays = Int128(months) * 30 + Int128(days)
    return allDays * Int128(Calendar.dayNanoseconds) + Int128(nanoseconds)
  }

  /// What a unit stands for.
  private enum Unit {
    case months(Int64)
    case days(Int64)
    case nanoseconds(Int64)
  }

  /// Whether `word`, in small letters, names a unit of time.
  static func isUnit(_ word: String) -> Bool { unit(word) != nil }

  private static func unit(_ word: String) -> Unit? {
    let singular = word.count > 2 && word.hasSuffix("s") ? String(word.dropLast()) : word
    switch singular {
    case "millennium", "millennia", "mil": return .months(12_000)
    case "century", "centurie", "cent", "c": return .months(1200)
    case "decade", "dec": return .months(120)
    case "year", "yr", "y": return .months(12)
    case "quarter": return .months(3)
    case "month", "mon": return .months(1)
    case "week", "w": return .days(7)
    case "day", "d": return .days(1)
    case "hour", "hr", "h": return .nanoseconds(3_600_000_000_000)
    case "minute", "min", "m": return .nanoseconds(60_000_000_000)
    case "second", "sec", "s": return .nanoseconds(1_000_000_000)
    case "millisecond", "msec", "ms": return .nanoseconds(1_000_000)
    case "microsecond", "usec", "us": return .nanoseconds(1000)
    case "nanosecond", "ns": return .nanoseconds(1)
    default: return nil
    }
  }

  init(months: Int32 = 0, days: Int32 = 0, nanoseconds: Int64 = 0) {
    self.months = months
    self.days = days
    self.nanoseconds = nanoseconds
  }

  /// Reads `3 hours`, `1 day 02:30:00`, `-1 month`, `1.5 hours`, `3h`.
  init?(_ text: String) {
    var words = Self.words(of: text)[...]
    guard !words.isEmpty else { return nil }
    while let number = words.popFirst() {
      if number.contains(":") {
        guard let time = Self.clockTime(number), add(nanoseconds: time) else { return nil }
        continue
      }
      guard let name = words.popFirst() else { return nil }
      if name == "ago", words.isEmpty { return nil }
      guard let unit = Self.unit(name), add(number, unit) else { return nil }
    }
  }

  /// Numbers and words, which need no space between them.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var current = ""
    for character in text.lowercased() {
      if character.isWhitespace {
        if !current.isEmpty { words.append(current) }
        current = ""
        continue
      }
      if let last = current.last, last.isLetter != character.isLetter {
        words.append(current)
        current = ""
      }
      current.append(character)
    }
    if !current.isEmpty { words.append(current) }
    return words
  }

  /// `hours:minutes[:seconds]` in nanoseconds.
  private static func clockTime(_ text: String) -> Int64? {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" || $0 == "+" }
      .split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3, let hours = Int64(parts[0]), hours < 1_000_000,
      let minutes = Int64(parts[1]), minutes < 60,
      let seconds = NumberText.float64(Array((parts.count == 3 ? parts[2] : "0").utf8)),
      seconds >= 0, seconds < 60
    else { return nil }
    let whole = (hours * 60 + minutes) * 60_000_000_000
    let sum = whole + Int64((seconds * 1e9).rounded())
    return isNegative ? -sum : sum
  }

  private mutating func add(_ number: String, _ unit: Unit) -> Bool {
    guard let value = NumberText.float64(Array(number.utf8)), value.isFinite else { return false }
    let exact = Int64(number)
    switch unit {
    case .months(let count):
      let all = value * Double(count)
      let whole = all.rounded(.towardZero)
      guard let wholeMonths = Int32(exactly: whole) else { return false }
      let sum = months.addingReportingOverflow(wholeMonths)
      months = sum.partialValue
      return !sum.overflow && (all == whole || add("\((all - whole) * 30)", .days(1)))
    case .days(let count):
      let whole = value.rounded(.towardZero)
      guard let wholeDays = Int64(exactly: whole * Double(count)),
        let sum = Int32(exactly: Int64(days) &+ wholeDays)
      else { return false }
      days = sum
      let rest = (value - whole) * Double(count) * Double(Calendar.dayNanoseconds)
      return add(nanoseconds: Int64(rest.rounded()))
    case .nanoseconds(let count):
      if let exact {
        let product = exact.multipliedReportingOverflow(by: count)
        return !product.overflow && add(nanoseconds: product.partialValue)
      }
      guard let rounded = Int64(exactly: (value * Double(count)).rounded()) else { return false }
      return add(nanoseconds: rounded)
    }
  }

  private mutating func add(nanoseconds more: Int64) -> Bool {
    let sum = nanoseconds.addingReportingOverflow(more)
    nanoseconds = sum.partialValue
    return !sum.overflow
  }
}
