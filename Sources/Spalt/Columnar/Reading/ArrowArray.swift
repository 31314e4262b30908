/// An array of a batch with its buffers at hand. It keeps what it needs of the batch alive.
///
/// Values are read through an `ArrowArrayView` of it.
struct ArrowArray: Sendable {
  let batch: ArrowBatch
  /// Index among the nodes of the batch.
  let node: Int
  let field: ArrowField
  let layout: ArrowLayout
  let rowCount: Int
  let nullCount: Int
  /// The buffers, in the order of the layout.
  let buffers: SegmentSet
  /// The values that indices stand for; nil also when they have not come.
  let dictionary: ArrowDictionary?
  /// Rows of the column within this one, if there is exactly one.
  let childRowCount: Int

  /// The nodes of the columns within this one.
  var children: [Int] { batch.nodes[node].children }
}

extension ArrowBatch {
  /// An array with all its buffers, which are decompressed if they are compressed; those of the columns within it are
  /// not.
  /// - Throws: `SpaltError.input` when its type is not read, or a buffer is too short or damaged;
  ///   `.memoryBudgetExceeded`.
  func array(_ node: Int) throws(SpaltError) -> ArrowArray {
    let described = nodes[node]
    if case .unreadable(let name) = described.field.type, described.field.dictionary == nil {
      throw fault(node, "values of type \(name) are not read")
    }
    var segments: [SharedSegment] = []
    segments.reserveCapacity(described.bufferCount)
    for index in 0..<described.bufferCount { segments.append(try buffer(node, index).segment) }
    return ArrowArray(
      batch: self, node: node, field: described.field, layout: described.layout,
      rowCount: described.rowCount, nullCount: described.nullCount, buffers: SegmentSet(segments),
      dictionary: described.field.dictionary.flatMap { dictionaries[$0.id] },
      childRowCount: described.children.count == 1 ? nodes[described.children[0]].rowCount : 0)
  }

  /// The array of a column of the schema.
  func array(column: Int) throws(SpaltError) -> ArrowArray { try array(columns[column]) }
}
