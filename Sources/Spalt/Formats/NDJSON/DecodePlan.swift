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

  /// A node's column when it has one in the sample but was not selected.
  static let unselected: Int32 = -2

  /// - Parameter plain: how a column with an ordinary name is used; `_extra` and `line`, which have
  ///   no text in the input, are always used as values.
  init(
    schema: Schema, tree: FieldTree, use: ColumnUse, keepsLines: Bool,
    maximumRecordByteCount: Int, batchByteCount: Int = 2 << 20
  ) {
    self.schema = schema
    self.tree = tree
    self.maximumRecordByteCount = maximumRecordByteCount
    let extra = schema.extraColumn
    let line = keepsLines ? schema.lineColumn : nil
    extraColumn = use.isEmpty ? -1 : extra ?? -1
    lineColumn = use.isEmpty ? -1 : line ?? -1
    self.keepsLines = keepsLines
    let uses = schema.columns.indices.map { index in
      use.isEmpty ? use : index == extra || index == line ? .value : use
    }
    layout = BatchLayout(schema: schema, uses: uses, targetByteCount: batchByteCount)
  }
}

extension DecodePlan {
  /// Columns for the keys of a sample, in the order in which they were seen, then `_extra`. Keys
  /// beyond the first `maximumColumnCount` have no column: keys that are really identifiers end in
  /// `_extra`, not in memory.
  static func schema(
    ofSample inference: borrowing SchemaInference, _ tree: inout FieldTree, keepsLines: Bool,
    maximumColumnCount: Int
  ) -> Schema {
    var columns: [ColumnDefinition] = []
    for node in 1..<tree.count where columns.count < maximumColumnCount {
      guard let type = inference.columnType(ofNode: node) else { continue }
      tree.setColumn(columns.count, ofNode: node)
      columns.append(ColumnDefinition(name: tree.name(of: node), type: type))
    }
    var lineColumn: Int?
    if keepsLines {
      lineColumn = columns.count
      columns.append(ColumnDefinition(name: free(Schema.lineName, columns), type: .string))
    }
    columns.append(ColumnDefinition(name: free(Schema.extraName, columns), type: .json))
    return Schema(columns: columns, extraColumn: columns.count - 1, lineColumn: lineColumn)
  }

  /// `name`, with as many underscores behind it as it takes to be no column's name yet: the input may
  /// have a key of that name.
  private static func free(_ name: String, _ columns: [ColumnDefinition]) -> String {
    columns.contains { $0.name == name } ? free(name + "_", columns) : name
  }

  /// Columns for the selected names, in their order. A name of an object stands for all of its
  /// fields in the sample. A name that the sample lacks becomes a column of JSON text.
  static func schema(
    selecting names: [String], ofSample inference: borrowing SchemaInference,
    _ tree: inout FieldTree, keepsLines: Bool
  ) throws(SpaltError) -> Schema {
    let sampledCount = tree.count
    for node in 1..<sampledCount where inference.columnType(ofNode: node) != nil {
      tree.setColumn(Int(unselected), ofNode: node)
    }
    var columns: [ColumnDefinition] = []
    var extraColumn: Int?
    var lineColumn: Int?
    for name in names {
      let isSampled = (1..<sampledCount).contains {
        inference.columnType(ofNode: $0) != nil && tree.name(of: $0) == name
      }
      if name == Schema.extraName, !isSampled {
        extraColumn = columns.count
        columns.append(ColumnDefinition(name: name, type: .json))
        continue
      }
      if name == Schema.lineName, keepsLines, !isSampled {
        lineColumn = columns.count
        columns.append(ColumnDefinition(name: name, type: .string))
        continue
      }
      guard let keys = FieldPath.keys(of: name) else {
        throw .usage("--select: the quotes in '\(name)' do not match")
      }
      let selected = node(of: keys, &tree)
      var found = false
      for node in 1..<sampledCount where tree.isNode(node, within: selected) {
        guard let type = inference.columnType(ofNode: node) else { continue }
        found = true
        select(node, type, &tree, &columns)
      }
      if !found { select(selected, .json, &tree, &columns) }
    }
    return Schema(columns: columns, extraColumn: extraColumn, lineColumn: lineColumn)
  }

  private static func select(
    _ node: Int, _ type: ColumnType, _ tree: inout FieldTree, _ columns: inout [ColumnDefinition]
  ) {
    guard tree.nodes[node].column < 0 else { return }
    tree.setColumn(columns.count, ofNode: node)
    columns.append(ColumnDefinition(name: tree.name(of: node), type: type))
  }

  /// Binds the columns of a given schema to the keys they are named after.
  static func bind(
    _ schema: Schema, _ tree: inout FieldTree, keepsLines: Bool
  ) throws(SpaltError) {
    for (index, column) in schema.columns.enumerated() {
      if index == schema.extraColumn {
        guard column.type == .json else {
          throw .usage("schema: '\(column.name)' holds JSON text, so its type must be json")
        }
        continue
      }
      if index == schema.lineColumn, keepsLines {
        guard column.type == .string else {
          throw .usage("schema: '\(column.name)' holds text, so its type must be string")
        }
        continue
      }
      guard let keys = FieldPath.keys(of: column.name) else {
        throw .usage("schema: the quotes in '\(column.name)' do not match")
      }
      tree.setColumn(index, ofNode: node(of: keys, &tree))
    }
  }

  private static func node(of keys: [[UInt8]], _ tree: inout FieldTree) -> Int {
    keys.reduce(FieldTree.root) { JSONRecordScanner.node($1, in: $0, &tree) }
  }
}
