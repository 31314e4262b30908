import ArgumentParser
import Foundation
import Testing

@testable import SpaltCLI

/// Help, and its examples, which are run as they stand there.
struct HelpTests {
  /// The lines of a text's examples that a shell would be given.
  private static func examples(in text: String) -> [String] {
    HelpBlock.blocks(of: text).filter { $0.title == "EXAMPLES" }
      .flatMap { block in
        block.lines.filter { $0.hasPrefix("    ") }.map { String($0.drop { $0 == " " }) }
      }
  }

  /// Runs lines with `sh`, one after another in one folder, where the files of the examples are.
  private func run(_ lines: [String]) throws {
    let folder = try TemporaryFolder()
    let files = FileManager.default
    let log = Samples.testData("service.ndjson")
    try files.createSymbolicLink(atPath: folder.path("spalt"), withDestinationPath: Program.path)
    try files.createDirectory(atPath: folder.path("logs"), withIntermediateDirectories: true)
    for name in ["app.ndjson", "logs/a.ndjson", "logs/b.ndjson"] {
      try files.copyItem(atPath: log, toPath: folder.path(name))
    }
    for line in lines {
      let outcome = try Program.execute(
        "/bin/sh", ["-c", "cd \"$1\" && PATH=\"$1:$PATH\" && \(line)", "sh", folder.path])
      #expect(outcome.status == 0, "\(line): \(outcome.errorText)")
    }
  }

  @Test func examplesOfParseRun() throws {
    let examples = Self.examples(in: ParseCommand.configuration.discussion)
    #expect(examples.count >= 8)
    let help = try Program.output(["parse", "--help"])
    for example in examples { #expect(help.contains("    \(example)\n"), "\(example)") }
    try run(examples)
  }

  @Test func examplesOfSchemaRun() throws {
    let examples = Self.examples(in: SchemaCommand.configuration.discussion)
    #expect(examples.count == 3)
    try run(examples)
  }

  @Test func examplesOfExplainRun() throws {
    let examples = Self.examples(in: ExplainCommand.configuration.discussion)
    #expect(examples.count == 3)
    try run(examples)
  }

  @Test func examplesOfDoctorRun() throws {
    let examples = Self.examples(in: DoctorCommand.configuration.discussion)
    #expect(examples.count == 4)
    try run(examples)
  }

  @Test func helpFitsOnATerminal() throws {
    for arguments in [
      ["--help"], ["parse", "--help"], ["schema", "--help"], ["explain", "--help"],
      ["doctor", "--help"], ["completions", "--help"],
    ] {
      let lines = try Program.run(arguments).lines
      #expect(lines.allSatisfy { $0.count <= 80 }, "\(arguments)")
    }
    let help = try Program.output(["parse", "--help"])
    for title in ["WHICH RECORDS:", "OUTPUT:", "SCHEMA:", "RESOURCES:", "EXAMPLES:"] {
      #expect(help.contains("\n\(title)"), "\(title)")
    }
  }

  @Test func theNamesOfCommandsAreThoseDeclared() {
    let declared = SpaltCommand.configuration.subcommands.compactMap {
      $0.configuration.commandName
    }
    #expect(declared == ["parse"] + SpaltCommand.otherNames.filter { $0 != "help" })
  }

  @Test func everyCommandHasHelp() throws {
    for name in SpaltCommand.otherNames where name != "help" {
      #expect(try Program.output([name, "--help"]).contains("USAGE: spalt \(name)"))
      #expect(try Program.output(["help", name]).contains("USAGE: spalt \(name)"))
    }
  }
}
