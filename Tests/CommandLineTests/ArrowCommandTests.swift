import Foundation
import Testing

/// The command's side of Arrow output, for which nothing else is needed.
@Suite struct ArrowCommandTests {
  private static let log = Samples.testData("service.ndjson")

  @Test(arguments: ["arrow", "arrow-stream"])
  func outputBeginsAndEndsAsItShould(format: String) throws {
    let outcome = try Program.run([Self.log, "--to", format])
    #expect(outcome.status == 0)
    let bytes = [UInt8](outcome.output)
    let endOfStream: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]
    if format == "arrow" {
      #expect(bytes.starts(with: Array("ARROW1\0\0".utf8)))
      #expect(bytes.suffix(6) == Array("ARROW1".utf8)[...])
    } else {
      #expect(bytes.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]))
      #expect(bytes.suffix(8) == endOfStream[...])
    }
  }

  /// Threads encode, and batches come in their order.
  @Test(arguments: ["utf8", "utf8_view", "dictionary"])
  func threadsMakeNoDifference(strings: String) throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("in", Samples.serviceLog(byteCount: 1 << 18))
    let arguments = [input, "--to", "arrow", "--strings", strings, "--piece", "32KiB"]
    let one = try Program.run(arguments + ["-j", "1"])
    #expect(one.status == 0, "\(one.errorText)")
    #expect(one.output.count > 1 << 16)
    #expect(try Program.run(arguments + ["-j", "2"]).output == one.output)
  }

  @Test(arguments: [["--strings", "utf8"], ["--compress", "none"], ["--compress", "zstd"]])
  func optionsAreForArrowOnly(options: [String]) throws {
    for arguments in [["--to", "csv"], ["--to", "none"], []] {
      let outcome = try Program.run([Self.log] + arguments + options)
      #expect(outcome.status == 2)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errorText.contains("--strings and --compress are for --to arrow"))
    }
  }

  @Test(
    .enabled(if: Tools.python != nil, "python3 is not installed"),
    arguments: ["arrow", "arrow-stream"])
  func terminalsAreSpared(format: String) throws {
    let outcome = try Program.execute(
      Tools.python ?? "",
      [Samples.oracle("in_terminal.py"), "100", Program.path, Self.log, "--to", format])
    #expect(outcome.text.contains("\(format) is not for terminals"))
    #expect(!outcome.text.contains("ARROW1"))
  }

  @Test func tooManyDistinctTextsAreAnError() throws {
    let folder = try TemporaryFolder()
    let lines = (0..<60_000).map { "{\"id\":\"a text that stands here once, number \($0)\"}\n" }
    let input = try folder.write("in", lines.joined())
    let output = try folder.write("out", "good")
    let arguments = [input, "--to", "arrow", "-o", output, "--memory", "16MiB", "-j", "1"]
    let outcome = try Program.run(arguments + ["--strings", "dictionary", "--piece", "256KiB"])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("column 'id' cannot be written"), "\(outcome.errorText)")
    #expect(outcome.errorText.contains("too many for a dictionary"))
    #expect(try folder.text("out") == "good")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files.sorted() == ["in", "out"])
    #expect(try Program.run(arguments).status == 0)
  }

  @Test func filesAreNotReplacedWhenARunFails() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("in", "{\"a\":\"1\"}\nbad\n{\"a\":\"2\"}\n")
    let output = try folder.write("out", "good")
    let outcome = try Program.run(
      [input, "--to", "arrow", "-o", output, "--on-error", "fail"])
    #expect(outcome.status == 3)
    #expect(try folder.text("out") == "good")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files.sorted() == ["in", "out"])
  }

  /// Six times the input takes no more memory.
  @Test(arguments: ["arrow", "arrow-stream"])
  func memoryIsBounded(format: String) throws {
    let folder = try TemporaryFolder()
    let block = Samples.serviceLog(byteCount: 1 << 18)
    var maxima: [Int] = []
    for count in [8, 48] {
      let input = try folder.write("in", repeating: block, count: count)
      let outcome = try Program.execute(
        Program.path,
        [
          input, "--to", format, "--strings", "dictionary", "--compress", "zstd", "--memory",
          "64MiB", "--select", "level,msg,status,latency_ms", "--io", "read", "-j", "1", "--piece",
          "256KiB", "-o", folder.path("out"),
        ], timeoutSeconds: 60)
      #expect(outcome.status == 0, "\(outcome.errorText)")
      maxima.append(outcome.maximumByteCount)
    }
    #expect(maxima[1] < maxima[0] + 4 << 20, "\(maxima)")
  }

  @Test func countsAreCounts() throws {
    let outcome = try Program.run([Self.log, "--to", "arrow", "-c"])
    #expect(outcome.text == (try Program.output([Self.log, "-c"])))
  }
}
