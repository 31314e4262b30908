/// What sampling has of one format.
private final class SampledFormat {
  let format: any LogFormat
  let scanner: any RecordScanner
  /// As in decoding, most records are like the ones before.
  var shapes: LearnedShapes
  /// Whether the format's own columns are noted.
  var isDeclared = false

  init(_ format: any LogFormat, _ scanner: any RecordScanner, _ pool: ChunkPool) throws(SpaltError)
  {
    let shapes = try LearnedShapes(samplingFrom: pool)
    self.format = format
    self.scanner = scanner
    self.shapes = shapes
  }
}

/// Makes the plan for an input from a sample of it, or from a schema that was given.
struct SchemaSampler: ~Copyable {
  private let options: ReaderOptions
  private let formats: [SampledFormat]
  private var record: ScannedRecord
  private var inference: SchemaInference
  private var index: MarkIndex
  private let table: FieldTable
  /// The format of the last record.
  private var current = 0
  /// Whether there are inputs that hold columns, and what of these may need a column for what does not fit.
  private(set) var hasDeclaredRows = false
  private var declaresExtra = false
  private var declaredMayMisfit = false
  /// Columns of inputs that declare them whose values are not read.
  private(set) var unreadable: [UnreadableColumn] = []
  /// The formats that sampled pieces may have.
  private(set) var seenFormats: [InputFormats] = []

  init(options: ReaderOptions, arenas: ArenaPool) throws(SpaltError) {
    var tree = FieldTree()
    var formats: [SampledFormat] = []
    for format in FormatRegistry.formats {
      formats.append(
        try SampledFormat(
          format, format.makeScanner(&tree, options.format), arenas.chunkPool))
    }
    tree.fix()
    var record = try ScannedRecord(tree: tree, arenas: arenas)
    record.forgetsLateNodes = false
    let index = try MarkIndex(pool: arenas.chunkPool, kernels: options.kernels)
    let table = try FieldTable(
      columnCount: formats[0].shapes.wanted.tableColumnCount, pool: arenas.chunkPool)
    self.options = options
    self.formats = formats
    inference = SchemaInference(timestamps: options.timestamps)
    self.record = record
    self.index = index
    self.table = table
    if options.schema == nil, let name = options.formatName,
      let asked = FormatRegistry.index(named: name)
    {
      _ = declareColumns(InputFormats(only: asked))
    }
  }

  /// Takes formats into account that records may have, also when none is sampled.
  mutating func note(_ formats: InputFormats) {
    if !seenFormats.contains(formats) { seenFormats.append(formats) }
  }

  /// Takes the records into account that begin in the first `remainingByteCount` bytes of a piece.
  mutating func add(
    _ piece: borrowing SourcePiece, remainingByteCount: Int
  ) throws(SpaltError) {
    if let rows = piece.rows as? any DeclaredRows { return declare(rows) }
    note(piece.formats)
    guard options.schema == nil, declareColumns(piece.formats), piece.hasRecords else {
      return
    }
    let cursor = ByteCursor(piece.segment.view)
    let limit = min(cursor.end, remainingByteCount)
    var position = ByteOrderMark.byteCount(cursor)
    index.clear()
    if !piece.formats.contains(current) { current = Int(piece.formats.first) }
    while position < limit {
      if options.learnsShapes { position = walk(cursor, from: position, upTo: limit) }
      guard position < limit else { return }
      let line = cursor.line(from: position, options.kernels)
      if line.contentEnd - line.start <= options.maximumRecordByteCount {
        let recordCount = try add(
          cursor.limited(to: line.contentEnd), from: line.start, piece.formats)
        if recordCount == 1, line.end > line.contentEnd, formats[current].format.learnsShapes {
          try formats[current].shapes.learn(
            record, cursor, from: line.start, to: line.end,
            lineEndByteCount: line.end - line.contentEnd)
        }
      }
      position = line.end
    }
  }

  /// Notes the columns of an input that declares them.
  private mutating func declare(_ rows: any DeclaredRows) {
    hasDeclaredRows = true
    unreadable += rows.unreadable.filter { !unreadable.contains($0) }
    guard options.schema == nil else { return }
    for column in rows.columns {
      if column.mayMisfit { declaredMayMisfit = true }
      if column.isExtra {
        declaresExtra = true
      } else {
        let node = column.keys.reduce(FieldTree.root) { record.tree.node($1, in: $0) }
        inference.declare(node, column.type)
      }
    }
  }

  /// Whether nothing can happen that needs a column for what has none, or does not fit: all inputs declare their
  /// columns, and of values that do not fit their type the text is wanted, if there are any.
  private var needsNoExtra: Bool {
    hasDeclaredRows && seenFormats.isEmpty && !declaresExtra
      && !(declaredMayMisfit && options.representation == .values)
  }

  /// Notes the columns of formats whose columns do not depend on what stands in the input.
  /// - Returns: whether there are other formats, so that the input has to be looked at.
  private mutating func declareColumns(_ inputFormats: InputFormats) -> Bool {
    var needsSample = false
    for (number, entry) in formats.enumerated() where inputFormats.contains(number) {
      if entry.format.columns.isEmpty, !entry.format.recordIsLine { needsSample = true }
      guard !entry.isDeclared else { continue }
      entry.isDeclared = true
      for column in entry.format.columns {
        let node = record.tree.node(Array(column.name.utf8))
        inference.declare(node, column.type)
      }
    }
    return needsSample
  }

  /// Whether plain text is among the formats that were sampled, or asked for.
  var hasTextLines: Bool {
    seenFormats.contains { $0.contains(FormatRegistry.textIndex) }
      || options.formatName == FormatRegistry.names[FormatRegistry.textIndex]
  }

