/// Where each column's buffers lie in a batch's slab. Computed once; every batch has the same layout.
///
/// All buffers start on 64 bytes, as Arrow recommends. Validity bitmaps stand together at the front,
/// so that one fill makes every value valid: decoders then only ever clear the bit of a null.
final class BatchLayout: Sendable {
  /// The buffers of one column, as byte offsets in the slab; -1 for a buffer that nobody wants.
  struct Column: BitwiseCopyable, Sendable {
    var validityStart = -1
    var valuesStart = -1
    var tokensStart = -1
  }

  let schema: Schema
  /// The columns that a reader was asked for: the first ones. Behind them are those that only a filter
  /// reads.
  let visibleSchema: Schema
  /// What a batch can hold at most, in rows: a multiple of 64.
  let rowCapacity: Int
  let columns: [Column]
  /// Offset in the batch's segment, and byte count, of each record: 32-bit each.
  let recordStartsStart: Int
  let recordByteCountsStart: Int
  /// The format of each record, a byte each: its index in the two tables below.
  let rowFormatsStart: Int
  /// In which syntax the tokens of each format are.
  let tokenSyntaxes: [TokenSyntax]
  /// What each format is called.
  let formatNames: [String]
  /// The part that holds all validity bitmaps.
  let validityRange: Range<Int>
  let byteCount: Int

  /// A layout for `schema`, in which column i is used as `uses[i]` says, and the first
  /// `visibleColumnCount` (nil is all) are what a reader was asked for. As many rows as fit
  /// `targetByteCount`, between 64 and `maximumRowCount`. Records are of the formats called `formatNames`,
  /// 256 at most.
  init(
    schema: Schema, uses: [ColumnUse], visibleColumnCount: Int? = nil,
    tokenSyntaxes: [TokenSyntax] = [.json], formatNames: [String] = ["ndjson"],
    targetByteCount: Int = 2 << 20, maximumRowCount: Int = 8192
  ) {
    precondition(tokenSyntaxes.count == formatNames.count, "a format has a name and a syntax")
    precondition((1...256).contains(formatNames.count), "a format's index is a byte")
    self.schema = schema
    self.tokenSyntaxes = tokenSyntaxes
    self.formatNames = formatNames
    visibleSchema = schema.prefix(visibleColumnCount ?? schema.columns.count)
    var rowBits = 64 + 8
    for (column, use) in zip(schema.columns, uses) {
      if use.contains(.value) { rowBits += 1 + column.type.bitWidth }
      if use.contains(.token) { rowBits += 128 }
    }
    let wanted = min(maximumRowCount, targetByteCount * 8 / rowBits)
    let rowCapacity = max(64, wanted & -64)
    self.rowCapacity = rowCapacity

    var columns = [Column](repeating: Column(), count: schema.columns.count)
    var end = 0
    func take(bitsPerRow: Int) -> Int {
      let start = end
      end += (rowCapacity * bitsPerRow / 8 + 63) & -64
      return start
    }
    for index in columns.indices where uses[index].contains(.value) {
      columns[index].validityStart = take(bitsPerRow: 1)
    }
    validityRange = 0..<end
    for (index, column) in schema.columns.enumerated() {
      if uses[index].contains(.value) {
        columns[index].valuesStart = take(bitsPerRow: column.type.bitWidth)
      }
      if uses[index].contains(.token) { columns[index].tokensStart = take(bitsPerRow: 128) }
    }
    recordStartsStart = take(bitsPerRow: 32)
    recordByteCountsStart = take(bitsPerRow: 32)
    rowFormatsStart = take(bitsPerRow: 8)
    self.columns = columns
    byteCount = end
  }
}
