import Foundation

/// Programs of the machine that some tests need, and what is built with them.
enum Tools {
  static let python = find("python3")
  static let cCompiler = find("cc") ?? find("clang")
  static let cxxCompiler = find("c++") ?? find("clang++")

  /// The path of a program, or nil when it is not installed.
  static func find(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  private static let folder = Samples.root.appendingPathComponent(".build-oracles")

  /// The benchmarks' generator of log files, or nil when it cannot be built here.
  static let generator: String? = build(
    cxxCompiler, ["-std=c++17", "-O1"], source: "Benchmarks/generator/generate.cpp", "generate")

  /// A library that counts allocations when it is preloaded, or nil when it cannot be built here.
  static let mallocCounter: String? = build(
    cCompiler, ["-shared", "-fPIC", "-O1"], source: "Benchmarks/tools/malloc_counter.c",
    "malloc_counter.so")

  private static func build(
    _ compiler: String?, _ flags: [String], source: String, _ name: String
  ) -> String? {
    let source = Samples.root.appendingPathComponent(source).path
    guard let compiler, FileManager.default.fileExists(atPath: source) else { return nil }
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let product = folder.appendingPathComponent(name).path
    let outcome = try? Program.execute(compiler, flags + ["-o", product, source])
    return outcome?.status == 0 ? product : nil
  }

  /// A file of about `byteCount` bytes from the generator.
  static func generate(_ folder: TemporaryFolder, byteCount: Int, seed: Int) throws -> String {
    guard let generator else { throw TestFailure("the generator could not be built") }
    let path = folder.path("generated-\(seed).ndjson")
    let outcome = try Program.execute(
      generator,
      ["ndjson", "--bytes", String(byteCount), "--out", path, "--seed", String(seed)])
    guard outcome.status == 0 else { throw TestFailure("the generator: \(outcome.errorText)") }
    return path
  }
}
