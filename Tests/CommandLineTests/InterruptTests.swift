import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ctrl-C and its relatives, while the program waits for more from a pipe. What was read is known: the
/// signal is sent when the pipe is empty again.
struct InterruptTests {
  private static let beginning = "{\"a\":1}\n{\"a\":2}\n{\"a\":"

  /// A named pipe that this process holds open.
  private final class NamedPipe {
    let descriptor: Int32

    init(_ path: String) throws {
      // SAFETY: the path is a NUL-terminated string for the length of both calls.
      guard unsafe mkfifo(path, 0o600) == 0 else { throw TestFailure("no pipe at \(path)") }
      descriptor = unsafe open(path, O_RDWR | O_NONBLOCK)
    }

    deinit { close(descriptor) }

    func write(_ text: String) {
      let bytes = Array(text.utf8)
      // SAFETY: the array is valid for the call.
      let count = unsafe bytes.withUnsafeBytes { bytes in
        #if canImport(Glibc)
          unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
          unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #else
          unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
      }
      #expect(count == bytes.count)
    }

    var isEmpty: Bool {
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      // SAFETY: the entry is a local.
      return unsafe poll(&entry, 1, 0) == 0
    }
  }

  /// Runs the program on a pipe with `beginning` in it, and sends a signal when it was read.
  private func interrupt(
    _ arguments: [String], in folder: TemporaryFolder, with signal: Int32 = SIGINT
  ) throws -> Outcome {
    let pipe = try NamedPipe(folder.path("pipe"))
    pipe.write(Self.beginning)
    var isSent = false
    return try Program.run([folder.path("pipe")] + arguments) { child in
      guard !isSent, pipe.isEmpty else { return }
      isSent = true
      kill(child, signal)
    }
  }

  private func names(_ folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test(arguments: [
    (["-O", "ndjson"], "{\"a\":1}\n{\"a\":2}\n"), (["-j", "3"], "{\"a\":1}\n{\"a\":2}\n"),
    (["-O", "raw", "-j", "1"], "{\"a\":1}\n{\"a\":2}\n"),
    (["-O", "csv", "--select", "a"], "a\n1\n2\n"),
    (["-O", "table", "--select", "a"], "a\n1\n2\n"), (["-c"], "2\n"), (["-O", "none"], ""),
    (["--where", "a > 1"], "{\"a\":2}\n"),
  ])
  func whatIsKnownIsWritten(arguments: [String], expected: String) throws {
    let outcome = try interrupt(arguments, in: TemporaryFolder())
    #expect(outcome.status == 130)
    #expect(outcome.text == expected)
    let count = arguments.contains("--where") ? 1 : 2
    #expect(outcome.errorLines == ["spalt: interrupted after \(count) records"])
  }

  @Test func filesBeforeThePipeAreKnown() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("file", "{\"b\":0}\n")
    let pipe = try NamedPipe(folder.path("pipe"))
    pipe.write("{\"b\":1}\n")
    var isSent = false
    let outcome = try Program.run([file, folder.path("missing"), folder.path("pipe"), file]) {
      child in
      guard !isSent, pipe.isEmpty else { return }
      isSent = true
      kill(child, SIGINT)
    }
    #expect(outcome.status == 130)
    #expect(outcome.text == "{\"b\":0}\n{\"b\":1}\n")
    #expect(outcome.errorLines.count == 2)
    #expect(outcome.errorText.contains("missing"))
    #expect(outcome.errorLines.last == "spalt: interrupted after 2 records")
  }

  @Test func aPipeThatNobodyWritesToIsLeft() throws {
    let folder = try TemporaryFolder()
    // SAFETY: as above.
    guard unsafe mkfifo(folder.path("pipe"), 0o600) == 0 else { throw TestFailure("no pipe") }
    let outcome = try Program.run([folder.path("pipe"), "-o", folder.path("out")]) { child in
      kill(child, SIGINT)
    }
    #expect(outcome.status == 130)
    #expect(try names(folder) == ["pipe"])
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func noHalfFileStays(signal: Int32) throws {
    let folder = try TemporaryFolder()
    let files = ["-o", folder.path("out"), "--rejects", folder.path("rejects")]
    let outcome = try interrupt(files, in: folder, with: signal)
    #expect(outcome.status == 128 + signal)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.errorLines
        == (signal == SIGINT ? ["spalt: interrupted after 2 records; nothing was written"] : []))
    #expect(try names(folder) == ["pipe"])
  }

  @Test func whatStoodUnderTheNameStays() throws {
    let folder = try TemporaryFolder()
    try folder.write("out", "as it was")
    _ = try interrupt(["-c", "-o", folder.path("out")], in: folder)
    #expect(try folder.text("out") == "as it was")
  }

  /// The output is a pipe that nobody reads, so the first signal cannot end the program.
  @Test func theSecondEndsAtOnce() throws {
    let folder = try TemporaryFolder()
    let output = try NamedPipe(folder.path("output"))
    let input = try folder.write("in", Samples.serviceLog(byteCount: 1_000_000))
    let outcome = try Program.run([input, "-o", folder.path("output")]) { child in
      if !output.isEmpty { kill(child, SIGINT) }
    }
    #expect(outcome.status == 130)
    #expect(outcome.errors.isEmpty, "\(outcome.errorText)")
  }

  @Test func ignoredSignalsStayIgnored() throws {
    let folder = try TemporaryFolder()
    let pipe = try NamedPipe(folder.path("pipe"))
    pipe.write(Self.beginning)
    var isSent = false
    let outcome = try Program.execute(
      "/bin/sh",
      ["-c", "trap '' INT HUP; exec \"$1\" \"$2\" -n 3", "sh", Program.path, folder.path("pipe")]
    ) { child in
      guard !isSent, pipe.isEmpty else { return }
      isSent = true
      kill(child, SIGINT)
      kill(child, SIGHUP)
      kill(child, SIGTERM)
    }
    #expect(outcome.status == 143, "neither of the ignored signals")
    #expect(outcome.errors.isEmpty)
  }

  @Test func aClosedPipeLeavesNoRejects() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(
      "in", repeating: Samples.serviceLog(byteCount: 100_000) + Data("bad\n".utf8), count: 30)
    let outcome = try Program.shell(
      "\"$SPALT\" \"$1\" --rejects \"$2\" | head -n 1", [input, folder.path("rejects")])
    #expect(outcome.lines.count == 1)
    #expect(outcome.errors.isEmpty)
    #expect(try names(folder) == ["in"])
  }
}
