import Foundation
import Spalt
import Testing

@testable import SpaltCLI

/// `spalt schema`.
struct SchemaCommandTests {
  private func survey(_ text: String) throws -> [ColumnSummary] {
    let folder = try TemporaryFolder()
    let path = try folder.write("in.ndjson", text)
    return try SchemaSurvey(inputs: [InputPath(path)], options: ReaderOptions()).columns
  }

  private struct File: Decodable {
    struct Column: Decodable, Equatable {
      let name: String
      let type: String
      var role: String?
      let nulls: Int
      let samples: [String]
    }
    let format: String
    let columns: [Column]
  }

  private func json(_ arguments: [String], input: Data = Data()) throws -> File {
    let text = try Program.output(["schema", "--to", "json"] + arguments, input: input)
    return try JSONDecoder().decode(File.self, from: Data(text.utf8))
  }

  @Test func testData() throws {
    let file = try json([Samples.testData("service.ndjson")])
    #expect(file.format == "ndjson")
    #expect(
      file.columns.map { "\($0.name) \($0.type) \($0.nulls)" } == [
        "ts timestamp 0", "level string 0", "service string 0", "msg string 0", "status int64 22",
        "latency_ms float64 12", "http.method string 18", "http.path string 18", "user int64 135",
        "http.agent.name string 174", "http.agent.mobile bool 174", "tags json 191",
        "region string 195", "_extra json 200",
      ])
    #expect(file.columns[4].samples == ["200", "204", "500"])
    #expect(file.columns.map(\.role) == Array(repeating: nil, count: 13) + ["extra"])
  }

  @Test func textIsAligned() throws {
    let lines = try Program.run(["schema"], input: Data(#"{"status":200,"m":"x y"}"#.utf8)).lines
    #expect(
      lines == [
        "column  type    nulls  samples",
        "status  int64       0  200",
        "m       string      0  x y",
        "_extra  json        1",
      ])
  }

  @Test func outputGoesToAFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("app.schema")
    let log = Samples.testData("service.ndjson")
    #expect(try Program.output(["schema", log, "--to", "json", "-o", path]) == "")
    #expect(try folder.text("app.schema") == Program.output(["schema", log, "-O", "json"]))
    let same = try folder.write("in.ndjson", "{\"a\":1}\n")
    #expect(try Program.run(["schema", same, "-o", same]).status == 2)
    #expect(try folder.text("in.ndjson") == "{\"a\":1}\n")
  }

  @Test func theSampleMayBeSmallerOrEverything() throws {
    let folder = try TemporaryFolder()
    let head = Data("{\"early\":\"\(String(repeating: "e", count: 87))\"}\n".utf8)
    #expect(head.count == 100)
    let path = try folder.write(
      "in.ndjson", repeating: head, count: 100_000, tail: Data("{\"late\":1}\n".utf8))
    let usual = try Program.run(["schema", path, "--to", "json"])
    #expect(!usual.text.contains("late"))
    #expect(
      usual.errorLines == ["spalt: from the first 83887 records; --full looks at all of them"])
    let small = try Program.run(["schema", path, "--sample", "1kB"])
    #expect(small.errorText.contains("the first 10 records"))
    for io in ["mmap", "read"] {
      let full = try Program.run(["schema", path, "--full", "--to", "json", "--io", io])
      #expect(full.errors.isEmpty, "\(full.errorText)")
      let columns = try JSONDecoder().decode(File.self, from: full.output).columns
      #expect(columns.map(\.nulls) == [1, 100_000, 100_001])
    }
  }

  @Test func rejectsAreReported() throws {
    let outcome = try Program.run(["schema", "-f", "ndjson", Samples.testData("odd.ndjson")])
    #expect(outcome.status == 0)
    #expect(outcome.errorLines == ["spalt: 3 rejected"])
  }

  @Test func mistakesAreStatus2() throws {
    for arguments in [
      ["/missing"], ["--sample", "0"], ["--sample", "x"], ["--to", "csv"], ["--max-record", "0"],
      ["/"],
    ] {
      let outcome = try Program.run(["schema"] + arguments)
      #expect(outcome.status == 2, "\(arguments)")
      #expect(outcome.output.isEmpty)
    }
  }

  @Test func textForATerminalIsHarmless() throws {
    let table = SchemaTable(
      try survey("{\"\\u001b]0;x\\u0007\":1,\"k\":\"[31m\u{202E}\u{7F}\u{9B}1mx\"}\n"))
    let text = table.text(isForTerminal: true)
    #expect(
      text.unicodeScalars.allSatisfy {
        $0 == "\n" || $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) && $0 != "\u{202E}"
      }, "\(text.debugDescription)")
    #expect(text.contains("\\u{9b}1mx"))
  }

  /// Only what would break the lines is escaped in a pipe.
  @Test func textInAPipeKeepsItsLines() throws {
    let table = SchemaTable(try survey("{\"two\\nlines\":\"\u{202E}x\"}\n"))
    let text = table.text(isForTerminal: false)
    #expect(text.split(separator: "\n").count == 3)
    #expect(text.contains("two\\u{a}lines"))
    #expect(text.contains("\u{202E}x"))
  }
}
