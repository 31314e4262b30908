import Foundation
import Testing

/// What a finished process left behind.
struct Outcome: Sendable {
  /// The exit status, or 128 and the signal's number when a signal ended the process.
  let status: Int32
  let output: Data
  let errors: Data
  /// The most memory that was resident at once, in bytes.
  let maximumByteCount: Int

  var text: String { String(decoding: output, as: UTF8.self) }
  var errorText: String { String(decoding: errors, as: UTF8.self) }

  /// The lines of standard output, without their line feeds.
  var lines: [String] { Outcome.lines(text) }

  /// The lines of standard error.
  var errorLines: [String] { Outcome.lines(errorText) }

  private static func lines(_ text: String) -> [String] {
    // Split by scalars: Swift takes a carriage return and a line feed for one character.
    var parts = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true { parts.removeLast() }
    return parts.map { String($0) }
  }
}

/// Something about the machine or a process that makes a test impossible.
struct TestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// The product under test, run as a user would run it.
enum Program {
  /// The executable: `SPALT_BINARY` says where, or else it lies next to the test bundle.
  static let path: String = {
    if let path = ProcessInfo.processInfo.environment["SPALT_BINARY"] { return path }
    let runner = URL(fileURLWithPath: CommandLine.arguments[0])
    let folders = [
      Bundle.main.bundleURL, runner.deletingLastPathComponent(),
      Bundle.main.bundleURL.deletingLastPathComponent(),
    ]
    let candidates = folders.map { $0.appendingPathComponent("spalt").path }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[0]
  }()

  /// Whether `SPALT_BINARY` names the program: `make test` gives the one that users run, built in
  /// release mode. What the optimiser removes, such as the boxes of closures, is not Spalt's to count.
  static let isGiven = ProcessInfo.processInfo.environment["SPALT_BINARY"] != nil

  /// Runs `spalt` with these arguments; standard input is empty unless given.
  static func run(
    _ arguments: [String], input: Data = Data(), environment: [String: String] = [:],
    timeoutSeconds: Double = 20, observe: ((Int32) -> Void)? = nil
  ) throws -> Outcome {
    let outcome = try execute(
      path, arguments, input: input, environment: environment, timeoutSeconds: timeoutSeconds,
      observe: observe)
    if observe == nil {
      try CompressedRuns(
        arguments: arguments, input: input, environment: environment,
        timeoutSeconds: timeoutSeconds
      ).compare(with: outcome)
    }
    return outcome
  }

  /// Runs `spalt`, requires status 0, and gives its output.
  static func output(
    _ arguments: [String], input: Data = Data(), environment: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let outcome = try run(arguments, input: input, environment: environment)
    #expect(
      outcome.status == 0, "\(arguments): \(outcome.errorText)", sourceLocation: sourceLocation)
    return outcome.text
  }

  /// Runs a shell script in which `$SPALT` is the program.
  static func shell(
    _ script: String, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws -> Outcome {
    try execute(
      "/bin/sh", ["-c", script, "sh"] + arguments,
      environment: environment.merging(["SPALT": path]) { given, _ in given })
  }

  /// Runs any program and waits for it. Its streams are files, so that nothing can block on a full
  /// pipe, and it is killed when it takes too long.
  /// - Parameter observe: called again and again with the process's number while it runs.
  static func execute(
    _ executable: String, _ arguments: [String], input: Data = Data(),
    environment: [String: String] = [:], timeoutSeconds: Double = 20,
    observe: ((Int32) -> Void)? = nil
  ) throws -> Outcome {
    let folder = try TemporaryFolder()
    let outputPath = try folder.write("output", Data())
    let errorPath = try folder.write("errors", Data())
    let child = try ChildProcess(
      executable, arguments,
      environment: ProcessInfo.processInfo.environment
        .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }.merging(environment) { $1 },
      streams: (try folder.write("input", input), outputPath, errorPath))
    let deadline = Date(timeIntervalSinceNow: timeoutSeconds)
    while true {
      if let end = child.poll() {
        // What a script left running would outlive the test.
        child.killGroup()
        return Outcome(
          status: end.status, output: try Data(contentsOf: URL(fileURLWithPath: outputPath)),
          errors: try Data(contentsOf: URL(fileURLWithPath: errorPath)),
          maximumByteCount: end.maximumByteCount)
      }
      observe?(child.identifier)
      if Date() > deadline {
        child.killGroup()
        while child.poll() == nil { Thread.sleep(forTimeInterval: 0.001) }
        throw TestFailure("no end after \(timeoutSeconds) s: \(executable) \(arguments)")
      }
      Thread.sleep(forTimeInterval: 0.001)
    }
  }
}
