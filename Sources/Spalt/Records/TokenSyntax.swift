/// In which syntax tokens, the texts of values as they stood in the input, are written.
enum TokenSyntax: UInt8, Sendable {
  /// Complete JSON values.
  case json
  /// Words as they stand, and strings in quotes with JSON escapes. The word `true` also stands for a key
  /// without a value.
  case logfmt
  /// Text as it stands, with all of its bytes: a quote is a quote.
  case plain
  /// As the column's type says: strings as they stand, with all of their bytes, and JSON values in all other columns.
  case typed
}

extension TokenSyntax {
  /// The syntax of tokens in columns of a type.
  @inline(__always)
  func resolved(for type: ColumnType) -> TokenSyntax {
    guard self == .typed else { return self }
    return type == .json ? .json : .plain
  }
}
