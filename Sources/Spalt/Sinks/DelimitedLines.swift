/// Writes records as lines of fields with a delimiter between them.
///
/// Most fields are plain: what is printed stands in the input as it is. They are copied by `append`
/// itself; only what is null, escaped or in need of quotes goes to the format's own code.
struct DelimitedLines: Sendable {
  private let delimiter: UInt8
  private let columnCount: Int
  private let plain: PlainText
  /// Whether nothing at all is written for a field without a value.
  private let omitsEmpty: Bool
  /// Whether a column's fields may be copied from its tokens.
  private let isCopied: [Bool]
  private let typedSyntaxes: [TokenSyntax]

  init(
    _ text: FieldText, delimiter: UInt8, columnCount: Int, usesQuotes: Bool, omitsEmpty: Bool
  ) {
    self.delimiter = delimiter
    self.columnCount = columnCount
    self.omitsEmpty = omitsEmpty
    plain = PlainText(
      stops: (delimiter, delimiter), limit: 0x1F, isASCII: false, usesQuotes: usesQuotes)
    isCopied = (0..<columnCount).map { text.printsTokens($0) }
    typedSyntaxes = text.typedSyntaxes
  }

  /// Appends all records of a batch; `appendOdd` appends a field that is not plain.
  @inline(__always)
  func append(
    _ batch: borrowing RecordBatch, to output: inout TextBuffer,
    _ appendOdd: (borrowing BatchFields, Int, Int, inout TextBuffer) throws(SpaltError) -> Void
  ) throws(SpaltError) {
    let fields = batch.fields
    for row in 0..<fields.rowCount {
      let rowSyntax = fields.tokenSyntax(row)
      for column in 0..<columnCount {
        let terminator = column == columnCount &- 1 ? JSONByte.lineFeed : delimiter
        let syntax = rowSyntax == .typed ? typedSyntaxes[column] : rowSyntax
        if try appendPlain(fields, column, row, syntax, terminator, to: &output) { continue }
        try appendOdd(fields, column, row, &output)
        try output.append(terminator)
      }
    }
  }

  /// Appends a field and the terminator, if the field's token is copied as it stands, or the column has
  /// no tokens and the row no value.
  @inline(__always)
  private func appendPlain(
    _ fields: borrowing BatchFields, _ column: Int, _ row: Int, _ syntax: TokenSyntax,
    _ terminator: UInt8, to output: inout TextBuffer
  ) throws(SpaltError) -> Bool {
    let start = fields.columns[column].tokensStart
    guard isCopied[column], start >= 0 else {
      guard start < 0, omitsEmpty, !fields.hasValue(column, row) else { return false }
      try output.append(terminator)
      return true
    }
    let view = start &+ row &* TextColumn.byteCount
    // Length and first bytes of the token: see the layout of string views.
    let head = fields.slab.word(at: view)
    let byteCount = Int(UInt32(truncatingIfNeeded: head))
    let first = UInt8(truncatingIfNeeded: head &>> 32)
    let margin = first == JSONByte.quote && syntax != .plain ? 1 : 0
    let contentByteCount = byteCount &- 2 &* margin
    let isNull = head == 0 || first == UInt8(ascii: "n") && syntax == .json
    if contentByteCount == 0 || isNull {
      // An empty string is the format's to spell.
      guard omitsEmpty, isNull else { return false }
      try output.append(terminator)
      return true
    }
    // Short tokens lie in their views, others in the input: one copying loop for both.
    var cursor = fields.slab
    var textStart = view &+ 4
    if byteCount > TextColumn.inlineByteCount {
      let place = fields.slab.word(at: view &+ 8)
      guard UInt32(truncatingIfNeeded: place) == 0 else { return false }
      cursor = fields.input
      textStart = Int(place &>> 32)
    }
    return try output.appendPlain(
      cursor, start: textStart &+ margin, byteCount: contentByteCount, plain,
      terminator: terminator)
  }
}
