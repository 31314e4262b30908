import Testing

@testable import Spalt

/// Which columns an input gets, and where goes what does not fit them.
@Suite struct SchemaInferenceTests {
  private func columns(_ text: String, _ options: ReaderOptions = ReaderOptions.ndjson) throws
    -> [String]
  {
    try Snapshot.read(text, options).columnTexts
  }

  private func type(of values: [String]) throws -> String {
    let text = values.map { "{\"x\":\($0)}\n" }.joined()
    let columns = try Snapshot.read(text).columns
    #expect(columns.count == 2)
    return columns.first { $0.name == "x" }?.type.name ?? "none"
  }

  @Test func aColumnHasTheTypeOfItsValues() throws {
    let values = [
      "null", "true", "false", "7", "-9223372036854775808", "1.5", "1e3",
      "\"2024-01-01T00:00:00Z\"", "\"2024-01-01T00:00:00.5+02:00\"", "\"text\"", "\"\"", "[1]",
      "{}",
      "9223372036854775808", "1e999",
    ]
    let types = [
      "json", "bool", "bool", "int64", "int64", "float64", "float64", "timestamp", "timestamp",
      "string", "string", "json", "json", "json", "json",
    ]
    // What two types under one key give, in either order, with nulls between them.
    func joined(_ left: String, _ right: String) -> String {
      if left == right { return left }
      if Set([left, right]) == ["int64", "float64"] { return "float64" }
      if Set([left, right]) == ["timestamp", "string"] { return "string" }
      return "json"
    }
    var wrong: [String] = []
    for (left, leftType) in zip(values, types) {
      for (right, rightType) in zip(values, types) {
        let expected =
          left == "null" ? rightType : right == "null" ? leftType : joined(leftType, rightType)
        let found = try type(of: [left, "null", right])
        if found != expected { wrong.append("\(left) and \(right): \(found), not \(expected)") }
      }
    }
    #expect(wrong == [])
  }

