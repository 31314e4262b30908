import Foundation
import Testing

/// Exit statuses, and what is said with them.
struct StatusTests {
  private let good = Data("{\"a\":1}\n".utf8)
  private let mixed = Data("{\"a\":1}\nbroken\n{\"a\":2}\n{\"a\":3}\n".utf8)

  // MARK: - 0 and 1

  @Test func rejectsAloneAreNoFailure() throws {
    let outcome = try Program.run([], input: mixed)
    #expect(outcome.status == 0)
    #expect(outcome.lines.count == 3)
    #expect(outcome.errorText.contains("1 rejected"))
  }

  @Test func nothingFoundIsStatus1OnlyWhenAsked() throws {
    for sink in [["-O", "ndjson"], ["-O", "raw"], ["-O", "none"], ["-c"]] {
      #expect(try Program.run(sink).status == 0)
      #expect(try Program.run(sink + ["--exit-status"]).status == 1)
      #expect(try Program.run(sink + ["--exit-status"], input: good).status == 0)
      let broken = sink + ["-f", "ndjson", "--exit-status"]
      #expect(try Program.run(broken, input: Data("broken\n".utf8)).status == 1)
    }
    #expect(try Program.run(["-c", "--exit-status"]).text == "0\n")
  }

  @Test(arguments: [["--help"], ["-h"], ["parse", "--help"], ["help", "parse"], ["--version"]])
  func helpIsDataAndNoFailure(arguments: [String]) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 0)
    #expect(!outcome.output.isEmpty)
    #expect(outcome.errors.isEmpty)
    if arguments == ["--version"] {
      #expect(outcome.lines.count == 1)
      #expect(outcome.text.split(separator: ".").count == 3)
    }
  }

  @Test func helpNamesEveryOption() throws {
    let help = try Program.output(["parse", "--help"])
    for option in [
      "-f", "--format", "-O", "--to", "-o", "--output", "--select", "-n", "--limit", "-c",
      "--count", "-j", "--threads", "--io", "--memory", "--max-record", "--max-columns",
      "--on-error", "--rejects", "--max-rejects", "--stats", "--require-zero-copy",
      "--exit-status",
    ] {
      #expect(help.contains(option), "\(option)")
    }
  }

  // MARK: - 2

  @Test(arguments: [
    ["--nonsense"], ["--to", "xml"], ["-f", "xml"], ["-n", "many"], ["-n=-1"], ["-j", "0"],
    ["-j", "x"], ["--io", "telepathy"], ["--memory", "12q"], ["--max-record", "-5"],
    ["--max-record", "0"], ["--max-rejects", "abc"], ["--max-rejects", "101%"],
    ["--max-rejects", "-1"], ["--on-error", "panic"], ["--stats=xml"], ["-o"],
    ["--require-zero-copy", "--io", "read"], ["--max-columns", "-1"],
    ["--memory", "99999999999999999999"], ["--memory", "9999999999GiB"],
  ])
  func wrongUsageIsStatus2(arguments: [String]) throws {
    let outcome = try Program.run(arguments, input: good)
    #expect(outcome.status == 2, "\(arguments)")
    #expect(outcome.output.isEmpty)
    #expect(!outcome.errors.isEmpty)
  }

  @Test func inputThatCannotBeReadIsStatus2() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("good.ndjson", good)
    for path in [folder.path("missing.ndjson"), folder.path, file + "/below"] {
      let outcome = try Program.run([path])
      #expect(outcome.status == 2, "\(path)")
      #expect(outcome.output.isEmpty)
      #expect(outcome.errorText.contains(path))
      #expect(outcome.errorLines.count == 1)
    }
  }

  @Test func whatWasReadBeforeAMissingFileIsWritten() throws {
    let folder = try TemporaryFolder()
    // The first file is larger than the sample, so the second is opened when output has begun.
    let file = try folder.write("1.ndjson", Samples.serviceLog(byteCount: 9_000_000))
    let outcome = try Program.run([file, folder.path("missing.ndjson")])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("missing.ndjson"))
    let whole = try Program.run([file]).output
    #expect(whole.starts(with: outcome.output))
    #expect(outcome.output == whole)
  }

  @Test func unreadableFileIsStatus2() throws {
    // Root reads everything.
    guard getuid() != 0 else { return }
    let folder = try TemporaryFolder()
    let file = try folder.write("closed.ndjson", good)
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: file)
    let outcome = try Program.run([file])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains(file))
  }

  @Test func outputThatCannotBeWrittenIsStatus2() throws {
    let folder = try TemporaryFolder()
    for arguments in [
      ["-o", folder.path("no/such/folder")], ["--rejects", folder.path("no/such/folder")],
      ["-o", folder.path], ["-c", "-o", folder.path],
    ] {
      let outcome = try Program.run(arguments, input: good)
      #expect(outcome.status == 2, "\(arguments)")
      #expect(outcome.errorText.contains(folder.path))
    }
    #if os(Linux)
      for sink in [["-O", "ndjson"], ["-O", "raw"], ["-c"]] {
        let full = try Program.run(sink + ["-o", "/dev/full"], input: good)
        #expect(full.status == 2, "\(sink)")
        #expect(full.errorText.contains("/dev/full"))
      }
    #endif
  }

  @Test func tooLittleMemoryIsStatus2() throws {
    let file = Samples.testData("service.ndjson")
    for memory in ["0", "100", "64KiB", "1MiB"] {
      let outcome = try Program.run([file, "--memory", memory])
      #expect(outcome.status == 2, "\(memory)")
      #expect(outcome.errorText.contains("--memory"))
      #expect(outcome.errorLines.count == 1)
    }
    #expect(try Program.run([file, "--memory", "64MiB"]).status == 0)
  }

  // MARK: - 3

  @Test func tooManyRejectsAreStatus3() throws {
    let cases: [(limit: String, status: Int32)] = [
      ("0", 3), ("1", 0), ("2", 0), ("0%", 3), ("24%", 3), ("24.9%", 3), ("25%", 0), ("100%", 0),
    ]
    for (limit, status) in cases {
      let outcome = try Program.run(["--max-rejects", limit], input: mixed)
      #expect(outcome.status == status, "\(limit)")
      #expect(try Program.run(["--max-rejects", limit], input: good).status == 0)
      if status == 3 { #expect(outcome.errorText.contains("1 rejected")) }
    }
  }

  @Test func failEndsAtTheFirstReject() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("in.ndjson", mixed)
    let outcome = try Program.run([file, "--on-error", "fail"])
    #expect(outcome.status == 3)
    #expect(outcome.errorText.contains("\(file):2: "))
    #expect(outcome.errorText.contains("offset 8"))
    #expect(try Program.run([file, "--on-error", "fail", "-c"]).status == 3)
    #expect(try Program.run(["--on-error", "fail"], input: good).status == 0)
  }

  @Test func failWritesTheRecordsBeforeTheReject() throws {
    let outcome = try Program.run(["--on-error", "fail"], input: mixed)
    #expect(outcome.lines.first == "{\"a\":1}")
  }

  // MARK: - 4

  @Test func aCopyIsStatus4WhenNoneIsAllowed() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("in.ndjson", "{\"a\":1}\n{\"msg\":\"line\\nfeed\"}\n")
    let outcome = try Program.run([file, "-O", "none", "--require-zero-copy"])
    #expect(outcome.status == 4)
    for word in [file, "decode", "escapeDecoded", "offset 16"] {
      #expect(outcome.errorText.contains(word), "\(word): \(outcome.errorText)")
    }
    // Row sinks print escapes as they stood, so nothing is copied for them.
    #expect(try Program.run([file, "--require-zero-copy"]).status == 0)
    let others = try folder.write("others.ndjson", "{\"a\":1,\"b\":\"text without escapes\"}\n")
    #expect(try Program.run([others, "-O", "none", "--require-zero-copy"]).status == 0)
    let unselected = ["--select", "a", "-O", "none", "--require-zero-copy"]
    #expect(try Program.run([file] + unselected).status == 0)
  }

  @Test func illFormedTextIsACopyToo() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      "in.ndjson", Data("{\"a\":\"".utf8) + [0xFF] + Data("\"}\n".utf8))
    let outcome = try Program.run([file, "-O", "none", "--require-zero-copy"])
    #expect(outcome.status == 4)
    #expect(outcome.errorText.contains("transcoded"))
  }

  @Test func pipesAreRefusedWhenNoCopyIsAllowed() throws {
    let outcome = try Program.shell("echo '{}' | \"$SPALT\" --require-zero-copy")
    #expect(outcome.status == 2, "--require-zero-copy implies --io mmap, which a pipe cannot do")
  }
}
