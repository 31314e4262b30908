/// Rows of one record batch, as a piece of input.
final class ArrowRows: DeclaredRows {
  /// A batch with more rows than two of these becomes several pieces, for several workers.
  static let pieceRowCount = 64 << 10
  /// Bytes behind a body that may be read as if they were its own: 64 values of 8 bytes.
  static let slackByteCount = 512

  let leaves: ArrowLeaves
  /// Nil for what belongs to no batch.
  let batch: ArrowBatch?
  /// The body of the batch with the bytes behind it.
  let window: SharedSegment?
  private let mapping: Mapping?
  /// The first row, in the batch: a multiple of 64.
  let firstRow: Int
  let rowCount: Int
  let sourceByteCount: Int
  private let mayBeSplit: Bool

  /// All rows of a batch.
  init(
    _ leaves: ArrowLeaves, _ batch: ArrowBatch, _ window: SharedSegment, _ mapping: Mapping?,
    sourceByteCount: Int
  ) {
    self.leaves = leaves
    self.batch = batch
    self.window = window
    self.mapping = mapping
    firstRow = 0
    rowCount = batch.rowCount
    self.sourceByteCount = sourceByteCount
    // What is expanded is expanded once, by one worker.
    mayBeSplit = batch.compression == nil
  }

  /// Bytes of an input without rows.
  init(_ leaves: ArrowLeaves, sourceByteCount: Int) {
    self.leaves = leaves
    batch = nil
    window = nil
    mapping = nil
    firstRow = 0
    rowCount = 0
    self.sourceByteCount = sourceByteCount
    mayBeSplit = false
  }

  private init(_ whole: ArrowRows, firstRow: Int, rowCount: Int, sourceByteCount: Int) {
    leaves = whole.leaves
    batch = whole.batch
    window = whole.window
    mapping = whole.mapping
    mayBeSplit = whole.mayBeSplit
    self.firstRow = firstRow
    self.rowCount = rowCount
    self.sourceByteCount = sourceByteCount
  }

  var columns: [DeclaredColumn] { leaves.columns }
  var unreadable: [UnreadableColumn] { leaves.unreadable }

  /// The first rows, about as many as asked for, and the others.
  func split(atRowCount count: Int) -> (first: ArrowRows, rest: ArrowRows?) {
    guard mayBeSplit, rowCount > count * 2 else { return (self, nil) }
    let byteCount = sourceByteCount / rowCount * count
    return (
      ArrowRows(self, firstRow: firstRow, rowCount: count, sourceByteCount: byteCount),
      ArrowRows(
        self, firstRow: firstRow + count, rowCount: rowCount - count,
        sourceByteCount: sourceByteCount - byteCount)
    )
  }

  /// Asks for the pages of a column, if that is needed: once a batch, with its first rows.
  func prefetch(_ leaf: ArrowLeaves.Leaf) {
    guard let mapping, let batch, firstRow == 0 else { return }
    for node in leaf.ancestors { prefetch(node, batch, mapping) }
    prefetchAll(leaf.node, batch, mapping)
  }

  private func prefetchAll(_ node: Int, _ batch: ArrowBatch, _ mapping: Mapping) {
    prefetch(node, batch, mapping)
    for child in batch.nodes[node].children { prefetchAll(child, batch, mapping) }
  }

  private func prefetch(_ node: Int, _ batch: ArrowBatch, _ mapping: Mapping) {
    for range in batch.bodyRanges(ofNode: node) { mapping.prefetch(range) }
  }
}
