import Testing

@testable import Spalt

/// A filter that rules lines of access logs out by their raw bytes selects the same ones as a filter that
/// sees them all.
@Suite struct AccessLazyFilterTests {
  private static let head = "1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "

  private static func options() -> ReaderOptions {
    var options = ReaderOptions.plain()
    options.formatName = "access"
    return options
  }

  /// Regular records that the filters do not let through, so that looking at raw bytes pays.
  private static let others = String(
    repeating: #"9.9.9.9 - - [10/Oct/2000:13:55:36 -0700] "GET /x HTTP/1.1" 200 5 "-" "y""# + "\n",
    count: 40)

  @Test(
    arguments: [
      (#""GET /a HTTP/1.1" 500 5"#, "status >= 500", 1),
      (#""GET /a HTTP/1.1" 500 5 "-" "z""#, "status = 500", 1),
      (#""GET /a HTTP/1.1" 499 5 "-" "z""#, "status >= 500", 0),
      (#""GET /a HTTP/1.1" 503 5 "-" "z""#, "status BETWEEN 500 AND 599", 1),
      (#""GET /a HTTP/1.1" 600 5 "-" "z""#, "status BETWEEN 500 AND 599", 0),
      (#""GET /a HTTP/1.1" 304 -"#, "status IN (304, 404)", 1),
      (#""-" 500 -"#, "status >= 500", 1), (#""" 500 0"#, "status >= 500", 1),
      (#""GET /" 501 b HTTP/1.1" 200 0"#, "status >= 500", 0),
      (#""GET /?a="5 501x" HTTP/1.1" 500 0"#, "status >= 500", 1),
      (#""GET /a HTTP/1.1" 200 5 "-" "a" 500 b"#, "status >= 500", 0),
      (#""GET /a HTTP/1.1" 500 5 "-" "missing"#, "status >= 500", 1),
      (#""GET /a HTTP/1.1" - 5"#, "status >= 500", 0), (#""-" 000 5"#, "status < 200", 0),
      (#""-" 100 5"#, "status < 200", 1), (#""-" 999 5"#, "status > 300", 1),
      (#""-" 500 5"#, "status >= 1000", 0), (#""\x16\x03" 400 5"#, "status >= 400", 1),
      (#""GET /secret HTTP/1.1" 200 5"#, "path = '/secret'", 1),
      (#""GET /a\"b HTTP/1.1" 200 5"#, #"path = '/a\"b'"#, 1),
      (#""GET /secret" 200 5"#, "path = 'GET /secret'", 1),
      (#""POST /x HTTP/1.1" 200 5"#, "method = 'POST'", 1),
      (#""POST /x" 200 5"#, "method = 'POST'", 0),
      (#""GET /x HTTP/1.1" 200 5 "-" "a bot/1 b""#, "user_agent LIKE '%bot/%'", 1),
      (#""GET /x HTTP/1.1" 200 5 "-" "größe""#, "user_agent LIKE '%größ%'", 1),
      (#""GET /x HTTP/1.1" 200 5 "https://q/" "-""#, "referer = 'https://q/'", 1),
      (#""GET /x HTTP/1.1" 200 5 "" "-""#, "referer = ''", 1),
      (#""GET /x HTTP/1.1" 200 5 "\x41b" "-""#, #"referer = '\x41b'"#, 1),
      (#""GET /x HTTP/1.1" 200 5 "\x41b" "-""#, "referer = 'Ab'", 0),
    ])
  func singleLines(_ rest: String, _ filter: String, _ count: Int) throws {
    let file = try TemporaryFile(text: Self.others + Self.head + rest + "\n" + Self.others)
    let found = LazyReading.compare(
      file.path, [filter], Self.options(), variantCount: 8, seed: 1)
    #expect(found.mistakes == [])
    #expect(found.failureCount == 0)
    #expect(found.matchCount == count)
  }

  @Test func hostsAreFoundByTheirText() throws {
    let file = try TemporaryFile(
      text: Self.others + Self.head + "\"-\" 200 5\n" + "a 1.2.3.4, 7.7.7.7 - u [-] \"-\" 200 5\n")
    for (filter, count) in [
      ("host = '1.2.3.4'", 1), ("host LIKE '%7.7.7%'", 1), ("host = '1.2.3.4, 7.7.7.7'", 1),
      ("user = 'u'", 1), ("vhost = 'a'", 1),
    ] {
      let found = LazyReading.compare(
        file.path, [filter], Self.options(), variantCount: 4, seed: 2)
      #expect(found.mistakes == [])
      #expect(found.matchCount == count, "\(filter)")
    }
  }

  /// Text that escapes spell does not stand in the line.
  @Test func decodedTextIsFound() throws {
    let line = Self.head + #""GET /\x73ecret HTTP/1.1" 500 5 "-" "\x73ecret""# + "\n"
    let file = try TemporaryFile(text: Self.others + line)
    var options = Self.options()
    options.decodesEscapes = true
    for filter in ["path = '/secret'", "user_agent LIKE '%secret%'", "status = 500"] {
      let found = LazyReading.compare(file.path, [filter], options, variantCount: 6, seed: 3)
      #expect(found.mistakes == [])
      #expect(found.matchCount == 1, "\(filter)")
    }
  }

  /// U+FFFD stands for bytes that are none of it.
  @Test func replacedTextIsFound() throws {
    let line = Array((Self.head + "\"GET /a HTTP/1.1\" 200 5 \"-\" \"bad ").utf8) + [0xFF, 0xFE]
    let file = try TemporaryFile(Array(Self.others.utf8) + line + Array(" end\"\n".utf8))
    for filter in ["user_agent = 'bad \u{FFFD}\u{FFFD} end'", "user_agent LIKE '%d \u{FFFD}%'"] {
      let found = LazyReading.compare(file.path, [filter], Self.options(), variantCount: 6, seed: 4)
      #expect(found.mistakes == [])
      #expect(found.matchCount == 1)
    }
  }

  private static let filters = [
    "status >= 500", "status = 404", "status < 300", "status IN (200, 500)", "status >= 99",
    "method = 'POST'", "path = '-'", "path LIKE '%users%'", "host = '-'", "user IS NOT NULL",
    "user_agent = 'curl/8.5.0'", "referer LIKE '%example%'", "path = '/ü'", "bytes > 50000",
    "status = 500 AND method = 'GET'", "status = 500 OR user = 'frank'", "vhost IS NOT NULL",
    "time > TIMESTAMP '2024-03-12T00:05:00Z'", "protocol = 'HTTP/2'", "user = ''",
  ]

  @Test(arguments: [UInt64](1...4))
  func generatedLines(seed: UInt64) throws {
    var generator = AccessLineGenerator(seed: seed)
    generator.oddPercentage = [2, 20][Int(seed % 2)]
    let file = try TemporaryFile(generator.lines(300))
    for decodesEscapes in [false, true] {
      var base = Self.options()
      base.decodesEscapes = decodesEscapes
      let found = LazyReading.compare(file.path, Self.filters, base, variantCount: 4, seed: seed)
      #expect(found.mistakes == [])
      #expect(found.failureCount == 0)
      #expect(found.matchCount > 100)
      #expect(found.ruledOutCount > 100)
    }
  }

  @Test(.needsCorpus) func corpusFiles() throws {
    for file in try Corpus.accessFiles() {
      let filters = file.byteCount > 1 << 18 ? Array(Self.filters.prefix(4)) : Self.filters
      let found = LazyReading.compare(
        file.path, filters, Self.options(), variantCount: 2, seed: 6, pieces: [4096, 1 << 20])
      #expect(found.mistakes == [], "\(file.name)")
    }
  }
}
