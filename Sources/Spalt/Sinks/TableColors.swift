/// The colours of a table, as parameters of the terminal's "select graphic rendition".
struct TableColors: Sendable {
  /// What a column's values say by themselves.
  enum Role: Sendable {
    case plain
    /// Severities: errors red, warnings yellow, what is for developers grey.
    case level
    /// HTTP status codes: 5xx red, 4xx yellow.
    case status
  }

  static let header = "1"
  static let note = "90"
  private static let grey = "90"
  private static let red = "31"
  private static let boldRed = "1;31"
  private static let yellow = "33"

  private let roles: [Role]

  init(schema: Schema, levelColumn: Int?) {
    roles = schema.columns.enumerated().map { index, column in
      if index == levelColumn { return .level }
      return column.type == .int64 && Self.isStatus(column.name) ? .status : .plain
    }
  }

  private static func isStatus(_ name: String) -> Bool {
    let last = name.split(separator: ".").last ?? ""
    return last == "status" || last == "status_code"
  }

  /// The colour of a field of `column`, or nil for that of plain text.
  func color(_ column: Int, _ kind: FieldKind, _ text: borrowing TextBuffer) -> String? {
    switch roles[column] {
    case .level where kind == .string: return Self.color(ofLevel: Self.word(text))
    case .level where kind == .number: return Self.color(ofLevelNumber: Self.word(text))
    case .status where kind == .number:
      if text.byteCount == 3, text[0] == UInt8(ascii: "5") { return Self.red }
      if text.byteCount == 3, text[0] == UInt8(ascii: "4") { return Self.yellow }
    default: break
    }
    switch kind {
    case .missing, .string: return nil
    case .null, .nested: return Self.grey
    case .number: return "36"
    case .bool: return "35"
    case .time: return "32"
    }
  }

  /// The first letters of a text, in lower case.
  private static func word(_ text: borrowing TextBuffer) -> String {
    var bytes: [UInt8] = []
    for index in 0..<min(text.byteCount, 8) { bytes.append(text[index]) }
    return String(decoding: bytes, as: UTF8.self).lowercased()
  }

  private static func color(ofLevel word: String) -> String? {
    let colors = [
      (boldRed, ["fatal", "crit", "emerg", "alert", "panic"]), (red, ["err", "severe"]),
      (yellow, ["warn"]), (grey, ["debug", "trace", "verbose", "fine"]),
    ]
    return colors.first { $0.1.contains { word.hasPrefix($0) } }?.0
  }

  /// The numbers that Bunyan and Pino give to levels.
  private static func color(ofLevelNumber word: String) -> String? {
    guard let number = Int(word), number >= 10, number <= 60 else { return nil }
    switch number {
    case 60: return boldRed
    case 50..<60: return red
    case 40..<50: return yellow
    case 10..<30: return grey
    default: return nil
    }
  }
}
