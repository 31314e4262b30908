import Foundation
import Testing

/// Ends of pipes that close early, and interrupted runs.
struct PipeTests {
  private func file(_ folder: TemporaryFolder) throws -> String {
    try folder.write(
      "big.ndjson", repeating: Samples.serviceLog(byteCount: 1_000_000), count: 20)
  }

  @Test(arguments: [["-O", "ndjson"], ["-O", "raw"], ["-j", "3"], ["--io", "read"]])
  func closedPipesEndTheRunQuietly(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let path = try file(folder)
    let list = arguments.joined(separator: " ")
    let outcome = try Program.shell(
      "\"$SPALT\" \(list) \"$1\" | head -n 1", [path])
    #expect(outcome.status == 0)
    #expect(outcome.lines.count == 1)
    #expect(outcome.errorText == "")
  }

  @Test(arguments: [["-O", "ndjson"], ["-O", "raw"]])
  func closedPipesEndTheRunQuietlyWhenTheSignalIsIgnored(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let path = try file(folder)
    let list = arguments.joined(separator: " ")
    let outcome = try Program.shell(
      "trap '' PIPE; \"$SPALT\" \(list) \"$1\" | head -n 1", [path])
    #expect(outcome.lines.count == 1)
    #expect(outcome.errorText == "")
  }

  @Test func closedPipesAreNoSuccessToScripts() throws {
    // Like other tools: ended by the signal, or with its number.
    let folder = try TemporaryFolder()
    let path = try file(folder)
    let outcome = try Program.shell(
      "{ \"$SPALT\" \"$1\"; echo \"status $?\" >\"$2\"; } | head -n 1",
      [path, folder.path("status")])
    #expect(outcome.errorText == "")
    let status = try folder.text("status")
    #expect(["status 141\n", "status 0\n"].contains(status))
  }

  @Test func closedStandardInputIsAnError() throws {
    let outcome = try Program.shell("\"$SPALT\" <&-")
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("standard input"))
  }

  @Test func aFileNeedsNoStandardInput() throws {
    let outcome = try Program.shell(
      "\"$SPALT\" -c \"$1\" <&-", [Samples.testData("service.ndjson")])
    #expect(outcome.status == 0)
    #expect(outcome.text == "200\n")
  }

  @Test func theLimitEndsALongInputEarly() throws {
    // `yes` never ends, so this ends only when nothing reads on.
    let outcome = try Program.shell(
      "yes '{\"a\":1}' | \"$SPALT\" -n 3; echo \"status $?\"")
    #expect(outcome.lines == ["{\"a\":1}", "{\"a\":1}", "{\"a\":1}", "status 0"])
  }
}
