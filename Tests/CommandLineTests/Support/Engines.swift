import Foundation

/// The engines that read Arrow, installed on demand into `.build-oracles`: pyarrow, Polars, pandas and DuckDB.
enum Engines {
  private static let packages = [
    "pyarrow==26.0.1", "polars==2.1.0", "pandas==3.1.1", "duckdb==2.0.0", "numpy==2.4.6",
  ]

  /// A Python with all of them, or nil when they cannot be had.
  static let python: String? = {
    guard let systemPython = Tools.python else { return nil }
    let folder = Samples.root.appendingPathComponent(".build-oracles/engines").path
    let python = folder + "/bin/python"
    if works(python) { return python }
    guard ended(systemPython, ["-m", "venv", folder]),
      ended(python, ["-m", "pip", "install", "--quiet"] + packages), works(python)
    else { return nil }
    return python
  }()

  private static func works(_ python: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: python)
      && ended(python, ["-c", "import pyarrow, polars, pandas, duckdb"])
  }

  private static func ended(_ program: String, _ arguments: [String]) -> Bool {
    (try? Program.execute(program, arguments, timeoutSeconds: 300))?.status == 0
  }
}
