import ArgumentParser
import Spalt

/// `spalt completions`: prints a shell's completion script.
struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Print a script that completes the command's arguments in a shell.",
    discussion: HelpText.completions
  )

  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish
  }

  @Argument(help: "The shell.")
  var shell: Shell

  mutating func run() throws {
    try PlainOutput.run {
      switch shell {
      case .bash: SpaltCommand.completionScript(for: .bash) + "\n" + Self.defaultCommandForBash
      case .zsh: SpaltCommand.completionScript(for: .zsh) + "\n"
      case .fish: SpaltCommand.completionScript(for: .fish) + "\n"
      }
    }
  }

  /// Completes the default command's arguments where no command stands, which the argument parser's script
  /// does not: it asks that script again, with the command put in.
  private static var defaultCommandForBash: String {
    let name = ParseCommand.configuration.commandName ?? ""
    return """

      # Without a command, the arguments are those of '\(name)'.
      _spalt_with_default() {
          case "${COMP_WORDS[1]}" in
          \(([name] + SpaltCommand.otherNames).joined(separator: "|")))
              _spalt "${@}"
              return
              ;;
          esac
          local -a replies=()
          if ((COMP_CWORD == 1)); then
              _spalt "${@}"
              replies=("${COMPREPLY[@]}")
              COMPREPLY=()
          fi
          COMP_WORDS=("${COMP_WORDS[0]}" \(name) "${COMP_WORDS[@]:1}")
          ((COMP_CWORD++))
          _spalt "${@}"
          COMPREPLY=("${replies[@]}" "${COMPREPLY[@]}")
      }

      complete -o filenames -F _spalt_with_default spalt

      """
  }
}

/// `spalt manual`: prints the manual page.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Print the manual page, as roff.",
    discussion: """
      EXAMPLES:
        Read it:
          spalt manual | man -l -
        Install it:
          spalt manual > ~/.local/share/man/man1/spalt.1
      """
  )

  mutating func run() throws {
    try PlainOutput.run { () throws(SpaltError) in
      try ManualPage(CommandDescription.spalt(), version: SpaltCommand.configuration.version).text
    }
  }
}

/// Commands that print a text and nothing else.
enum PlainOutput {
  /// Writes a text to `target`; ends the command in status 2 when it cannot be made or written.
  static func run(
    _ target: OutputTarget = .standardOutput, _ text: () throws(SpaltError) -> String
  ) throws(ExitStatus) {
    do {
      try target.write(text())
    } catch {
      if error.isClosedPipe { throw .done }
      Console.error("spalt: \(error)")
      throw .failure
    }
  }
}
