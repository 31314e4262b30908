/// What records of a batch share. Borrows the batch.
struct RecordTable: ~Escapable {
  let layout: BatchLayout
  let rowCount: Int
  let slab: ByteView
  let texts: TextSource

  @_lifetime(copy slab, copy texts)
  init(layout: BatchLayout, rowCount: Int, slab: ByteView, texts: TextSource) {
    self.layout = layout
    self.rowCount = rowCount
    self.slab = slab
    self.texts = texts
  }

  /// The index of a record's format in the layout's tables.
  @inline(__always)
  func formatIndex(_ row: Int) -> Int { Int(slab[layout.rowFormatsStart + row]) }

  /// In which syntax the tokens of a record are.
  @inline(__always)
  func tokenSyntax(_ row: Int) -> TokenSyntax { layout.tokenSyntaxes[formatIndex(row)] }

  @_lifetime(copy self)
  func column(_ index: Int) -> Column {
    let place = layout.columns[index]
    precondition(place.valuesStart >= 0, "the column's values were not asked for")
    let type = layout.schema.columns[index].type
    let bitmapByteCount = layout.rowCapacity / 8
    return Column(
      type: type, rowCount: rowCount,
      validity: slab.slice(place.validityStart..<place.validityStart + bitmapByteCount),
      values: values(index), texts: texts)
  }

  /// The values of a column: in the slab, or where they lie in the input.
  @_lifetime(copy self)
  func values(_ index: Int) -> ByteView {
    if let values = texts.arena.values(ofColumn: index) { return values }
    let start = layout.columns[index].valuesStart
    return slab.slice(
      start..<start + layout.rowCapacity * layout.schema.columns[index].type.bitWidth / 8)
  }
}

/// Moves over the records of a batch, in order. Borrows the batch.
public struct RecordCursor: ~Escapable {
  private let table: RecordTable
  private var row = 0

  @_lifetime(copy table)
  init(_ table: RecordTable) { self.table = table }

  /// The next record, or nil behind the last.
  @_lifetime(copy self)
  public mutating func next() -> Record? {
    guard row < table.rowCount else { return nil }
    defer { row += 1 }
    return Record(table: table, row: row)
  }
}

/// One record: a row of a batch. Borrows the batch, so it cannot be kept longer.
public struct Record: ~Escapable {
  private let table: RecordTable
  /// The record's index in its batch.
  public let row: Int

  @_lifetime(copy table)
  init(table: RecordTable, row: Int) {
    self.table = table
    self.row = row
  }

  /// The batch's columns.
  public var schema: Schema { table.layout.visibleSchema }

  /// The field in the column called `name`, or nil when there is no such column.
  @_lifetime(copy self)
  public func field(_ name: String) -> Field? {
    guard let index = schema.index(of: name), table.layout.columns[index].valuesStart >= 0 else {
      return nil
    }
    return Field(column: table.column(index), row: row)
  }

  /// The field in column `index` of the schema.
  @_lifetime(copy self)
  public func field(at index: Int) -> Field { Field(column: table.column(index), row: row) }

  /// Absolute offset in the source of the record's first byte.
  public var offset: Int { bytes.offset }

  /// The record as it stands in the input, without the line's end.
  public var bytes: ByteView {
    @_lifetime(copy self)
    get {
      let layout = table.layout
      let start = Int(table.slab.load(at: layout.recordStartsStart + row * 4, as: UInt32.self))
      let byteCount = Int(
        table.slab.load(at: layout.recordByteCountsStart + row * 4, as: UInt32.self))
      return table.texts.input.slice(start..<start + byteCount)
    }
  }
}

/// One value of a record. Borrows the batch.
public struct Field: ~Escapable {
  private let column: Column
  private let row: Int

  @_lifetime(copy column)
  init(column: Column, row: Int) {
    self.column = column
    self.row = row
  }

  /// The type of the field's column.
  public var type: ColumnType { column.type }
  /// Whether there is no value.
  public var isNull: Bool { column.isNull(row) }
  /// The value of a `bool` field, or nil when there is none or it has another type.
  public var bool: Bool? { type == .bool ? column.bool(row) : nil }
  /// The value of an `int64` field, or nil when there is none or it has another type.
  public var int64: Int64? { type == .int64 ? column.int64(row) : nil }
  /// The value of a `float64` field, or nil when there is none or it has another type.
  public var float64: Double? { type == .float64 ? column.float64(row) : nil }
  /// The value of a `timestamp` field in nanoseconds since 1970-01-01T00:00:00Z, or nil.
  public var timestampNanoseconds: Int64? {
    type == .timestamp ? column.timestampNanoseconds(row) : nil
  }
  /// The text of a `string` or `json` field in place, or nil when there is none or it has another
  /// type.
  public var text: ByteView? {
    @_lifetime(copy self)
    get { type.isText ? column.text(row) : nil }
  }
}
