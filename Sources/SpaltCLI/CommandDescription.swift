import ArgumentParser
import Spalt

/// What is declared of a command, in the argument parser's own words: the manual page and the hints for
/// mistyped arguments are made of it. It is made on demand, by way of JSON, so an ordinary start does
/// nothing for it.
struct CommandDescription {
  let name: String
  let abstract: String
  let discussion: String
  /// Whether help shows the command.
  let isShown: Bool
  let defaultSubcommand: String?
  let subcommands: [CommandDescription]
  let arguments: [ArgumentDescription]

  /// The whole command, subcommands included.
  static func spalt() throws(SpaltError) -> CommandDescription {
    let dump = try? JSONDocumentReader.document(Array(SpaltCommand._dumpHelp().utf8))
    guard let command = dump?["command"] else {
      throw .usage("the argument parser's description of the command cannot be read")
    }
    return CommandDescription(command)
  }

  private init(_ node: JSONNode) {
    name = node["commandName"]?.text ?? ""
    abstract = node["abstract"]?.text ?? ""
    discussion = node["discussion"]?.text ?? ""
    isShown = node["shouldDisplay"]?.isTrue ?? true
    defaultSubcommand = node["defaultSubcommand"]?.text
    subcommands = node["subcommands"]?.elements.map { CommandDescription($0) } ?? []
    arguments = node["arguments"]?.elements.map { ArgumentDescription($0) } ?? []
  }

  /// The command that these arguments are for, and those of them that are its own.
  func command(for arguments: [String]) -> (command: CommandDescription, own: ArraySlice<String>) {
    if let first = arguments.first, let named = subcommands.first(where: { $0.name == first }) {
      return (named, arguments.dropFirst())
    }
    return (subcommands.first { $0.name == defaultSubcommand } ?? self, arguments[...])
  }
}

/// An argument, option or flag.
struct ArgumentDescription {
  enum Kind: String {
    case positional, option, flag
  }

  let kind: Kind
  /// The names as they are written, dashes included, short ones first.
  let names: [String]
  let valueName: String
  let defaultValue: String?
  /// The values that there are, if they can be listed.
  let values: [String]
  let abstract: String
  let isShown: Bool
  let isOptional: Bool
  let isRepeating: Bool

  init(_ node: JSONNode) {
    kind = node["kind"]?.text.flatMap(Kind.init(rawValue:)) ?? .flag
    let names = node["names"]?.elements.map { name in
      (name["kind"]?.text == "long" ? "--" : "-") + (name["name"]?.text ?? "")
    }
    self.names = names?.sorted { !$0.hasPrefix("--") && $1.hasPrefix("--") } ?? []
    valueName = node["valueName"]?.text ?? "value"
    defaultValue = node["defaultValue"]?.text
    values = node["allValues"]?.elements.compactMap(\.text) ?? []
    abstract = node["abstract"]?.text ?? ""
    isShown = node["shouldDisplay"]?.isTrue ?? true
    isOptional = node["isOptional"]?.isTrue ?? false
    isRepeating = node["isRepeating"]?.isTrue ?? false
  }
}
