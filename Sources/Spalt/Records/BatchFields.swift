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
  private let table: RecordTable

  @_lifetime(copy table)
  init(_ table: RecordTable) {
    columns = table.layout.columns
    rowCount = table.rowCount
    slab = ByteCursor(table.slab)
    input = ByteCursor(table.texts.input)
    self.table = table
  }

  /// The text of a field as it stood in the input, empty when the record lacks it; nil when the column
  /// has no tokens.
  @_lifetime(copy self)
  func token(_ column: Int, _ row: Int) -> ByteView? {
    let start = columns[column].tokensStart
    guard start >= 0 else { return nil }
    let end = start + table.layout.rowCapacity * TextColumn.byteCount
    return TextColumn(views: table.slab.slice(start..<end), texts: table.texts).text(row)
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
