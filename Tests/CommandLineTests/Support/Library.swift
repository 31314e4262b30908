import Foundation

/// The C library under test.
enum Library {
  /// The library: `SPALT_LIBRARY` says where, as `make test` sets it. Nil when nobody says so.
  static let path: String? = ProcessInfo.processInfo.environment["SPALT_LIBRARY"]

  static let headerPath = Samples.root.appendingPathComponent("Sources/CSpalt/include/spalt.h").path

  /// Compiles a C program against the library.
  static func compile(_ source: String, to program: String, _ flags: [String]) throws -> Outcome {
    let headers = Samples.root.appendingPathComponent("Sources/CSpalt/include").path
    return try Program.execute(
      Tools.cCompiler!,
      ["-std=c11", "-Wall", "-Wextra", "-Werror", "-I", headers] + flags
        + [
          "-o", program, Samples.root.appendingPathComponent(source).path, path!,
          "-Wl,-rpath," + URL(fileURLWithPath: path!).deletingLastPathComponent().path,
        ], timeoutSeconds: 60)
  }

  /// Runs a script of `Oracles`, which finds the library by the environment.
  static func python(
    _ python: String, _ script: String, _ arguments: [String], timeoutSeconds: Double = 120
  ) throws -> Outcome {
    try Program.execute(
      python, [Samples.oracle(script)] + arguments, environment: ["SPALT_LIBRARY": path!],
      timeoutSeconds: timeoutSeconds)
  }
}
