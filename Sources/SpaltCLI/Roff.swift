/// The typesetter's language of manual pages (roff(7)), as far as they need it.
enum Roff {
  /// Plain text, to be printed as it is.
  static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "\"": result += "\\(dq"
      case " "..."~": result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
      }
    }
    // A period at the beginning of a line would make a request of it.
    return result.hasPrefix(".") ? "\\&" + result : result
  }

  static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }
  static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

  /// The lines of a block: examples (four spaces) without filling, `  term  text` as a list, all else as
  /// paragraphs.
  static func text(of block: HelpBlock) -> String {
    var parts: [String] = []
    var isInExample = false
    for line in block.lines {
      let isExample = line.hasPrefix("    ")
      if isExample != isInExample {
        parts += isExample ? [".RS 4", ".nf"] : [".fi", ".RE"]
        isInExample = isExample
      }
      let content = line.drop { $0 == " " }
      if isExample {
        parts.append(bold(String(content)))
      } else if line.hasPrefix("  "), let term = term(of: content) {
        parts += [".TP 14", bold(String(term.name)), escaped(term.text)]
      } else {
        if line.hasPrefix("  ") { parts.append(".PP") }
        parts.append(escaped(content))
      }
    }
    if isInExample { parts += [".fi", ".RE"] }
    return parts.joined(separator: "\n")
  }

  /// Takes `term  text` apart, if it is that.
  private static func term(of line: Substring) -> (name: Substring, text: Substring)? {
    guard let end = line.firstIndex(of: " "), line[end...].hasPrefix("  ") else { return nil }
    return (line[..<end], line[end...].drop { $0 == " " })
  }

  /// The arguments, options and flags that help shows.
  static func list(of arguments: [ArgumentDescription]) -> String {
    arguments.filter(\.isShown).map { argument in
      var text = escaped(argument.abstract)
      if !argument.values.isEmpty {
        text += " Values: " + argument.values.map(bold).joined(separator: ", ") + "."
      }
      if let value = argument.defaultValue, argument.kind == .option {
        text += " Default: \(bold(value))."
      }
      return [".TP", heading(of: argument), text].joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private static func heading(of argument: ArgumentDescription) -> String {
    let value = italic(argument.valueName)
    guard argument.kind != .positional else { return value + (argument.isRepeating ? " ..." : "") }
    let names = argument.names.map(bold).joined(separator: ", ")
    return argument.kind == .option ? "\(names) \(value)" : names
  }
}
