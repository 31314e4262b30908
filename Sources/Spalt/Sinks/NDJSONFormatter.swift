/// One JSON object a line: the columns under their dotted names, each value as it stood in the input. A
/// key that the record lacks is left out; an explicit `null` is kept. What has no column is written
/// behind the columns as if it had one.
///
/// Values of other formats than JSON become strings; in a column of numbers, truth values or JSON text, what
/// is a JSON number, `true` or `false` stays one. Where nothing stands for a value that cannot be a text,
/// `null` is written.
///
/// The batches must come from a reader with the representation `text`.
public struct NDJSONFormatter: BatchFormatter {
  private enum Part {
    case field
    /// A column of times that are printed in another zone.
    case time
    case extra
  }

  private let parts: [Part]
  private let types: [ColumnType]
  /// `,"name":` of all columns, one behind the other, and where each ends.
  private let names: [UInt8]
  private let nameEnds: [Int]
  private let fieldText: FieldText
  private let plain = PlainText(
    stops: (JSONByte.quote, JSONByte.quote), limit: 0x1F, isASCII: false, usesQuotes: false)

  /// A formatter for batches of `schema`. `timeText`, if given, prints times whose values the batches
  /// hold.
  public init(schema: Schema, timeText: TimeText? = nil) {
    fieldText = FieldText(schema: schema, timeText: timeText)
    types = schema.columns.map(\.type)
    parts = schema.columns.enumerated().map { index, column in
      if index == schema.extraColumn { return .extra }
      return timeText != nil && column.type == .timestamp ? .time : .field
    }
    var names: [UInt8] = []
    var nameEnds: [Int] = []
    for column in schema.columns {
      names += [JSONByte.comma] + JSONText.quoted(column.name) + [JSONByte.colon]
      nameEnds.append(names.count)
    }
    self.names = names
    self.nameEnds = nameEnds
  }

  public func format(
    _ batch: borrowing RecordBatch, to output: inout TextBuffer
  ) throws(SpaltError) {
    let fields = batch.fields
    let names = ByteView(names.span)
    for row in 0..<fields.rowCount {
      let syntax = fields.tokenSyntax(row)
      let start = output.byteCount
      var nameStart = 0
      for column in parts.indices {
        let nameEnd = nameEnds[column]
        let name = names.slice(nameStart..<nameEnd)
        nameStart = nameEnd
        if parts[column] == .field, syntax == .json, fields.hasTokens(column) {
          guard let token = fields.token(column, row) else { continue }
          try output.append(name)
          try output.append(token)
        } else {
          let resolved = syntax.resolved(for: types[column])
          try append(fields, column, row, resolved, name, to: &output)
        }
      }
      // Every member begins with a comma, so the first one's becomes the brace.
      if output.byteCount == start {
        try output.append(JSONByte.openBrace)
      } else {
        output[start] = JSONByte.openBrace
      }
      try output.append(JSONByte.closeBrace)
      try output.append(JSONByte.lineFeed)
    }
  }

  /// Appends a member that is not simply copied, if the record has it.
  @inline(never)
  private func append(
    _ fields: borrowing BatchFields, _ column: Int, _ row: Int, _ syntax: TokenSyntax,
    _ name: borrowing ByteView, to output: inout TextBuffer
  ) throws(SpaltError) {
    if parts[column] == .extra {
      guard fields.hasValue(column, row), let text = fields.values(column).text(row) else {
        return
      }
      try output.append(JSONByte.comma)
      return try output.append(text.slice(1..<text.byteCount - 1))
    }
    let hasTime = parts[column] == .time && fields.hasValue(column, row)
    guard fields.hasTokens(column), !hasTime else {
      guard fields.hasValue(column, row) else { return }
      try output.append(name)
      return try append(valueOf: fields, column, row, isQuoted: hasTime, to: &output)
    }
    guard let token = fields.token(column, row) else { return }
    try output.append(name)
    switch syntax {
    case .json, .typed: try output.append(token)
    case .logfmt where !token.isEmpty && token[0] == JSONByte.quote:
      try append(stringOf: fields, column, row, margin: 1, to: &output)
    case .logfmt, .plain:
      switch FieldKind(word: token, in: types[column]) {
      case .number, .bool: try output.append(token)
      case .null: try output.append(Array("null".utf8))
      default: try append(stringOf: fields, column, row, margin: 0, to: &output)
      }
    }
  }

  /// Appends a value that Spalt made, or a time.
  private func append(
    valueOf fields: borrowing BatchFields, _ column: Int, _ row: Int, isQuoted: Bool,
    to output: inout TextBuffer
  ) throws(SpaltError) {
    if types[column] == .string, let text = fields.values(column).text(row) {
      return try output.append(jsonString: text)
    }
    if isQuoted { try output.append(JSONByte.quote) }
    _ = try fieldText.append(fields, column, row, to: &output)
    if isQuoted { try output.append(JSONByte.quote) }
  }

  /// Appends a token, which is there, as a string; `margin` counts the quotes at either end of it.
  private func append(
    stringOf fields: borrowing BatchFields, _ column: Int, _ row: Int, margin: Int,
    to output: inout TextBuffer
  ) throws(SpaltError) {
    try output.append(JSONByte.quote)
    let view = fields.columns[column].tokensStart &+ row &* TextColumn.byteCount
    // Length and first bytes of the token: see the layout of string views.
    let byteCount = Int(UInt32(truncatingIfNeeded: fields.slab.word(at: view)))
    var cursor = fields.slab
    var start = view &+ 4
    if byteCount > TextColumn.inlineByteCount {
      let place = fields.slab.word(at: view &+ 8)
      cursor = fields.input
      // What does not lie in the input goes the other way.
      start = UInt32(truncatingIfNeeded: place) == 0 ? Int(place &>> 32) : -1 &- margin
    }
    let isDone = try output.appendPlain(
      cursor, start: start &+ margin, byteCount: byteCount &- 2 &* margin, plain,
      terminator: JSONByte.quote)
    if isDone { return }
    guard let token = fields.token(column, row) else { return }
    try output.append(
      jsonContent: token.slice(margin..<token.byteCount - margin), keepsEscapes: margin > 0)
    try output.append(JSONByte.quote)
  }
}
