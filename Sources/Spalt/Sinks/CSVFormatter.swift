/// Comma-separated values after RFC 4180: a line of column names, then a line for each record. Lines end
/// with a line feed, as most tools write them, and not with CR LF.
///
/// A field is quoted only where it must be: when it holds the delimiter, a quote, CR or LF. `null`, and a
/// key that the record lacks, become an empty field; an empty string becomes `""`, so that readers that
/// care can tell them apart. (In a table of one column every empty field is `""`: an empty line would be
/// no record.) Strings lose JSON's quotes and escapes; numbers, words, arrays and objects stand as they
/// stood in the input. The column `_extra` is JSON text.
///
/// Text that a spreadsheet would take for a formula (`=…`, `+…`, `@…`) is left as it is: changing it
/// would change the data. Import such files as text.
///
/// The batches must come from a reader with the representation `text`.
public struct CSVFormatter: BatchFormatter {
  public let header: [UInt8]
  private let text: FieldText
  private let lines: DelimitedLines
  private let delimiter: UInt8
  private let columnCount: Int

  /// A formatter for batches of `schema`. `delimiter` is an ASCII character, but no quote, backslash,
  /// line end, letter or digit; `timeText` prints times whose values are at hand.
  public init(
    schema: Schema, delimiter: Unicode.Scalar = ",", timeText: TimeText? = nil
  ) {
    self.delimiter = UInt8(ascii: delimiter)
    columnCount = schema.columns.count
    text = FieldText(schema: schema, timeText: timeText)
    lines = DelimitedLines(
      text, delimiter: self.delimiter, columnCount: columnCount, usesQuotes: true,
      omitsEmpty: columnCount > 1)
    header = Self.header(schema, delimiter: UInt8(ascii: delimiter))
  }

  private static func header(_ schema: Schema, delimiter: UInt8) -> [UInt8] {
    let fields = schema.columns.map { column in
      let name = Array(column.name.utf8)
      guard name.isEmpty || name.contains(where: { needsQuotes($0, delimiter: delimiter) }) else {
        return name
      }
      return [JSONByte.quote] + name.flatMap { $0 == JSONByte.quote ? [$0, $0] : [$0] }
        + [JSONByte.quote]
    }
    return Array(fields.joined(separator: [delimiter])) + [JSONByte.lineFeed]
  }

  public func format(
    _ batch: borrowing RecordBatch, to output: inout TextBuffer
  ) throws(SpaltError) {
    try lines.append(batch, to: &output) {
      (fields, column, row, output) throws(SpaltError) in
      if let token = text.verbatim(fields, column, row) {
        return try Self.append(token, delimiter: delimiter, to: &output)
      }
      let start = output.byteCount
      let kind = try text.append(fields, column, row, to: &output)
      if output.byteCount == start {
        guard kind == .string || columnCount == 1 else { return }
        try output.append(JSONByte.quote)
        try output.append(JSONByte.quote)
      } else {
        try Self.quote(&output, from: start, delimiter: delimiter)
      }
    }
  }

  private static func needsQuotes(_ byte: UInt8, delimiter: UInt8) -> Bool {
    byte == delimiter || byte == JSONByte.quote || byte == JSONByte.lineFeed
      || byte == JSONByte.carriageReturn
  }

  /// Appends text as a field that is not empty, from quote to quote.
  private static func append(
    _ text: borrowing ByteView, delimiter: UInt8, to output: inout TextBuffer
  ) throws(SpaltError) {
    let kernels = ScanKernels.current
    let cursor = ByteCursor(copy text)
    let all = 0..<cursor.end
    var stop = kernels.firstIndex(of: JSONByte.quote, cursor, in: all)
    let needsQuotes =
      stop < cursor.end || kernels.firstIndex(of: delimiter, cursor, in: all) < cursor.end
      || kernels.firstIndex(of: JSONByte.carriageReturn, cursor, in: all) < cursor.end
      || kernels.firstIndex(of: JSONByte.lineFeed, cursor, in: all) < cursor.end
    guard needsQuotes else { return try output.append(text) }
    try output.append(JSONByte.quote)
    var start = 0
    while stop < cursor.end {
      // The quote is copied with what stands before it, and written once more.
      try output.append(cursor.view(at: start, byteCount: stop + 1 - start))
      try output.append(JSONByte.quote)
      start = stop + 1
      stop = kernels.firstIndex(of: JSONByte.quote, cursor, in: start..<cursor.end)
    }
    try output.append(cursor.view(at: start, byteCount: cursor.end - start))
    try output.append(JSONByte.quote)
  }

  /// Puts the text from `start` on into quotes, where it needs them.
  private static func quote(
    _ text: inout TextBuffer, from start: Int, delimiter: UInt8
  ) throws(SpaltError) {
    let end = text.byteCount
    var needsQuotes = false
    var quoteCount = 0
    for index in start..<end {
      let byte = text[index]
      if Self.needsQuotes(byte, delimiter: delimiter) { needsQuotes = true }
      if byte == JSONByte.quote { quoteCount += 1 }
    }
    guard needsQuotes else { return }
    try text.extend(by: quoteCount + 2)
    var target = text.byteCount - 1
    text[target] = JSONByte.quote
    for index in (start..<end).reversed() {
      let byte = text[index]
      target -= 1
      text[target] = byte
      if byte == JSONByte.quote {
        target -= 1
        text[target] = byte
      }
    }
    text[start] = JSONByte.quote
  }
}
