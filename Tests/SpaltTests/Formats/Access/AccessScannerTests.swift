import Testing

@testable import Spalt

/// Single lines, and what is found in them.
@Suite struct AccessScannerTests {
  /// What a line gives: its fields as `name=text`, or the reason and place of its fault.
  static func reading(_ line: String, _ change: (inout ReaderOptions) -> Void = { _ in }) throws
    -> [String]
  {
    var options = ReaderOptions.plain(.values)
    options.formatName = "access"
    change(&options)
    let snapshot = try Snapshot.read(line, options)
    var found: [String] = []
    for row in snapshot.rows {
      for (column, cell) in zip(snapshot.columns, row) {
        switch cell {
        case .null: break
        case .text(let bytes):
          found.append("\(column.name)=\(String(decoding: bytes, as: UTF8.self))")
        default: found.append("\(column.name)=\(cell)")
        }
      }
    }
    for reject in snapshot.rejects {
      found.append("\(reject.reason) at \(reject.faultOffset)")
    }
    if snapshot.statistics.repairedRecords.count > 0 { found.append("repaired") }
    if !snapshot.isAccounted { found.append("bytes are missing") }
    return found
  }

  private static let time = "time=t971211336000000000"
  private static let head = "1.2.3.4 - - [10/Oct/2000:13:55:36 -0700]"

