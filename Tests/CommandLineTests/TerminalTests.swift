import Foundation
import Testing

/// Text from a log is hostile: a terminal gets it escaped, a pipe as it is.
@Suite(.enabled(if: Tools.python != nil, "python3 is not installed"))
struct TerminalTests {
  private static let hostile = Data(
    "{\"a\":\"x\\u001b[2J\u{1F600}é\",\"b\":\"\u{7F}\u{9B}31m\u{202E}\u{2028}\",\"c\":1}\n".utf8)

  private func inTerminal(_ arguments: [String]) throws -> Outcome {
    let folder = try TemporaryFolder()
    let path = try folder.write("hostile.ndjson", Self.hostile)
    return try Program.execute(
      Tools.python ?? "",
      [Samples.oracle("in_terminal.py"), "60", Program.path, path] + arguments,
      environment: ["TERM": "xterm"])
  }

  @Test(arguments: ["ndjson", "csv", "tsv", "logfmt", "raw"])
  func controlsAreEscapedOnATerminal(format: String) throws {
    let outcome = try inTerminal(["-O", format])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("\\u{7f}\\u{9b}31m\\u{202e}\\u{2028}"))
    #expect(outcome.text.contains("\u{1F600}é"))
    if format == "csv" || format == "tsv" { #expect(outcome.text.contains("x\\u{1b}[2J")) }
    #expect(
      outcome.text.unicodeScalars.allSatisfy {
        ($0 >= " " || $0 == "\n" || $0 == "\t") && !("\u{7F}"..."\u{9F}" ~= $0) && $0 != "\u{202E}"
      })
  }

  @Test(arguments: ["ndjson", "csv", "tsv", "logfmt", "raw"])
  func pipesAndFilesGetWhatIsThere(format: String) throws {
    let folder = try TemporaryFolder()
    let piped = try Program.output(["-O", format], input: Self.hostile)
    #expect(piped.contains("\u{7F}\u{9B}31m\u{202E}\u{2028}"))
    if format == "csv" || format == "tsv" { #expect(piped.contains("x\u{1B}[2J\u{1F600}é")) }
    _ = try inTerminal(["-O", format, "-o", folder.path("out")])
    #expect(try folder.text("out") == piped)
  }
}
