/// Decodes lines: each is a record of one of the input's formats, several records where the format allows
/// that, blank, or no record.
struct LineDecoder: ~Copyable, RecordDecoder {
  /// How records are told apart.
  enum Framing: Sendable {
    /// By line ends.
    case lines
    /// Not at all: all bytes are one record.
    case document
  }

  private let plan: DecodePlan
  private let framing: Framing
  private let walks: Bool
  private let options: FormatOptions
  private let rowWriter: RowWriter
  private let wanted: WantedFields
  private let pool: ChunkPool
  private var record: ScannedRecord
  private var tools: WalkTools
  /// The fast way over lines that are records as they are.
  private var textLines: TextLines
  /// What is needed of each format; nil before it is needed.
  private var paths: [FormatPath?]
  private var formats: InputFormats
  /// The format of the last record: the next one is probably like it.
  private var current: Int

  /// A decoder for pieces whose formats are yet to be selected.
  /// - Parameter walks: false forces the general path; the result is the same.
  init(
    plan: DecodePlan, framing: Framing = .lines, walks: Bool = true, options: FormatOptions,
    arenas: ArenaPool
  ) throws(SpaltError) {
    let wanted = WantedFields(plan)
    let record = try ScannedRecord(tree: plan.tree, arenas: arenas)
    let tools = try WalkTools(
      wanted, plan: plan, kernels: options.kernels, pool: arenas.chunkPool)
    let textLines = try TextLines(
      formatIndex: FormatRegistry.textIndex, pool: arenas.chunkPool, kernels: options.kernels)
    self.textLines = textLines
    self.plan = plan
    self.framing = framing
    self.walks = walks && framing == .lines
    self.options = options
    self.wanted = wanted
    pool = arenas.chunkPool
    self.record = record
    self.tools = tools
    formats = InputFormats(only: 0)
    current = 0
    rowWriter = RowWriter(plan: plan, kernels: options.kernels)
    paths = Array(repeating: nil, count: FormatRegistry.formats.count)
  }

  mutating func select(_ formats: InputFormats) throws(SpaltError) {
    self.formats = formats
    current = Int(formats.first)
    for index in paths.indices where formats.contains(index) && paths[index] == nil {
      paths[index] = try FormatPath(
        index, &record.tree, wanted, options, walks: walks, pool: pool)
    }
  }

  mutating func decode(
    _ cursor: borrowing ByteCursor, from start: Int, into builder: inout RecordBatchBuilder
  ) throws(SpaltError) -> Int {
    let (position, row) = try decode(
      cursor, from: start, row: builder.rowCount, &builder.slab, &builder.notes)
    builder.rowCount = row
    builder.notes.statistics.byteCount += position - start
    return position
  }

  private mutating func decode(
    _ cursor: borrowing ByteCursor, from start: Int, row: Int, _ slab: inout ColumnSlab,
    _ notes: inout BatchNotes
  ) throws(SpaltError) -> (position: Int, row: Int) {
    let writer = slab.writer
    for path in paths { path?.clearIndex() }
    textLines.clear()
    var run = WalkRun(
      position: skipByteOrderMark(cursor, from: start, &notes.statistics), row: row)
    while run.position < cursor.end, run.row < plan.layout.rowCapacity {
      if FormatRegistry.formats[current].recordIsLine {
        try decodeText(cursor, &run, writer, &notes)
        break
      }
      try walk(cursor, &run, writer, &notes)
      if run.position >= cursor.end || run.row >= plan.layout.rowCapacity { break }
      guard try decodeLine(cursor, &run, writer, &notes) else { break }
    }
    paths[current]?.forgetStaleShapes(walkedCount: run.recordCount)
    run.count(in: &notes.statistics)
    return (run.position, run.row)
  }

  private func skipByteOrderMark(
    _ cursor: borrowing ByteCursor, from start: Int, _ statistics: inout BatchStatistics
  ) -> Int {
    guard start == 0 else { return start }
    let byteCount = ByteOrderMark.byteCount(cursor)
    statistics.separatorByteCount += byteCount
    return byteCount
  }

