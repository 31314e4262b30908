/// Makes the plan for an input from a sample of it, or from a schema that was given.
struct SchemaSampler: ~Copyable {
  private let options: ReaderOptions
  private var scanner: JSONRecordScanner
  private var inference: SchemaInference
  /// As in decoding, most records are like the ones before.
  private var shapes: LearnedShapes
  private var strings: StringIndex
  private let table: FieldTable

  init(options: ReaderOptions, arenas: ArenaPool) throws(SpaltError) {
    var scanner = try JSONRecordScanner(
      tree: FieldTree(), kernels: options.kernels, arenas: arenas)
    scanner.tree.fix()
    scanner.forgetsLateNodes = false
    let shapes = try LearnedShapes(samplingFrom: arenas.chunkPool)
    let strings = try StringIndex(pool: arenas.chunkPool, kernels: options.kernels)
    let table = try FieldTable(columnCount: shapes.fieldColumnCount, pool: arenas.chunkPool)
    self.options = options
    inference = SchemaInference(timestamps: options.timestamps)
    self.scanner = scanner
    self.shapes = shapes
    self.strings = strings
    self.table = table
  }

  /// Takes the records into account that begin in the first `remainingByteCount` bytes of a piece.
  mutating func add(
    _ piece: borrowing SourcePiece, remainingByteCount: Int
  ) throws(SpaltError) {
    guard piece.oversized == nil else { return }
    let cursor = ByteCursor(piece.segment.view)
    let limit = min(cursor.end, remainingByteCount)
    var position = ByteOrderMark.byteCount(cursor)
    strings.clear()
    while position < limit {
      if options.learnsShapes { position = walk(cursor, from: position, upTo: limit) }
      guard position < limit else { return }
      let lineEnd = options.kernels.firstIndex(
        of: JSONByte.lineFeed, cursor, in: position..<cursor.end)
      let hasReturn = lineEnd > position && cursor.byte(at: lineEnd - 1) == 0x0D
      if lineEnd - position - (hasReturn ? 1 : 0) <= options.maximumRecordByteCount {
        let recordCount = try add(cursor.limited(to: lineEnd), from: position)
        if recordCount == 1, lineEnd < cursor.end {
          try shapes.learn(
            scanner, cursor, from: position, to: lineEnd + 1, lineEndByteCount: hasReturn ? 2 : 1)
        }
      }
      position = lineEnd + 1
    }
  }

  /// Takes records of known shapes into account, from `start` on; gives the beginning of the first
  /// that is none.
  private mutating func walk(
    _ cursor: borrowing ByteCursor, from start: Int, upTo limit: Int
  ) -> Int {
    var position = start
    let nodeCount = min(scanner.tree.count, LearnedShapes.sampledNodeLimit)
    while position < limit, shapes.root >= 0 {
      if position + ShapeRunTools.reserveByteCount >= strings.end, strings.end < cursor.end {
        strings.cover(cursor, from: position)
      }
      let isLast = strings.end == cursor.end
      let covered = isLast ? cursor.end : strings.end - ShapeRunTools.reserveByteCount
      table.clear(columnCount: nodeCount)
      let walk = shapes.walk(
        cursor, from: position, upTo: min(limit, covered),
        maximumRowCount: FieldTable.rowCapacity,
        maximumByteCount: options.maximumRecordByteCount, strings.marks, options.kernels, table)
      inference.add(table, rowCount: walk.rowCount, nodeCount: nodeCount, cursor)
      position = walk.position
      if walk.isShapeUnknown { break }
    }
    return position
  }

  /// Takes the records of one line into account, up to the first that is broken.
  /// - Returns: the number of records on the line, or 0 when something on it is broken.
  private mutating func add(
    _ line: borrowing ByteCursor, from start: Int
  ) throws(SpaltError) -> Int {
    var position = line.skipWhiteSpace(from: start)
    var recordCount = 0
    while position < line.end {
      let end: Int
      do {
        end = try scanner.scan(line, from: position)
      } catch RecordScanFailure.system(let error) {
        throw error
      } catch { return 0 }
      inference.add(scanner, line)
      recordCount += 1
      position = line.skipWhiteSpace(from: end)
    }
    return recordCount
  }

  /// The columns that the input is known to have: those of the schema that was given, or those that were
  /// sampled.
  mutating func known() throws(SpaltError) -> [ColumnPlan.Known] {
    guard let given = options.schema else {
      var known: [ColumnPlan.Known] = []
      for node in 1..<scanner.tree.count {
        guard let type = inference.columnType(ofNode: node) else { continue }
        let column = ColumnDefinition(name: scanner.tree.name(of: node), type: type)
        known.append(ColumnPlan.Known(node: node, column: column))
      }
      return known
    }
    var known: [ColumnPlan.Known] = []
    for (index, column) in given.columns.enumerated()
    where index != given.extraColumn
      && !(index == given.lineColumn && options.keepsRejectedLines)
    {
      guard let keys = FieldPath.keys(of: column.name) else {
        throw .usage("schema: the quotes in '\(column.name)' do not match")
      }
      let node = keys.reduce(FieldTree.root) {
        JSONRecordScanner.node($1, in: $0, &scanner.tree)
      }
      known.append(ColumnPlan.Known(node: node, column: column))
    }
    return known
  }

  /// The plan for what was sampled, with the columns that a filter reads.
  consuming func plan(
    known: [ColumnPlan.Known], filterNames: [String] = []
  ) throws(SpaltError) -> DecodePlan {
    var tree = scanner.tree
    var columns = ColumnPlan(known: known, keepsLines: options.keepsRejectedLines)
    if let names = options.selectedColumns {
      try columns.add(selected: names, &tree)
    } else if let given = options.schema {
      try columns.addGiven(given, filterNames: filterNames, &tree)
    } else {
      try columns.addAll(
        maximumCount: options.maximumColumnCount, filterNames: filterNames, &tree)
    }
    try columns.add(hidden: filterNames, &tree)
    tree.fix()
    return DecodePlan(
      columns: columns, tree: tree, use: options.representation.columnUse,
      filterNames: filterNames, keepsTimeValues: options.keepsTimeValues,
      keepsLines: options.keepsRejectedLines,
      maximumRecordByteCount: options.maximumRecordByteCount, timestamps: options.timestamps)
  }
}

extension ReaderOptions.Representation {
  /// What decoders keep of a column.
  var columnUse: ColumnUse {
    switch self {
    case .values: .value
    case .text: .token
    case .none: []
    }
  }
}
