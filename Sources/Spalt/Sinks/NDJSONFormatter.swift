/// One JSON object a line: the columns under their dotted names, each value as it stood in the input. A
/// key that the record lacks is left out; an explicit `null` is kept. What has no column is written
/// behind the columns as if it had one.
///
/// The batches must come from a reader with the representation `text`.
public struct NDJSONFormatter: BatchFormatter {
  private enum Part {
    /// `,"name":` for a column with text from the input.
    case token([UInt8])
    /// The same for a column whose text is not JSON yet.
    case text([UInt8])
    case extra
  }

  private let parts: [Part]

  /// A formatter for batches of `schema`.
  public init(schema: Schema) {
    parts = schema.columns.enumerated().map { index, column in
      let name = [JSONByte.comma] + JSONText.quoted(column.name) + [JSONByte.colon]
      if index == schema.extraColumn { return .extra }
      return index == schema.lineColumn ? .text(name) : .token(name)
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
      if let tokens = batch.tokens(index) {
        guard case .token(let name) = parts[index], tokens.byteCount(row) > 0 else { continue }
        try writeName(name, &isFirst, &output)
        try output.append(tokens.text(row))
        continue
      }
      guard let values = batch.values(index), let text = values.text(row) else { continue }
      switch parts[index] {
      case .token: continue
      case .text(let name):
        try writeName(name, &isFirst, &output)
        try writeString(text, &output)
      case .extra:
        if !isFirst { try output.append(JSONByte.comma) }
        isFirst = false
        try output.append(text.slice(1..<text.byteCount - 1))
      }
    }
    try output.append(JSONByte.closeBrace)
    try output.append(JSONByte.lineFeed)
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
