import Foundation
import Testing

/// The scripts of `spalt completions`.
struct CompletionTests {
  private static let bash = Tools.find("bash")
  private static let zsh = Tools.find("zsh")
  private static let fish = Tools.find("fish")

  private func script(_ shell: String, _ folder: TemporaryFolder) throws -> String {
    try folder.write("spalt.\(shell)", Program.output(["completions", shell]))
  }

  @Test(.enabled(if: bash != nil, "bash is not installed")) func bashAcceptsTheScript() throws {
    let folder = try TemporaryFolder()
    let check = try Program.execute(Self.bash ?? "", ["-n", script("bash", folder)])
    #expect(check.status == 0, "\(check.errorText)")
  }

  @Test(.enabled(if: zsh != nil, "zsh is not installed")) func zshAcceptsTheScript() throws {
    let folder = try TemporaryFolder()
    let check = try Program.execute(Self.zsh ?? "", ["-n", script("zsh", folder)])
    #expect(check.status == 0, "\(check.errorText)")
  }

  @Test(.enabled(if: fish != nil, "fish is not installed")) func fishCompletes() throws {
    let folder = try TemporaryFolder()
    let path = try script("fish", folder)
    let outcome = try Program.execute(
      Self.fish ?? "",
      [
        "--no-config", "-c",
        "source $argv[1]; complete -C 'spalt sche'; complete -C 'spalt schema --fu'", path,
      ], environment: ["HOME": folder.path])
    #expect(outcome.lines.map { $0.prefix { $0 != "\t" } } == ["schema", "--full"])
  }

  /// What bash offers behind these words, the last of which is being typed.
  private func replies(_ words: [String]) throws -> [String] {
    let folder = try TemporaryFolder()
    _ = try script("bash", folder)
    try folder.write("server.ndjson", "{}\n")
    let driver = """
      cd "$1"; shift; source ./spalt.bash
      function=$(complete -p spalt | sed -E 's/.*-F ([^ ]+).*/\\1/')
      COMP_WORDS=(spalt "$@"); COMP_CWORD=$#; COMP_LINE="spalt $*"; COMP_POINT=${#COMP_LINE}
      COMP_TYPE=9; COMP_KEY=9
      "$function" spalt "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let outcome = try Program.execute(
      Self.bash ?? "", ["--norc", "-c", driver, "bash", folder.path] + words)
    #expect(outcome.errors.isEmpty, "\(outcome.errorText)")
    return outcome.lines
  }

  @Test(.enabled(if: bash != nil, "bash is not installed")) func bashCompletes() throws {
    #expect(try replies(["sch"]) == ["schema"])
    #expect(try replies(["parse", "--sel"]) == ["--select"])
    #expect(try replies(["schema", "--fu"]) == ["--full"])
    #expect(try replies(["schema", "--to", ""]) == ["text", "json"])
    #expect(try replies(["completions", "f"]) == ["fish"])
    #expect(try replies(["expl"]) == ["explain"])
    #expect(try replies(["explain", "--li"]) == ["--line"])
    #expect(try replies(["doc"]) == ["doctor"])
    #expect(try replies(["doctor", "--tr"]) == ["--trace"])
    #expect(try replies(["parse", "--trace-m"]) == ["--trace-memory"])
    #expect(try replies(["parse", "--to", "raw", "--lim"]) == ["--limit"])
  }

  @Test(.enabled(if: bash != nil, "bash is not installed")) func bashCompletesFiles() throws {
    #expect(try replies(["schema", "serv"]) == ["server.ndjson"])
    #expect(try replies(["schema", "--full", "serv"]) == ["server.ndjson"])
    #expect(try replies(["explain", "serv"]) == ["server.ndjson"])
    #expect(try replies(["schema", "-o", "serv"]) == ["server.ndjson"])
  }

  /// `parse` may be left out, so its options are offered where a command may stand, too.
  @Test(.enabled(if: bash != nil, "bash is not installed"))
  func bashCompletesTheDefaultCommand() throws {
    #expect(try replies(["--sel"]) == ["--select"])
    #expect(try replies(["file", "--sel"]) == ["--select"])
    #expect(try replies(["--to", "n"]) == ["ndjson", "none"])
    let all = try replies([""])
    #expect(Set(["parse", "schema", "completions", "manual"]).isSubset(of: all))
  }

  @Test func anUnknownShellIsNamed() throws {
    let outcome = try Program.run(["completions", "bsah"])
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errorText.contains("Did you mean 'bash'?"))
    #expect(try Program.run(["completions"]).status == 2)
  }
}
