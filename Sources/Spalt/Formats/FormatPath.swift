/// What one worker has of one format: its scanner, and the fast way over its records.
final class FormatPath {
  let format: any LogFormat
  let formatIndex: Int
  let scanner: any RecordScanner
  let wanted: WantedFields
  private(set) var shapes: LearnedShapes
  /// Where strings and words end in the stretch of input that is being decoded. An index for each format,
  /// so that lines of several formats in turn do not have the same stretch indexed line by line.
  private var index: MarkIndex
  private let ownWalk: (any RecordWalk)?
  private let learns: Bool
  /// Records since the shapes were last forgotten, and how many of them took the general path.
  private var recentCount = 0
  private var recentGeneralCount = 0

  /// - Parameter walks: false forces the general path; the result is the same.
  init(
    _ formatIndex: Int, _ tree: inout FieldTree, _ wanted: WantedFields, _ options: FormatOptions,
    walks: Bool, pool: ChunkPool
  ) throws(SpaltError) {
    let format = FormatRegistry.formats[formatIndex]
    let scanner = format.makeScanner(&tree, options)
    let walk = walks ? format.makeWalk(&tree, wanted, options) : nil
    let shapes = try LearnedShapes(wanted, pool: pool)
    var index = try MarkIndex(pool: pool, kernels: options.kernels)
    index.look(for: format.wordDelimiters, listsStops: format.listsStops)
    self.format = format
    self.formatIndex = formatIndex
    self.scanner = scanner
    self.wanted = wanted
    self.shapes = shapes
    self.index = index
    ownWalk = walk
    learns = walks && walk == nil && format.learnsShapes
  }

  /// Whether there is a fast way over records as they were so far.
  var canWalk: Bool { ownWalk != nil || shapes.root >= 0 }

  /// Forgets what is indexed: the bytes are about to be others.
  func clearIndex() { index.clear() }

  /// Makes sure that the bytes behind `position` are indexed.
  /// - Returns: the index before which records may begin: elsewhere they have some room behind them, at the
  ///   end of the bytes every record is decoded.
  func cover(_ cursor: borrowing ByteCursor, from position: Int) -> Int {
    if position + WalkTools.reserveByteCount >= index.end, index.end < cursor.end {
      index.cover(cursor, from: position)
    }
    return index.end == cursor.end ? cursor.end : index.end - WalkTools.reserveByteCount
  }

  /// Finds the fields of records, from `start` on; see `RecordWalk` and `LearnedShapes`.
  func walk(
    _ cursor: borrowing ByteCursor, from start: Int, upTo limit: Int, maximumRowCount: Int,
    _ tools: borrowing WalkTools
  ) -> ShapeWalk {
    walk(cursor, from: start, upTo: limit, maximumRowCount: maximumRowCount, tools, index)
  }

  private func walk(
    _ cursor: borrowing ByteCursor, from start: Int, upTo limit: Int, maximumRowCount: Int,
    _ tools: borrowing WalkTools, _ index: borrowing MarkIndex
  ) -> ShapeWalk {
    if let ownWalk {
      return ownWalk.walk(
        cursor, from: start, upTo: limit, maximumRowCount: maximumRowCount,
        maximumByteCount: tools.plan.maximumRecordByteCount, index.marks, tools.table)
    }
    return shapes.walk(
      cursor, from: start, upTo: limit, maximumRowCount: maximumRowCount,
      maximumByteCount: tools.plan.maximumRecordByteCount, index.marks, tools.kernels,
      tools.table)
  }

  /// Learns the shape of a record that was just scanned; see `LearnedShapes`.
  func learn(
    _ record: borrowing ScannedRecord, _ cursor: borrowing ByteCursor, _ line: LineSpan
  ) throws(SpaltError) {
    guard learns, line.end > line.contentEnd else { return }
    try shapes.learn(
      record, cursor, from: line.start, to: line.end, lineEndByteCount: line.end - line.contentEnd)
  }

  /// Notes that a record took the general path.
  func countGeneral() { recentGeneralCount += 1 }

  /// When the input has drifted to shapes that there is no room for, forgets the old ones.
  func forgetStaleShapes(walkedCount: Int) {
    recentCount += walkedCount
    guard recentCount + recentGeneralCount >= 8192 else { return }
    if shapes.isFull, recentGeneralCount * 4 > recentCount { shapes.forget() }
    recentCount = 0
    recentGeneralCount = 0
  }
}

/// Where a line stands.
struct LineSpan: BitwiseCopyable {
  let start: Int
  /// Just past the content: where the line's end begins.
  let contentEnd: Int
  /// Just past the line's end.
  let end: Int
}
