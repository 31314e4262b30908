import Testing

@testable import Spalt

@Suite struct TableLayoutTests {
  private func layout(
    _ naturals: [Int], _ isText: [Bool], _ width: Int?
  ) -> (widths: [Int], hidden: Int, spare: Int) {
    let layout = TableLayout(naturals: naturals, isText: isText, width: width)
    return (layout.widths, layout.hiddenCount, layout.spareWidth)
  }

  @Test func whatFitsIsNotCut() {
    #expect(layout([5, 30, 3], [false, true, false], 42) == ([5, 30, 3], 0, 0))
    #expect(layout([5, 300, 3], [false, true, false], nil) == ([5, 300, 3], 0, .max))
    #expect(layout([5, 10], [false, true], 40) == ([5, 10], 0, 23))
  }

  @Test func theLongestTextIsCutFirst() {
    #expect(layout([20, 100, 15], [false, true, true], 80) == ([20, 41, 15], 0, 0))
    #expect(layout([100, 100], [true, true], 62) == ([30, 30], 0, 0))
    #expect(layout([100, 13, 100], [true, true, true], 60) == ([22, 13, 21], 0, 0))
  }

  @Test func columnsWithoutRoomAreLeftOut() {
    #expect(layout([20, 20, 20, 20], [false, true, true, true], 52) == ([20, 12, 12], 1, 0))
    #expect(layout([10, 10, 10, 10], [false, false, false, false], 30) == ([10, 10], 2, 4))
    #expect(layout([50], [false], 20) == ([20], 0, 0))
    #expect(layout([50, 50], [false, false], 20) == ([16], 1, 0))
  }

  @Test func nothingIsWiderThanTheTerminal() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      let count = 1 + random.below(8)
      let naturals = (0..<count).map { _ in 1 + random.below(60) }
      let isText = (0..<count).map { _ in random.below(2) == 0 }
      let width = 8 + random.below(120)
      let found = layout(naturals, isText, width)
      let note = found.hidden > 0 ? 4 : 0
      #expect(found.widths.reduce(0, +) + 2 * (found.widths.count - 1) + note <= width)
      #expect(found.widths.count + found.hidden == count)
      #expect(found.widths.allSatisfy { $0 > 0 })
    }
  }
}

@Suite struct TableSinkTests {
  private static let log = #"""
    {"ts":"2024-02-29T12:00:00Z","level":"INFO","msg":"started","status":200,"ms":1.5,"ok":true}
    {"ts":"2024-02-29T12:00:01Z","level":"ERROR","msg":"a message that goes on for longer","status":503,"ms":1203.25,"ok":false}
    {"ts":"2024-02-29T12:00:02Z","level":"warn","msg":null,"status":404,"tags":["a"]}

    """#

  @Test func columnsAreAligned() throws {
    let made = try table(Self.log)
    #expect(
      made.text == """
        ts                    level  msg                                status       ms  ok     tags
        2024-02-29T12:00:00Z  INFO   started                               200      1.5  true
        2024-02-29T12:00:01Z  ERROR  a message that goes on for longer     503  1203.25  false
        2024-02-29T12:00:02Z  warn   null                                  404                  ["a"]

        """)
    #expect(made.hidden.isEmpty)
  }

  @Test func rowsOfSeveralFormats() throws {
    let batch = TokenBatch(
      [("format", .string), ("n", .int64), ("t", .timestamp), ("j", .json)],
      [
        (0, ["\"json\"", "12", "\"2024-02-29\"", "[1]"]), (1, ["\"log fmt\"", "", "now", "true"]),
        (2, ["\"text\"", "7", "10/Oct", nil]), (0, ["null", nil, "null", "\"\""]),
        (1, ["", "x", "", "word"]),
      ])
    #expect(
      try batch.table() == """
        format      n  t           j
        json       12  2024-02-29  [1]
        log fmt  null  now         true
        "text"      7  10/Oct
        null           null
                    x  null        word

        """)
  }

  @Test func textIsCutToTheWidth() throws {
    let made = try table(Self.log, TableOptions(width: 74))
    #expect(
      made.text == """
        ts                    level  msg             status       ms  ok     tags
        2024-02-29T12:00:00Z  INFO   started            200      1.5  true
        2024-02-29T12:00:01Z  ERROR  a message tha…     503  1203.25  false
        2024-02-29T12:00:02Z  warn   null               404                  ["a"]

        """)
    #expect(made.hidden.isEmpty)
  }

  @Test func columnsWithoutRoomAreNoted() throws {
    let made = try table(Self.log, TableOptions(width: 60))
    #expect(
      made.text == """
        ts                    level  msg                  status  +3
        2024-02-29T12:00:00Z  INFO   started                 200
        2024-02-29T12:00:01Z  ERROR  a message that goe…     503
        2024-02-29T12:00:02Z  warn   null                    404