  /// Takes the fast way as long as there is one.
  private mutating func walk(
    _ cursor: borrowing ByteCursor, _ run: inout WalkRun, _ writer: borrowing SlabWriter,
    _ notes: inout BatchNotes
  ) throws(SpaltError) {
    try paths[current]?.decode(cursor, &run, &tools, writer, &notes)
    guard formats.hasSeveral else { return }
    var other = 0
    while other < paths.count, run.position < cursor.end, run.row < plan.layout.rowCapacity {
      defer { other += 1 }
      guard other != current, formats.contains(other), let path = paths[other] else { continue }
      let start = run.position
      try path.decode(cursor, &run, &tools, writer, &notes)
      if run.position > start {
        current = other
        other = -1
      }
    }
  }

  // MARK: - One line, the general way

  private func line(_ cursor: borrowing ByteCursor, from start: Int) -> LineSpan {
    guard framing == .lines else {
      return LineSpan(start: start, contentEnd: cursor.end, end: cursor.end)
    }
    return cursor.line(from: start, options.kernels)
  }

  /// Decodes the line at `run.position`; false when the batch has no room for its records.
  private mutating func decodeLine(
    _ cursor: borrowing ByteCursor, _ run: inout WalkRun, _ writer: borrowing SlabWriter,
    _ notes: inout BatchNotes
  ) throws(SpaltError) -> Bool {
    let line = line(cursor, from: run.position)
    let content = cursor.limited(to: line.contentEnd)
    let first = content.skipWhiteSpace(from: line.start)
    if first >= line.contentEnd {
      notes.statistics.blankByteCount += line.contentEnd - line.start
      notes.statistics.blankCount += 1
      finish(line, &run, &notes.statistics)
      return true
    }
    do {
      guard try decodeRecords(cursor, content, line, first, &run, writer, &notes) else {
        return false
      }
    } catch {
      switch error {
      case .fault(let fault): try reject(cursor, line, fault, &run, writer, &notes)
      case .system(let error): throw error
      }
    }
    finish(line, &run, &notes.statistics)
    return true
  }

  private func finish(
    _ line: LineSpan, _ run: inout WalkRun, _ statistics: inout BatchStatistics
  ) {
    statistics.separatorByteCount += line.end - line.contentEnd
    if line.end > line.contentEnd { statistics.lineCount += 1 }
    run.position = line.end
  }

