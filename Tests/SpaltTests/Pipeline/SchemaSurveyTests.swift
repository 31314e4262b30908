import Foundation
import Testing

@testable import Spalt

/// What a sample of an input holds in each column.
@Suite struct SchemaSurveyTests {
  private func survey(
    _ paths: [String], _ change: (inout ReaderOptions) -> Void = { _ in }
  ) throws -> SchemaSurvey {
    var options = ReaderOptions.ndjson
    change(&options)
    return try SchemaSurvey(inputs: paths.map { InputPath($0) }, options: options)
  }

  private func survey(
    _ text: String, _ change: (inout ReaderOptions) -> Void = { _ in }
  ) throws -> SchemaSurvey {
    let file = try TemporaryFile(text: text)
    return try survey([file.path], change)
  }

  private func column(_ name: String, _ survey: SchemaSurvey) throws -> ColumnSummary {
    try #require(survey.columns.first { $0.definition.name == name })
  }

  @Test func missingAndNullValuesCount() throws {
    let survey = try survey(
      """
      {"a":1,"b":"x"}
      {"a":null,"b":"null"}
      {"b":null}
      broken
      {"a":2,"b":"","c":[null]}

      """)
    #expect(survey.recordCount == 4)
    #expect(survey.rejectedCount == 1)
    #expect(!survey.isPartial)
    #expect(try column("a", survey).nullCount == 2)
    #expect(try column("b", survey).nullCount == 1)
    #expect(try column("c", survey).nullCount == 3)
    #expect(try column("_extra", survey).nullCount == 4)
    #expect(try column("_extra", survey).role == .extra)
    #expect(try column("a", survey).role == nil)
    #expect(try column("b", survey).samples == ["x", "null", ""])
    #expect(try column("c", survey).samples == ["[null]"])
  }

