/// Makes lines that look like a log's, and then like everything that can go wrong with one.
struct LineGenerator {
  private var random: SeededGenerator

  /// How many lines in a hundred differ from the usual shapes.
  var oddPercentage = 35

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// `count` lines, and sometimes no final line end.
  mutating func lines(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<count { bytes += line() }
    return bytes
  }

  mutating func line() -> [UInt8] {
    guard random.below(100) < oddPercentage else { return object(shape()) + [0x0A] }
    switch random.below(24) {
    case 0: return Array(pick(["\n", "\r\n", "   \n", "\t\r\n", "\r\r\n"]).utf8)
    case 1: return object(shape()) + object(shape()) + [0x0A]
    case 2: return object(shape()) + [0x20] + object(shape()) + object(oddShape()) + [0x0A]
    case 3: return broken(object(shape())) + [0x0A]
    case 4: return broken(object(oddShape())) + [0x0D, 0x0A]
    case 5: return object(shape()) + object(shape()).dropLast(3) + [0x0A]
    case 6: return Array(pick(Self.scalars).utf8) + [0x0A]
    case 7: return [0x20, 0x09] + object(shape()) + [0x20, 0x20, 0x0A]
    case 8: return object(shape()) + [0x0D, 0x0A]
    default: return object(oddShape()) + [0x0A]
    }
  }

  // MARK: - Shapes

  private typealias Member = (key: String, value: [UInt8])

  private mutating func shape() -> [Member] {
    switch random.below(4) {
    case 0:
      return [
        ("ts", time()), ("level", word()), ("msg", text()), ("status", integer()),
        ("ok", boolean()), ("latency", float()), ("http", object(request())), ("tags", array()),
      ]
    case 1:
      return [
        ("ts", time()), ("level", word()), ("msg", text()), ("user", text()),
        ("status", integer()), ("gone", Array("null".utf8)),
      ]
    case 2:
      return [("level", word()), ("msg", text()), ("http", object(request())), ("ok", boolean())]
    default:
      return [
        ("a_key_of_more_than_thirty_two_bytes_that_takes_two_steps", integer()),
        ("ts", time()), ("gone", text()), ("naïve", text()), ("latency", float()),
      ]
    }
  }

  private mutating func request() -> [Member] {
    [("method", word()), ("path", text()), ("size", integer())]
  }

  /// A shape with a few members moved, added, dropped, re-typed, doubled or with an odd key.
  private mutating func oddShape() -> [Member] {
    var members = shape()
    for _ in 0...random.below(2) {
      let index = random.below(members.count)
      switch random.below(9) {
      case 0: members.swapAt(index, random.below(members.count))
      case 1: members.insert((pick(Self.keys), anything()), at: index)
      case 2: members.remove(at: index)
      case 3, 4: members[index].value = anything()
      case 5: members.append((members[index].key, anything()))
      case 6: members[index].key = escaped(members[index].key)
      case 7: members.append(("http", object(request() + request())))
      default: members.append(("late\(random.below(50))", anything()))
      }
      if members.isEmpty { members = [("only", anything())] }
    }
    return members
  }

  private static let keys = [
    "", "a.b", "say \\\"x\\\"", "level2", "http.path", "é", "\\u0000", "_value", "dup", "x",
  ]

  private static let scalars = [
    "1", "null", "\"text\"", "[1,2,{\"a\":[]}]", "-0", "true", "{}", "[]", "{ }", "1.5e3",
    "{\"a\":1},", "{\"a\":1}]", "{} 1", "1 {}", "nul", "{\"a\" 1}", "\u{1}",
  ]

