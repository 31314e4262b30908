/// A number or a word under a name, as `--stats`, `--trace-memory` and `spalt doctor` print it.
public struct Figure: Sendable {
  /// What a figure says.
  public enum Value: Sendable {
    case integer(Int)
    case real(Double)
    case text(String)
    case truth(Bool)
    /// Things with several figures each.
    case list([[Figure]])
    /// Nobody could say.
    case unknown
  }

  /// The name, in snake case, its unit at the end unless it is bytes or a plain number.
  public let name: String
  public let value: Value

  /// A value under a name.
  public init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }

  /// A whole number, or nil for one that is not known.
  public init(_ name: String, _ number: Int?) {
    self.init(name, number.map(Value.integer) ?? .unknown)
  }

  /// A share or the like, or nil for one that is not known.
  public init(_ name: String, _ number: Double?) {
    self.init(name, number.map(Value.real) ?? .unknown)
  }

  /// A word, or nil for one that is not known.
  public init(_ name: String, _ text: String?) {
    self.init(name, text.map(Value.text) ?? .unknown)
  }
}

/// Figures that belong together.
public struct FigureSection: Sendable {
  public let name: String
  public let figures: [Figure]

  /// Figures under a name.
  public init(_ name: String, _ figures: [Figure]) {
    self.name = name
    self.figures = figures
  }

  /// The section as a member of a JSON object (RFC 8259).
  public var json: String { "\(JSONEscaping.quoted(name)):\(Figure.json(figures))" }

  /// The section's name, and a line for each figure.
  public var text: String {
    ([name] + figures.map { FigureSection.line($0.name, $0.value.text) }).joined(separator: "\n")
  }

  /// A name and what is said of it.
  public static func line(_ name: String, _ value: String) -> String {
    "  \(name)\(String(repeating: " ", count: max(1, 28 - name.count)))\(value)"
  }
}

extension Figure {
  /// Figures as a JSON object.
  public static func json(_ figures: [Figure]) -> String {
    let members = figures.map { "\(JSONEscaping.quoted($0.name)):\($0.value.json)" }
    return "{\(members.joined(separator: ","))}"
  }
}

extension Figure.Value {
  /// The value as JSON.
  public var json: String {
    switch self {
    case .integer(let number): String(number)
    case .real(let real): Self.text(of: real)
    case .text(let text): JSONEscaping.quoted(text)
    case .truth(let truth): String(truth)
    case .list(let list): "[\(list.map(Figure.json).joined(separator: ","))]"
    case .unknown: "null"
    }
  }

  /// The value for people.
  public var text: String {
    switch self {
    case .integer(let number): String(number)
    case .real(let real): Self.text(of: real)
    case .text(let text): text
    case .truth(let truth): truth ? "yes" : "no"
    case .list(let list):
      list.isEmpty
        ? "none"
        : list.map { figures in
          figures.map { "\($0.name) \($0.value.text)" }.joined(separator: " ")
        }.joined(separator: ", ")
    case .unknown: "unknown"
    }
  }

  /// Six digits behind the point are enough for a share.
  private static func text(of real: Double) -> String {
    guard real.isFinite else { return "null" }
    let rounded = (real * 1e6).rounded() / 1e6
    return String(rounded.isFinite ? rounded : real)
  }
}
