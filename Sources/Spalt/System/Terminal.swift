/// What the terminal is like that text is written to.
public enum Terminal {
  /// Whether standard output is one.
  public static var isStandardOutput: Bool { Syscalls.isTerminal(1) }

  /// Width in characters: the terminal's own behind standard output, else what `COLUMNS` says, else 80.
  public static func columnCount(environment: [String: String] = environment) -> Int {
    if let count = Syscalls.terminalColumnCount(1) { return count }
    if let count = environment["COLUMNS"].flatMap({ Int($0) }), count > 0 { return count }
    return 80
  }

  /// The environment variables that say how to write to a terminal, as far as they are set.
  public static var environment: [String: String] {
    var variables: [String: String] = [:]
    for name in ["COLUMNS", "NO_COLOR", "TERM"] {
      variables[name] = Syscalls.environmentVariable(name)
    }
    return variables
  }
}

/// Whether output is coloured: `--color`.
public enum ColorChoice: String, CaseIterable, Sendable {
  case auto, always, never

  /// The decision. `auto` colours what goes to a terminal that can show it, unless `NO_COLOR` has any
  /// value but the empty one (https://no-color.org). `always` overrules the environment.
  public func usesColor(
    environment: [String: String] = Terminal.environment,
    isTerminal: Bool = Terminal.isStandardOutput
  ) -> Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .auto:
      guard isTerminal, environment["NO_COLOR", default: ""].isEmpty else { return false }
      let terminal = environment["TERM", default: ""]
      return !terminal.isEmpty && terminal != "dumb"
    }
  }
}
