import Foundation
import Testing

/// What csv, tsv and logfmt say is what ndjson says, as other programs read them.
@Suite(.enabled(if: Tools.python != nil, "python3 is not installed"))
struct DelimitedRoundTripTests {
  /// Compares the formats of one input; gives the number of records.
  @discardableResult
  private func compare(
    _ path: String, _ arguments: [String] = [], kinds: [String] = ["csv", "tsv", "logfmt"],
    python: String? = Tools.python, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Int {
    let folder = try TemporaryFolder()
    let ndjson = folder.path("output.ndjson")
    _ = try Program.run(["-f", "ndjson", path, "-o", ndjson] + arguments)
    var count = -1
    for kind in kinds {
      let output = folder.path("output")
      let format = kind == "duckdb" ? "csv" : kind
      let run = try Program.run(["-f", "ndjson", path, "-O", format, "-o", output] + arguments)
      #expect(run.status == 0, "\(path)", sourceLocation: sourceLocation)
      let outcome = try Program.execute(
        python ?? "", [Samples.oracle("delimited_values.py"), kind, ndjson, output])
      #expect(
        outcome.status == 0, "\(path) \(kind) \(arguments): \(outcome.errorText)",
        sourceLocation: sourceLocation)
      count = Int(outcome.lines.first ?? "") ?? -1
    }
    return count
  }

  @Test(arguments: Samples.data.filter { !$0.hasSuffix("empty.ndjson") })
  func testData(path: String) throws {
    for arguments in [[], ["--io", "read"], ["--max-columns", "2"], ["--on-error", "keep"]] {
      #expect(try compare(path, arguments) > 0)
    }
  }

  @Test(.enabled(if: Corpus.isPresent), arguments: Corpus.ndjson)
  func corpus(file: Corpus.File) throws {
    #expect(try compare(file.path) == file.wellFormedCount)
  }

  @Test(arguments: 1...4) func randomLines(seed: Int) throws {
    let folder = try TemporaryFolder()
    let lines = try Program.execute(
      Tools.python ?? "", [Samples.oracle("flatten.py"), "generate", String(seed), "3000"])
    let path = try folder.write("random.ndjson", lines.output)
    for arguments in [[], ["--max-columns", "4"]] { #expect(try compare(path, arguments) > 2000) }
  }

  @Test func serviceLogs() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("service.ndjson", Samples.serviceLog(byteCount: 3_000_000))
    #expect(try compare(path) > 10_000)
  }

  @Test(.enabled(if: DuckDB.python != nil, "duckdb cannot be installed here"))
  func duckDBReadsTheTable() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "service.ndjson",
      Samples.serviceLog(byteCount: 2_000_000)
        + Data(#"{"seq":-1,"msg":"","level":null,"status":"=1+1, \"q\"\n"}"#.utf8) + [0x0A])
    #expect(try compare(path, kinds: ["duckdb"], python: DuckDB.python) > 5000)
  }
}
