/// Makes lines of logfmt, and lines with everything that can go wrong.
struct LogfmtGenerator {
  private var random: SeededGenerator
  /// How many lines in a hundred differ from the usual shapes.
  var oddPercentage = 35

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func lines(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<count { bytes += line() + lineEnd() }
    return bytes
  }

  private mutating func lineEnd() -> [UInt8] {
    random.below(100) < oddPercentage
      ? Array(pick(["\n", "\r\n", " \n", "\n\n", " \r\n"]).utf8) : [0x0A]
  }

  /// A line without its end.
  mutating func line() -> [UInt8] {
    guard random.below(100) < oddPercentage else { return joined(shape(), [0x20]) }
    switch random.below(12) {
    case 0: return broken(joined(shape(), [0x20]))
    case 1: return broken(joined(oddShape(), separator()))
    case 2: return noise()
    case 3: return [0x20, 0x09] + joined(shape(), separator()) + [0x20, 0x01]
    case 4: return joined(shape(), [])
    default: return joined(oddShape(), separator())
    }
  }

  /// Bytes that mean something, in any order.
  mutating func noise() -> [UInt8] {
    let alphabet = Array("ab=\"\\ \tnu0047.1{'/\u{1}é\u{FFFD}".utf8) + [0x80, 0xFF, 0xC3]
    return (0..<random.below(24)).map { _ in pick(alphabet) }
  }

  private typealias Pair = (key: String, value: [UInt8]?)

  private mutating func shape() -> [Pair] {
    switch random.below(4) {
    case 0:
      return [
        ("ts", time()), ("level", word()), ("msg", text()), ("status", integer()),
        ("latency", float()), ("http.method", word()), ("http.path", path()), ("ok", boolean()),
      ]
    case 1:
      return [
        ("ts", time()), ("level", word()), ("msg", string()), ("user", text()),
        ("status", integer()), ("gone", []),
      ]
    case 2: return [("level", word()), ("msg", text()), ("ok", boolean()), ("verbose", nil)]
    default:
      return [
        ("a_key_of_more_than_thirty_two_bytes_that_takes_two_steps", integer()), ("ts", time()),
        ("naïve", text()), ("latency", float()), ("n", integer()),
      ]
    }
  }

  private mutating func oddShape() -> [Pair] {
    var pairs = shape()
    for _ in 0...random.below(2) {
      let index = random.below(pairs.count)
      switch random.below(8) {
      case 0: pairs.swapAt(index, random.below(pairs.count))
      case 1: pairs.insert((pick(Self.keys), anything()), at: index)
      case 2: pairs.remove(at: index)
      case 3, 4: pairs[index].value = anything()
      case 5: pairs.append((pairs[index].key, anything()))
      case 6: pairs[index].value = nil
      default: pairs.append(("late\(random.below(50))", anything()))
      }
      if pairs.isEmpty { pairs = [("only", anything())] }
    }
    return pairs
  }

  private static let keys = [
    ".", ".a", "a.", "a..b", "a.b", "http", "http.path", "é", "ключ.b", "level2", "_value", "{x}",
    "x'",
  ]

