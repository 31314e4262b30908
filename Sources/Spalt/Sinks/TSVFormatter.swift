/// Tab-separated values: a line of column names, then a line for each record, and neither a tab nor a
/// line end inside of a field, so that `cut`, `awk -F'\t'` and `sort -t` need no parser.
///
/// The four bytes that would break this are written `\t`, `\n`, `\r` and `\\`, as PostgreSQL, MySQL and
/// Miller write them. `null`, a key that the record lacks, and an empty string are all an empty field.
/// Nothing is quoted; everything else is as in CSV.
///
/// The batches must come from a reader with the representation `text`.
public struct TSVFormatter: BatchFormatter {
  private static let tab = UInt8(ascii: "\t")

  public let header: [UInt8]
  private let text: FieldText
  private let lines: DelimitedLines

  /// A formatter for batches of `schema`; `timeText` prints times whose values are at hand.
  public init(schema: Schema, timeText: TimeText? = nil) {
    text = FieldText(schema: schema, timeText: timeText)
    lines = DelimitedLines(
      text, delimiter: Self.tab, columnCount: schema.columns.count, usesQuotes: false,
      omitsEmpty: true)
    let fields = schema.columns.map { column in
      column.name.utf8.flatMap { byte in
        Self.letter(for: byte).map { [JSONByte.backslash, $0] } ?? [byte]
      }
    }
    header = Array(fields.joined(separator: [Self.tab])) + [JSONByte.lineFeed]
  }

  public func format(
    _ batch: borrowing RecordBatch, to output: inout TextBuffer
  ) throws(SpaltError) {
    try lines.append(batch, to: &output) {
      (fields, column, row, output) throws(SpaltError) in
      if let token = text.verbatim(fields, column, row) {
        return try Self.append(token, to: &output)
      }
      let start = output.byteCount
      _ = try text.append(fields, column, row, to: &output)
      try Self.escape(&output, from: start)
    }
  }

  /// What stands behind the backslash for a byte that is escaped.
  private static func letter(for byte: UInt8) -> UInt8? {
    switch byte {
    case tab: UInt8(ascii: "t")
    case JSONByte.lineFeed: UInt8(ascii: "n")
    case JSONByte.carriageReturn: UInt8(ascii: "r")
    case JSONByte.backslash: byte
    default: nil
    }
  }

  /// Appends text as a field, in runs up to bytes that are escaped.
  private static func append(
    _ text: borrowing ByteView, to output: inout TextBuffer
  ) throws(SpaltError) {
    let kernels = ScanKernels.current
    let cursor = ByteCursor(copy text)
    var start = 0
    while true {
      // What may end a JSON string is all that is escaped here, and more.
      let stop = kernels.firstStringEnd(cursor, in: start..<cursor.end)
      try output.append(cursor.view(at: start, byteCount: stop - start))
      guard stop < cursor.end else { return }
      let byte = cursor.byte(at: stop)
      let letter = letter(for: byte)
      if letter != nil { try output.append(JSONByte.backslash) }
      try output.append(letter ?? byte)
      start = stop + 1
    }
  }

  private static func escape(_ text: inout TextBuffer, from start: Int) throws(SpaltError) {
    let end = text.byteCount
    var count = 0
    for index in start..<end where letter(for: text[index]) != nil { count += 1 }
    guard count > 0 else { return }
    try text.extend(by: count)
    var target = text.byteCount
    for index in (start..<end).reversed() {
      let byte = text[index]
      let letter = letter(for: byte)
      target -= 1
      text[target] = letter ?? byte
      if letter != nil {
        target -= 1
        text[target] = JSONByte.backslash
      }
    }
  }
}
