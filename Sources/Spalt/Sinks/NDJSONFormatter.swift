/// One JSON object a line: the columns under their dotted names, each value as it stood in the input. A
/// key that the record lacks is left out; an explicit `null` is kept. What has no column is written
/// behind the columns as if it had one.
///
/// The batches must come from a reader with the representation `text`.
public struct NDJSONFormatter: BatchFormatter {
  private enum Part {
    /// `,"name":` for a column with text from the input.
    case token([UInt8])
    /// The same for a column that Spalt made: text or numbers.
    case made([UInt8])
    /// The same for a column of times that are printed in another zone.
    case time([UInt8])
    case extra
  }

  private let parts: [Part]
  private let fieldText: FieldText

  /// A formatter for batches of `schema`. `timeText`, if given, prints times whose values the batches
  /// hold.
  public init(schema: Schema, timeText: TimeText? = nil) {
    fieldText = FieldText(schema: schema, timeText: timeText)
    parts = schema.columns.enumerated().map { index, column in
      let name = [JSONByte.comma] + JSONText.quoted(column.name) + [JSONByte.colon]
      if index == schema.extraColumn { return .extra }
      if !schema.isFromInput(index) { return .made(name) }
      return timeText != nil && column.type == .timestamp ? .time(name) : .token(name)
    }
  }

  public func format(
    _ batch: borrowing RecordBatch, to output: inout TextBuffer
  ) throws(SpaltError) {
    for row in 0..<batch.rowCount { try format(batch, row, &output) }
  }

  private func format(
    _ batch: borrowing RecordBatch, _ row: Int, _ output: inout TextBuffer
  ) throws(SpaltError) {
    try output.append(JSONByte.openBrace)
    var isFirst = true
    for index in parts.indices {
      switch parts[index] {
      case .token(let name):
        guard let tokens = batch.tokens(index), tokens.byteCount(row) > 0 else { continue }
        try writeName(name, &isFirst, &output)
        try output.append(tokens.text(row))
      case .time(let name): try writeTime(batch, index, row, name, &isFirst, &output)
      case .made(let name):
        guard let values = batch.values(index), !values.isNull(row) else { continue }
        try writeName(name, &isFirst, &output)
        if let text = values.type.isText ? values.text(row) : nil {
          try writeString(text, &output)
        } else {
          _ = try fieldText.append(batch.fields, index, row, to: &output)
        }
      case .extra:
        guard let text = batch.values(index)?.text(row) else { continue }
        if !isFirst { try output.append(JSONByte.comma) }
        isFirst = false
        try output.append(text.slice(1..<text.byteCount - 1))
      }
    }
    try output.append(JSONByte.closeBrace)
    try output.append(JSONByte.lineFeed)
  }

  private func writeTime(
    _ batch: borrowing RecordBatch, _ index: Int, _ row: Int, _ name: [UInt8],
    _ isFirst: inout Bool, _ output: inout TextBuffer
  ) throws(SpaltError) {
    let fields = batch.fields
    if fields.hasValue(index, row) {
      try writeName(name, &isFirst, &output)
      try output.append(JSONByte.quote)
      _ = try fieldText.append(fields, index, row, to: &output)
      try output.append(JSONByte.quote)
    } else if let token = fields.token(index, row), !token.isEmpty {
      try writeName(name, &isFirst, &output)
      try output.append(token)
    }
  }

  @inline(__always)
  private func writeName(
    _ name: [UInt8], _ isFirst: inout Bool, _ output: inout TextBuffer
  ) throws(SpaltError) {
    let view = ByteView(name.span)
    try output.append(isFirst ? view.slice(1..<view.byteCount) : view)
    isFirst = false
  }

  private func writeString(
    _ text: borrowing ByteView, _ output: inout TextBuffer
  ) throws(SpaltError) {
    try output.append(JSONByte.quote)
    for index in 0..<text.byteCount { try output.append(JSONText.escaped(text[index])) }
    try output.append(JSONByte.quote)
  }
}
