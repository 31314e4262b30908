/// The manual page of a command (man(7)), made of its declarations.
struct ManualPage {
  private let command: CommandDescription
  private let version: String
  /// Sections that stand in the discussions of several commands, under their titles.
  private var sections: [(title: String, content: String)] = []
  private var commands = ""

  /// The whole page.
  var text: String { head + "\n.SH COMMANDS\n" + commands + tail }

  /// The subcommands in the page: `help` shows what is written here anyway.
  private let subcommands: [CommandDescription]
  /// Options of every command, described once.
  private let commonNames: Set<[String]>

  init(_ command: CommandDescription, version: String) {
    self.command = command
    self.version = version
    subcommands = command.subcommands.filter { $0.isShown && $0.name != "help" }
    commonNames = Set(command.arguments.map(\.names))
    for subcommand in subcommands { add(subcommand) }
  }

  /// The arguments of a subcommand that others do not have.
  private func ownArguments(of subcommand: CommandDescription) -> [ArgumentDescription] {
    subcommand.arguments.filter { $0.isShown && !commonNames.contains($0.names) }
  }

  private var head: String {
    var parts = [
      ".\\\" Made from the command's declarations.",
      ".TH \(command.name.uppercased()) 1 \"\" \"\(command.name) \(version)\" \"User Commands\"",
      ".SH NAME",
      "\(command.name) \\- \(Roff.escaped(command.abstract.lowercasedFirst.withoutPeriod))",
      ".SH SYNOPSIS",
    ]
    for subcommand in subcommands {
      parts += [synopsis(of: subcommand), ".br"]
    }
    parts.removeLast()
    parts += [".SH DESCRIPTION", Roff.escaped(command.abstract)]
    for part in HelpBlock.blocks(of: command.discussion) where part.title == nil {
      parts += [".PP", Roff.text(of: part)]
    }
    parts += [".SS Options", Roff.list(of: command.arguments)]
    return parts.joined(separator: "\n")
  }

  private var tail: String {
    var sections = sections
    Self.append(command, to: &sections)
    return sections.map { ".SH \($0.title)\n\($0.content)\n" }.joined()
  }

  private func synopsis(of subcommand: CommandDescription) -> String {
    let isDefault = subcommand.name == command.defaultSubcommand
    var words = [
      Roff.bold(command.name),
      isDefault ? "[\(Roff.bold(subcommand.name))]" : Roff.bold(subcommand.name),
    ]
    let arguments = ownArguments(of: subcommand)
    if arguments.contains(where: { $0.kind != .positional }) {
      words.append("[\(Roff.italic("options"))]")
    }
    for argument in arguments where argument.kind == .positional {
      let word = Roff.italic(argument.valueName) + (argument.isRepeating ? " ..." : "")
      words.append(argument.isOptional ? "[\(word)]" : word)
    }
    return words.joined(separator: " ")
  }

  private mutating func add(_ subcommand: CommandDescription) {
    let mark = subcommand.name == command.defaultSubcommand ? " (default)" : ""
    var parts = [
      ".SS \"\(Roff.escaped("\(command.name) \(subcommand.name)\(mark)"))\"",
      Roff.escaped(subcommand.abstract),
    ]
    for part in HelpBlock.blocks(of: subcommand.discussion) where part.title == nil {
      parts += [".PP", Roff.text(of: part)]
    }
    let arguments = ownArguments(of: subcommand)
    if !arguments.isEmpty { parts.append(Roff.list(of: arguments)) }
    commands += parts.joined(separator: "\n") + "\n"
    Self.append(subcommand, to: &sections)
  }

  /// Puts the titled blocks of a command's discussion to those of the same title.
  private static func append(
    _ command: CommandDescription, to sections: inout [(title: String, content: String)]
  ) {
    for block in HelpBlock.blocks(of: command.discussion) {
      guard let title = block.title else { continue }
      let content = Roff.text(of: block)
      if let index = sections.firstIndex(where: { $0.title == title }) {
        if sections[index].content != content { sections[index].content += "\n\(content)" }
      } else {
        sections.append((title, content))
      }
    }
  }
}

/// A paragraph of a discussion, or a titled block.
struct HelpBlock {
  /// The title, if the first line is in capitals and ends with a colon.
  let title: String?
  let lines: [Substring]

  /// The blocks of a text, which blank lines separate.
  static func blocks(of text: String) -> [HelpBlock] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .split(whereSeparator: \.isEmpty)
      .map { lines in
        guard let first = lines.first, first.hasSuffix(":"), first == first.uppercased()[...] else {
          return HelpBlock(title: nil, lines: Array(lines))
        }
        return HelpBlock(title: String(first.dropLast()), lines: Array(lines.dropFirst()))
      }
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
  fileprivate var withoutPeriod: String { hasSuffix(".") ? String(dropLast()) : self }
}
