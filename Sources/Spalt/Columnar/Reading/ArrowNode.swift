/// One array of a batch: a column, or a column within a column. Nodes stand in the order in which the format lists
/// them, each before those within it.
struct ArrowNode: Sendable {
  let field: ArrowField
  let layout: ArrowLayout
  let rowCount: Int
  let nullCount: Int
  /// Index of the first of its buffers among those of the batch.
  let bufferStart: Int
  /// Number of buffers, those that views refer to included.
  let bufferCount: Int
  /// The node that this one stands in.
  let parent: Int?
  /// The nodes within this one.
  fileprivate(set) var children: [Int] = []
}

/// Assigns nodes and buffers to the columns of a schema, and checks what can be checked without looking at a byte of
/// the body: that there are enough of them, where they stand, and that they are long enough.
struct ArrowNodeBuilder {
  private(set) var nodes: [ArrowNode] = []
  private(set) var columns: [Int] = []
  private let header: ArrowBatchHeader
  private let bodyByteCount: Int
  private var bufferIndex = 0
  private var variadicIndex = 0

  init(
    _ header: ArrowBatchHeader, schema: ArrowSchema, bodyByteCount: Int
  ) throws(ArrowFault) {
    self.header = header
    self.bodyByteCount = bodyByteCount
    // Rows without a buffer cost a file nothing, but whoever looks at them time.
    guard header.rowCount <= Int32.max || header.rowCount / 2048 <= bodyByteCount else {
      throw ArrowFault("it has \(header.rowCount) rows but hardly any bytes")
    }
    for (index, place) in header.buffers.enumerated()
    where place.offset > bodyByteCount - place.byteCount {
      throw ArrowFault("buffer \(index) lies outside the body")
    }
    nodes.reserveCapacity(min(header.nodes.count, ArrowSchemaReader.maximumFieldCount))
    for field in schema.fields {
      let node = try add(field, parent: nil)
      columns.append(node)
      guard nodes[node].rowCount == header.rowCount else {
        throw ArrowFault(
          "column '\(field.name)' has \(nodes[node].rowCount) rows, not \(header.rowCount)")
      }
    }
  }

  /// Adds the nodes of a field.
  /// - Returns: the first of them.
  private mutating func add(_ field: ArrowField, parent: Int?) throws(ArrowFault) -> Int {
    let index = nodes.count
    guard index < header.nodes.count else {
      throw ArrowFault("there are too few arrays for the schema's columns")
    }
    let layout = ArrowLayout(field, unionsHaveValidity: header.unionsHaveValidity)
    var bufferCount = layout.bufferCount
    if layout == .views {
      guard variadicIndex < header.variadicCounts.count else {
        throw ArrowFault("column '\(field.name)' does not say how many buffers it has")
      }
      let count = header.variadicCounts[variadicIndex]
      guard count <= header.buffers.count else {
        throw ArrowFault("there are too few buffers for the schema's columns")
      }
      bufferCount += count
      variadicIndex += 1
    }
    guard bufferCount <= header.buffers.count - bufferIndex else {
      throw ArrowFault("there are too few buffers for the schema's columns")
    }
    let told = header.nodes[index]
    nodes.append(
      ArrowNode(
        field: field, layout: layout, rowCount: told.rowCount, nullCount: told.nullCount,
        bufferStart: bufferIndex, bufferCount: bufferCount, parent: parent))
    bufferIndex += bufferCount
    if header.compression == nil { try checkLengths(nodes[index]) }
    if field.dictionary == nil {
      for child in field.children {
        let node = try add(child, parent: index)
        nodes[index].children.append(node)
      }
      try checkChildren(nodes[index])
    }
    return index
  }

  private func checkLengths(_ node: ArrowNode) throws(ArrowFault) {
    for index in 0..<min(node.bufferCount, node.layout.bufferCount) {
      try node.checkLength(
        ofBuffer: index, header.buffers[node.bufferStart + index].byteCount)
    }
  }

  /// Columns within a column have enough rows, as far as their number does not depend on bytes of the body.
  private func checkChildren(_ node: ArrowNode) throws(ArrowFault) {
    var needed = node.rowCount
    switch node.field.type {
    case .structure: break
    case .fixedSizeList(let count):
      let (product, overflows) = node.rowCount.multipliedReportingOverflow(by: count)
      needed = overflows ? .max : product
    default: return
    }
    for child in node.children where nodes[child].rowCount < needed {
      throw ArrowFault(
        "column '\(nodes[child].field.name)' within '\(node.field.name)' has too few rows")
    }
  }
}

extension ArrowNode {
  /// Checks that a buffer of `byteCount` bytes is long enough.
  func checkLength(ofBuffer index: Int, _ byteCount: Int) throws(ArrowFault) {
    let needed = layout.minimumByteCount(
      ofBuffer: index, rowCount: rowCount, nullCount: nullCount)
    guard let needed, byteCount >= needed else {
      throw ArrowFault(
        "column '\(field.name)': buffer \(index) has \(byteCount) bytes, too few for \(rowCount) rows"
      )
    }
  }
}
