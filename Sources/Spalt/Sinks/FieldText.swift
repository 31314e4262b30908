/// Appends the text of a time, which is given in nanoseconds since 1970-01-01T00:00:00Z.
public typealias TimeText = @Sendable (Int64, inout TextBuffer) throws(SpaltError) -> Void

/// Turns fields into text, for every sink that does not print JSON: strings lose their quotes, escapes
/// are decoded (a lone surrogate becomes U+FFFD, as in the columns), and all other values stand as they
/// stood in the input.
struct FieldText: Sendable {
  private let columns: [ColumnDefinition]
  /// Prints the times of columns whose values are at hand; without it, times stand as they stood.
  private let timeText: TimeText?

  init(schema: Schema, timeText: TimeText? = nil) {
    columns = schema.columns
    self.timeText = timeText
  }

  /// What `TokenSyntax.typed` means in each column.
  var typedSyntaxes: [TokenSyntax] { columns.map { TokenSyntax.typed.resolved(for: $0.type) } }

  /// Whether the tokens of a column, if it has any, are what is printed.
  func printsTokens(_ column: Int) -> Bool {
    timeText == nil || columns[column].type != .timestamp
  }

  /// Appends the text of a field; nothing where there is no value.
  func append(
    _ fields: borrowing BatchFields, _ column: Int, _ row: Int, to output: inout TextBuffer
  ) throws(SpaltError) -> FieldKind {
    let type = columns[column].type
    if type == .timestamp, let timeText, fields.hasValue(column, row) {
      try timeText(fields.values(column).timestampsNanoseconds[row], &output)
      return .time
    }
    if fields.hasTokens(column) {
      guard let token = fields.token(column, row) else { return .missing }
      let syntax = fields.tokenSyntax(row).resolved(for: type)
      return try append(token: token, syntax, in: type, to: &output)
    }
    guard fields.hasValue(column, row) else { return .missing }
    return try append(value: fields.values(column), row, to: &output)
  }

  /// Whether a field's token is printed with all of its bytes as they are: it is not in quotes, or quotes
  /// mean nothing in its syntax. Numbers and words of JSON do not count.
  @_lifetime(copy fields)
  func verbatim(
    _ fields: borrowing BatchFields, _ column: Int, _ row: Int
  ) -> ByteView? {
    guard printsTokens(column) || !fields.hasValue(column, row) else { return nil }
    guard let token = fields.token(column, row), !token.isEmpty else { return nil }
    switch fields.tokenSyntax(row).resolved(for: columns[column].type) {
    case .json, .typed: return nil
    case .logfmt: return token[0] == JSONByte.quote ? nil : token
    case .plain: return token
    }
  }

  /// Appends what a token stands for.
  private func append(
    token: borrowing ByteView, _ syntax: TokenSyntax, in type: ColumnType,
    to output: inout TextBuffer
  ) throws(SpaltError) -> FieldKind {
    if syntax == .json { return try append(json: token, to: &output) }
    if syntax == .logfmt, !token.isEmpty, token[0] == JSONByte.quote {
      try Self.append(jsonString: token.slice(1..<token.byteCount - 1), to: &output)
      return .string
    }
    try output.append(token)
    return FieldKind(word: token, in: type)
  }

  /// Appends what a complete JSON value stands for: the content of a string, nothing for `null`, the
  /// text of everything else.
  func append(
    json token: borrowing ByteView, to output: inout TextBuffer
  ) throws(SpaltError) -> FieldKind {
    guard !token.isEmpty else { return .null }
    let kind: FieldKind
    switch token[0] {
    case JSONByte.quote:
      try Self.append(jsonString: token.slice(1..<token.byteCount - 1), to: &output)
      return .string
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "t"), UInt8(ascii: "f"): kind = .bool
    case JSONByte.openBracket, JSONByte.openBrace: kind = .nested
    default: kind = .number
    }
    try output.append(token)
    return kind
  }

  private static func append(
    jsonString content: borrowing ByteView, to output: inout TextBuffer
  ) throws(SpaltError) {
    let cursor = ByteCursor(copy content)
    let range = 0..<content.byteCount
    guard ScanKernels.current.firstIndex(of: JSONByte.backslash, cursor, in: range) < cursor.end
    else { return try output.append(content) }
    try cursor.appendText(range, to: &output)
  }

  /// Appends a value that has no token: one that was computed, or collected from elsewhere.
  private func append(
    value column: borrowing Column, _ row: Int, to output: inout TextBuffer
  ) throws(SpaltError) -> FieldKind {
    switch column.type {
    case .string, .json:
      if let text = column.text(row) { try output.append(text) }
      return column.type == .json ? .nested : .string
    case .int64:
      try output.append(integer: column.int64s[row])
      return .number
    case .float64:
      for byte in column.float64s[row].description.utf8 { try output.append(byte) }
      return .number
    case .bool:
      try output.append(ByteView((column.bool(row) == true ? "true" : "false").utf8.span))
      return .bool
    case .timestamp:
      var text = TimestampFormatter()
      text.format(nanoseconds: column.timestampsNanoseconds[row])
      try output.append(text.view)
      return .time
    }
  }
}

extension ByteCursor {
  /// Appends the bytes of `range`, with JSON escapes decoded, to a text.
  fileprivate func appendText(
    _ range: Range<Int>, to output: inout TextBuffer
  ) throws(SpaltError) {
    let cursor = copy self
    try output.append(maximumByteCount: range.count * 3) { output in
      _ = cursor.writeText(range, decodesEscapes: true, to: &output)
    }
  }
}