  private mutating func object(_ members: [Member]) -> [UInt8] {
    let isSpaced = random.below(100) < 6
    var bytes: [UInt8] = [UInt8(ascii: "{")]
    for (index, member) in members.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      if isSpaced { bytes += space() }
      bytes += Array("\"\(member.key)\"".utf8)
      if isSpaced { bytes += space() }
      bytes.append(UInt8(ascii: ":"))
      if isSpaced { bytes += space() }
      bytes += member.value
      if isSpaced { bytes += space() }
    }
    return bytes + [UInt8(ascii: "}")]
  }

  private mutating func space() -> [UInt8] {
    (0..<random.below(3)).map { _ in random.below(3) == 0 ? 0x09 : 0x20 }
  }

  private mutating func escaped(_ key: String) -> String {
    guard let first = key.unicodeScalars.first, first.isASCII, first != "\\" else { return key }
    let digits = String(first.value, radix: 16)
    let padding = String(repeating: "0", count: 4 - digits.count)
    return "\\u\(padding)\(digits)" + String(key.unicodeScalars.dropFirst())
  }

  /// Damages a text at one place.
  private mutating func broken(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    let index = random.below(bytes.count)
    switch random.below(5) {
    case 0: bytes.removeSubrange(index...)
    case 1: bytes[index] = UInt8(random.below(32))
    case 2: bytes.remove(at: index)
    case 3: bytes.insert(pick([0x00, 0x22, 0x2C, 0x5C, 0x7D, 0xC3]), at: index)
    default: bytes[index] = pick([0x00, 0x22, 0x2C, 0x3A, 0x5B, 0xFF])
    }
    return bytes.filter { $0 != 0x0A && $0 != 0x0D }
  }

  // MARK: - Values

  private mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[random.below(choices.count)]
  }

  private mutating func quoted(_ text: String) -> [UInt8] { Array("\"\(text)\"".utf8) }

  private mutating func word() -> [UInt8] { quoted(pick(["INFO", "WARN", "ERROR", "GET", ""])) }

  private mutating func text() -> [UInt8] {
    let letters = Array("abcdefghijklmnop qrstuv/:?=&-_".unicodeScalars)
    var text = ""
    for _ in 0..<random.below(40) { text.unicodeScalars.append(letters[random.below(30)]) }
    switch random.below(25) {
    case 0: text += "\\n\\\"quoted\\\" \\/"
    case 1: text += "grüße ☃ 😀"
    case 2: text = "\\t"
    case 3: text += "\\u00e9\\ud83d\\ude00"
    default: break
    }
    return quoted(text)
  }

  private mutating func integer() -> [UInt8] {
    let digits = 1 + random.below(18)
    let text = "\(1 + random.below(9))" + (1..<digits).map { _ in "\(random.below(10))" }.joined()
    return Array((random.below(8) == 0 ? "-" + text : text).utf8)
  }

  private mutating func float() -> [UInt8] {
    Array("\(random.below(1000)).\(random.below(100_000))".utf8)
  }

  private mutating func boolean() -> [UInt8] {
    Array((random.below(2) == 0 ? "true" : "false").utf8)
  }

  private mutating func two(_ bound: Int, from first: Int = 0) -> String {
    let value = first + random.below(bound)
    return value < 10 ? "0\(value)" : "\(value)"
  }

  private mutating func time() -> [UInt8] {
    let date = "20\(two(30))-\(two(12, from: 1))-\(two(28, from: 1))"
    return quoted("\(date)T\(two(24)):\(two(60)):\(two(60)).\(two(90, from: 10))0Z")
  }

  private mutating func array() -> [UInt8] {
    let items = (0..<random.below(4)).map { _ in "\"t\(random.below(9))\"" }
    return Array("[\(items.joined(separator: ","))]".utf8)
  }

  private mutating func anything() -> [UInt8] {
    switch random.below(9) {
    case 0: return text()
    case 1: return integer()
    case 2: return object(request())
    case 3: return [0x22] + pick(Self.illFormed) + [0x22]
    default: return Array(pick(Self.oddValues).utf8)
    }
  }

  private static let illFormed: [[UInt8]] = [
    [0xFF], [0x61, 0xC3], [0xE2, 0x82, 0x62, 0x63], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    [0xC0, 0xAF], [0xF0, 0x9F, 0x98, 0x61, 0x5C, 0x6E],
    [0x61, 0x80, 0x81, 0x62] + [UInt8](repeating: 0x63, count: 30),
  ]

  private static let oddValues = [
    "null", "true", "false", "{}", "[]", "{ }", "[ ]", "[[],{\"a\":[1,\"\\u0041\"]}]", "\"\"",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "123456789012345678901234567890", "9007199254740993", "9007199254740992", "-0", "0", "0.0",
    "-0.0", "1e5", "1E+400", "1e-400", "0.1", "3.14159265358979323846", "\"\\ud800\"",
    "\"\\udc00x\\ud83d\\ude00\"", "\"2024-02-30T00:00:00Z\"", "\"2024-02-29 23:59:59,5+05:30\"",
    "\"2024-01-01T24:00:00Z\"", "\"2024-01-01\"", "\"\\u0032024-01-01T00:00:00Z\"",
    "{\"a\":{\"b\":{\"c\":1}}}", "{\"x\":1,\"x\":2}", "{\"a\":{\"b\":1},\"a\":{\"c\":2}}",
    "\"exactly twelve\"", "\"twelve bytes\"", "[\"\\ud800\"]",
  ]
}