  /// Decodes the records of a line whose first one begins at `first`; false when the batch has no room
  /// for them. Errors are typed all the way: a broken line costs no allocation.
  private mutating func decodeRecords(
    _ cursor: borrowing ByteCursor, _ content: borrowing ByteCursor, _ line: LineSpan,
    _ first: Int, _ run: inout WalkRun, _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(RecordScanFailure) -> Bool {
    guard line.contentEnd - line.start <= plan.maximumRecordByteCount else {
      throw .fault(RecordFault(reason: .tooLong, index: line.start))
    }
    let firstEnd = content.skipWhiteSpace(from: try scan(content, from: first))
    paths[current]?.countGeneral()
    if firstEnd >= line.contentEnd {
      do {
        let isRegular = try writeRow(
          content, line.start..<line.contentEnd, &run, writer, &notes)
        if isRegular { try paths[current]?.learn(record, cursor, line) }
      } catch { throw .system(error) }
      return true
    }
    let count = try scanRest(content, first, firstEnd)
    guard count <= plan.layout.rowCapacity - run.row else {
      if run.row > 0 { return false }
      throw .fault(RecordFault(reason: .tooManyRecordsOnLine, index: line.start))
    }
    try writeRecords(content, from: first, line, &run, writer, &notes)
    return true
  }

  /// Scans the record that begins at `start`, by the format of the last record or else by another one of
  /// the input's.
  private mutating func scan(
    _ content: borrowing ByteCursor, from start: Int
  ) throws(RecordScanFailure) -> Int {
    let first = try attempt(content, from: start, by: current)
    if first.end >= 0 { return first.end }
    var best = (fault: first.fault, likeness: -1.0, index: current)
    if formats.hasSeveral {
      best.likeness = likeness(content, start, first.fault, current)
      for other in paths.indices where other != current && formats.contains(other) {
        let result = try attempt(content, from: start, by: other)
        if result.end >= 0 {
          current = other
          return result.end
        }
        let likeness = likeness(content, start, result.fault, other)
        // Of several reasons that are as good, the same one whatever the last record was.
        let isEqual = likeness == best.likeness && formats.precedes(other, best.index)
        if likeness > best.likeness || isEqual { best = (result.fault, likeness, other) }
      }
    }
    throw .fault(best.fault)
  }

  /// As `scan(_:from:by:)`, with an end of -1 and the fault for what is no record, or has something behind
  /// it that none can have.
  private mutating func attempt(
    _ content: borrowing ByteCursor, from start: Int, by index: Int
  ) throws(RecordScanFailure) -> (end: Int, fault: RecordFault) {
    do {
      let end = try scan(content, from: start, by: index)
      let next = content.skipWhiteSpace(from: end)
      let isWhole = next >= content.end || mayGoOn(content, start, at: next, index)
      return (isWhole ? end : -1, RecordFault(reason: .trailingContent, index: next))
    } catch {
      guard case .fault(let fault) = error else { throw error }
      return (-1, fault)
    }
  }

  private mutating func scan(
    _ content: borrowing ByteCursor, from start: Int, by index: Int
  ) throws(RecordScanFailure) -> Int {
    guard let path = paths[index] else {
      throw .fault(RecordFault(reason: .unlikely, index: start))
    }
    record.begin()
    let end = try path.scanner.scan(content, from: start, into: &record)
    guard !formats.areDetected || record.plausibility >= FormatDetection.leastPlausibility else {
      throw .fault(RecordFault(reason: .unlikely, index: start))
    }
    return end
  }

  private func likeness(
    _ content: borrowing ByteCursor, _ start: Int, _ fault: RecordFault, _ index: Int
  ) -> Double {
    FormatRegistry.formats[index].likeness(content, from: start, fault)
  }

  /// Checks all values from the second on of a line whose first value ends before `next`: nothing is
  /// written before the whole line is known to be good.
  /// - Returns: the number of records on the line.
  private mutating func scanRest(
    _ content: borrowing ByteCursor, _ first: Int, _ next: Int
  ) throws(RecordScanFailure) -> Int {
    var count = 1
    var next = next
    while next < content.end {
      guard mayGoOn(content, first, at: next, current) else {
        throw .fault(RecordFault(reason: .trailingContent, index: next))
      }
      next = content.skipWhiteSpace(from: try scan(content, from: next, by: current))
      count += 1
    }
    return count
  }

  /// Whether another record may begin at `next`, on the line of the one at `first`.
  private func mayGoOn(
    _ content: borrowing ByteCursor, _ first: Int, at next: Int, _ index: Int
  ) -> Bool {
    framing == .lines && FormatRegistry.formats[index].allowsSeveralRecordsPerLine
      && content.byte(at: first) == JSONByte.openBrace
      && content.byte(at: next) == JSONByte.openBrace
  }

  private mutating func writeRecords(
    _ content: borrowing ByteCursor, from first: Int, _ line: LineSpan, _ run: inout WalkRun,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(RecordScanFailure) {
    var start = first
    notes.statistics.separatorByteCount += first - line.start
    while start < content.end {
      let end = try scan(content, from: start, by: current)
      do {
        _ = try writeRow(content, start..<end, &run, writer, &notes)
      } catch { throw .system(error) }
      start = content.skipWhiteSpace(from: end)
      notes.statistics.separatorByteCount += start - end
    }
  }

  private mutating func writeRow(
    _ content: borrowing ByteCursor, _ range: Range<Int>, _ run: inout WalkRun,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) -> Bool {
    notes.statistics.duplicateKeys.add(record.duplicateKeys)
    if record.isRepaired {
      notes.statistics.repairedRecords.add(at: content.offset(of: range.lowerBound))
    }
    let isRegular = try rowWriter.write(&record, content, row: run.row, writer, &notes)
    finishRow(range, format: current, &run, writer)
    notes.statistics.recordCount += 1
    notes.statistics.recordByteCount += range.count
    return isRegular
  }

  /// Notes where the record of a row stands, and goes on to the next row.
  private func finishRow(
    _ range: Range<Int>, format: Int, _ run: inout WalkRun, _ writer: borrowing SlabWriter
  ) {
    let layout = plan.layout
    writer.store(UInt32(range.lowerBound), at: layout.recordStartsStart + run.row * 4)
    writer.store(UInt32(range.count), at: layout.recordByteCountsStart + run.row * 4)
    writer.fill(UInt8(format), at: layout.rowFormatsStart + run.row, count: 1)
    run.row += 1
  }

  // MARK: - Lines as they are

  /// Notes that a line is no record; with `--on-error keep`, makes a record of its text all the same.
  private func reject(
    _ cursor: borrowing ByteCursor, _ line: LineSpan, _ fault: RecordFault, _ run: inout WalkRun,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) {
    let byteCount = line.contentEnd - line.start
    notes.rejects.append(
      Reject(
        reason: fault.reason, offset: cursor.offset(of: line.start), byteCount: byteCount,
        faultOffset: cursor.offset(of: fault.index),
        line: notes.statistics.lineCount + run.recordCount + 1))
    notes.statistics.rejectedCount += 1
    notes.statistics.rejectedByteCount += byteCount
    guard plan.keepsLines, fault.reason != .tooLong else { return }
    try writeText(cursor, line, &run, writer, &notes)
  }

  /// Makes records of lines, from `run.position` on, until the batch is full or the bytes end.
  private mutating func decodeText(
    _ cursor: borrowing ByteCursor, _ run: inout WalkRun, _ writer: borrowing SlabWriter,
    _ notes: inout BatchNotes
  ) throws(SpaltError) {
    while run.position < cursor.end, run.row < plan.layout.rowCapacity {
      if walks {
        textLines.decode(cursor, &run, tools, wanted, writer, &notes.statistics)
        if run.position >= cursor.end || run.row >= plan.layout.rowCapacity { return }
      }
      let line = line(cursor, from: run.position)
      if line.contentEnd - line.start <= plan.maximumRecordByteCount {
        try writeText(cursor, line, &run, writer, &notes)
        notes.statistics.recordCount += 1
        notes.statistics.recordByteCount += line.contentEnd - line.start
      } else {
        let fault = RecordFault(reason: .tooLong, index: line.start)
        try reject(cursor, line, fault, &run, writer, &notes)
      }
      finish(line, &run, &notes.statistics)
    }
  }

  /// Makes a record of a line's text.
  private func writeText(
    _ cursor: borrowing ByteCursor, _ line: LineSpan, _ run: inout WalkRun,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) {
    rowWriter.clear(row: run.row, writer)
    if plan.lineColumn >= 0 {
      let place = plan.layout.columns[plan.lineColumn]
      try notes.storeText(
        cursor, line.start..<line.contentEnd, decodesEscapes: false,
        at: place.valuesStart + run.row * TextColumn.byteCount, writer, options.kernels)
      writer.setBit(run.row, ofBitmapAt: place.validityStart, to: true)
    }
    finishRow(
      line.start..<line.contentEnd, format: FormatRegistry.textIndex, &run, writer)
  }
}

extension ByteCursor {
  /// The line that begins at `start`.
  func line(from start: Int, _ kernels: ScanKernels) -> LineSpan {
    let lineFeed = kernels.firstIndex(of: JSONByte.lineFeed, self, in: start..<end)
    guard lineFeed < end else { return LineSpan(start: start, contentEnd: end, end: end) }
    let hasReturn = lineFeed > start && byte(at: lineFeed - 1) == JSONByte.carriageReturn
    return LineSpan(
      start: start, contentEnd: hasReturn ? lineFeed - 1 : lineFeed, end: lineFeed + 1)
  }
}
