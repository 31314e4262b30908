/// The fields of a batch by column and row, for sinks that go from record to record: no view of a column
/// is made for each field. Borrows the batch.
struct BatchFields: ~Escapable {
  /// Where each column's buffers lie in the slab.
  let columns: [BatchLayout.Column]
  /// Number of records.
  let rowCount: Int
  /// The columns' buffers.
  let slab: ByteCursor
  /// The input, data buffer 0 of string views.
  let input: ByteCursor
  /// In which syntax all tokens are, or nil when the records are of different formats.
  private let commonSyntax: TokenSyntax?
  private let table: RecordTable

  @_lifetime(copy table)
  init(_ table: RecordTable) {
    columns = table.layout.columns
    rowCount = table.rowCount
    slab = ByteCursor(table.slab)
    input = ByteCursor(table.texts.input)
    commonSyntax = Self.commonSyntax(of: table)
    self.table = table
  }

  /// Looks at the formats of all rows, eight at a time.
  private static func commonSyntax(of table: borrowing RecordTable) -> TokenSyntax? {
    let syntaxes = table.layout.tokenSyntaxes
    guard syntaxes.count > 1, table.rowCount > 0 else { return syntaxes.first }
    let formats = ByteCursor(table.slab)
    let start = table.layout.rowFormatsStart
    let end = start + table.rowCount
    let first = formats.byte(at: start)
    let pattern = UInt64(first) &* 0x0101_0101_0101_0101
    var index = start
    while index &+ 8 <= end {
      guard formats.word(at: index) == pattern else { return nil }
      index &+= 8
    }
    while index < end {
      guard formats.byte(at: index) == first else { return nil }
      index &+= 1
    }
    return syntaxes[Int(first)]
  }

  /// In which syntax the tokens of a record are.
  @inline(__always)
  func tokenSyntax(_ row: Int) -> TokenSyntax { commonSyntax ?? table.tokenSyntax(row) }

  /// Whether the column has tokens, if only of other records.
  @inline(__always)
  func hasTokens(_ column: Int) -> Bool { columns[column].tokensStart >= 0 }

  /// The text of a field as it stood in the input; nil when the record lacks the field, or the column has
  /// no tokens.
  @inline(__always)
  @_lifetime(copy self)
  func token(_ column: Int, _ row: Int) -> ByteView? {
    let start = columns[column].tokensStart
    guard start >= 0 else { return nil }
    let end = start + table.layout.rowCapacity * TextColumn.byteCount
    let tokens = TextColumn(views: table.slab.slice(start..<end), texts: table.texts)
    guard tokens.isPresent(row) else { return nil }
    return tokens.text(row)
  }

  /// Whether the column has values, and one in this row.
  @inline(__always)
  func hasValue(_ column: Int, _ row: Int) -> Bool {
    let start = columns[column].validityStart
    return start >= 0 && slab.byte(at: start &+ row &>> 3) & (1 &<< UInt8(row & 7)) != 0
  }

  /// Column `index`, whose values must have been asked for.
  @_lifetime(copy self)
  func values(_ index: Int) -> Column { table.column(index) }
}
