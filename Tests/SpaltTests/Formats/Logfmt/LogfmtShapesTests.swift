import Testing

@testable import Spalt

/// What the short cut could get wrong in logfmt, case by case: each input is read along learned shapes and
/// by the general decoder.
@Suite struct LogfmtShapesTests {
  private func read(
    _ text: String, _ change: (inout ReaderOptions) -> Void = { _ in },
    _ location: SourceLocation = #_sourceLocation
  ) throws -> Snapshot {
    var options = ReaderOptions()
    options.formatName = "logfmt"
    change(&options)
    let fast = try Snapshot.read(text, options)
    options.learnsShapes = false
    for representation in [ReaderOptions.Representation.values, .text] {
      var general = options
      general.representation = representation
      var learned = general
      learned.learnsShapes = true
      #expect(
        try Snapshot.read(text, learned).differences(from: try Snapshot.read(text, general)) == [],
        sourceLocation: location)
    }
    return fast
  }

  @Test func aRepeatedShapeIsLearnedOnce() throws {
    let line =
      "ts=2026-01-01T00:00:00Z level=info status=200 x=1.5 ok=true msg=\"two words\" empty= end=é"
    let snapshot = try read(String(repeating: line + "\n", count: 20))
    #expect(snapshot.statistics.recordCount == 20)
    #expect(snapshot.statistics.learnedShapeCount == 19)
    #expect(snapshot.column("status") == Array(repeating: .int64(200), count: 20))
    #expect(snapshot.texts("end") == Array(repeating: "é", count: 20))
    #expect(snapshot.texts("empty") == Array(repeating: "", count: 20))
  }

  @Test func aValueMayStandInQuotesOrNot() throws {
    let lines = (0..<40).map { number in
      "n=\(number) msg=\(number % 3 == 0 ? "word" : number % 3 == 1 ? "\"two words\"" : "\"\"") m=\(number)\n"
    }
    let snapshot = try read(lines.joined())
    #expect(snapshot.statistics.learnedShapeCount == 38)
    #expect(snapshot.texts("msg").prefix(3) == ["word", "two words", ""])
    #expect(snapshot.column("m") == (0..<40).map { .int64($0) })
  }

  @Test func wordsBeyondASCII() throws {
    let lines = [
      "a=plain b=1", "a=grün b=2", "a=☃ b=3", "a=x☃y☃z b=4", "a=é\" b=5", "a=é=1 b=6", "a=end☃",
    ]
    for end in ["\n", "\r\n", "", " "] {
      let snapshot = try read(lines.joined(separator: "\n") + end)
      #expect(snapshot.texts("a") == ["plain", "grün", "☃", "x☃y☃z", "end☃"])
      #expect(snapshot.rejects.map(\.line) == [5, 6])
    }
    let repeated = String(repeating: "a=grün b=☃ c=\"ü\"\n", count: 10)
    #expect(try read(repeated).statistics.learnedShapeCount == 9)
  }

  @Test func oneShapeCannotStandForAnother() throws {
    _ = try read(
      """
      a=1 b=2
      a=1
      a=1 b=2 a=3
      a=1  b=2
      a=1 b=2\u{20}
      a=1 b=2\r
      a=1 b=2 \r
      a=1\tb=2
      a=1 b
      a b=2
      a= b=2
      a=1 b=
      a=01 b=2
      a=1.0 b=2
      a="1" b=2
      a="1"b=2
      a="x y" b=2
      a="x y"b=2
      a="x\\"y" b=2
      a="x\ty" b=2
      a="x\\'y" b=2
      a="x\\z" b=2
      a="x y b=2
      a=x"y b=2
      a=x=y b=2
      =1 b=2
      "a"=1 b=2
      b=2 a=1
      aa=1 b=2
      a=1 bb=2
      a=1 b=2
      """)
  }

  @Test func valuesNearTheEndOfTheInput() throws {
    // The last bytes of an input cannot be loaded sixteen at a time.
    for text in [
      "", "x", "0123456789abc", "0123456789abcdef", "é", "\"\"", "\"x y\"", "\"\\n\"", "\u{FFFD}",
    ] {
      let line = "a=\(text)"
      for end in ["\n", "", "\r\n", "\n\n", " "] {
        let snapshot = try read(line + "\n" + line + "\n" + line + end)
        #expect(snapshot.statistics.recordCount == 3)
      }
    }
  }

  @Test func longKeysTakeSeveralSteps() throws {
    for count in 1...70 {
      let key = String(repeating: "k", count: count)
      let lines = (0..<5).map { "\(key)=\($0) \(key)2=v\($0)\n" }
      let snapshot = try read(lines.joined())
      #expect(snapshot.column(key) == (0..<5).map { .int64($0) })
      #expect(snapshot.statistics.learnedShapeCount == 4)
    }
  }

  @Test func valuesThatDoNotFitTheirColumn() throws {
    let snapshot = try read(
      """
      n=1 t=2026-01-01T00:00:00Z b=true s=x
      n=1 t=2026-01-01T00:00:00Z b=true s=x
      n=x t=2026-01-01T00:00:00Z b=true s=x
      n=1 t=now b=true s=x
      n=1 t="2026-01-01 00:00:00Z" b=true s=x
      n=1 t=2026-01-01T00:00:00Z b=maybe s=x
      n= t= b= s=
      n="1" t="" b="true" s=""
      n=1é t=2026é b=trueé s=é
      n t b s

      """
    ) { $0.sampleByteCount = 60 }
    #expect(snapshot.statistics.recordCount == 10)
    #expect(snapshot.statistics.misfits.count == 11)
    #expect(snapshot.texts("s") == Array(repeating: "x", count: 6) + ["", "", "é", "true"])
  }

  @Test func keysWithDotsArePaths() throws {
    let snapshot = try read(
      """
      http.status=200 http.path=/a .a=1 b.=2 c..d=3 http=4
      http.status=500 http.path=/b .a=1 b.=2 c..d=3 http=4

      """)
    #expect(
      snapshot.columns.map(\.name).dropLast() == [
        "http.status", "http.path", "\".a\"", "\"b.\"", "\"c..d\"", "http",
      ])
    var options = ReaderOptions()
    options.formatName = "logfmt"
    options.selectedColumns = ["http.path", "http.status"]
    let selected = try Snapshot.read("http.status=200 http.path=/a x=1\n", options)
    #expect(selected.rows == [[.text(Array("/a".utf8)), .int64(200)]])
  }

  @Test func aKeyOfVeryManyPartsIsOneName() throws {
    let key = Array(repeating: "k", count: 20_000).joined(separator: ".")
    let snapshot = try read("\(key)=1\n\(key)=2\n")
    #expect(snapshot.columns[0].name == "\"\(key)\"")
    #expect(snapshot.column(snapshot.columns[0].name) == [.int64(1), .int64(2)])
  }
}