  /// Whether all that was sampled was taken for plain text, and nobody said so.
  var isTakenForText: Bool {
    options.formatName == nil && !seenFormats.isEmpty
      && seenFormats.allSatisfy { $0 == InputFormats(only: FormatRegistry.textIndex) }
  }

  /// Takes records of known shapes into account, from `start` on; gives the beginning of the first
  /// that is none.
  private mutating func walk(
    _ cursor: borrowing ByteCursor, from start: Int, upTo limit: Int
  ) -> Int {
    var position = start
    let nodeCount = min(record.tree.count, LearnedShapes.sampledNodeLimit)
    let entry = formats[current]
    index.look(for: entry.format.wordDelimiters)
    while position < limit, entry.shapes.root >= 0 {
      if position + WalkTools.reserveByteCount >= index.end, index.end < cursor.end {
        index.cover(cursor, from: position)
      }
      let isLast = index.end == cursor.end
      let covered = isLast ? cursor.end : index.end - WalkTools.reserveByteCount
      table.clear(columnCount: nodeCount)
      let walk = entry.shapes.walk(
        cursor, from: position, upTo: min(limit, covered),
        maximumRowCount: FieldTable.rowCapacity,
        maximumByteCount: options.maximumRecordByteCount, index.marks, options.kernels, table)
      inference.add(table, rowCount: walk.rowCount, nodeCount: nodeCount, cursor)
      position = walk.position
      if walk.isShapeUnknown { break }
    }
    return position
  }

  /// Takes the records of one line into account, up to the first that is broken.
  /// - Returns: the number of records on the line, or 0 when something on it is broken.
  private mutating func add(
    _ line: borrowing ByteCursor, from start: Int, _ inputFormats: InputFormats
  ) throws(SpaltError) -> Int {
    var position = line.skipWhiteSpace(from: start)
    var recordCount = 0
    while position < line.end {
      guard let end = try scan(line, from: position, inputFormats) else { return 0 }
      inference.add(record, line)
      recordCount += 1
      position = line.skipWhiteSpace(from: end)
    }
    return recordCount
  }

  /// Scans a record by the format of the last one or another of the input's; nil when it is none.
  private mutating func scan(
    _ line: borrowing ByteCursor, from start: Int, _ inputFormats: InputFormats
  ) throws(SpaltError) -> Int? {
    for step in formats.indices {
      // The current format first.
      let number = step == 0 ? current : step <= current ? step - 1 : step
      guard inputFormats.contains(number) else { continue }
      record.begin()
      do {
        let end = try formats[number].scanner.scan(line, from: start, into: &record)
        guard mayEnd(line, start, at: line.skipWhiteSpace(from: end), number) else { continue }
        guard
          !inputFormats.areDetected || record.plausibility >= FormatDetection.leastPlausibility
        else { continue }
        current = number
        return end
      } catch RecordScanFailure.system(let error) {
        throw error
      } catch {}
    }
    return nil
  }

  /// Whether the record at `start` may end where white space ends at `next`: with the line, or before another
  /// record.
  private func mayEnd(
    _ line: borrowing ByteCursor, _ start: Int, at next: Int, _ number: Int
  ) -> Bool {
    next >= line.end
      || formats[number].format.allowsSeveralRecordsPerLine
        && line.byte(at: start) == JSONByte.openBrace && line.byte(at: next) == JSONByte.openBrace
  }

  /// The columns that the input is known to have: those of the schema that was given, or those that were
  /// sampled.
  mutating func known() throws(SpaltError) -> [ColumnPlan.Known] {
    guard let given = options.schema else {
      var known: [ColumnPlan.Known] = []
      for node in inference.nodes {
        guard let type = inference.columnType(ofNode: node) else { continue }
        let column = ColumnDefinition(name: record.tree.name(of: node), type: type)
        known.append(ColumnPlan.Known(node: node, column: column))
      }
      return known
    }
    var known: [ColumnPlan.Known] = []
    for (index, column) in given.columns.enumerated()
    where index != given.extraColumn
      && !(index == given.lineColumn && (options.keepsRejectedLines || hasTextLines))
    {
      guard let keys = FieldPath.keys(of: column.name) else {
        throw .usage("schema: the quotes in '\(column.name)' do not match")
      }
      let node = keys.reduce(FieldTree.root) {
        record.tree.node($1, in: $0)
      }
      known.append(ColumnPlan.Known(node: node, column: column))
    }
    return known
  }

  /// The plan for what was sampled, with the columns that a filter reads.
  consuming func plan(
    known: [ColumnPlan.Known], filterNames: [String] = []
  ) throws(SpaltError) -> DecodePlan {
    var tree = record.tree
    var columns = ColumnPlan(
      known: known, keepsLines: options.keepsRejectedLines || hasTextLines)
    if let names = options.selectedColumns {
      try columns.add(selected: names, &tree)
    } else if let given = options.schema {
      try columns.addGiven(given, filterNames: filterNames, &tree)
    } else {
      try columns.addAll(
        maximumCount: options.maximumColumnCount, filterNames: filterNames,
        addsExtra: !needsNoExtra, &tree)
    }
    try columns.add(hidden: filterNames, &tree)
    tree.fix()
    let members = formats.indices.filter { number in
      seenFormats.contains { $0.contains(number) }
    }
    columns.expectUnseen { name in members.contains { formats[$0].format.mayHold(surplus: name) } }
    return DecodePlan(
      columns: columns, tree: tree, use: options.representation.columnUse,
      filterNames: filterNames, keepsTimeValues: options.keepsTimeValues,
      keepsLines: options.keepsRejectedLines, hasTextLines: hasTextLines,
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
