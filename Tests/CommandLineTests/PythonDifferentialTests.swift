import Foundation
import Testing

/// Every value of the output against CPython's `json`.
@Suite(.enabled(if: Tools.python != nil, "python3 is not installed"))
struct PythonDifferentialTests {
  /// Compares; gives the number of records.
  @discardableResult
  private func compare(
    _ path: String, _ arguments: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Int {
    let folder = try TemporaryFolder()
    let output = folder.path("output.ndjson")
    let run = try Program.run(["-f", "ndjson", path, "-o", output] + arguments)
    #expect(run.status == 0, "\(path)", sourceLocation: sourceLocation)
    let outcome = try python(["compare", path, output])
    #expect(
      outcome.status == 0, "\(path) \(arguments): \(outcome.errorText)",
      sourceLocation: sourceLocation)
    return Int(outcome.lines.first ?? "") ?? -1
  }

  private func python(_ arguments: [String]) throws -> Outcome {
    try Program.execute(
      Tools.python ?? "python3", [Samples.oracle("flatten.py")] + arguments,
      environment: ["PYTHONDONTWRITEBYTECODE": "1"])
  }

  @Test(arguments: Samples.data) func testData(path: String) throws {
    for arguments in [[], ["--io", "read"], ["-j", "3"], ["--max-columns", "3"]] {
      try compare(path, arguments)
    }
  }

  @Test(.enabled(if: Corpus.isPresent), arguments: Corpus.ndjson)
  func corpus(file: Corpus.File) throws {
    #expect(try compare(file.path) == file.wellFormedCount)
  }

  @Test(arguments: 1...6) func randomLines(seed: Int) throws {
    let folder = try TemporaryFolder()
    let lines = try python(["generate", String(seed), "4000"])
    let path = try folder.write("random.ndjson", lines.output)
    let count = try compare(path)
    #expect(count > 3000)
    for arguments in [["--io", "read", "-j", "2"], ["--max-columns", "4"]] {
      #expect(try compare(path, arguments) == count)
    }
    #expect(try Program.output([path, "-c"]) == "\(count)\n")
  }

  @Test func randomLinesBehindTheSample() throws {
    let folder = try TemporaryFolder()
    let lines = try python(["generate", "99", "2000"])
    let head = Data("{\"status\":200,\"msg\":\"\(String(repeating: "m", count: 4000))\"}\n".utf8)
    let path = try folder.write("late.ndjson", repeating: head, count: 2200, tail: lines.output)
    #expect(try compare(path) > 2200)
  }

  @Test func serviceLogs() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("service.ndjson", Samples.serviceLog(byteCount: 3_000_000))
    try compare(path)
  }

  @Test(.enabled(if: Tools.cxxCompiler != nil, "no C++ compiler for the generator"))
  func generatedFile() throws {
    let folder = try TemporaryFolder()
    let path = try Tools.generate(folder, byteCount: 12_000_000, seed: 3)
    let content = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(try compare(path) == content.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) })
  }
}
