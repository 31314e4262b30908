import Foundation
import Testing

@testable import SpaltCLI

/// What a user sees who mistyped something.
struct HintTests {
  /// The lines of standard error that ask a question.
  private func questions(_ arguments: [String]) throws -> [String] {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    return outcome.errorLines.filter { $0.lowercased().contains("did you mean") }
  }

  @Test func options() throws {
    #expect(
      try questions(["--selct", "a"]) == [
        "Error: Unknown option '--selct'. Did you mean '--select'?"
      ])
    #expect(
      try questions(["parse", "--cuont"]) == [
        "Error: Unknown option '--cuont'. Did you mean '--count'?"
      ])
    #expect(try questions(["--SELECT", "a"]) == ["Did you mean '--select'?"])
    #expect(try questions(["schema", "--FULL"]) == ["Did you mean '--full'?"])
    #expect(try questions(["--max-recrds", "5"]).count == 1)
    #expect(try questions(["--telepathy"]) == [])
  }

  @Test func values() throws {
    #expect(try questions(["--to", "ndjosn"]) == ["Did you mean 'ndjson'?"])
    #expect(try questions(["--to=RAW"]) == ["Did you mean 'raw'?"])
    #expect(try questions(["parse", "-O", "nnoe"]) == ["Did you mean 'none'?"])
    #expect(try questions(["-c", "--io", "mamp", "file"]) == ["Did you mean 'mmap'?"])
    #expect(try questions(["schema", "--to", "jsno"]) == ["Did you mean 'json'?"])
    #expect(try questions(["completions", "zhs"]) == ["Did you mean 'zsh'?"])
    #expect(try questions(["--to", "carrier-pigeon"]) == [])
    #expect(try questions(["--limit", "x"]) == [])
  }

  /// The question stands behind what is wrong and before the usage.
  @Test func questionsStandInTheirPlace() throws {
    let lines = try Program.run(["--to", "ndjosn"]).errorLines
    let question = try #require(lines.firstIndex { $0.hasPrefix("Did you mean") })
    #expect(lines[0].hasPrefix("Error: The value 'ndjosn' is invalid"))
    #expect(lines[question + 1].hasPrefix("Help:"))
    #expect(lines.dropFirst(question).contains { $0.hasPrefix("Usage:") })
  }

  @Test func commands() throws {
    #expect(try questions(["shcema", "file"]) == ["spalt: did you mean the command 'schema'?"])
    #expect(try questions(["pasre", "file"]) == ["spalt: did you mean the command 'parse'?"])
    #expect(try questions(["completion"]) == ["spalt: did you mean the command 'completions'?"])
    #expect(try questions(["explian", "file"]) == ["spalt: did you mean the command 'explain'?"])
    #expect(try questions(["/missing/file"]) == [])
    #expect(try questions(["schema", "/missing/file"]) == [])
    #expect(try questions(["parse", "/missing/file"]) == [])
    #expect(try questions(["./shcema"]) == [])
  }

  /// A file that is there is meant, whatever it is called.
  @Test func filesThatExistAreNotTakenForCommands() throws {
    let folder = try TemporaryFolder()
    try folder.write("shcema", "{}\n")
    let outcome = try Program.shell(#"cd "$1"; "$SPALT" shcema missing"#, [folder.path])
    #expect(outcome.status == 2)
    #expect(!outcome.errorText.contains("did you mean"))
  }

  @Test func theFirstMistakeIsFound() throws {
    let command = try CommandDescription.spalt()
    func meant(_ arguments: [String]) -> String? { UsageHints.meant(by: arguments, command) }
    #expect(meant(["--to", "raw", "--io", "raed"]) == "read")
    #expect(meant(["--select", "--to", "ndjosn"]) == nil, "the value of --select is --to")
    #expect(meant(["--", "--io", "raed"]) == nil)
    #expect(meant(["--io"]) == nil)
    #expect(meant([]) == nil)
    #expect(meant(["-", "raed"]) == nil)
    #expect(meant(["schema", "--io=raed"]) == "read")
  }

  // MARK: - Inputs that were taken for plain text

  private static let prose = "Once upon a time,\nthere was a log\nof no format.\n"

  private func notes(_ arguments: [String], input: String = "") throws -> [String] {
    try Program.run(arguments + ["-O", "none"], input: Data(input.utf8)).errorLines
      .filter { $0.contains("plain text") }
  }

  /// A column that is not there may be missing because the input has none.
  @Test func plainTextIsMentionedWhenAColumnIsMissing() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("prose.log", Self.prose)
    let other = try folder.write("more.log", Self.prose)
    let note = "taken for plain text; say what it is with -f, or see why with"
    for arguments in [["--where", "status = 500"], ["--select", "status"]] {
      #expect(
        try notes([path] + arguments) == ["spalt: \(path) was \(note) 'spalt explain \(path)'"])
    }
    #expect(
      try notes([path, other, "--select", "status,size"]) == [
        "spalt: \(path) and 1 more were \(note) 'spalt explain \(path)'"
      ])
    #expect(
      try notes(["--select", "status"], input: Self.prose) == [
        "spalt: standard input was \(note) 'spalt explain'"
      ])
    for arguments in [["--since", "2024-01-01"], ["--level", "warn"], ["--time-column", "t"]] {
      let all = arguments + (arguments[0] == "--time-column" ? ["--since", "2024-01-01"] : [])
      let found = try notes([path] + all)
      #expect(found.count == 1)
      #expect(found.allSatisfy { $0.contains("'spalt explain'") })
    }
  }

  /// Who asks for nothing else, or says that it is plain text, wants no advice.
  @Test func plainTextIsNotMentionedOtherwise() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("prose.log", Self.prose)
    let log = try folder.write("app.ndjson", "{\"a\":1}\n{\"a\":2}\n")
    #expect(try notes([path]) == [])
    #expect(try notes([path, "--where", "line LIKE '%log%'"]) == [])
    #expect(try notes([path, "-f", "text", "--select", "status"]) == [])
    #expect(try notes([log, "--select", "status"]) == [])
    #expect(try notes([log, path, "--select", "status"]) == [])
    #expect(try notes([log, "--level", "warn"]) == [])
  }
}
