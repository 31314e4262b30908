/// Makes records out of few keys and words, in all spellings that JSON has for them, and filters over the
/// same keys and words, so that many of the filters are true for some of the records.
struct FilterGenerator {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[random.below(choices.count)]
  }

  private mutating func chance(_ percentage: Int) -> Bool { random.below(100) < percentage }

  // MARK: - Records

  /// A line with a value of its type for every column, and empty records behind it.
  static let head =
    """
    {"status":200,"n":1,"x":1.5,"level":"INFO","msg":"up","ts":"2026-01-01T00:00:00Z","ok":true,\
    "http":{"status":200,"path":"/a/b"},"a.b":"x","j":[1],"line":"text"}

    """ + String(repeating: "{}\n", count: 30)

  /// Lines behind the head.
  mutating func lines(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for index in 0..<count {
      bytes += line()
      if index < count - 1 || chance(70) {
        bytes += Array(pick(["\n", "\n", "\r\n", "\n\n"]).utf8)
      }
    }
    return bytes
  }

  private mutating func line() -> [UInt8] {
    switch random.below(20) {
    case 0:
      return Array(pick(["500", "\"ERROR\"", "[500]", "null", "timeout", "status 500", ""]).utf8)
    case 1:
      var bytes = object(depth: 0)
      bytes.remove(at: random.below(bytes.count))
      return bytes.filter { $0 != 0x0A }
    case 2: return object(depth: 0) + space() + object(depth: 0)
    case 3: return space() + object(depth: 0) + space()
    case 4: return object(depth: 0) + Array(pick(["x", ",", "]", " {", "\u{0}"]).utf8)
    default: return object(depth: 0)
    }
  }

  private mutating func object(depth: Int) -> [UInt8] {
    let isSpaced = chance(15)
    let count = random.below(depth == 0 ? 7 : 4)
    var bytes: [UInt8] = [0x7B]
    for index in 0..<count {
      if index > 0 { bytes.append(0x2C) }
      let key = pick(Self.keys)
      if isSpaced { bytes += space() }
      bytes += quoted(key)
      if isSpaced { bytes += space() }
      bytes.append(0x3A)
      if isSpaced { bytes += space() }
      bytes += value(of: key, depth: depth)
      if isSpaced { bytes += space() }
    }
    return bytes + [0x7D]
  }

  private mutating func value(of key: String, depth: Int) -> [UInt8] {
    var key = key
    if chance(15) { key = pick(Self.keys) }
    switch key {
    case "status", "n", "xstatus": return Array(pick(Self.integers).utf8)
    case "x": return Array(pick(Self.floats).utf8)
    case "ts": return quoted(pick(Self.times))
    case "ok": return Array(pick(["true", "false", "null"]).utf8)
    case "http" where depth < 2: return object(depth: depth + 1)
    case "j": return pick([Array("[\"ERROR\",500]".utf8), quoted(pick(Self.words)), [0x35]])
    case "level", "a.b": return quoted(pick(Self.levels))
    default: return quoted(text())
    }
  }

  private mutating func text() -> String {
    (0...random.below(4)).map { _ in pick(Self.words) }.joined(separator: pick([" ", "", "/"]))
  }

  /// A text as JSON, where each character may have any of its spellings.
  private mutating func quoted(_ text: String) -> [UInt8] {
    let oddPercentage = chance(20) ? 20 : 0
    var bytes: [UInt8] = [0x22]
    for scalar in text.unicodeScalars {
      if scalar == "\u{FFFD}" {
        bytes += pick([[0xFF], [0xC3], [0xEF, 0xBF, 0xBD], [0xEF, 0xBF], [0xE2, 0x82]])
      } else if scalar.value < 0x1_0000, chance(oddPercentage) {
        let digits = String(scalar.value, radix: 16, uppercase: chance(50))
        bytes += Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
      } else if scalar == "\"" || scalar == "\\" {
        bytes += [0x5C, UInt8(scalar.value)]
      } else if scalar == "/", chance(30) {
        bytes += [0x5C, 0x2F]
      } else if scalar == "\t" {
        bytes += [0x5C, 0x74]
      } else {
        bytes += Array(String(scalar).utf8)
      }
    }
    return bytes + [0x22]
  }

  private mutating func space() -> [UInt8] {
    (0..<random.below(3)).map { _ in pick([0x20, 0x20, 0x09, 0x0D]) }
  }

  // MARK: - Filters

  /// A filter; a few of them have types that do not go together, or fail for some record.
  mutating func filter() -> String {
    switch random.below(8) {
    case 0: return "\(condition()) AND \(condition())"
    case 1: return "\(condition()) OR \(condition())"
    case 2: return "\(condition()) AND (\(condition()) OR \(condition()))"
    case 3: return "(\(condition()) AND \(condition())) OR \(condition())"
    case 4:
      return pick([
        "NOT \(condition())", "(\(condition())) IS TRUE", "(\(condition())) IS NOT FALSE",
      ])
    default: return condition()
    }
  }

  private mutating func condition() -> String {
    switch random.below(10) {
    case 0, 1:
      return numbers(pick(["status", "http.status", "n", "xstatus"]), Self.integers.prefix(4))
    case 2: return numbers("x", Self.floats.prefix(4))
    case 3: return times()
    case 4:
      return pick(["ok", "NOT ok", "ok = true", "ok IS NULL", "j IS NOT NULL", "_value = '500'"])
    case 5: return other()
    default: return texts(pick(["level", "msg", "http.path", "\"a.b\"", "line", "late"]))
    }
  }

  private mutating func numbers(_ column: String, _ values: ArraySlice<String>) -> String {
    let (first, second) = (pick(Array(values)), pick(Array(values)))
    switch random.below(6) {
    case 0: return "\(column) IN (\(first), \(second))"
    case 1: return "\(column) BETWEEN \(first) AND \(second)"
    case 2: return "\(column) IS NOT NULL"
    default: return "\(column) \(pick(["=", "=", ">=", "<", ">", "<=", "<>"])) \(first)"
    }
  }

  private mutating func times() -> String {
    let (first, second) = (
      pick(["2026-01-01", "2026-03-01 12:00:00"]), pick(["2026-03-01", "now"])
    )
    switch random.below(4) {
    case 0: return "ts BETWEEN '\(first)' AND TIMESTAMP '2026-03-02'"
    case 1: return second == "now" ? "ts > now()" : "ts = '\(second)'"
    default: return "ts \(pick(["=", ">=", "<"])) '\(first)'"
    }
  }

  private mutating func texts(_ column: String) -> String {
    let values = column == "level" ? Self.levels : Self.words
    let (first, second) = (pick(values), pick(values))
    switch random.below(13) {
    case 0, 1: return "\(column) = '\(first)'"
    case 2: return "\(column) IN ('\(first)', '\(second)')"
    case 3: return "\(column) LIKE '%\(first)%'"
    case 4: return "\(column) LIKE '\(first)_%\(second)'"
    case 5: return "contains(\(column), '\(first)\(pick([" ", "", "/"]))\(second)')"
    case 6: return "\(pick(["starts_with", "ends_with"]))(\(column), '\(first)')"
    case 7: return "\(column) ~ '\(pattern())'"
    case 8: return "\(column) ILIKE '%\(first)%'"
    case 9: return "lower(\(column)) LIKE '%error%'"
    case 10: return "\(column) IS \(pick(["", "NOT "]))NULL"
    case 11: return "\(column) \(pick(["<", ">=", "<>", "!~"])) '\(first)'"
    default: return "coalesce(\(column), 'ERROR') = '\(first)'"
    }
  }

  private mutating func pattern() -> String {
    pick([
      "time.*stream", "up(stream)?", "(time|up)out", "^timeout$", "out +up", "(?i)ERROR", "a/b",
      "�", "\\xEF", "[tu]p", "st{2}", "str{1,2}eam", "\\Qa/b\\E", "t\\.o|up", "ti?meou", "é+",
      "status.:500", "(?=time)t", "(?!time)up", "\\bup\\b", "tim(?:eo)+ut", "up\\tup", "½", "",
    ])
  }

  private mutating func other() -> String {
    pick([
      "j = 'ERROR'", "CAST(j AS VARCHAR) LIKE '%500%'", "status = n", "status + 0 = 500",
      "status % 2 = 0", "length(msg) > 10", "level || '' = 'ERROR'", "late = 500", "late >= 1",
      "_extra IS NOT NULL", "_extra LIKE '%:500%'", "_extra ~ 'http.status'", "_file LIKE '%e%'",
      "_file IS NOT NULL", "_line > 40", "_offset < 700", "_line = 35", "_value IS NOT NULL",
      "CAST(level AS INT) = 5", "TRY_CAST(msg AS INT) = 500", "severity(level) >= 4", "level = n",
      "level > msg", "status = '500'", "status IN (200, NULL)", "x = status", "true", "NULL",
      "CASE WHEN ok THEN level ELSE msg END = 'ERROR'", "nullif(level, 'INFO') = 'ERROR'",
    ])
  }

  // MARK: - Words

  private static let keys = [
    "status", "status", "level", "level", "msg", "msg", "n", "x", "ts", "ok", "http", "http",
    "path",
    "a.b", "a", "b", "j", "line", "late", "xstatus", "_value", "",
  ]
  /// The first of these are also looked for.
  private static let integers = [
    "500", "200", "0", "-1", "5e2", "500.0", "-0", "null", "\"500\"", "9223372036854775807",
    "9223372036854775808", "[500]", "5E+2", "50000000000", "{\"status\":500}",
  ]
  private static let floats = [
    "1.5", "0", "-2.25", "1e3", "-0.0", "1.50", "15e-1", "1000", "1e400", "null", "\"1.5\"", "0.1",
  ]
  private static let times = [
    "2026-03-01T12:00:00Z", "2026-03-01 12:00:00", "2026-03-01T13:00:00+01:00", "2026-01-01",
    "2026-03-01T12:00:00.000000000000000000000000000000000000000000000000Z", "no time", "",
    "2026-01-01T00:00:00Z", "2027-01-01T00:00:00,5Z",
  ]
  private static let levels = ["INFO", "ERROR", "WARN", "", "ERR�OR", "É", "500"]
  private static let words = [
    "timeout", "upstream", "up", "\\\"status\\\":500", "a/b", "é", "�", "½", "ERROR", "!", "\t", "",
    "a text of more than thirty-two bytes, all told",
  ]
}
