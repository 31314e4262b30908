import Testing

@testable import Spalt

/// A filter that rules lines of logfmt out by their raw bytes selects the same ones as a filter that sees
/// them all.
@Suite struct LogfmtFilterTests {
  /// A record with a value of its type for every column, and others that no filter lets through.
  private static let head =
    """
    id=1 status=200 level=info msg="first one" ts=2026-01-01T00:00:00Z x=1.5 http.status=1 \
    http.path=/a ok=true verbose n=1 user=me

    """ + String(repeating: "pad=1\n", count: 40)

  private static func options(_ formatName: String? = "logfmt") -> ReaderOptions {
    var options = ReaderOptions.plain()
    options.formatName = formatName
    options.sampleByteCount = head.utf8.count
    return options
  }

  private func check(
    _ lines: [UInt8], _ filter: String, _ count: Int?, _ base: ReaderOptions = options(),
    isRuledOut: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = try TemporaryFile(Array(Self.head.utf8) + lines)
    let found = LazyReading.compare(file.path, [filter], base, variantCount: 8, seed: 1)
    #expect(found.mistakes == [], "\(filter)", sourceLocation: sourceLocation)
    #expect(found.failureCount == 0, "\(filter)", sourceLocation: sourceLocation)
    if let count { #expect(found.matchCount == count, "\(filter)", sourceLocation: sourceLocation) }
    #expect((found.ruledOutCount > 0) == isRuledOut, "\(filter)", sourceLocation: sourceLocation)
  }

  @Test(
    arguments: [
      // The key twice: the last one counts.
      ("status=200 status=500", "status = 500", 1), ("status=500 status=200", "status = 500", 0),
      ("level=error level=info", "level = 'error'", 0),
      ("level=info level=error", "level = 'error'", 1),
      ("level=info level=\"error\"", "level = 'error'", 1),
      // Other spellings of values.
      ("level=\"error\"", "level = 'error'", 1), ("level=\"err\\u006fr\"", "level = 'error'", 1),
      ("level=\"\\u0065rror\"", "level IN ('error', 'fatal')", 1),
      ("level=\"error\"", "level IN ('error', 'fatal')", 1), ("level=errors", "level = 'error'", 0),
      ("level=\"errors\"", "level IN ('error', 'x')", 0), ("level=anerror", "level = 'error'", 0),
      ("http.path=/login", "http.path = '/login'", 1),
      ("http.path=\"/login\"", "http.path = '/login'", 1),
      ("http.path=\"\\/login\"", "http.path = '/login'", 1),
      ("http.path=/b", "http.path = '/login'", 0),
      ("msg=it's", "msg = 'it''s'", 1), ("msg=\"it's\"", "msg = 'it''s'", 1),
      ("msg=\"it\\'s\"", "msg = 'it''s'", 1), ("msg=\"it\\u0027s\"", "msg = 'it''s'", 1),
      ("msg=\"a\tb\"", "msg ~ 'a\\tb'", 1), ("msg=\"a\\tb\"", "msg ~ 'a\\tb'", 1),
      ("msg=C:\\new", "msg LIKE '%:\\new'", 1), ("msg=\"C:\\\\new\"", "msg LIKE '%:\\new'", 1),
      ("msg=\\u0074imeout", "msg = 'timeout'", 0), ("msg=\"\\u0074imeout\"", "msg = 'timeout'", 1),
      ("msg=\"say \\\"no\\\"\"", "contains(msg, '\"no\"')", 1), ("msg=", "msg = ''", 1),
      ("msg=\"\"", "msg = ''", 1), ("msg", "msg = 'true'", 1), ("msg=true", "msg = 'true'", 1),
      ("msg=\"true\"", "msg IN ('true', 'x')", 1), ("msg", "contains(msg, 'ru')", 1),
      ("msg", "msg LIKE '%tru%'", 1), ("msg", "msg IS NOT NULL AND id IS NULL", 1),
      ("msg=\"upstream timeout\"", "contains(msg, 'm t')", 1),
      ("msg=timeout", "msg ~ '^timeout$'", 1),
      // The text elsewhere than where it counts.
      ("msg=\"status=500\"", "status = 500", 0),
      ("msg=\"status=500\" status=500", "status = 500", 1),
      ("msg=\"status=500\"status=200", "status = 500", 0),
      ("msg=\"x\"status=500", "status = 500", 1),
      ("msg=\"level=error\" level=info", "level = 'error'", 0),
      ("msg=error level=info", "level = 'error'", 0),
      ("xstatus=500", "status = 500", 0), ("xstatus=500 status=500", "status = 500", 1),
      ("http.status=500", "status = 500", 0), ("http.status=500", "http.status = 500", 1),
      ("status.http=500", "status = 500", 0), (".status=500", "status = 500", 0),
      ("status=500\u{1}x=1", "status = 500", 1), ("\u{0}status=500", "status = 500", 1),
      ("status =500", "status = 500", 0), ("status= 500", "status = 500", 0),
      ("status", "status = 500", 0),
      // Numbers.
      ("status=\"500\"", "status = 500", 0), ("status=5e2", "status = 500", nil),
      ("status=500.0", "status = 500", nil), ("status=500ms", "status = 500", 0),
      ("status=-0", "status = 0", nil), ("status=0500", "status = 500", nil),
      ("status=9223372036854775807", "status > 9223372036854775806", 1),
      ("status=9223372036854775808", "status > 9223372036854775806", nil),
      ("status=-9223372036854775808", "status < -9223372036854775807", 1),
      ("status=499", "status >= 500", 0), ("status=1000", "status >= 500", 1),
      ("status=9 a=1", "status >= 500", 0), ("status=99 a=1", "status BETWEEN 2 AND 500", 2),
      ("status=9", "status BETWEEN 6 AND 50", 1), ("status=70 n=1", "status BETWEEN 6 AND 500", 2),
      ("status=503", "status >= 500", 1), ("status=600 \r", "status >= 500", 1),
      ("status=", "status IS NOT NULL AND id IS NULL", 0),
      ("status=7", "status IS NOT NULL AND id IS NULL", 1),
      ("x=-1.25e-3", "x BETWEEN -0.00125 AND -0.001", 1), ("x=2", "x = 2", 1),
      ("x=-0.0", "x = 0", 1),
      ("x=1e400", "x > 1000000", nil), ("x=\"2\"", "x = 2", 0),
      ("ok=false", "ok = false", 1), ("ok", "ok AND id IS NULL", 1),
      ("ok=", "ok IS NOT NULL AND id IS NULL", 0),
      ("verbose", "verbose AND id IS NULL", 1), ("verbose=true", "verbose AND id IS NULL", 1),
      ("verbose=\"true\"", "verbose AND id IS NULL", 0),
      // Broken lines, and more or less than a record.
      ("status=500 a=\"", "status = 500", 0), ("status=500=", "status = 500", 0),
      ("a=b=c status=500", "status = 500", 0), ("status=500\r", "status = 500", 1),
      ("\n\nstatus=500\n \nstatus=500\n", "status = 500", 2),
    ] as [(String, String, Int?)])
  func lines(lines: String, filter: String, count: Int?) throws {
    // The text of a key without a value is made, and single bytes are everywhere.
    let isRuledOut = !["'true'", "'ru'", "'%tru%'", "'a\\tb'"].contains { filter.contains($0) }
    for end in ["", "\n", "\nid=7\n"] {
      try check(Array((lines + end).utf8), filter, count, isRuledOut: isRuledOut)
    }
  }

  @Test(
    arguments: [
      ("error", 1), ("\"error\"", 1), ("ERR", 1), ("\"Err\\u006Fr\"", 1), ("info", 0), ("3", 1),
      ("30", 0),
      ("50", 1), ("\"3\"", 1), ("emergency", 1), ("\"emergency \"", 0), ("\"\"", 0), ("", 0),
      ("3.0", nil),
      ("a_text_of_more_than_sixteen_bytes", 0), ("-3", 0),
    ] as [(String, Int?)])
  func levels(value: String, count: Int?) throws {
    for end in ["", " x=1", "\n"] {
      let line = "level=\(value)\(end)\n"
      let file = try TemporaryFile(Array((Self.head + line).utf8))
      let found = LazyReading.compare(
        file.path, ["--level error"], Self.options(), variantCount: 8, seed: 1)
      #expect(found.mistakes == [])
      #expect(found.failureCount == 0)
      #expect(found.ruledOutCount > 0)
      if let count { #expect(found.matchCount == count) }
    }
  }

  @Test(
    arguments: [
      ("2026-03-01T12:00:00Z", 1), ("\"2026-03-01T12:00:00Z\"", 1), ("2026-03-01T11:59:59Z", 0),
      ("\"2026-03-01 12:00:00z\"", 1), ("2026-03-01 12:00:00z", 0),
      ("2026-03-01T13:59:59,9+02:00", 0),
      ("2026-03-01T14:00:00+02:00", 1), ("2026-03-01T12:00:00", 0),
      ("\"2026-03-01T12:00:00\\u005a\"", nil),
      ("2026-03-01T12:00:00.\(String(repeating: "0", count: 70))Z", 1), ("", 0), ("\"\"", 0),
      ("now", 0),
    ] as [(String, Int?)])
  func times(text: String, count: Int?) throws {
    for end in ["", " x=1"] {
      try check(Array("ts=\(text)\(end)\n".utf8), "ts >= '2026-03-01 12:00:00'", count)
      var zoned = Self.options()
      zoned.assumedTimeZone = try TimeZoneRules.named("Europe/Berlin")
      let hasNoOffset = text == "2026-03-01T12:00:00"
      try check(
        Array("ts=\(text)\(end)\n".utf8), "ts >= '2026-03-01 11:00:00'", hasNoOffset ? 1 : nil,
        zoned)
    }
  }

  @Test(
    arguments: [
      ([0xFF], "msg = 'a\u{FFFD}b'", 1), ([0xFF], "msg IN ('a\u{FFFD}b', 'x')", 1),
      ([0xFF], "contains(msg, 'a\u{FFFD}b')", 1), ([0xE2, 0x82], "msg LIKE 'a%\u{FFFD}%b'", 1),
      ([0xEF, 0xBC, 0x81], "msg = 'a！b'", 1), (Array("é".utf8), "msg = 'aéb'", 1),
      ([0xFF], "msg = 'ab'", 0),
    ] as [([UInt8], String, Int)])
  func illFormed(bytes: [UInt8], filter: String, count: Int) throws {
    for quote in ["", "\""] {
      let line = Array("id=3 msg=\(quote)a".utf8) + bytes + Array("b\(quote)\n".utf8)
      let file = try TemporaryFile(Array(Self.head.utf8) + line)
      let found = LazyReading.compare(
        file.path, [filter], Self.options(), variantCount: 8, seed: 1)
      #expect(found.mistakes == [])
      #expect(found.matchCount == count)
    }
  }

  /// Everything that is searched for, at every place in a block of 64 bytes.
  @Test func paddings() throws {
    var lines: [String] = []
    for count in 0...130 {
      let padding = "pad=" + String(repeating: "p", count: count)
      lines += [
        "\(padding) status=500", "\(padding) level=error", "\(padding) level=\"\\u0065rror\"",
        "\(padding) msg=\"upstream timeout\"", "\(padding) status=200 level=info msg=ok",
      ]
    }
    let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
    for (filter, count) in [
      ("status = 500", 1), ("status >= 500 OR level = 'error'", 3), ("level = 'error'", 2),
      ("level IN ('error', 'fatal')", 2), ("contains(msg, 'm t')", 1),
      ("status = 200 AND level = 'info' AND msg = 'ok'", 1),
    ] {
      try check(bytes, filter, count * 131)
    }
  }

  /// JSON and logfmt in one input: a line of either is found.
  @Test func mixedWithJSON() throws {
    let lines = """
      {"status":500,"level":"error","http":{"status":7}}
      status=500 level=error http.status=7
      {"status":200,"level":"info"}
      status=200 level=info
      {"level":"\\u0065rror"}
      level="\\u0065rror"

      """
    let file = try TemporaryFile(Array((Self.head + lines).utf8))
    for (filter, count) in [
      ("status = 500", 2), ("level = 'error'", 4), ("http.status = 7", 2), ("status >= 500", 2),
      ("level IN ('error', 'fatal') AND status IS NOT NULL", 2),
    ] {
      var options = Self.options(nil)
      options.sampleByteCount = 8 << 20
      let found = LazyReading.compare(file.path, [filter], options, variantCount: 8, seed: 1)
      #expect(found.mistakes == [])
      #expect(found.matchCount == count, "\(filter)")
      #expect(found.ruledOutCount > 0, "\(filter)")
    }
  }

  @Test(arguments: [UInt64](1...8)) func generatedRecords(seed: UInt64) throws {
    var generator = LogfmtGenerator(seed: seed)
    generator.oddPercentage = 60
    let file = try TemporaryFile(generator.lines(120))
    let filters = [
      "level = 'error'", "level IN ('warn', 'GET')", "status > 500000",
      "status BETWEEN 3 AND 99999",
      "latency < 100", "ts > '2020-01-01 00:00:00'", "contains(msg, 'ab')", "msg LIKE '%key=%'",
      "ok",
      "verbose IS NOT NULL", "http.method = 'GET'", "http.path LIKE '/login%'", "--level warn",
    ]
    var base = Self.options()
    base.sampleByteCount = seed % 2 == 0 ? 8 << 20 : 6000
    let found = LazyReading.compare(
      file.path, filters, base, variantCount: 4, seed: seed, pieces: [64, 127, 4096])
    #expect(found.mistakes == [])
    #expect(found.matchCount > 50)
    #expect(found.ruledOutCount > 0)
  }
}