  @Test func columnsAreFixed() throws {
    var options = ReaderOptions()
    options.formatName = "access"
    for line in ["no record\n", "1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] \"-\" 400 0\n"] {
      let columns = try Snapshot.read(line, options).columnTexts
      #expect(
        columns.prefix(12) == [
          "vhost: string", "host: string", "ident: string", "user: string", "time: timestamp",
          "method: string", "path: string", "protocol: string", "status: int64", "bytes: int64",
          "referer: string", "user_agent: string",
        ])
    }
  }

  @Test func publishedExamples() throws {
    // Apache HTTP Server 2.4, mod_log_config: common, combined and vhost_combined.
    let common =
      #"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326"#
    let combined =
      common + #" "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)""#
    let fields = [
      "host=127.0.0.1", "user=frank", Self.time, "method=GET", "path=/apache_pb.gif",
      "protocol=HTTP/1.0", "status=200", "bytes=2326",
    ]
    let both = [
      "referer=http://www.example.com/start.html", "user_agent=Mozilla/4.08 [en] (Win98; I ;Nav)",
    ]
    #expect(try Self.reading(common) == fields)
    #expect(try Self.reading(combined) == fields + both)
    #expect(
      try Self.reading("www.example.com:80 " + combined)
        == ["vhost=www.example.com:80"] + fields + both)
  }

  @Test(
    arguments: [
      ("- - - [-]", []),
      ("- 127.0.0.1 x [-]", ["ident=127.0.0.1", "user=x"]),
      ("- - - - [-]", []),
      ("v h i u [-]", ["vhost=v", "host=h", "ident=i", "user=u"]),
      ("1.2.3.4, 5.6.7.8 - - [-]", ["host=1.2.3.4, 5.6.7.8"]),
      ("1.2.3.4,5.6.7.8 - - [-]", ["host=1.2.3.4,5.6.7.8"]),
      ("v a, b, c - u [-]", ["vhost=v", "host=a, b, c", "user=u"]),
      ("::1 - \"\" [-]", ["host=::1", "user="]),
      ("[::1]:80 [2001:db8::1] - - [-]", ["vhost=[::1]:80", "host=[2001:db8::1]"]),
      ("  h - - [-]", ["host=h"]),
    ])
  func client(_ head: String, _ fields: [String]) throws {
    #expect(try Self.reading(head + " \"-\" - -\n") == fields)
  }

  @Test func timesOfOtherKinds() throws {
    let rest = #" "-" - -"#
    #expect(
      try Self.reading("h - - [2000-10-10T20:55:36Z]" + rest)
        == ["host=h", Self.time])
    #expect(
      try Self.reading("h - - [2000-10-10T13:55:36.5-07:00]" + rest)
        == ["host=h", "time=t971211336500000000"])
  }

  @Test(
    arguments: [
      (#"GET / HTTP/1.1"#, ["method=GET", "path=/", "protocol=HTTP/1.1"]),
      (#"GET / HTTP/2"#, ["method=GET", "path=/", "protocol=HTTP/2"]),
      (#"M-SEARCH * HTTP/1.1"#, ["method=M-SEARCH", "path=*", "protocol=HTTP/1.1"]),
      (#"get /\"a\" HTTP/1.1"#, ["method=get", #"path=/\"a\""#, "protocol=HTTP/1.1"]),
      ("GET /größe HTTP/1.1", ["method=GET", "path=/größe", "protocol=HTTP/1.1"]),
      ("GET - HTTP/1.1", ["method=GET", "protocol=HTTP/1.1"]),
      ("", ["path="]), ("-", []), ("GET /", ["path=GET /"]), ("batman", ["path=batman"]),
      ("GET", ["path=GET"]), ("GET / FTP/1", ["path=GET / FTP/1"]),
      ("GET /a b HTTP/1.1", ["path=GET /a b HTTP/1.1"]), ("GET  HTTP/1.1", ["path=GET  HTTP/1.1"]),
      (" GET / HTTP/1.1", ["path= GET / HTTP/1.1"]), ("GET / HTTP/1.1 ", ["path=GET / HTTP/1.1 "]),
      (#"\x16\x03\x01 \x02"#, [#"path=\x16\x03\x01 \x02"#]),
      (#"G\x45T / HTTP/1.1"#, [#"path=G\x45T / HTTP/1.1"#]),
      (#"GET /?a="b" HTTP/1.1"#, [#"path=GET /?a="b" HTTP/1.1"#]),
      (#"GET /" 200 HTTP/1.1"#, ["path=GET /", "status=200"]),
      (#"a" 20 b"#, [#"path=a" 20 b"#]), (#"a" 2000 b"#, [#"path=a" 2000 b"#]),
      (#"a" -1 b"#, [#"path=a" -1 b"#]), (#"a\" 200 b"#, [#"path=a\" 200 b"#]),
    ])
  func request(_ request: String, _ fields: [String]) throws {
    let found = try Self.reading("\(Self.head) \"\(request)\" 400 226 \"-\" \"-\"")
    if fields.last == "status=200" {
      // What looks like the end of the request is one.
      #expect(found == ["invalidResponseSize at \(Self.head.utf8.count + 13)"])
    } else {
      #expect(found == ["host=1.2.3.4", Self.time] + fields + ["status=400", "bytes=226"])
    }
  }

  @Test(
    arguments: [
      ("200 0", ["status=200", "bytes=0"]), ("- -", []), ("- 7908", ["bytes=7908"]),
      ("304 -", ["status=304"]),
      ("100 9223372036854775807", ["status=100", "bytes=9223372036854775807"]),
      ("100 9223372036854775808", ["status=100", #"_extra={"bytes":9223372036854775808}"#]),
      ("000 007", [#"_extra={"status":"000","bytes":"007"}"#]),
    ])
  func response(_ response: String, _ fields: [String]) throws {
    let found = try Self.reading(Self.head + " \"-\" " + response)
    #expect(found == ["host=1.2.3.4", Self.time] + fields)
  }

  @Test(
    arguments: [
      (#" "a" "b""#, ["referer=a", "user_agent=b"]),
      (#" "" """#, ["referer=", "user_agent="]),
      (#" "-" "-""#, []), (" - -", []), (" -", []), (#" "a""#, ["referer=a"]),
      (#" - "b""#, ["user_agent=b"]), (#" "a" -"#, ["referer=a"]),
      (#" "a" "say \"no\"""#, ["referer=a", #"user_agent=say \"no\""#]),
      (
        #" "a" "say "no" here" "c""#,
        [
          "referer=a", #"user_agent=say "no"#, #"_extra={"extra1":"here\"","extra2":"c"}"#,
        ]
      ),
      (#" "a" "5"tall" c"#, ["referer=a", #"user_agent=5"tall"#, #"_extra={"extra1":"c"}"#]),
      (
        #" "-" "-" 500 "test@docker" "http://x:80" 0ms"#,
        [
          #"_extra={"extra1":"500","extra2":"test@docker","extra3":"http://x:80","extra4":"0ms"}"#
        ]
      ),
      (#" 3551 "-" "Mozilla/5.0""#, [#"_extra={"extra1":"3551","extra3":"Mozilla/5.0"}"#]),
      (#" "a" b "c""#, ["referer=a", #"_extra={"extra1":"b","extra2":"c"}"#]),
      (#" "a" "b" """#, ["referer=a", "user_agent=b", #"_extra={"extra1":""}"#]),
      (#" "a" "b" "-" -"#, ["referer=a", "user_agent=b"]),
      ("  ", []), (" \t", []), (" \"a\" \"b\" \t ", ["referer=a", "user_agent=b"]),
      (#" "a" "missing"#, ["referer=a", "user_agent=missing", "repaired"]),
      (#" "missing "too"#, ["referer=missing \"too", "repaired"]),
      (#" "a" "ends with\""#, ["referer=a", #"user_agent=ends with\""#, "repaired"]),
      (#" "a" ""#, ["referer=a", "user_agent=", "repaired"]),
      (#" "a" "b" "c"#, ["referer=a", "user_agent=b", #"_extra={"extra1":"c"}"#, "repaired"]),
    ])
  func tail(_ tail: String, _ fields: [String]) throws {
    for end in ["", "\n", "\r\n"] {
      let found = try Self.reading(Self.head + " \"-\" 200 5" + tail + end)
      #expect(found == ["host=1.2.3.4", Self.time, "status=200", "bytes=5"] + fields)
    }
  }

  @Test(
    arguments: [
      ("1.2.3.4 [10/Oct/2000:13:55:36 -0700] \"-\" 200 5", "missingClientFields at 8"),
      ("1.2.3.4 - [10/Oct/2000:13:55:36 -0700] \"-\" 200 5", "missingClientFields at 10"),
      ("[10/Oct/2000:13:55:36 -0700] \"-\" 200 5", "missingClientFields at 0"),
      ("a b c d e [10/Oct/2000:13:55:36 -0700] \"-\" 200 5", "missingLogTime at 8"),
      ("- - - - - - -", "missingLogTime at 8"),
      ("- - - [1234] - - -", "missingLogTime at 13"),
      ("not a common log line", "missingLogTime at 17"),
      ("1.2.3.4", "missingLogTime at 7"), ("1.2.3.4 - - ", "missingLogTime at 12"),
      ("1.2.3.4  - [10/Oct/2000:13:55:36 -0700] \"-\" 200 5", "missingSpace at 8"),
      ("a \"\" c [10/Oct/2000:13:55:36 -0700] \"-\" 200 5", "unexpectedQuote at 2"),
      ("a b \"c\" [10/Oct/2000:13:55:36 -0700] \"-\" 200 5", "unexpectedQuote at 4"),
      ("a b c [31/Sep/2000:13:55:36 -0700] \"-\" 200 5", "invalidLogTime at 7"),
      ("a b c [10/Oct/2000:13:55:36] \"-\" 200 5", "invalidLogTime at 7"),
      ("a b c [10/Oct/2000:13:55:36 -0700", "invalidLogTime at 7"),
      ("a b c [2000-10-10T20:55:36] \"-\" 200 5", "invalidLogTime at 7"),
      ("a b c [10/Oct/2000:13:55:36 -0700]\"-\" 200 5", "missingSpace at 34"),
      ("a b c [10/Oct/2000:13:55:36 -0700] - 200 5", "missingRequest at 35"),
      ("a b c [10/Oct/2000:13:55:36 -0700]", "missingSpace at 34"),
      ("a b c [10/Oct/2000:13:55:36 -0700] ", "missingRequest at 35"),
      ("a b c [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1", "unterminatedRequest at 35"),
      ("a b c [10/Oct/2000:13:55:36 -0700] \"-\" 20 5", "unterminatedRequest at 35"),
      ("a b c [10/Oct/2000:13:55:36 -0700] \"-\" 200", "unexpectedEnd at 42"),
      ("a b c [10/Oct/2000:13:55:36 -0700] \"-\" 200 ", "invalidResponseSize at 43"),
      ("a b c [10/Oct/2000:13:55:36 -0700] \"-\" 200 x", "invalidResponseSize at 43"),
      ("a b c [10/Oct/2000:13:55:36 -0700] \"-\" 200 12k", "invalidResponseSize at 45"),
      ("a b c [10/Oct/2000:13:55:36 -0700] \"-\" 200 5  \"a\"", "missingSpace at 45"),
      ("a b c [10/Oct/2000:13:55:36 -0700] \"-\" 200 5 \"a\"  \"b\"", "missingSpace at 49"),
    ])
  func faults(_ line: String, _ fault: String) throws {
    #expect(try Self.reading(line) == [fault])
  }

  @Test func everyReasonHelps() {
    let reasons: [RejectReason] = [
      .unexpectedQuote, .missingClientFields, .missingLogTime, .invalidLogTime, .missingRequest,
      .unterminatedRequest, .invalidResponseSize, .missingSpace,
    ]
    #expect(Set(reasons.map(\.description)).count == reasons.count)
  }

  @Test func escapesAreDecodedOnRequest() throws {
    let line = Self.head + #" "\x16\x03\"" 200 5 "a\tb" "\xc3\xbc \x41 \q \""#
    #expect(
      try Self.reading(line)
        == [
          "host=1.2.3.4", Self.time, #"path=\x16\x03\""#, "status=200", "bytes=5", #"referer=a\tb"#,
          #"user_agent=\xc3\xbc \x41 \q \"#, "repaired",
        ].map { $0.hasPrefix("user_agent") ? $0 + "\"" : $0 })
    let decoded = try Self.reading(line) { $0.decodesEscapes = true }
    #expect(
      decoded == [
        "host=1.2.3.4", Self.time, "path=\u{16}\u{03}\"", "status=200", "bytes=5", "referer=a\tb",
        "user_agent=ü A \\q \"", "repaired",
      ])
  }

  /// Escapes spell the bytes of one character one by one; what has no column is decoded as columns are.
  @Test(
    arguments: [
      (#"\xc3\xbc"#, "ü"), (#"\xe4\xb8\xad\x41"#, "中A"), ("\u{FC}\\n", "ü\n"),
      (#"\xf0\x9f\x98\x80"#, "😀"), (#"\xff\xc3("#, "\u{FFFD}\u{FFFD}("),
      (#"\xe4\xb8"#, "\u{FFFD}"), (#"\xe4\xb8\""#, "\u{FFFD}\""),
    ])
  func escapesBeyondASCIIReadTheSameInAnyColumn(spelling: String, text: String) throws {
    let line = Self.head + #" "-" 200 5 "-" "\#(spelling)" "\#(spelling)" "#
    let value = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n")
    let found = try Self.reading(line) { $0.decodesEscapes = true }
    #expect(found.contains("user_agent=\(text)"))
    #expect(found.contains(#"_extra={"extra1":"\#(value)"}"#))
  }

  @Test func surplusFieldsCanBeColumns() throws {
    let line = Self.head + #" "-" 200 5 "-" "-" 500 "x" -"#
    let found = try Self.reading(line) { $0.selectedColumns = ["extra2", "extra1", "extra3"] }
    #expect(found == [#"extra2="x""#, #"extra1="500""#])
  }

  @Test(arguments: [
    #"{"a":"1 2 3 [10/Oct/2000:13:55:36 +0000] " ,"b":" 200 1 "}"#,
    #""1 2 3 [10/Oct/2000:13:55:36 +0000] \" 200 1 ""#,
    #"{"log":"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 5"}"#,
    #"a=1 b=2 msg="c [10/Oct/2000:13:55:36 -0700] \"-\" 200 5""#,
    #"msg="a b c [10/Oct/2000:13:55:36 -0700] " 200 5"#,
  ])
  func linesOfOtherFormatsAreNone(_ line: String) throws {
    let found = try Self.reading(line)
    #expect(found.count == 1 && found[0].contains(" at "), "\(found)")
  }
}
