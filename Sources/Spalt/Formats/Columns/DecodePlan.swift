/// What every decoder of an input shares: the schema, where the columns lie, and which key leads to
/// which column. Fixed before the first batch.
final class DecodePlan: Sendable {
  let schema: Schema
  let layout: BatchLayout
  /// The known keys with their columns.
  let tree: FieldTree
  /// The column for what has no column or does not fit, or -1 when nobody wants it.
  let extraColumn: Int
  /// Whether lines that are no records become records all the same.
  let keepsLines: Bool
  /// The column for the text of such lines, or -1 when nobody wants it.
  let lineColumn: Int
  /// No record may be longer, in bytes.
  let maximumRecordByteCount: Int
  /// How texts become times.
  let timestamps: TimestampReader
  /// Names that were asked for and that the input is not known to have.
  let unseenNames: [String]

  /// A node's column when it has one in the sample but was not selected.
  static let unselected: Int32 = -2

  /// - Parameters:
  ///   - use: how a column with an ordinary name is used; `_extra`, `line` and where a record stands,
  ///     which have no text in the input, are always used as values.
  ///   - filterNames: the columns that a filter reads, besides, as values.
  init(
    columns: ColumnPlan, tree: FieldTree, use: ColumnUse, filterNames: [String],
    keepsTimeValues: Bool = false, keepsLines: Bool, hasTextLines: Bool,
    maximumRecordByteCount: Int,
    timestamps: TimestampReader = TimestampReader(), batchByteCount: Int = 2 << 20
  ) {
    let schema = columns.schema
    self.timestamps = timestamps
    self.schema = schema
    self.tree = tree
    self.maximumRecordByteCount = maximumRecordByteCount
    self.keepsLines = keepsLines
    unseenNames = columns.unseenNames
    let uses = schema.columns.indices.map { index in
      var own: ColumnUse = index < columns.visibleColumnCount ? use : []
      if !own.isEmpty, !schema.isFromInput(index) { own = .value }
      if !own.isEmpty, keepsTimeValues, schema.columns[index].type == .timestamp {
        own.insert(.value)
      }
      if filterNames.contains(schema.columns[index].name) { own.insert(.value) }
      return own
    }
    extraColumn = schema.extraColumn.flatMap { uses[$0].isEmpty ? nil : $0 } ?? -1
    let line = keepsLines || hasTextLines ? schema.lineColumn : nil
    lineColumn = line.flatMap { uses[$0].isEmpty ? nil : $0 } ?? -1
    layout = BatchLayout(
      schema: schema, uses: uses, visibleColumnCount: columns.visibleColumnCount,
      tokenSyntaxes: FormatRegistry.tokenSyntaxes, formatNames: FormatRegistry.names,
      targetByteCount: batchByteCount)
  }
}