        """)
    #expect(made.hidden == ["ms", "ok", "tags"])
  }

  @Test func colorsTellTypesAndLevelsApart() throws {
    let made = try table(Self.log, TableOptions(usesColor: true, levelColumn: 1))
    let lines = made.text.split(separator: "\n")
    #expect(lines[0].hasPrefix("\u{1B}[1mts\u{1B}[0m    "))
    #expect(lines[1].contains("\u{1B}[32m2024-02-29T12:00:00Z\u{1B}[0m  INFO "))
    #expect(lines[1].contains("\u{1B}[36m200\u{1B}[0m"))
    #expect(lines[1].contains("\u{1B}[35mtrue\u{1B}[0m"))
    #expect(lines[2].contains("\u{1B}[31mERROR\u{1B}[0m"))
    #expect(lines[2].contains("\u{1B}[31m503\u{1B}[0m"))
    #expect(lines[3].contains("\u{1B}[33mwarn\u{1B}[0m"))
    #expect(lines[3].contains("\u{1B}[33m404\u{1B}[0m"))
    #expect(lines[3].contains("\u{1B}[90mnull\u{1B}[0m"))
    #expect(lines[3].contains("\u{1B}[90m[\"a\"]\u{1B}[0m"))
    // Without its colours it is the same table.
    var plain = made.text
    for code in ["0", "1", "31", "32", "33", "35", "36", "90"] {
      plain = plain.replacing("\u{1B}[\(code)m", with: "")
    }
    #expect(plain == (try table(Self.log)).text)
  }

  @Test func hostileTextIsEscapedEvenInAFile() throws {
    let made = try table("{\"a\":\"\\u001b[2J\\n\\t\u{202E}x\u{9B}\",\"b\":1}\n")
    #expect(made.text.hasSuffix("\n\\u{1b}[2J\\n\\t\\u{202e}x\\u{9b}  1\n"))
  }

  @Test func namesAreEscaped() throws {
    let made = try table("{\"a\\u001b\":1,\"\u{202E}\":2}\n")
    #expect(made.text == "a\\u{1b}  \\u{202e}\n      1         2\n")
  }

  @Test func wideCharactersTakeTwoCells() throws {
    let made = try table("{\"a\":\"日本\",\"b\":\"x\"}\n{\"a\":\"e\u{301}\",\"b\":\"y\"}\n")
    #expect(made.text == "a     b\n日本  x\ne\u{301}     y\n")
    let cut = try table(
      "{\"n\":1,\"a\":\"日本語日本語日本語\"}\n", TableOptions(width: 16))
    #expect(cut.text == "n  a\n1  日本語日本語…\n")
  }

  @Test func laterRowsDoNotMoveTheColumns() throws {
    var lines = ""
    for number in 0..<150 { lines += "{\"a\":\"\(number)\",\"b\":1}\n" }
    lines += "{\"a\":\"much wider than before\",\"b\":1000}\n"
    let made = try table(lines, TableOptions(width: 8))
    #expect(made.text.hasSuffix("149  1\nmuch…  …\n"))
    #expect(made.text.split(separator: "\n").count == 152)
    let roomy = try table(lines, TableOptions(width: 80))
    #expect(roomy.text.hasSuffix("149  1\nmuch wider than before  1000\n"))
    #expect(try table(lines).text == roomy.text)
  }

  @Test func columnsAreMetAgainBehindAWideValue() throws {
    var lines = ""
    for _ in 0..<100 { lines += "{\"a\":\"x\",\"b\":\"ten letter\",\"c\":1}\n" }
    lines += "{\"a\":\"five!\",\"b\":\"short\",\"c\":2}\n"
    let made = try table(lines, TableOptions(width: 30))
    #expect(made.text.hasSuffix("x  ten letter  1\nfive!  short   2\n"))
  }

  @Test func extraIsShownWhenTheFirstRecordsHaveIt() throws {
    let line = "{\"a\":1,\"b\":2}\n"
    let made = try table(line) { $0.maximumColumnCount = 1 }
    #expect(made.text == "a  _extra\n1  {\"b\":2}\n")
    var lines = ""
    for _ in 0..<200 { lines += "{\"a\":1}\n" }
    let hidden = try table(lines + line) { $0.maximumColumnCount = 1 }
    #expect(!hidden.text.contains("_extra"))
    #expect(hidden.hidden == ["_extra"])
  }

  @Test func noRecordsMakeNoTable() throws {
    #expect(try table("").text.isEmpty)
  }
}