  @Test func everySyntaxHasItsNulls() throws {
    let batch = TokenBatch(
      [("s", .string), ("i", .int64), ("j", .json)],
      [
        (0, ["null", "1", "null"]), (0, ["\"a\"", "null", "\"a\""]), (1, ["null", "", "a"]),
        (1, ["\"b c\"", "2", "\"b\""]), (1, ["", nil, ""]), (2, ["\"q\"", "3", nil]),
        (2, ["", "", "4"]),
      ])
    var survey = SchemaSurvey(batch.schema)
    let made = try batch.make()
    survey.add(made, rowCount: 4)
    #expect(survey.recordCount == 4)
    #expect(survey.columns.map(\.nullCount) == [1, 2, 1])
    #expect(
      survey.columns.map(\.samples) == [
        ["a", "null", "b c"], ["1", "2"], ["\"a\"", "a", "\"b\""],
      ])
    survey = SchemaSurvey(batch.schema)
    survey.add(made, rowCount: 7)
    #expect(survey.columns.map(\.nullCount) == [1, 4, 2])
    let rest = TokenBatch(
      [("s", .string), ("t", .timestamp)], [(1, ["", "\"now\""]), (2, ["\"q\"", "\"then\""])])
    survey = SchemaSurvey(rest.schema)
    survey.add(try rest.make(), rowCount: 2)
    #expect(survey.columns.map(\.samples) == [["", "\"q\""], ["now", "\"then\""]])
  }

  @Test func samplesAreDistinctAndAsTheyStood() throws {
    let survey = try survey(
      #"""
      {"n":1.50,"t":"2024-01-01T00:00:00Z","s":"a\u0062","m":"text"}
      {"n":1.50,"t":"2024-01-01T00:00:00.0Z","s":"a\u0062","m":1}
      {"n":1.5,"t":"2024-01-01T00:00:00Z","s":"ab","m":{}}
      {"n":2,"t":"2024-01-02T00:00:00Z","s":"ä","m":"text"}
      {"n":3,"s":"z"}

      """#)
    #expect(try column("n", survey).samples == ["1.50", "1.5", "2"])
    #expect(
      try column("t", survey).samples == [
        "2024-01-01T00:00:00Z", "2024-01-01T00:00:00.0Z", "2024-01-02T00:00:00Z",
      ])
    #expect(try column("s", survey).samples == [#"a\u0062"#, "ab", "ä"])
    #expect(try column("m", survey).samples == ["\"text\"", "1", "{}"])
  }

  @Test func longSamplesAreCut() throws {
    let cases = [
      (String(repeating: "x", count: 40), String(repeating: "x", count: 40)),
      (String(repeating: "x", count: 41), String(repeating: "x", count: 39) + "…"),
      (String(repeating: "😀", count: 40), String(repeating: "😀", count: 40)),
      (String(repeating: "😀", count: 100), String(repeating: "😀", count: 39) + "…"),
      (String(repeating: "y", count: 100_000), String(repeating: "y", count: 39) + "…"),
    ]
    for (value, expected) in cases {
      #expect(try column("a", survey("{\"a\":\"\(value)\"}\n")).samples == [expected])
    }
  }

  /// Lines of 100 bytes whose number is `first` and so on.
  private func lines(_ count: Int, first: Int = 0) -> String {
    (first..<first + count).map { number in
      let head = "{\"seq\":\(number),\"pad\":\""
      return head + String(repeating: "p", count: 100 - head.utf8.count - 3) + "\"}\n"
    }.joined()
  }

  @Test func onlyTheSampleIsLookedAt() throws {
    let text = lines(500)
    #expect(text.utf8.count == 50_000)
    for (sample, count) in [(1, 1), (100, 1), (101, 2), (9_900, 99), (49_901, 500)] {
      let found = try survey(text) {
        $0.sampleByteCount = sample
        $0.pieceByteCount = 4096
      }
      #expect(found.recordCount == count, "\(sample)")
      #expect(found.isPartial == (count < 500), "\(sample)")
      #expect(found.columns.allSatisfy { $0.nullCount == ($0.role == .extra ? count : 0) })
    }
    #expect(try survey(text) { $0.sampleByteCount = .max }.recordCount == 500)
  }

  @Test func theSampleGoesOnInTheNextInput() throws {
    let first = try TemporaryFile(text: lines(10))
    let second = try TemporaryFile(text: lines(10, first: 10) + "{\"late\":true}\n")
    let paths = [first.path, second.path]
    for (sample, count) in [(999, 10), (1_000, 10), (1_001, 11), (2_000, 20), (2_001, 21)] {
      let found = try survey(paths) { $0.sampleByteCount = sample }
      #expect(found.recordCount == count, "\(sample)")
      #expect(found.columns.contains { $0.definition.name == "late" } == (count == 21))
    }
  }

  @Test func emptyInputsHaveOneColumn() throws {
    let found = try survey("")
    #expect(found.columns.map(\.definition.name) == ["_extra"])
    #expect(found.recordCount == 0)
    #expect(!found.isPartial)
  }

  /// A schema file stands for the schema that would be inferred: same columns, same values.
  @Test(arguments: ["service.ndjson", "odd.ndjson", "empty.ndjson"])
  func aSchemaFileReplacesInference(name: String) throws {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    try expectSame(root.appendingPathComponent("TestData/\(name)").path)
  }

  @Test(.needsCorpus) func aSchemaFileReplacesInferenceOnTheCorpus() throws {
    let files = try Corpus.ndjsonFiles()
    #expect(!files.isEmpty)
    for file in files { try expectSame(file.path) }
  }

  private func expectSame(_ path: String) throws {
    let found = try survey([path])
    let file = try TemporaryFile(text: SchemaFile.text(found.columns))
    for representation in [ReaderOptions.Representation.text, .values] {
      var options = ReaderOptions.ndjson
      options.representation = representation
      let inferred = try Snapshot.read([path], options)
      options.schema = try Schema(readingFileAt: file.path)
      let given = try Snapshot.read([path], options)
      #expect(given.columns == inferred.columns)
      #expect(given.rows == inferred.rows)
      #expect(given.positions == inferred.positions)
      #expect(given.statistics.misfits.count == inferred.statistics.misfits.count)
    }
  }

  /// Keys that are called as the columns that Spalt adds.
  @Test func keysWithNamesOfOursKeepTheirPlace() throws {
    let text = """
      {"_extra":{"a":1},"line":"text","_value":2}
      {"_extra":5,"line":"more"}

      """
    let file = try TemporaryFile(text: text)
    try expectSame(file.path)
    let found = try survey([file.path])
    #expect(found.columns.last?.definition.name == "_extra_")
    #expect(found.columns.last?.role == .extra)
  }
}
