import ArgumentParser
import Spalt

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What somebody may have meant whose arguments make no sense. Only looked for when they do not.
enum UsageHints {
  /// A message about wrong usage, with a question for what may have been meant before its help lines. The
  /// argument parser itself asks about long options that are nearly right.
  static func completed(_ message: String, _ arguments: [String]) -> String {
    guard !message.contains("Did you mean"), let command = try? CommandDescription.spalt(),
      let meant = meant(by: arguments, command)
    else { return message }
    var lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    let place = lines.firstIndex { $0.hasPrefix("Help: ") || $0.hasPrefix("Usage: ") }
    lines.insert("Did you mean '\(meant)'?", at: place ?? lines.count)
    return lines.joined(separator: "\n")
  }

  /// The first value or option that does not exist, put right.
  static func meant(by arguments: [String], _ root: CommandDescription) -> String? {
    let (command, own) = root.command(for: arguments)
    var rest = own
    while let word = rest.popFirst(), word != "--" {
      let (name, attached) = parts(of: word)
      guard name.hasPrefix("-"), name != "-" else {
        guard let wrong = command.arguments.first(where: { $0.kind == .positional }),
          let meant = meant(by: word, as: wrong)
        else { continue }
        return meant
      }
      guard let argument = command.arguments.first(where: { $0.names.contains(name) }) else {
        guard name.hasPrefix("--") else { continue }
        let names = command.arguments.filter(\.isShown).flatMap(\.names)
          .filter { $0.hasPrefix("--") }
        return Suggestions.nearest(
          to: String(name.dropFirst(2)), among: names.map { String($0.dropFirst(2)) }
        ).map { "--\($0)" }
      }
      guard argument.kind == .option else { continue }
      guard let value = attached ?? rest.popFirst() else { return nil }
      if let meant = meant(by: value, as: argument) { return meant }
    }
    return nil
  }

  /// An option's name and what is attached to it: `--to=csv`.
  private static func parts(of word: String) -> (name: String, attached: String?) {
    guard word.hasPrefix("--"), let sign = word.firstIndex(of: "=") else { return (word, nil) }
    return (String(word[..<sign]), String(word[word.index(after: sign)...]))
  }

  private static func meant(by value: String, as argument: ArgumentDescription) -> String? {
    guard !argument.values.isEmpty, !argument.values.contains(value) else { return nil }
    return Suggestions.nearest(to: value, among: argument.values)
  }

  /// After a failure: the command that was meant if the first argument was taken for a file that does not
  /// exist, and is nearly a command's name.
  static func command(meantBy arguments: [String]) -> String? {
    guard let first = arguments.first, !first.hasPrefix("-"), !fileExists(first) else { return nil }
    let names =
      SpaltCommand.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    return names.contains(first) ? nil : Suggestions.nearest(to: first, among: names)
  }

  private static func fileExists(_ path: String) -> Bool {
    // SAFETY: the path is a NUL-terminated string for the length of the call.
    unsafe access(path, F_OK) == 0
  }
}
