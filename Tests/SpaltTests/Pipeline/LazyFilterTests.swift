import Foundation
import Testing

@testable import Spalt

/// A filter that rules records out by their raw bytes selects the same ones as a filter that sees them
/// all: lines that were written to confuse it, one by one.
@Suite struct LazyFilterTests {
  /// Regular records, so that the columns have types, and others that no filter lets through, so that
  /// looking at raw bytes pays.
  private static let head =
    """
    {"id":1,"status":200,"level":"INFO","msg":"first","ts":"2026-01-01T00:00:00Z","x":1.5,\
    "http":{"status":1,"path":"/a"},"ok":true,"a.b":1,"":1,"tags":[1],\
    "a key of more than thirty-two bytes, all told":1}

    """ + String(repeating: "{}\n", count: 40)

  private static func options() -> ReaderOptions {
    var options = ReaderOptions.plain()
    options.sampleByteCount = head.utf8.count
    return options
  }

  /// Reads `lines` behind the head with a filter, in many ways.
  private func check(
    _ lines: [UInt8], _ filter: String, _ count: Int?, _ base: ReaderOptions = options(),
    isRuledOut: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = try TemporaryFile(Array(Self.head.utf8) + lines)
    let found = LazyReading.compare(file.path, [filter], base, variantCount: 8, seed: 1)
    #expect(found.mistakes == [], sourceLocation: sourceLocation)
    #expect(found.failureCount == 0, sourceLocation: sourceLocation)
    if let count { #expect(found.matchCount == count, "\(filter)", sourceLocation: sourceLocation) }
    #expect((found.ruledOutCount > 0) == isRuledOut, "\(filter)", sourceLocation: sourceLocation)
  }

  @Test(
    arguments: [
      // The key twice: the last one counts.
      (#"{"status":200,"status":500}"#, "status = 500", 1),
      (#"{"status":500,"status":200}"#, "status = 500", 0),
      (#"{"level":"ERROR","level":"INFO"}"#, "level = 'ERROR'", 0),
      (#"{"level":"INFO","level":"ERROR"}"#, "level = 'ERROR'", 1),
      (#"{"level":"INFO","l\u0065vel":"ERROR"}"#, "level = 'ERROR'", 1),
      (#"{"level":"ERROR","l\u0065vel":"INFO"}"#, "level = 'ERROR'", 0),
      // Other spellings of key and value.
      (#"{"st\u0061tus":500}"#, "status >= 500", 1),
      (#"{"level":"ERR\u004fR"}"#, "level = 'ERROR'", 1),
      (#"{"level":"ERR\u004FR"}"#, "level IN ('ERROR', 'FATAL')", 1),
      (#"{"\u006cevel":"\u0045RROR"}"#, "level IN ('ERROR')", 1),
      (#"{"msg":"a\/b"}"#, "msg = 'a/b'", 1), (#"{"msg":"a/b"}"#, "msg = 'a/b'", 1),
      (#"{"msg":"long a\/b text"}"#, "msg LIKE '%a/b tex%'", 1),
      (#"{"msg":"say \"no\""}"#, "msg = 'say \"no\"'", 1),
      (#"{"msg":"say \"no\""}"#, "contains(msg, '\"no\"')", 1),
      (#"{"msg":"C:\\new"}"#, "msg LIKE '%:\\new'", 1),
      (#"{"msg":"C:\\u0041"}"#, "msg LIKE '%\\u0041'", 1),
      (#"{"msg":"one\ttwo"}"#, "msg ~ 'one\\ttwo'", 1),
      (#"{"msg":"\u0074imeout"}"#, "msg ~ '^timeout$'", 1),
      (#"{"msg":"tim\u0065\u006F\u0075t"}"#, "starts_with(msg, 'timeout')", 1),
      // The text elsewhere than where it counts.
      (#"{"msg":"\"status\":500"}"#, "status = 500", 0),
      (#"{"msg":"\"status\":500","status":500}"#, "status = 500", 1),
      (#"{"msg":"\"status\":500","status":200}"#, "status = 500", 0),
      (#"{"msg":"\"level\":\"ERROR\"","level":"INFO"}"#, "level = 'ERROR'", 0),
      (#"{"msg":"ERROR","level":"ERROR"}"#, "level = 'ERROR'", 1),
      (#"{"msg":"ERROR","level":"INFO"}"#, "level = 'ERROR'", 0),
      (#"{"http":{"status":500}}"#, "status = 500", 0),
      (#"{"http":{"status":500}}"#, "http.status = 500", 1),
      (#"{"http":{"status":500},"status":200}"#, "status = 500", 0),
      (#"{"status":500,"http":{"status":200}}"#, "status = 500", 1),
      (#"{"other":{"http":{"status":500}}}"#, "http.status = 500", 0),
      (#"{"http.status":500}"#, "http.status = 500", 0),
      (#"{"tags":[{"status":500}]}"#, "status = 500", 0),
      (#"{"xstatus":500}"#, "status = 500", 0),
      (#"{"xstatus":200,"status":500}"#, "status = 500", 1),
      (#"{"status ":500}"#, "status = 500", 0),
      (#"{"a.b":7}"#, "\"a.b\" = 7", 1), (#"{"a":{"b":7}}"#, "\"a.b\" = 7", 0),
      (#"{"":7}"#, "\"\" = 7", 1), (#"{"level":""}"#, "level = ''", 1),
      (#"{"level":"","msg":""}"#, "level IN ('', 'x')", 1),
      // White space.
      ("{\"status\" : 500}", "status = 500", 1), ("{ \"status\"\t:\r 500 }", "status = 500", 1),
      ("{\"level\"\r:\t\"ERROR\"}", "level = 'ERROR'", 1),
      ("{\"level\"        :         \"ERROR\"}", "level = 'ERROR'", 1),
      ("  {\"level\" :\"ERROR\"  }  ", "level IN ('ERROR', 'x')", 1),
      // Other types and spellings of values.
      (#"{"status":"500"}"#, "status = 500", 0), (#"{"status":5e2}"#, "status = 500", nil),
      (#"{"status":500.0}"#, "status = 500", nil), (#"{"status":-0}"#, "status = 0", nil),
      (#"{"status":5E+2}"#, "status BETWEEN 499 AND 501", nil),
      (#"{"status":null}"#, "status = 500", 0), (#"{"status":[500]}"#, "status = 500", 0),
      (#"{"status":{"status":500}}"#, "status = 500", 0),
      (#"{"status":9223372036854775807}"#, "status > 9223372036854775806", 1),
      (#"{"status":9223372036854775808}"#, "status > 9223372036854775806", nil),
      (#"{"status":-9223372036854775808}"#, "status < -9223372036854775807", 1),
      (#"{"status":1234567890123456}"#, "status = 1234567890123456", 1),
      (#"{"status":12345678}"#, "status = 12345678", 1),
      (#"{"status":null}"#, "status IS NOT NULL AND id IS NOT NULL", 1),
      (#"{"level":500}"#, "level = '500'", nil), (#"{"ok":false}"#, "ok = false", 1),
      (#"{"ok":true}"#, "ok AND id IS NULL", 1),
      (#"{"x":-1.25e-3}"#, "x BETWEEN -0.00125 AND -0.001", 1),
      (#"{"x":2}"#, "x = 2", 1), (#"{"x":2E0}"#, "x = 2", 1), (#"{"x":-0.0}"#, "x = 0", 1),
      (#"{"x":0}"#, "x = -0.0", 1), (#"{"x":-0}"#, "x >= 0 AND x < 1", 1),
      (#"{"x":0.1000000000000000055511151231257827}"#, "x = 0.1", 1),
      (#"{"x":1e400}"#, "x > 1000000", nil), (#"{"x":-1e400}"#, "x < -1000000", nil),
      // A comma or brace where a longer integer would end.
      (#"{"id":9,"a":1,"b":2}"#, "id < 5000000", nil),
      (#"{"http":{"status":9},"a":1}"#, "http.status < 50", nil),
      (#"{"http":{"status":99},"a":1}"#, "http.status BETWEEN 2 AND 500", 1),
      (#"{"http":{"status":99}}"#, "http.status > 10 AND http.status < 500", 1),
      (#"{"http":{"status":9}}"#, "http.status BETWEEN 6 AND 50", 1),
      (#"{"http":{"status":70},"status":1}"#, "http.status BETWEEN 6 AND 500", 1),
      (#"{"status":7000}"#, "status BETWEEN 6 AND 8000", 2),
      (#"{"status":499}"#, "status >= 500", 0),
      (#"{"status":1e3}"#, "status >= 500", nil), (#"{"status":1000}"#, "status >= 500", 1),
      // More or less than a record on a line.
      (#"{"status":200}{"status":500} {"status":200}{"status":500}"#, "status = 500", 2),
      (#"{"status":200} {"level":"ERROR"}"#, "level = 'ERROR'", 1),
      ("{\"status\":200}\r\n{\"status\":500}\r\n\r\n{\"status\":500}\r", "status = 500", 2),
      ("\n\n{\"status\":500}\n  \n\n{\"status\":500}\n\n\n", "status = 500", 2),
      ("{\"status\":500", "status = 500", 0), ("{\"status\":500}x", "status = 500", 0),
      ("\u{0}{\"status\":500}", "status = 500", 0),
      ("{\"level\":\"ERROR\u{0}\"}", "level = 'ERROR'", 0),
      ("{\"level\":\"ERROR\"}\u{0}", "level = 'ERROR'", 0),
      ("\u{0}\n{\"status\":500}", "status = 500", 1),
    ] as [(String, String, Int?)])
  func lines(lines: String, filter: String, count: Int?) throws {
    // A text with other spellings is not searched for.
    let isRuledOut = !["msg = 'a/b'", "msg = 'say \"no\"'"].contains(filter)
    for end in ["", "\n", "\n{\"id\":7}\n"] {
      try check(Array((lines + end).utf8), filter, count, isRuledOut: isRuledOut)
    }
  }

  @Test(
    arguments: [
      ("\"ERROR\"", 1), ("\"err\"", 1), ("\"Err\\u006Fr\"", 1), ("\"INFO\"", 0), ("3", 1),
      ("50", 1),
      ("30", 0), ("\"3\"", 1), ("\"emergency\"", 1), ("\"emergency \"", 0), ("null", 0),
      ("3.0", nil),
      ("\"\"", 0), ("\"a text of more than sixteen bytes\"", 0), ("[\"ERROR\"]", nil), ("-3", 0),
    ] as [(String, Int?)])
  func levels(value: String, count: Int?) throws {
    for spaces in ["", "   ", "\t\r"] {
      let line = "{\"a\":1,\"level\"\(spaces):\(spaces)\(value)}\n"
      // A column of texts, and one of integers.
      for head in [Self.head, Self.head.replacingOccurrences(of: "\"INFO\"", with: "7")] {
        var options = Self.options()
        options.sampleByteCount = head.utf8.count
        let file = try TemporaryFile(text: head + line)
        let found = LazyReading.compare(
          file.path, ["--level error"], options, variantCount: 8, seed: 1)
        #expect(found.mistakes == [])
        #expect(found.failureCount == 0)
        #expect(found.ruledOutCount > 0)
        let isOfColumn = (value.first == "\"") == head.contains("INFO")
        if let count { #expect(found.matchCount == (isOfColumn ? count : 0)) }
      }
    }
  }

  /// What is ill-formed becomes U+FFFD, so a text with U+FFFD may stand for other bytes.
  @Test(
    arguments: [
      ([0xFF], "msg = 'a�b'", 1), ([0xFF], "msg IN ('a�b', 'x')", 1),
      ([0xFF], "contains(msg, 'a�b')", 1), ([0xFF], "msg LIKE '%�b'", 1),
      ([0xC3], "contains(msg, '�b')", 1), ([0xE2, 0x82], "msg LIKE 'a%�%b'", 1),
      ([0xEF, 0xBF], "contains(msg, '�b')", 1), ([0xEF, 0xBF, 0xBD], "contains(msg, '�b')", 1),
      ([0xBF, 0xBD], "contains(msg, '��b')", 1), ([0xFF, 0xC3, 0xA9], "contains(msg, '�éb')", 1),
      ([0xFF, 0xEF, 0xBC, 0x81], "contains(msg, '�！b')", 1),
      ([0xEF, 0xBC, 0x81], "msg = 'a！b'", 1),
      ([0xEF, 0xBC, 0x81], "contains(msg, '！b')", 1), ([0xC2, 0xBD], "contains(msg, 'a½b')", 1),
      (Array("\\ud800".utf8), "contains(msg, 'a�b')", 1), (Array("é".utf8), "msg = 'aéb'", 1),
      (Array("\\u00e9".utf8), "msg = 'aéb'", 1), (Array("😀".utf8), "msg LIKE '%😀b'", 1),
      (Array("\\ud83d\\ude00".utf8), "msg LIKE '%😀b'", 1), ([0xFF], "msg = 'ab'", 0),
      ([0xFF], "msg ~ 'a.b'", 1), ([0xFF], "msg ~ 'a\\x{FFFD}b'", 1), ([0xFF], "msg ~ 'a�b'", 1),
    ] as [([UInt8], String, Int)])
  func illFormed(bytes: [UInt8], filter: String, count: Int) throws {
    let line = Array(#"{"id":3,"msg":"a"#.utf8) + bytes + Array("b\"}\n".utf8)
    let file = try TemporaryFile(Array(Self.head.utf8) + line)
    let found = LazyReading.compare(
      file.path, [filter], Self.options(), variantCount: 8, seed: 1)
    #expect(found.mistakes == [])
    #expect(found.matchCount == count)
  }

  /// Ill-formed bytes around a value do not hide it.
  @Test func illFormedBytesAround() throws {
    let line =
      Array(#"{"msg":""#.utf8) + [0xFF, 0xC3] + Array(#"","status":500,"level":"ERROR","#.utf8)
      + Array(#""y":"x"#.utf8) + [0xE2, 0x28] + Array("\"}\n".utf8)
    for filter in ["status = 500", "level = 'ERROR'", "level IN ('ERROR', 'F')"] {
      try check(line, filter, 1)
    }
  }

  @Test(
    arguments: [
      ("2026-03-01T12:00:00Z", 1), ("2026-03-01T11:59:59Z", 0), ("2026-03-01 12:00:00z", 1),
      ("2026-03-01t12:00:00.000000001Z", 1), ("2026-03-01T13:59:59,9+02:00", 0),
      ("2026-03-01T14:00:00+02:00", 1), ("2026-02-28T24:00:00Z", 0), ("2026-03-01T24:00:00Z", 1),
      ("2026-03-01T11:59:60Z", 1), ("2026-03-01T12:00:00", 0), ("2026-03-01", 0), ("12:00", 0),
      ("2026-03-01T12:00:00\\u005a", nil), ("2026\\u002d03-01T12:00:00Z", nil),
      ("2026-03-01T12:00:00.\(String(repeating: "0", count: 70))Z", 1),
      ("2300-01-01T00:00:00Z", nil), ("", 0),
    ] as [(String, Int?)])
  func times(text: String, count: Int?) throws {
    let line = Array("{\"ts\":\"\(text)\"}\n".utf8)
    try check(line, "ts >= '2026-03-01 12:00:00'", count)
    var zoned = Self.options()
    zoned.assumedTimeZone = try TimeZoneRules.named("Europe/Berlin")
    // In that zone, times without an offset are an hour earlier than they look.
    let hasNoOffset = text == "2026-03-01T12:00:00"
    try check(line, "ts >= '2026-03-01 11:00:00'", hasNoOffset ? 1 : nil, zoned)
    try check(line, "ts < '2026-03-01 12:00:00' AND id IS NULL", hasNoOffset ? 1 : nil, zoned)
  }

  /// A look at a time ends somewhere; what stands there must not make another time of it.
  @Test func timesWithLongFractions() throws {
    var lines: [String] = []
    for digitCount in 1...60 {
      let fraction = String(repeating: "0", count: digitCount)
      lines.append("{\"ts\":\"2026-03-01T11:30:00.\(fraction)-01:30\"}")
      lines.append("{\"ts\":\"2026-03-01T11:30:00.\(fraction)+01:30\"}")
    }
    let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
    try check(bytes, "ts >= '2026-03-01 12:00:00'", 60)
    try check(bytes, "ts = '2026-03-01 10:00:00'", 60)
  }

  // MARK: - Long things

  @Test func longKeysAndConstants() throws {
    let key = "a key of more than thirty-two bytes, all told"
    // They differ only behind what is compared at a time.
    let value = "0123456789abcdefghijklmnopqrstuvwxyz"
    let lines = [
      "{\"\(key)\":5}", "{\"\(key)!\":5}", "{\"level\":\"\(value)\"}", "{\"level\":\"\(value)!\"}",
      "{\"level\":\"0123456789abcdefghijklmnopqrstuvwxyZ\"}", "{\"msg\":\"… \(value)\"}",
      "{\"msg\":\"\(value.dropLast())\"}",
    ]
    let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
    try check(bytes, "\"\(key)\" = 5", 1, isRuledOut: false)
    try check(bytes, "level = '\(value)'", 1)
    try check(bytes, "level IN ('\(value)', 'x')", 1)
    try check(bytes, "msg LIKE '%\(value)'", 1)
    try check(bytes, "contains(msg, '\(value)')", 1)
    try check(bytes, "msg ~ '\(value)'", 1)
  }

  @Test(arguments: [10_000, 12_288, 24_576, 30_000, 1_100_000])
  func longRecords(byteCount: Int) throws {
    let padding = String(repeating: "p", count: byteCount)
    let lines = [
      #"{"status":200}"#, "{\"pad\":\"\(padding)\",\"status\":500,\"level\":\"ERROR\"}",
      #"{"status":500}"#, "{\"pad\":\"\(padding)\",\"status\":200}", #"{"level":"ERROR"}"#,
      "{\"status\":500,\"pad\":\"\(padding)\"}",
    ]
    for end in ["", "\n"] {
      let bytes = Array((lines.joined(separator: "\n") + end).utf8)
      try check(bytes, "status = 500", 3)
      try check(bytes, "level = 'ERROR'", 2)
    }
  }

  /// Everything that is searched for, at every place in a block of 64 bytes.
  @Test func paddings() throws {
    var lines: [String] = []
    for count in 0...130 {
      let padding = String(repeating: "p", count: count)
      lines.append("{\"pad\":\"\(padding)\",\"status\":500}")
      lines.append("{\"pad\":\"\(padding)\",\"st\\u0061tus\":500}")
      lines.append("{\"pad\":\"\(padding)\",\"status\" :\t500}")
      lines.append("{\"pad\":\"\(padding)\",\"level\":\"ERROR\"}")
      lines.append("{\"pad\":\"\(padding)\",\"level\":\"\\u0045RROR\"}")
      lines.append("{\"pad\":\"\(padding)\",\"msg\":\"upstream timeout\"}")
      lines.append("{\"pad\":\"\(padding)\",\"status\":200,\"level\":\"INFO\",\"msg\":\"ok\"}")
    }
    let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
    for (filter, count) in [
      ("status = 500", 3), ("status >= 500 OR level = 'ERROR'", 5), ("level = 'ERROR'", 2),
      ("level IN ('ERROR', 'FATAL')", 2), ("msg ~ 'stream.*out'", 1), ("contains(msg, 'm t')", 1),
      ("status = 500 AND level = 'ERROR'", 0),
      ("status = 200 AND level = 'INFO' AND msg = 'ok'", 1),
    ] {
      try check(bytes, filter, count * 131)
    }
  }

  /// A line is found wherever it lies in a stretch of the index, at its end above all.
  @Test func stretchEnds() throws {
    let plain = Array("{}\n".utf8)
    let wanted = Array("{\"a\":1,\"level\":\"ERROR\"}\n".utf8)
    let others: [UInt8] = Array(repeating: plain, count: 10_000).flatMap(\.self)
    let key = Array("\"level\"".utf8)
    let probe = FieldProbe(
      needle: Needle(Array("\"ERROR\"".utf8)), test: .keyBefore, key: Literal(ByteView(key.span)))
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 1 << 20))
    for kernels in ScanKernels.all {
      for distance in 0...130 {
        let count = ProbeIndex.stretchByteCount - distance
        let spaces = [UInt8](repeating: 0x20, count: count % 3)
        let bytes = spaces + others.prefix(count / 3 * 3) + wanted + others
        let cursor = ByteCursor(ByteView(bytes.span))
        var sieve = try LineSieve(
          condition: ProbedCondition(probes: [probe]), others: [], kernels: kernels, pool: pool)
        let line = sieve.next(cursor, from: 0)
        #expect(line.start == count)
        #expect(line.end == count + wanted.count)
        #expect(line.skippedLineFeedCount == count / 3)
        let rest = sieve.next(cursor, from: line.end)
        #expect(rest.start == bytes.count && rest.end == bytes.count)
        #expect(rest.skippedLineFeedCount == 10_000)
      }
    }
  }
}
