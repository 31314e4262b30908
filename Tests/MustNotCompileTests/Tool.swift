import Foundation

/// What a program that ran left behind.
struct ToolResult: Sendable {
  let status: Int32
  let output: String

  var succeeded: Bool { status == 0 }
}

/// A command-line program that tests run.
struct Tool: Sendable {
  let path: String

  /// The program called `name`, found as a shell would find it; on macOS also by `xcrun`.
  static func find(_ name: String) -> Tool? {
    let folders = ProcessInfo.processInfo.environment["PATH"] ?? ""
    for folder in folders.split(separator: ":") {
      let path = "\(folder)/\(name)"
      if FileManager.default.isExecutableFile(atPath: path) { return Tool(path: path) }
    }
    #if os(macOS)
      let path = "/Applications/Xcode.app/Contents/Developer/Toolchains/XcodeDefault.xctoolchain"
      let compiler = "\(path)/usr/bin/\(name)"
      if FileManager.default.isExecutableFile(atPath: compiler) { return Tool(path: compiler) }
    #endif
    return nil
  }

  /// Runs the program to its end. Output and errors come together, by way of a file, so that no pipe
  /// can fill up.
  func run(
    _ arguments: [String], in folder: URL, environment: [String: String] = [:]
  ) async throws -> ToolResult {
    let log = FileManager.default.temporaryDirectory
      .appending(path: "spalt-output-\(UUID().uuidString)")
    try Data().write(to: log)
    defer { try? FileManager.default.removeItem(at: log) }
    let handle = try FileHandle(forWritingTo: log)

    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    let status = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch {
        process.terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
    try handle.close()
    let output = try String(decoding: Data(contentsOf: log), as: UTF8.self)
    return ToolResult(status: status, output: output)
  }
}

/// Lets a few compilers run at once, and no more: a compiler takes a core and half a gigabyte.
actor Slots {
  private var freeCount: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(count: Int) { freeCount = count }

  func enter() async {
    if freeCount > 0 {
      freeCount -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func leave() {
    if waiting.isEmpty { freeCount += 1 } else { waiting.removeFirst().resume() }
  }
}
