/// Turns rows of record batches into rows of Spalt's batches. A worker has one of its own.
///
/// Integers, floating-point numbers and times that lie in the input as Spalt has them are viewed where they lie; texts
/// are viewed, whatever the type of their column; everything else is converted.
struct ArrowDecoder: ~Copyable {
  /// A column of the input, and the one that it fills.
  struct Target {
    let leaf: ArrowLeaves.Leaf
    let column: Int
    let type: ColumnType
    let place: BatchLayout.Column
  }

  private let plan: DecodePlan
  private let pruning: BatchPruning
  /// Whether the input's own bytes are wanted for each record, which columns do not have.
  private let printsInput: Bool
  private var leaves: ArrowLeaves?
  private var targets: [Target] = []
  /// Columns that the input does not have.
  private var missing: [Int] = []
  private var fill: ArrowFill

  init(
    plan: DecodePlan, conditions: [NecessaryCondition], printsInput: Bool, arenas: ArenaPool
  ) {
    self.plan = plan
    self.printsInput = printsInput
    pruning = BatchPruning(conditions: conditions, types: plan.schema.columns.map(\.type))
    fill = ArrowFill(plan: plan, arenas: arenas)
  }

  /// Decodes rows from `position` on until the batch is full.
  /// - Returns: the first row that is left.
  mutating func decode(
    _ rows: any ColumnarRows, from position: Int, into builder: inout RecordBatchBuilder
  ) throws(SpaltError) -> Int {
    guard let rows = rows as? ArrowRows else { preconditionFailure("no rows of Arrow") }
    if printsInput {
      throw .usage(
        "\(rows.leaves.path): columns have no text that stood in the input; use another --to than raw"
      )
    }
    if leaves !== rows.leaves { prepare(rows.leaves) }
    if rowsAreExcluded(rows, position) {
      builder.notes.statistics.ruledOutCount += rows.rowCount
      builder.notes.statistics.ruledOutByteCount += rows.sourceByteCount
      builder.notes.statistics.byteCount += rows.sourceByteCount
      return rows.rowCount
    }
    let count = min(rows.rowCount - position, plan.layout.rowCapacity)
    begin(&builder, rowCount: count)
    if let batch = rows.batch, let window = rows.window, count > 0 {
      if position == 0 { for target in targets { rows.prefetch(target.leaf) } }
      let first = rows.firstRow + position
      fill.begin(batch, window: window, rows: first..<first + count)
      for target in targets { try fill.fill(target, &builder) }
      try fill.finish(&builder)
    }
    let end = position + count
    Self.count(rows, count, isLast: end == rows.rowCount, &builder.notes.statistics)
    return end
  }

  /// Finds out which columns an input fills.
  private mutating func prepare(_ leaves: ArrowLeaves) {
    self.leaves = leaves
    targets = []
    var tree = plan.tree
    var isFilled = [Bool](repeating: false, count: plan.schema.columns.count)
    for leaf in leaves.leaves {
      guard let column = column(of: leaf.declared, &tree), !isFilled[column] else { continue }
      let place = plan.layout.columns[column]
      isFilled[column] = true
      guard place.valuesStart >= 0 || place.tokensStart >= 0 else { continue }
      targets.append(
        Target(leaf: leaf, column: column, type: plan.schema.columns[column].type, place: place))
    }
    missing = isFilled.indices.filter { !isFilled[$0] && plan.schema.provenance[$0] == nil }
    // What does not fit goes behind what was there.
    targets.sort { $0.leaf.declared.isExtra && !$1.leaf.declared.isExtra }
  }

  private func column(of declared: DeclaredColumn, _ tree: inout FieldTree) -> Int? {
    if declared.isExtra { return plan.schema.extraColumn }
    let node = declared.keys.reduce(FieldTree.root) { tree.node($1, in: $0) }
    let column = Int(tree.nodes[node].column)
    return column >= 0 ? column : nil
  }

  private func rowsAreExcluded(_ rows: ArrowRows, _ position: Int) -> Bool {
    guard position == 0, rows.rowCount > 0, !pruning.conditions.isEmpty, let batch = rows.batch,
      !batch.metadata.isEmpty
    else { return false }
    return pruning.excludes(rowCount: rows.rowCount) { column in
      guard let target = targets.first(where: { $0.column == column }),
        target.leaf.ancestors.isEmpty, target.type == target.leaf.declared.type,
        let index = batch.columns.firstIndex(of: target.leaf.node)
      else { return nil }
      let key = ColumnBounds.keyPrefix + String(index)
      return batch.metadata.first { $0.key == key }.flatMap {
        ColumnBounds($0.value, type: target.type)
      }
    }
  }

  /// Makes every value null that no column of the input fills.
  private func begin(_ builder: inout RecordBatchBuilder, rowCount: Int) {
    let layout = plan.layout
    builder.rowCount = rowCount
    builder.slab.fill(
      layout.rowFormatsStart..<layout.rowFormatsStart + rowCount,
      with: UInt8(FormatRegistry.columnarIndex))
    builder.slab.fill(
      layout.recordStartsStart..<layout.recordStartsStart + rowCount * 4, with: 0)
    builder.slab.fill(
      layout.recordByteCountsStart..<layout.recordByteCountsStart + rowCount * 4, with: 0)
    for column in missing {
      let place = layout.columns[column]
      if place.valuesStart >= 0 {
        builder.slab.fill(
          place.validityStart..<place.validityStart + (rowCount + 7) / 8, with: 0)
        let bitCount = rowCount * plan.schema.columns[column].type.bitWidth
        builder.slab.fill(place.valuesStart..<place.valuesStart + (bitCount + 7) / 8, with: 0)
      }
      if place.tokensStart >= 0 {
        builder.slab.fill(
          place.tokensStart..<place.tokensStart + rowCount * TextColumn.byteCount, with: 0)
      }
    }
  }

  private static func count(
    _ rows: ArrowRows, _ rowCount: Int, isLast: Bool, _ statistics: inout BatchStatistics
  ) {
    statistics.recordCount += rowCount
    guard isLast else { return }
    statistics.byteCount += rows.sourceByteCount
    if rows.rowCount > 0 {
      statistics.recordByteCount += rows.sourceByteCount
    } else {
      statistics.separatorByteCount += rows.sourceByteCount
    }
  }
}