  @Test func namesAreDottedAndQuotedWhereNeeded() throws {
    let text = #"""
      {"a":{"b":{"c":1},"":2},"a.b":3,"":4,"say \"x\"":5,"a":{"b":{"d.e":6}},"\u00e9\n":7,"e":{}}

      """#
    let names = Set(try Snapshot.read(text).columns.map(\.name))
    #expect(
      names == [
        #""a.b""#, #""""#, #""say ""x""""#, #"a.b."d.e""#, "é\n", "e", "_extra",
      ])
    for name in names {
      let keys = try #require(FieldPath.keys(of: name), "\(name)")
      let again = keys.map { key -> String in
        let text = String(decoding: key, as: UTF8.self)
        return text.isEmpty || text.contains(".") || text.contains("\"")
          ? "\""
            + text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\"" : text
      }
      #expect(again.joined(separator: ".") == name)
    }
  }

  @Test func quotesInNamesMustMatch() {
    for name in ["\"a", "a.\"b", "\"a\"b", "\"", "\"\"\""] {
      #expect(FieldPath.keys(of: name) == nil, "\(name)")
    }
    #expect(
      FieldPath.keys(of: "\"a\"\"b\".c")?.map { String(decoding: $0, as: UTF8.self) } == [
        "a\"b", "c",
      ])
    #expect(FieldPath.keys(of: "a..b")?.count == 3)
    #expect(FieldPath.keys(of: "")?.count == 1)
  }

  @Test func columnsStandInTheOrderOfTheirKeys() throws {
    #expect(
      try columns("{\"b\":1,\"a\":{\"y\":1,\"x\":\"t\"}}\n{\"c\":true,\"b\":2}\n") == [
        "b: int64", "a.y: int64", "a.x: string", "c: bool", "_extra: json",
      ])
  }

  @Test func lateKeysAndMisfitsGoToExtra() throws {
    let first = "{\"n\":1,\"t\":\"2024-01-01T00:00:00Z\",\"s\":\"x\",\"o\":{\"p\":true}}\n"
    var options = ReaderOptions.ndjson
    options.sampleByteCount = first.utf8.count
    let second =
      "{\"n\":\"one\",\"t\":\"later\",\"s\":5,\"o\":7,\"new\":{\"k\":[1, 2],\"d.e\":null}}\n"
    let third = "{\"n\":2,\"t\":null,\"o\":{\"p\":0,\"q\":\"é\"},\"s\":\"y\"}\n"
    let snapshot = try Snapshot.read(first + second + third, options)
    #expect(
      snapshot.columnTexts == [
        "n: int64", "t: timestamp", "s: string", "o.p: bool", "_extra: json",
      ])
    #expect(
      snapshot.texts("_extra") == [
        nil,
        "{\"n\":\"one\",\"t\":\"later\",\"s\":5,\"o\":7,\"new.k\":[1, 2],\"new.\\\"d.e\\\"\":null}",
        "{\"o.p\":0,\"o.q\":\"é\"}",
      ])
    #expect(snapshot.column("n") == [.int64(1), .null, .int64(2)])
    #expect(snapshot.statistics.misfits.count == 4)
    #expect(snapshot.statistics.misfits.firstOffset == first.utf8.count + 5)
    #expect(snapshot.statistics.unknownKeys.count == 4)
    let offset = first.utf8.count + "{\"n\":\"one\",\"t\":\"later\",\"s\":5,\"o\":".utf8.count
    #expect(snapshot.statistics.unknownKeys.firstOffset == offset)
  }

  @Test func lateKeysAreQuotedAndEscaped() throws {
    var options = ReaderOptions.ndjson
    options.sampleByteCount = 5
    let snapshot = try Snapshot.read(
      #"{"a":1}"# + "\n" + #"{"q\"\\":{"":1,"t\tn\n\u0001é":[2]}}"# + "\n", options)
    #expect(
      snapshot.texts("_extra") == [
        nil,
        #"{"\"q\"\"\\\".\"\"":1,"\"q\"\"\\\".t\tn\n\u0001é":[2]}"#,
      ])
  }

  @Test func selectedColumnsComeInTheirOrder() throws {
    let text = "{\"a\":1,\"o\":{\"x\":2,\"y\":\"z\"},\"b\":true}\n"
    var options = ReaderOptions.ndjson
    options.selectedColumns = ["b", "o", "never.seen", "a", "b", "o.x"]
    let snapshot = try Snapshot.read(text + "{\"never\":{\"seen\":[5]},\"b\":1}\n", options)
    #expect(
      snapshot.columnTexts == [
        "b: json", "o.x: int64", "o.y: string", "never.seen: json", "a: int64",
      ])
    #expect(snapshot.texts("never.seen") == [nil, "[5]"])

    options.sampleByteCount = text.utf8.count
    let late = try Snapshot.read(text + "{\"never\":{\"seen\":[5]},\"b\":1}\n", options)
    #expect(late.columnTexts.first == "b: bool")
    #expect(late.texts("never.seen") == [nil, "[5]"])
    #expect(late.column("b") == [.bool(true), .null])
    #expect(late.statistics.misfits.count == 1)
  }

  @Test func selectedExtraHoldsWhatHasNoColumnAtAll() throws {
    let first = "{\"a\":1,\"b\":2}\n"
    var options = ReaderOptions.ndjson
    options.selectedColumns = ["a", "_extra"]
    options.sampleByteCount = first.utf8.count
    let snapshot = try Snapshot.read(first + "{\"a\":\"x\",\"b\":3,\"c\":4}\n", options)
    #expect(snapshot.columnTexts == ["a: int64", "_extra: json"])
    #expect(snapshot.texts("_extra") == [nil, "{\"a\":\"x\",\"c\":4}"])
  }

  @Test func selectingWithUnmatchedQuotesIsAnError() throws {
    var options = ReaderOptions.ndjson
    options.selectedColumns = ["a", "\"b"]
    #expect(throws: SpaltError.usage("--select: the quotes in '\"b' do not match")) {
      try Snapshot.read("{\"a\":1}\n", options)
    }
  }

  @Test func columnsAreLimitedInNumber() throws {
    let line = "{" + (0..<50).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}\n"
    var options = ReaderOptions.ndjson
    options.maximumColumnCount = 7
    let snapshot = try Snapshot.read(line, options)
    #expect(snapshot.columns.map(\.name) == (0..<7).map { "k\($0)" } + ["_extra"])
    #expect(snapshot.statistics.unknownKeys.count == 43)
    let extra = "{" + (7..<50).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
    #expect(snapshot.texts("_extra") == [extra])
  }

  @Test func manyColumnsAndManyKeys() throws {
    // Identifiers as keys: a thousand of them get columns, the others end in `_extra`.
    let lines = (0..<3000).map { "{\"id\($0)\":\($0),\"z\":1}\n" }
    let snapshot = try Snapshot.read(lines.joined())
    #expect(snapshot.columns.count == 1001)
    #expect(snapshot.rows.count == 3000)
    #expect(snapshot.texts("_extra").last == "{\"id2999\":2999}")
    #expect(snapshot.statistics.unknownKeys.count == 3000 - 999)
  }

  @Test func aGivenSchemaIsUsedAsItIs() throws {
    var options = ReaderOptions.ndjson
    options.schema = Schema(columns: [
      ColumnDefinition(name: "o.x", type: .float64), ColumnDefinition(name: "a", type: .json),
      ColumnDefinition(name: "\"d.e\"", type: .int64),
      ColumnDefinition(name: "_extra", type: .json),
    ])
    let snapshot = try Snapshot.read(
      "{\"a\":1,\"o\":{\"x\":2,\"y\":3},\"d.e\":4}\n{\"a\":\"b\",\"d\":{\"e\":5}}\n", options)
    #expect(
      snapshot.columnTexts == ["o.x: float64", "a: json", "\"d.e\": int64", "_extra: json"])
    #expect(snapshot.column("o.x") == [.float64((2.0).bitPattern), .null])
    #expect(snapshot.texts("a") == ["1", "\"b\""])
    #expect(snapshot.column("\"d.e\"") == [.int64(4), .null])
    #expect(snapshot.texts("_extra") == ["{\"o.y\":3}", "{\"d.e\":5}"])
  }

  @Test func aGivenSchemaMayNameALine() throws {
    var options = ReaderOptions.ndjson
    options.schema = Schema(columns: [
      ColumnDefinition(name: "line", type: .int64), ColumnDefinition(name: "_extra", type: .json),
    ])
    let snapshot = try Snapshot.read("{\"line\":7}\n", options)
    #expect(snapshot.column("line") == [.int64(7)])
    #expect(snapshot.texts("_extra") == [nil])
  }

  // Two tests in processes of their own: a mix-up of columns could end the process.

  @Test func aSchemaInWhichExtraIsNoTextIsRefused() async {
    await #expect(processExitsWith: .success) {
      var options = ReaderOptions.ndjson
      options.schema = Schema(columns: [
        ColumnDefinition(name: "_extra", type: .int64), ColumnDefinition(name: "a", type: .int64),
      ])
      #expect(throws: SpaltError.self) {
        try Snapshot.read("{\"a\":1,\"late\":\"a text that is not short\"}\n", options)
      }
    }
  }

  @Test func keysWithTheNamesOfColumnsOfOurOwn() async {
    // `_extra` and `line` may well be keys of the input. Nothing of them may be lost or mixed up.
    await #expect(processExitsWith: .success) {
      var options = ReaderOptions.ndjson
      options.keepsRejectedLines = true
      let first = "{\"line\":7,\"_extra\":8,\"a\":\"x\"}\n"
      options.sampleByteCount = first.utf8.count
      let second = "{\"line\":9,\"_extra\":10,\"late\":\"a longer text\"}\n"
      let text = first + second + "broken line\n" + first
      for learnsShapes in [true, false] {
        options.learnsShapes = learnsShapes
        let snapshot = try Snapshot.read(text, options)
        let rows = snapshot.rows.map { $0.map(\.description).joined(separator: " ") }
        let found = [
          Set(snapshot.columns.map(\.name)).count == snapshot.columns.count, rows.count == 4,
          rows[0].contains("7") && rows[0].contains("8"),
          rows[1].contains("9") && rows[1].contains("10"), rows[1].contains("a longer text"),
          rows[2].contains("broken line") && !rows[2].contains("7"), rows[3] == rows[0],
          snapshot.flaws.isEmpty,
        ]
        #expect(found == Array(repeating: true, count: found.count))
      }
    }
  }

  @Test func schemaDependsOnNothingButTheBytes() throws {
    // The sample ends within the file: in the middle of a line, of a long line, of a second file.
    var generator = LineGenerator(seed: 21)
    let one = try TemporaryFile(generator.lines(60))
    let two = try TemporaryFile(generator.lines(60))
    for sampleByteCount in [0, 1, 150, 1000, 4000, 8000, 1 << 20] {
      var base = ReaderOptions.plain()
      base.sampleByteCount = sampleByteCount
      let expected = try Snapshot.read([one.path, two.path], base)
      for options in ReaderOptions.variants(of: base, count: 5, seed: UInt64(sampleByteCount)) {
        let snapshot = try Snapshot.read([one.path, two.path], options)
        let found = snapshot.differences(from: expected)
        #expect(found == [], "\(options.summary), sample of \(sampleByteCount)")
      }
    }
  }

  @Test func recordsThatAreTooLongDoNotShapeTheSchema() throws {
    let long = "{\"only_here\":\"" + String(repeating: "x", count: 3000) + "\"}\n"
    let file = try TemporaryFile(text: "{\"a\":1}\n" + long + "{\"a\":2}\n")
    var expected: [String]?
    for pieceByteCount in [64, 1 << 20] {
      for mode in [InputMode.mmap, .read] {
        var options = ReaderOptions.ndjson
        options.maximumRecordByteCount = 1000
        options.pieceByteCount = pieceByteCount
        options.inputMode = mode
        let snapshot = try Snapshot.read([file.path], options)
        #expect(snapshot.rejects.map(\.reason) == [.tooLong])
        #expect(snapshot.columnTexts == expected ?? snapshot.columnTexts)
        expected = snapshot.columnTexts
      }
    }
  }

  @Test func anInputWithoutRecordsHasNoColumnsOfItsOwn() throws {
    #expect(try columns("") == ["_extra: json"])
    #expect(try columns("\n\n") == ["_extra: json"])
    #expect(try columns("nothing\n") == ["_extra: json"])
    #expect(try columns("{}\n{}\n") == ["_extra: json"])
  }
}
