@testable import Spalt

/// Makes up lines of access logs: regular ones, and others with all that servers and clients do to them.
struct AccessLineGenerator {
  var random: SeededGenerator
  /// How many of a hundred parts of lines are odd.
  var oddPercentage = 4
  private var second = 0

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// So many lines, each with its line feed.
  mutating func lines(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<count { bytes += line() }
    return bytes
  }

  private mutating func line() -> [UInt8] {
    var line = Array(client().utf8) + Array(" [\(time())] \"".utf8) + request()
    line += Array("\" \(status()) \(size())".utf8)
    line += tail()
    if isOdd() { damage(&line) }
    if isOdd() { line.append(0x0D) }
    return line + [0x0A]
  }

  private mutating func isOdd() -> Bool { random.below(100) < oddPercentage }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[random.below(values.count)]
  }

  // MARK: - The parts of a line

  private mutating func client() -> String {
    var host = "\(1 + random.below(223)).\(random.below(256)).\(random.below(256)).7"
    if isOdd() {
      host = pick([
        "-", "::1", "[::1]", "2001:db8::1", "a", "host.example.com", "1.2.3.4, 5.6.7.8",
        "unknown, 10.0.0.1", "1.2.3.4,", "h\tt", "[12/x", "[-]", "größe", "a\\b", "",
        "a.host.with.a.name.that.takes.more.than.fifty-seven.bytes.of.a.plane.example.com",
      ])
    }
    let user = isOdd() ? pick(["frank", "a.user", "u@example.com", "\"\"", "", "two words"]) : "-"
    let ident = isOdd() ? pick(["bob", "192.0.2.5", "\"\"", "[x", "a,", "["]) : "-"
    let vhost = isOdd() ? pick(["example.com:443 ", "- ", "[::1]:80 ", "a, ", "x y ", " "]) : ""
    return "\(vhost)\(host) \(ident) \(user)"
  }

  private mutating func time() -> String {
    if random.below(4) == 0 { second += random.below(100) }
    let (minute, ofMinute) = (second / 60 % 60, second % 60)
    func pair(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let time = "12/Mar/2024:\(pair(second / 3600 % 24)):\(pair(minute)):\(pair(ofMinute)) +0000"
    guard isOdd() else { return time }
    return pick([
      "-", "", "10/Oct/2000:13:55:36 -0700", "2024-02-29T12:34:56+01:00", "2024-02-29T12:34:56Z",
      "31/Feb/2024:12:00:00 +0000", "31/Dec/2016:23:59:60 +0000", "12/Mar/2024:12:00:00",
      "12/mar/2024:12:00:00 +0000", "1710244800.123", "12/Mar/2024:24:00:00 +0000",
    ])
  }

  private mutating func request() -> [UInt8] {
    let path =
      "/api/v\(random.below(3))/\(pick(["users", "a", "orders/items"]))/\(random.below(9999))"
    let method = pick(["GET", "GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS"])
    let request = "\(method) \(path) \(pick(["HTTP/1.1", "HTTP/1.0", "HTTP/2.0"]))"
    guard isOdd() else { return Array(request.utf8) }
    let others: [String] = [
      "", "-", "GET /", "GET", "\\x16\\x03\\x01", "\\x16\\x03 \\x02", "HELP", "GET / HTTP/2",
      "GET / HTTP/3", "GET  HTTP/1.1", "GET /a b HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ",
      "GET / FTP/1.1", "GET / HTTP/", "GET - HTTP/1.1", "get / HTTP/1.1", "M-SEARCH * HTTP/1.1",
      "PROPFIND /x HTTP/1.1", "VERSION-CONTROL /x HTTP/1.1", "MKACTIVITY / HTTP/1.1",
      "GET /\\\"x\\\" HTTP/1.1", "GET /\"x\" HTTP/1.1", "GET /\" 200 5 HTTP/1.1", "GET /ü HTTP/1.1",
      "GET /\\ HTTP/1.1", "G\\xE9T / HTTP/1.1", "GET / HTTP/1.1x", "GET / HTTP/12.10", "\t",
      "GET /" + String(repeating: "long", count: 40) + " HTTP/1.1", "GET /\u{0001} HTTP/1.1",
    ]
    return Array(pick(others).utf8)
  }

  private mutating func status() -> String {
    isOdd()
      ? pick(["-", "000", "099", "99", "1000", "x", "", "2 0"])
      : pick(["200", "304", "404", "500"])
  }

  private mutating func size() -> String {
    guard isOdd() else { return "\(random.below(100_000))" }
    return pick([
      "-", "0", "007", "12345678", "123456789", "9223372036854775807", "9223372036854775808", "-5",
      "1.5", "1e3", "x", "", "12x", "--",
    ])
  }

  private mutating func tail() -> [UInt8] {
    let agent = pick([
      "curl/8.5.0", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)", "-",
    ])
    let referer = pick(["-", "https://example.com/", "https://example.com/a/b?c=d"])
    guard isOdd() else { return Array(" \"\(referer)\" \"\(agent)\"".utf8) }
    let others = [
      "", " ", "  ", " - -", " -", " \"-\"", " \"\" \"\"", " \"a\" \"b\" \"-\"", " \"a\" \"b\" -",
      " \"a\" \"b\" \"c\"", " \"a\" \"b\" 500 \"x\" 0ms", " 3551 \"-\" \"Mozilla/5.0\"",
      " 367 464 1 \"-\" \"x\"", " \"a\" \"odd \\\"agent\\\" here\"",
      " \"a\" \"un\"escaped\" here\"",
      " \"a\" \"missing", " \"missing", " \"", " \"a\" \"", " \"a\" \"ends with\\\"", " \"a\"\"b\"",
      " \"a\"  \"b\"", " \"a\" \"b\" ", " \"a\" \"b\"x", " \"a\" \"b\"\t", " \"ü\" \"日本語\"",
      " \"a\" b", " a \"b\"", " \"a\tb\" \"c\"", " \"a\" \"\\x41\\n\\\\\"",
      " \"a\" \"b\" \"-\" \"-\"",
      " \"a\" \"b\" \"\"", " \"-\" \"-\" \"-\" 1",
    ]
    return Array(pick(others).utf8)
  }

  /// Changes a byte, takes some away or doubles one.
  private mutating func damage(_ line: inout [UInt8]) {
    let place = random.below(line.count)
    let bytes = Array("\" \\-[]/:,0129xG\t".utf8) + [0x00, 0x7F, 0x80, 0xC3, 0xFF]
    switch random.below(4) {
    case 0: line[place] = bytes[random.below(bytes.count)]
    case 1: line.removeSubrange(place..<min(line.count, place + 1 + random.below(8)))
    case 2: line.insert(bytes[random.below(bytes.count)], at: place)
    default: line.removeSubrange(place...)
    }
  }
}
