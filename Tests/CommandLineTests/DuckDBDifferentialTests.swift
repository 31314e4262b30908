import Foundation
import Testing

/// Whole tables against DuckDB, which is installed on demand into `.build-oracles`.
@Suite(.enabled(if: DuckDB.python != nil, "duckdb cannot be installed here"))
struct DuckDBDifferentialTests {
  @Test(
    .enabled(if: Tools.cxxCompiler != nil, "no C++ compiler for the generator"), arguments: 1...2)
  func generatedFile(seed: Int) throws {
    let folder = try TemporaryFolder()
    let path = try Tools.generate(folder, byteCount: 12_000_000, seed: seed)
    let count = try Program.run([path, "-c"]).lines.first
    for arguments in [["-j", "2"], ["--io", "read"]] {
      let output = folder.path("output.ndjson")
      _ = try Program.output([path, "-o", output] + arguments)
      let outcome = try Program.execute(
        DuckDB.python ?? "", [Samples.oracle("duckdb_tables.py"), path, output])
      #expect(outcome.status == 0, "\(outcome.errorText)")
      #expect(outcome.lines.first == count)
    }
  }
}

/// Where DuckDB is.
enum DuckDB {
  private static let version = "2.0.0"

  /// A Python with DuckDB, or nil when it cannot be had.
  static let python: String? = {
    guard let systemPython = Tools.python else { return nil }
    let folder = Samples.root.appendingPathComponent(".build-oracles/duckdb-\(version)").path
    let python = folder + "/bin/python"
    if works(python) { return python }
    guard ended(systemPython, ["-m", "venv", folder]),
      ended(python, ["-m", "pip", "install", "--quiet", "duckdb==\(version)"]),
      works(python)
    else { return nil }
    return python
  }()

  private static func works(_ python: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: python) && ended(python, ["-c", "import duckdb"])
  }

  private static func ended(_ program: String, _ arguments: [String]) -> Bool {
    (try? Program.execute(program, arguments, timeoutSeconds: 40))?.status == 0
  }
}
