import ArgumentParser
import Spalt

/// The command. Data goes to standard output, everything else to standard error.
struct SpaltCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spalt",
    abstract: "Splits logs along the grain, into columns.",
    discussion: HelpText.root,
    version: SpaltVersion.current,
    subcommands: [
      ParseCommand.self, SchemaCommand.self, ExplainCommand.self, DoctorCommand.self,
      CompletionsCommand.self, ManualCommand.self,
    ],
    defaultSubcommand: ParseCommand.self
  )

  /// The names of all subcommands but the default one: at hand without looking at their declarations.
  static let otherNames = ["schema", "explain", "doctor", "completions", "manual", "help"]
}

@main
enum Main {
  static func main() {
    // Where the system refuses, a file that is truncated while it is mapped ends the process, as it would anyway.
    try? FaultGuard.install()
    ProcessLimits.raise()
    let arguments = ArgumentSpelling.normalized(Array(CommandLine.arguments.dropFirst()))
    do {
      if var command = parseCommand(arguments) { return try command.run() }
      var command = try SpaltCommand.parseAsRoot(arguments)
      try command.run()
    } catch let status as ExitStatus {
      if status == .failure, let name = UsageHints.command(meantBy: arguments) {
        Console.error("spalt: did you mean the command '\(name)'?")
      }
      exitProcess(status.rawValue)
    } catch {
      let code = SpaltCommand.exitCode(for: error)
      guard code != .success else { SpaltCommand.exit(withError: error) }
      let message = UsageHints.completed(SpaltCommand.fullMessage(for: error), arguments)
      Console.error(message, hasLines: true)
      exitProcess(ExitStatus.failure.rawValue)
    }
  }

  /// The default command, if that is what the arguments ask for. Taking it apart by itself saves a third
  /// of the start-up time; everything else, help and mistakes included, is for the whole command.
  private static func parseCommand(_ arguments: [String]) -> ParseCommand? {
    if let first = arguments.first, SpaltCommand.otherNames.contains(first) { return nil }
    let own = arguments.first == "parse" ? Array(arguments.dropFirst()) : arguments
    return try? ParseCommand.parse(own)
  }
}

/// How a run ended.
enum ExitStatus: Int32, Error {
  /// Done; rejected records are reported.
  case done = 0
  /// Nothing matched; only with `--exit-status`.
  case nothingMatched = 1
  /// Wrong usage, or input that cannot be read.
  case failure = 2
  /// More rejected records than allowed.
  case tooManyRejects = 3
  /// An assertion such as `--require-zero-copy` failed.
  case assertionFailed = 4
  /// Somebody pressed Ctrl-C.
  case interrupted = 130
}

/// Spellings that the argument parser does not know.
enum ArgumentSpelling {
  /// Gives `--stats` its default value when it stands alone.
  static func normalized(_ arguments: [String]) -> [String] {
    var result: [String] = []
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { return result + arguments[index...] }
      let next = index + 1 < arguments.count ? arguments[index + 1] : nil
      if argument == "--stats", next.flatMap(StatisticsFormat.init(rawValue:)) == nil {
        result.append("--stats=text")
      } else {
        result.append(argument)
      }
    }
    return result
  }
}
