/// Writes one JSON object a line: the columns under their dotted names, each value as it stood in the
/// input. A key that the record lacks is left out; an explicit `null` is kept. What has no column is
/// written behind the columns as if it had one.
///
/// The batches must come from a reader with the representation `text`.
public struct NDJSONSink: ~Copyable, BatchSink {
  private enum Part {
    /// `,"name":` for a column with text from the input.
    case token([UInt8])
    /// The same for a column whose text is not JSON yet.
    case text([UInt8])
    case extra
  }

  private var output: OutputBuffer
  private let parts: [Part]

  /// A sink for batches of `schema` that writes to `target`.
  public init(schema: Schema, target: OutputTarget) throws(SpaltError) {
    output = try target.open()
    parts = schema.columns.enumerated().map { index, column in
      let name = [JSONByte.comma] + JSONText.quoted(column.name) + [JSONByte.colon]
      if index == schema.extraColumn { return .extra }
      return index == schema.lineColumn ? .text(name) : .token(name)
    }
  }

  public mutating func write(_ batch: borrowing RecordBatch) throws(SpaltError) {
    for row in 0..<batch.rowCount { try write(batch, row) }
  }

  private mutating func write(
    _ batch: borrowing RecordBatch, _ row: Int
  ) throws(SpaltError) {
    try output.append(JSONByte.openBrace)
    var isFirst = true
    for index in parts.indices {
      if let tokens = batch.tokens(index) {
        guard case .token(let name) = parts[index], tokens.byteCount(row) > 0 else { continue }
        try writeName(name, &isFirst)
        try output.append(tokens.text(row))
        continue
      }
      guard let values = batch.values(index), let text = values.text(row) else { continue }
      switch parts[index] {
      case .token: continue
      case .text(let name):
        try writeName(name, &isFirst)
        try writeString(text)
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
  private mutating func writeName(_ name: [UInt8], _ isFirst: inout Bool) throws(SpaltError) {
    let view = ByteView(name.span)
    try output.append(isFirst ? view.slice(1..<view.byteCount) : view)
    isFirst = false
  }

  private mutating func writeString(_ text: borrowing ByteView) throws(SpaltError) {
    try output.append(JSONByte.quote)
    for index in 0..<text.byteCount { try output.append(JSONText.escaped(text[index])) }
    try output.append(JSONByte.quote)
  }

  public mutating func finish() throws(SpaltError) { try output.flush() }

  public var byteCount: Int { output.totalByteCount }
}
