import Foundation
import Testing

@testable import SpaltCLI

/// The manual page, which is made of the declarations.
struct ManualTests {
  private func page() throws -> String { try Program.output(["manual"]) }

  /// Every option and command that is declared and not hidden.
  @Test func everythingThatIsDeclaredIsThere() throws {
    let page = try page()
    let command = try CommandDescription.spalt()
    #expect(command.subcommands.map(\.name).contains("parse"))
    for subcommand in command.subcommands where subcommand.name != "help" {
      #expect(page.contains(Roff.escaped(subcommand.abstract)), "\(subcommand.name)")
      #expect(!subcommand.arguments.isEmpty)
      for argument in subcommand.arguments {
        for name in argument.names {
          #expect(page.contains(Roff.bold(name)) == argument.isShown, "\(name)")
        }
        if argument.isShown { #expect(page.contains(Roff.escaped(argument.abstract))) }
      }
    }
  }

  @Test func sectionsAreInTheUsualOrder() throws {
    let sections = try page().split(separator: "\n").filter { $0.hasPrefix(".SH ") }
      .map { String($0.dropFirst(4)) }
    #expect(sections.prefix(4) == ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS"])
    #expect(sections.contains("EXAMPLES"))
    #expect(sections.last == "ENVIRONMENT")
    #expect(Set(sections).count == sections.count)
    for name in ["NO_COLOR", "SPALT_KERNEL", "TZ"] {
      #expect(try page().contains(Roff.bold(name)))
    }
  }

  @Test func plainTextStaysPlain() {
    #expect(Roff.escaped(".so /etc/passwd") == "\\&.so /etc/passwd")
    #expect(Roff.escaped("a\\b-'`^~\"é") == "a\\eb\\-\\(aq\\(ga\\(ha\\(ti\\(dq\\[u00E9]")
    #expect(Roff.escaped("'x") == "\\(aqx")
  }

  @Test func blocksOfHelpAreToldApart() {
    let blocks = HelpBlock.blocks(
      of: """
        One line
        and another.

        EXIT STATUS:
          0    Done.
          130  Stopped.

        EXAMPLES:
          Purpose:
            spalt -c
        """)
    #expect(blocks.map(\.title) == [nil, "EXIT STATUS", "EXAMPLES"])
    #expect(Roff.text(of: blocks[0]) == "One line\nand another.")
    #expect(
      Roff.text(of: blocks[1])
        == ".TP 14\n\\fB0\\fR\nDone.\n.TP 14\n\\fB130\\fR\nStopped.")
    #expect(
      Roff.text(of: blocks[2])
        == ".PP\nPurpose:\n.RS 4\n.nf\n\\fBspalt \\-c\\fR\n.fi\n.RE")
  }

  @Test(.enabled(if: Tools.find("groff") != nil, "groff is not installed"))
  func groffHasNothingToSay() throws {
    let outcome = try Program.execute(
      Tools.find("groff") ?? "", ["-man", "-Tutf8", "-ww"], input: Data(page().utf8))
    #expect(outcome.status == 0)
    #expect(outcome.errorText == "")
    #expect(outcome.output.count > 2000)
  }

  @Test(.enabled(if: Tools.find("mandoc") != nil, "mandoc is not installed"))
  func mandocFindsNoError() throws {
    let outcome = try Program.execute(
      Tools.find("mandoc") ?? "", ["-T", "lint", "-W", "error"], input: Data(page().utf8))
    #expect(outcome.status == 0, "\(outcome.text)")
  }

  @Test(.enabled(if: Tools.find("man") != nil, "man is not installed"))
  func manShowsIt() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("spalt.1", page())
    let outcome = try Program.execute(
      Tools.find("man") ?? "", ["-l", "--warnings", path],
      environment: ["MANPAGER": "cat", "MANWIDTH": "80", "LC_ALL": "C.UTF-8", "TERM": "dumb"])
    #expect(outcome.status == 0)
    #expect(outcome.errorText == "")
    #expect(outcome.text.contains("spalt"))
  }
}
