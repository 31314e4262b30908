import Foundation
import Testing

/// `spalt explain`.
struct ExplainTests {
  private func explain(_ arguments: [String], input: String = "") throws -> [String] {
    let outcome = try Program.run(["explain"] + arguments, input: Data(input.utf8))
    #expect(outcome.status == 0, "\(arguments): \(outcome.errorText)")
    #expect(outcome.errors.isEmpty, "\(outcome.errorText)")
    return outcome.lines
  }

  /// The lines of the excerpts: text, and below it the mark.
  private func excerpts(_ lines: [String]) -> [[String]] {
    lines.indices.filter { lines[$0].hasSuffix("^") && $0 > 0 }.map {
      [lines[$0 - 1], lines[$0]]
    }
  }

  // MARK: - An input

  @Test func scoresAreShownTheBestFirst() throws {
    let path = Samples.testData("odd.ndjson")
    let lines = try explain([path])
    #expect(lines[0] == "\(path): ndjson, found out from 16 lines")
    #expect(lines[1] == "")
    let rows = lines[2...].prefix { !$0.isEmpty }.map { $0.split(separator: " ").map(String.init) }
    #expect(rows[0] == ["format", "score", "records"])
    #expect(rows[1][0] == "ndjson")
    #expect(rows[1][2...] == ["13", "chosen"])
    #expect(rows.contains { $0.first == "logfmt" && $0.last == "1" })
    #expect(rows[2].last == "second")
    #expect(rows.contains { $0.prefix(3) == ["text", "0.200", "-"] })
    let scores = try rows.dropFirst().map { try #require(Double($0[1])) }
    #expect(scores == scores.sorted(by: >))
    #expect(scores.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(lines.contains("A line may be a record of: ndjson, logfmt."))
    #expect(lines.contains("Of 19 lines: 14 with records, 3 blank, 2 rejected."))
  }

  @Test func rejectedLinesAreShownWithTheirFault() throws {
    let lines = try explain([Samples.testData("odd.ndjson"), "-f", "ndjson"])
    #expect(lines[0].hasSuffix("odd.ndjson: ndjson, as given"))
    let rejects = lines.filter { $0.hasPrefix("line ") }
    #expect(
      rejects == [
        "line 7 at offset 150, ndjson: string without closing quote, at offset 192",
        "line 13 at offset 525, ndjson: content after the value, at offset 558",
        "line 14 at offset 567, ndjson: unexpected byte where a value or key should begin, "
          + "at offset 567",
      ])
    #expect(
      excerpts(lines) == [
        [
          "  {\"id\":4,\"note\":\"cut in the middle of a str",
          "                                            ^",
        ],
        [
          "  {\"id\":12,\"note\":\"trailing text\"} and more",
          "                                   ^",
        ],
        ["  level=info msg=\"not JSON at all\"", "  ^"],
      ])
  }

  @Test func onlyTheFirstRejectsAreShown() throws {
    let bad = String(repeating: "{\"a\":}\n", count: 5)
    let lines = try explain(["-f", "ndjson"], input: "{\"a\":1}\n" + bad)
    #expect(lines.contains("Of 6 lines: 1 with records, 0 blank, 5 rejected."))
    #expect(lines.filter { $0.hasPrefix("line ") }.count == 3)
    #expect(lines.contains { $0.hasPrefix("The first 3 that are rejected") })
  }

  @Test func plainTextIsTheLastResort() throws {
    let lines = try explain([], input: "Once upon a time,\n\nthere was a log.\n")
    #expect(lines[0] == "standard input: text, found out from 2 lines")
    #expect(lines.contains { $0.hasPrefix("No other format fits") })
    #expect(lines.contains("Of 3 lines: 3 with records, 0 blank, 0 rejected."))
  }

  @Test func anEmptyInputTellsNothing() throws {
    let lines = try explain([])
    #expect(lines[0] == "standard input: no line tells its format")
    #expect(lines.last == "There are no lines.")
    #expect(try explain([Samples.testData("empty.ndjson")]).last == "There are no lines.")
  }

  @Test func ofALongInputTheBeginningIsLookedAt() throws {
    let folder = try TemporaryFolder()
    let block = Data("{\"text\":\"\(String(repeating: "x", count: 88))\"}\n".utf8)
    #expect(block.count == 100)
    let path = try folder.write(
      "long.ndjson", repeating: block, count: 120_000, tail: Data("broken\n".utf8))
    for io in ["mmap", "read"] {
      let lines = try explain([path, "--io", io])
      let last = try #require(lines.last)
      #expect(last.hasPrefix("Of the first "))
      #expect(last.hasSuffix("with records, 0 blank, 0 rejected."))
      // A line is found wherever it is.
      #expect(
        try explain([path, "-l", "120001", "--io", io])[0]
          == "line 120001 at offset 12000000, 6 bytes: rejected")
      #expect(
        try explain([path, "-l", "119999", "--io", io])[0].hasPrefix(
          "line 119999 at offset 11999800, 99 bytes: a record of ndjson"))
    }
  }

  // MARK: - A line

  private static let record =
    #"{"id":7,"ok":true,"at":"2024-06-11T08:00:00Z","note":"x y","none":null,"a.b":[1],"n":{"e":{}}}"#

  @Test func aRecordIsShownWithItsFields() throws {
    let lines = try explain(["--line", "2"], input: "{\"id\":6}\r\n\(Self.record)\n")
    #expect(lines[0] == "line 2 at offset 10, 94 bytes: a record of ndjson, plausibility 1.000")
    #expect(
      Array(lines[2...]) == [
        "field  type       written as   value",
        "id     int64      number       7",
        "ok     bool       truth value  true",
        "at     timestamp  string       \"2024-06-11T08:00:00Z\"",
        "note   string     string       \"x y\"",
        "none   json       null         null",
        "\"a.b\"  json       array        [1]",
        "n.e    json       object       {}",
      ])
  }

  @Test func recordsOfOneLineAreShownOneByOne() throws {
    let lines = try explain(["-l", "1"], input: "{\"a\":1}{\"a\":2} {}\n")
    #expect(lines[0].contains("3 records of ndjson"))
    #expect(lines.filter { $0.hasPrefix("a ") }.map { $0.suffix(1) } == ["1", "2"])
    #expect(lines.last == "no fields")
    let twice = try explain(["-l", "1"], input: "{\"a\":1,\"a\":\"x\"}\n")
    #expect(twice.suffix(2).first?.hasSuffix("1  (a later one replaces it)") == true)
    #expect(twice.last == "a      string  string      \"x\"")
  }

  @Test func eachFormatSaysWhyItRefusesALine() throws {
    let input = "{\"a\":1}\n{\"a\":1,}\n{\"a\":2}\n"
    let lines = try explain(["-l", "2"], input: input)
    #expect(lines[0] == "line 2 at offset 8, 8 bytes: rejected")
    #expect(
      lines[2...].prefix(3) == [
        "ndjson: unexpected byte where a value or key should begin, at offset 15",
        "  {\"a\":1,}", "         ^",
      ])
  }

  /// Of plain text, every line is a record; what is of interest is why nothing else takes it.
  @Test func aLineOfPlainTextTellsWhyItIsNothingElse() throws {
    let lines = try explain(["-l", "2"], input: "once\nupon a time\n")
    #expect(lines[0] == "line 2 at offset 5, 11 bytes: a record of text")
    #expect(lines.contains { $0.hasPrefix("ndjson: ") })
    #expect(lines.contains("  upon a time"))
    let asked = try explain(["-l", "1", "-f", "text"], input: "{\"a\":1}\n")
    #expect(
      asked.contains("ndjson, which the input is not taken for: a record, plausibility 1.000"))
  }

  @Test func blankAndLongLines() throws {
    #expect(
      try explain(["-l", "2"], input: "{}\n \t\r\n{}\n") == ["line 2 at offset 3, 2 bytes: blank"])
    let long = "{\"a\":\"\(String(repeating: "x", count: 100))\"}"
    let input = "{}\n\(long)\n{}\n"
    let lines = try explain(["-l", "2", "--max-record", "50"], input: input)
    #expect(lines[0] == "line 2 at offset 3, 108 bytes: rejected")
    #expect(lines[2].hasPrefix("longer than --max-record"))
    #expect(try explain(["-l", "3", "--max-record", "50"], input: input)[0].contains("a record"))
  }

  /// A line so long that no piece of input holds it.
  @Test func aLineThatIsPassedOverKeepsItsNumber() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "long.ndjson", "{\"a\":1}\n\(String(repeating: "x", count: 5 << 20))\n{\"a\":2}\n")
    for io in ["mmap", "read"] {
      let arguments = [path, "--io", io, "--max-record", "64KiB"]
      #expect(
        try explain(arguments + ["-l", "2"]) == [
          "line 2 at offset 8, 5242880 bytes: rejected", "",
          "longer than --max-record, at offset 8",
        ])
      #expect(
        try explain(arguments + ["-l", "3"])[0].contains("at offset 5242889, 7 bytes: a rec"))
      #expect(try explain(arguments).contains("Of 3 lines: 2 with records, 0 blank, 1 rejected."))
    }
  }

  @Test func theCaretStandsUnderTheByteWhateverStandsBefore() throws {
    let cases: [(prefix: String, shown: String, cellCount: Int)] = [
      ("plain", "plain", 5), ("Größe", "Größe", 5), ("日本", "日本", 4), ("e\u{301}", "e\u{301}", 1),
      ("\u{1B}", "\\u{1b}", 6), ("\t", "\\t", 2), ("\u{202E}", "\\u{202e}", 8), ("😀", "😀", 2),
    ]
    for (prefix, shown, cellCount) in cases {
      // A literal that is none stands behind the text, which is fine where it stands.
      let isControl = prefix.unicodeScalars.allSatisfy { $0.value < 0x20 }
      let line = isControl ? "{\"a\":\(prefix)nil}" : "{\"a\":\"\(prefix)\",\"b\":nil}"
      let lines = try explain(["-l", "1", "-f", "ndjson"], input: line + "\n")
      let excerpt = try #require(excerpts(lines).first)
      let text = isControl ? "{\"a\":\(shown)nil}" : "{\"a\":\"\(shown)\",\"b\":nil}"
      #expect(excerpt[0] == "  " + text)
      let isAtFirstByte = isControl && prefix != "\t"
      let cells = isControl ? 5 + (isAtFirstByte ? 0 : cellCount) : 6 + cellCount + 6
      #expect(excerpt[1] == String(repeating: " ", count: 2 + cells) + "^", "\(shown)")
    }
  }

  @Test func longLinesAreCutAroundTheFault() throws {
    let filler = String(repeating: "ä", count: 500)
    let line = "{\"a\":\"\(filler)\",\"b\":nil,\"c\":\"\(filler)\"}"
    let lines = try explain(["-l", "1", "-f", "ndjson"], input: line + "\n")
    let excerpt = try #require(excerpts(lines).first)
    #expect(excerpt[0].hasPrefix("  …ä") && excerpt[0].hasSuffix("ä…"))
    #expect(excerpt[0].count <= 2 + 123)
    let before = excerpt[0].prefix(excerpt[1].count - 1)
    #expect(before.hasSuffix("\"b\":"))
    #expect(excerpt[0].dropFirst(before.count).hasPrefix("nil"))
  }

  // MARK: - Several formats

  private static let request =
    #"10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326"#

  /// Lines of a file may be of all formats of which there are records at its beginning.
  @Test func mixedInputsListTheirFormats() throws {
    let input = "level=info msg=one\n{\"a\":1}\nlevel=info msg=two\nlevel=warn msg=\"three\n"
    let lines = try explain([], input: input)
    #expect(lines[0] == "standard input: logfmt, found out from 4 lines")
    #expect(lines.contains("A line may be a record of: logfmt, ndjson."))
    #expect(lines.contains("Of 4 lines: 3 with records, 0 blank, 1 rejected."))
    #expect(lines.contains { $0.hasPrefix("line 4 at offset 46, logfmt: ") })
    #expect(
      try explain(["-l", "2"], input: input)[0]
        == "line 2 at offset 19, 7 bytes: a record of ndjson, plausibility 1.000")
    let verdicts = try explain(["-l", "4"], input: input).filter { $0.contains(", at offset ") }
    #expect(verdicts.prefix(2).map { $0.prefix { $0 != ":" } } == ["logfmt", "ndjson"])
    #expect(Set(verdicts.map { $0.prefix { $0 != ":" } }) == ["logfmt", "ndjson", "access"])
  }

  @Test func accessLogsAreShownWithTheTypesOfTheirColumns() throws {
    let lines = try explain(["-l", "1"], input: Self.request + "\n")
    #expect(lines[0].contains("a record of access"))
    let types = lines.dropFirst(3).map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
    for column in [
      "host string", "time timestamp", "method string", "path string", "status int64",
      "bytes int64",
    ] {
      #expect(types.contains(column), "\(column)")
    }
    #expect(lines.contains { $0.hasSuffix("10/Oct/2000:13:55:36 -0700") })
  }

  /// A record of another format is no record of an input in which nobody expects it.
  @Test func aFormatThatTheInputDoesNotHaveIsMentioned() throws {
    let input = String(repeating: "{\"a\":1}\n", count: 3) + Self.request + "\n"
    let lines = try explain(["-l", "4", "-f", "ndjson"], input: input)
    #expect(lines[0].hasSuffix("rejected"))
    #expect(
      lines.contains { $0.hasPrefix("access, which the input is not taken for: a record") })
  }

  // MARK: - What cannot be explained

  @Test func mistakesAreStatus2() throws {
    let path = Samples.testData("odd.ndjson")
    let beyond = try Program.run(["explain", path, "--line", "20"])
    #expect(beyond.status == 2)
    #expect(beyond.output.isEmpty)
    #expect(
      beyond.errorLines == ["spalt: \(path): there is no line 20; the last one is line 19"])
    let empty = try Program.run(["explain", "-l", "1"])
    #expect(empty.errorLines == ["spalt: standard input: there is no line 1; it is empty"])
    for arguments in [
      ["/missing/file"], ["/missing/file", "-l", "1"], ["/"], [path, "-l", "0"],
      [path, "-f", "xml"],
      [path, "-l", "x"], [path, path],
    ] {
      let outcome = try Program.run(["explain"] + arguments)
      #expect(outcome.status == 2, "\(arguments)")
      #expect(outcome.output.isEmpty && !outcome.errors.isEmpty, "\(arguments)")
    }
  }

  @Test func hostileNamesAndTextAreEscaped() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "name\u{1B}[31m.log", "{\"k\u{9B}\":\"\u{202E}\"}\n\u{7}\u{1B}[0m\n")
    for arguments in [[], ["-l", "1"], ["-l", "2"]] {
      let outcome = try Program.run(["explain", path, "-f", "ndjson"] + arguments)
      #expect(outcome.status == 0)
      #expect(
        outcome.text.unicodeScalars.allSatisfy {
          $0 == "\n" || $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) && $0.value != 0x202E
        }, "\(outcome.text.debugDescription)")
    }
  }
}
