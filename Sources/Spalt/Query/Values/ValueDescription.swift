/// Values from a log, as messages show them: short, and without characters that act on a terminal.
enum ValueDescription {
  private static let maximumCharacterCount = 40

  /// The beginning of a text between single quotes.
  static func quoted(_ text: borrowing ByteView) -> String {
    let beginning = text.slice(0..<min(text.byteCount, maximumCharacterCount * 4)).makeString()
    var shown = "'"
    for (count, scalar) in beginning.unicodeScalars.enumerated() {
      if count == maximumCharacterCount {
        shown += "…"
        break
      }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate:
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown + "'"
  }
}