  private mutating func joined(_ pairs: [Pair], _ separator: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, pair) in pairs.enumerated() {
      if index > 0 { bytes += separator }
      bytes += Array(pair.key.utf8)
      if let value = pair.value { bytes += [0x3D] + value }
    }
    return bytes
  }

  private mutating func separator() -> [UInt8] {
    pick([[0x20], [0x20, 0x20], [0x09], [0x00], [0x1E, 0x20]])
  }

  /// Damages a text at one place.
  private mutating func broken(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    let index = random.below(bytes.count)
    switch random.below(5) {
    case 0: bytes.removeSubrange(index...)
    case 1: bytes[index] = UInt8(random.below(32))
    case 2: bytes.remove(at: index)
    case 3: bytes.insert(pick([0x00, 0x22, 0x3D, 0x5C, 0x20, 0xC3]), at: index)
    default: bytes[index] = pick([0x00, 0x22, 0x3D, 0x3A, 0x20, 0xFF])
    }
    return bytes.filter { $0 != 0x0A && $0 != 0x0D }
  }

  // MARK: - Values

  private mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[random.below(choices.count)]
  }

  private func quoted(_ text: String) -> [UInt8] { Array("\"\(text)\"".utf8) }

  private mutating func word() -> [UInt8] {
    Array(pick(["info", "warn", "error", "GET", ""]).utf8)
  }

  private mutating func letters() -> String {
    let letters = Array("abcdefghijklmnop qrstuv/:?&-_".unicodeScalars)
    var text = ""
    for _ in 0..<random.below(40) { text.unicodeScalars.append(letters[random.below(29)]) }
    return text
  }

  /// In quotes where it needs them, and sometimes where it does not.
  private mutating func text() -> [UInt8] {
    let text = letters()
    return text.contains(" ") || random.below(6) == 0 ? string(text) : Array(text.utf8)
  }

  private mutating func string(_ text: String? = nil) -> [UInt8] {
    let text = text ?? letters()
    switch random.below(25) {
    case 0: return quoted(text + "\\n\\\"quoted\\\" \\/ \\' =")
    case 1: return quoted(text + "grüße ☃ 😀")
    case 2: return quoted("\t" + text)
    case 3: return quoted(text + "\\u00e9\\ud83d\\ude00")
    case 4: return quoted(text + "key=value")
    default: return quoted(text)
    }
  }

  private mutating func path() -> [UInt8] {
    Array("/\(pick(["a", "é", "login"]))/\(random.below(9999))".utf8)
  }

  private mutating func integer() -> [UInt8] {
    let digits = 1 + random.below(18)
    let text = "\(1 + random.below(9))" + (1..<digits).map { _ in "\(random.below(10))" }.joined()
    return Array((random.below(8) == 0 ? "-" + text : text).utf8)
  }

  private mutating func float() -> [UInt8] {
    Array("\(random.below(1000)).\(random.below(100_000))".utf8)
  }

  private mutating func boolean() -> [UInt8] { Array(pick(["true", "false"]).utf8) }

  private mutating func two(_ bound: Int, from first: Int = 0) -> String {
    let value = first + random.below(bound)
    return value < 10 ? "0\(value)" : "\(value)"
  }

  private mutating func time() -> [UInt8] {
    let date = "20\(two(30))-\(two(12, from: 1))-\(two(28, from: 1))"
    let text = "\(date)T\(two(24)):\(two(60)):\(two(60)).\(two(90, from: 10))0Z"
    return random.below(5) == 0 ? quoted(text) : Array(text.utf8)
  }

  private mutating func anything() -> [UInt8]? {
    switch random.below(8) {
    case 0: return text()
    case 1: return integer()
    case 2: return nil
    case 3: return [0x22] + pick(Self.illFormed) + [0x22]
    case 4: return pick(Self.illFormed)
    default: return Array(pick(Self.oddValues).utf8)
    }
  }

  private static let illFormed: [[UInt8]] = [
    [0xFF], [0x61, 0xC3], [0xE2, 0x82, 0x62, 0x63], [0xED, 0xA0, 0x80], [0xC0, 0xAF],
    [0x61, 0x80, 0x81, 0x62] + [UInt8](repeating: 0x63, count: 30),
  ]

  private static let oddValues = [
    "", "\"\"", "null", "true", "false", "{}", "[1,2]", "{a:1}", "nil", "-", "+1", "01", "1.",
    "0x1F",
    "1e5", "1E+400", "-0", "9223372036854775807", "9223372036854775808", "9007199254740993",
    "\"12\"", "\"true\"", "\"\\ud800\"", "\"\\u12\"", "\"\\x\"", "\"\t\\n\"", "\"\t\"",
    "\"a\u{0}b\"",
    "2024-02-30T00:00:00Z", "2024-02-29 23:59", "\"2024-02-29 23:59:59,5+05:30\"", "1=2", "a\"b",
    "\"open", "\"open\\", "☃", "twelve_bytes", "exactly_thirteen", "\\n", "C:\\dir", "'x'",
  ]
}
