import Foundation
import Testing

/// A run that does not get to its end leaves no half result where a whole one is expected.
@Suite struct HalfResultTests {
  private static let lines = (1...50_000).map { "{\"a\":\"\($0)\"}\n" }.joined()

  private func outcome(_ arguments: [String]) throws -> (Outcome, String) {
    let folder = try TemporaryFolder()
    let input = try folder.write("in", Self.lines + "bad\n" + Self.lines)
    let output = try folder.write("out", "good\n")
    let outcome = try Program.run([input, "-o", output] + arguments)
    return (outcome, try String(contentsOfFile: output, encoding: .utf8))
  }

  @Test(arguments: [
    ["--where", "CAST(a AS BIGINT) < 40000 OR (a || 'x')::INT = 1"], ["--memory", "1MiB"],
    ["--on-error", "fail"], ["--max-rejects", "0"],
    ["-c", "--where", "(a || CASE WHEN a = '45000' THEN 'x' ELSE '' END)::BIGINT > 0"],
  ])
  func filesAreNotReplaced(arguments: [String]) throws {
    let (outcome, content) = try outcome(arguments)
    #expect(outcome.status == 2 || outcome.status == 3, "\(outcome.errorText)")
    #expect(content == "good\n")
  }

  @Test func filesAreReplacedWhenAnotherInputIsMissing() throws {
    let (outcome, content) = try outcome(["/nonexistent", "-c"])
    #expect(outcome.status == 2)
    #expect(content == "100000\n")
  }

  @Test func noCountIsPrintedOfHalfARun() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("in", Self.lines)
    let outcome = try Program.run([input, "-c", "--where", "(a || 'x')::BIGINT = 1"])
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
  }

  @Test(arguments: [["--io", "mmap"], ["--io", "read", "--piece", "64"]])
  func theFirstRejectEndsTheRun(arguments: [String]) throws {
    let lines = Data("{\"a\":1}\n{\"a\":2}\nbad\n{\"a\":3}\nworse\n".utf8)
    let folder = try TemporaryFolder()
    let path = try folder.write("in", lines)
    let outcome = try Program.run([path, "--on-error", "fail"] + arguments)
    #expect(outcome.status == 3)
    #expect(outcome.text == "{\"a\":1}\n{\"a\":2}\n")
    #expect(outcome.errorText.contains(":3:"))
    // What stands behind the limit does not count.
    let limited = try Program.run([path, "-n", "2", "--on-error", "fail"] + arguments)
    #expect(limited.status == 0, "\(limited.errorText)")
  }

  @Test func outputAndRejectsAreTwoFiles() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("in", "{\"a\":1}\nbad\n")
    let path = folder.path("out")
    let outcome = try Program.run([input, "-o", path, "--rejects", path])
    #expect(outcome.status == 2)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func emptyInputHasNoLevels() throws {
    let outcome = try Program.run(["-l", "error", "--since", "yesterday"], input: Data())
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(outcome.output.isEmpty)
  }
}
