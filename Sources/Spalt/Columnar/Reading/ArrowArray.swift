/// How the values of an array are read.
enum ArrowValueKind: Sendable {
  case null, bool, integer, floatingPoint, decimal, interval, bytes, list, structure
  /// Indices into a dictionary.
  case index
}

/// An array of a batch with its buffers at hand. It keeps what it needs of the batch alive.
///
/// Values are read through an `ArrowArrayView` of it.
struct ArrowArray: Sendable {
  /// The buffers, in the order of the layout.
  let buffers: SegmentSet
  private let facts: ArrowArrayFacts

  fileprivate init(_ buffers: SegmentSet, _ facts: ArrowArrayFacts) {
    self.buffers = buffers
    self.facts = facts
  }

  var batch: ArrowBatch { facts.batch }
  /// Index among the nodes of the batch.
  var node: Int { facts.node }
  var field: ArrowField { facts.field }
  var layout: ArrowLayout { facts.layout }
  var kind: ArrowValueKind { facts.kind }
  var rowCount: Int { facts.rowCount }
  var nullCount: Int { facts.nullCount }
  /// The values that indices stand for; nil also when they have not come.
  var dictionary: ArrowDictionary? { facts.dictionary }
  /// Number of those values.
  var dictionaryCount: Int { facts.dictionaryCount }
  /// Rows of the column within this one, if there is exactly one.
  var childRowCount: Int { facts.childRowCount }
  /// Rows of it that belong to each row, for a list of fixed size.
  var fixedListCount: Int? { facts.fixedListCount }
  /// Bytes of a value, or of an offset.
  var width: Int { facts.width }
  var isSigned: Bool { facts.isSigned }
  /// Whether the values are text.
  var isText: Bool { facts.isText }
  /// The nodes of the columns within this one.
  var children: [Int] { facts.batch.nodes[facts.node].children }
}

/// What is looked up once for an array.
private final class ArrowArrayFacts: Sendable {
  let batch: ArrowBatch
  let node: Int
  let field: ArrowField
  let layout: ArrowLayout
  let kind: ArrowValueKind
  let rowCount: Int
  let nullCount: Int
  let dictionary: ArrowDictionary?
  let dictionaryCount: Int
  let childRowCount: Int
  let fixedListCount: Int?
  let width: Int
  let isSigned: Bool
  let isText: Bool

  init(_ batch: ArrowBatch, _ node: Int) {
    let described = batch.nodes[node]
    let field = described.field
    self.batch = batch
    self.node = node
    self.field = field
    layout = described.layout
    rowCount = described.rowCount
    nullCount = described.nullCount
    dictionary = field.dictionary.flatMap { batch.dictionaries[$0.id] }
    dictionaryCount = dictionary?.count ?? 0
    childRowCount =
      described.children.count == 1 ? batch.nodes[described.children[0]].rowCount : 0
    width = described.layout.width
    kind = field.dictionary == nil ? Self.kind(of: field.type) : .index
    switch field.type {
    case .fixedSizeList(let count): fixedListCount = field.dictionary == nil ? count : nil
    default: fixedListCount = nil
    }
    if let dictionary = field.dictionary {
      isSigned = dictionary.indexIsSigned
    } else if case .integer(_, let isSigned) = field.type {
      self.isSigned = isSigned
    } else {
      isSigned = true
    }
    switch field.type {
    case .utf8, .utf8View: isText = field.dictionary == nil
    default: isText = false
    }
  }

  private static func kind(of type: ArrowType) -> ArrowValueKind {
    switch type {
    case .null, .unreadable: .null
    case .bool: .bool
    case .integer, .date, .time, .timestamp, .duration: .integer
    case .floatingPoint: .floatingPoint
    case .decimal: .decimal
    case .interval: .interval
    case .utf8, .binary, .utf8View, .binaryView, .fixedSizeBinary: .bytes
    case .list, .fixedSizeList, .map: .list
    case .structure: .structure
    }
  }
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
    return ArrowArray(SegmentSet(segments), ArrowArrayFacts(self, node))
  }

  /// The array of a column of the schema.
  func array(column: Int) throws(SpaltError) -> ArrowArray { try array(columns[column]) }
}
