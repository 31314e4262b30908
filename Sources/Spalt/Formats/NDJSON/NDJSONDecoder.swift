/// Decodes newline-delimited JSON: one value a line (RFC 8259 for each; `\n` or `\r\n` between them).
///
/// An object's fields become columns; a nested object's fields get dotted names. A record that is not
/// an object keeps its value under `_value`. Several objects on one line are several records; a line
/// with anything else behind its value is rejected as a whole. Lines of white space alone are blank.
struct NDJSONDecoder: ~Copyable, RecordDecoder {
  /// How records are told apart.
  enum Framing: Sendable {
    /// By line ends.
    case lines
    /// Not at all: all bytes are one JSON text.
    case document
  }

  private let plan: DecodePlan
  private let framing: Framing
  private let usesShapes: Bool
  private let kernels: ScanKernels
  private let rowWriter: JSONRowWriter
  private var scanner: JSONRecordScanner
  private var shapes: LearnedShapes
  private var tools: ShapeRunTools
  /// Records since the shapes were last forgotten, and how many of them took the general path.
  private var recentCount = 0
  private var recentGeneralCount = 0

  /// - Parameter usesShapes: false forces the general path; the result is the same.
  init(
    plan: DecodePlan, framing: Framing = .lines, usesShapes: Bool = true,
    kernels: ScanKernels = .current, arenas: ArenaPool
  ) throws(SpaltError) {
    let scanner = try JSONRecordScanner(tree: plan.tree, kernels: kernels, arenas: arenas)
    let shapes = try LearnedShapes(plan: plan, pool: arenas.chunkPool)
    let tools = try ShapeRunTools(
      shapes: shapes, plan: plan, kernels: kernels, pool: arenas.chunkPool)
    self.plan = plan
    self.framing = framing
    self.usesShapes = usesShapes && framing == .lines
    self.kernels = kernels
    self.scanner = scanner
    self.shapes = shapes
    self.tools = tools
    rowWriter = JSONRowWriter(plan: plan, kernels: kernels)
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
    tools.strings.clear()
    var run = ShapeRun(
      position: skipByteOrderMark(cursor, from: start, &notes.statistics), row: row)
    while run.position < cursor.end, run.row < plan.layout.rowCapacity {
      if usesShapes { try shapes.decode(cursor, &run, &tools, writer, &notes) }
      if run.position >= cursor.end || run.row >= plan.layout.rowCapacity { break }
      guard try decodeLine(cursor, &run, writer, &notes) else { break }
    }
    forgetStaleShapes(run)
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

  /// When the input has drifted to shapes that there is no room for, forget the old ones.
  private mutating func forgetStaleShapes(_ run: ShapeRun) {
    recentCount += run.recordCount
    guard recentCount + recentGeneralCount >= 8192 else { return }
    if shapes.isFull, recentGeneralCount * 4 > recentCount { shapes.forget() }
    recentCount = 0
    recentGeneralCount = 0
  }

  // MARK: - One line, the general way

  private struct Line {
    let start: Int
    /// Just past the content: where the line's end begins.
    let contentEnd: Int
    /// Just past the line's end.
    let end: Int
  }

  private func line(_ cursor: borrowing ByteCursor, from start: Int) -> Line {
    guard framing == .lines else {
      return Line(start: start, contentEnd: cursor.end, end: cursor.end)
    }
    let lineFeed = kernels.firstIndex(of: JSONByte.lineFeed, cursor, in: start..<cursor.end)
    guard lineFeed < cursor.end else {
      return Line(start: start, contentEnd: cursor.end, end: cursor.end)
    }
    let hasReturn = lineFeed > start && cursor.byte(at: lineFeed - 1) == JSONByte.carriageReturn
    return Line(
      start: start, contentEnd: hasReturn ? lineFeed - 1 : lineFeed, end: lineFeed + 1)
  }

  /// Decodes the line at `run.position`; false when the batch has no room for its records.
  private mutating func decodeLine(
    _ cursor: borrowing ByteCursor, _ run: inout ShapeRun, _ writer: borrowing SlabWriter,
    _ notes: inout BatchNotes
  ) throws(SpaltError) -> Bool {
    let line = line(cursor, from: run.position)
    let content = cursor.limited(to: line.contentEnd)
    let first = content.skipWhiteSpace(from: line.start)
    if first >= line.contentEnd {
      if line.contentEnd > line.start {
        notes.statistics.blankByteCount += line.contentEnd - line.start
      }
      notes.statistics.blankCount += 1
      finish(line, &run, &notes.statistics)
      return true
    }
    recentGeneralCount += 1
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

  /// Decodes the records of a line whose first one begins at `first`; false when the batch has no room
  /// for them. Errors are typed all the way: a broken line costs no allocation.
  private mutating func decodeRecords(
    _ cursor: borrowing ByteCursor, _ content: borrowing ByteCursor, _ line: Line, _ first: Int,
    _ run: inout ShapeRun, _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(RecordScanFailure) -> Bool {
    guard line.contentEnd - line.start <= plan.maximumRecordByteCount else {
      throw .fault(JSONFault(reason: .tooLong, index: line.start))
    }
    let firstEnd = content.skipWhiteSpace(from: try scanner.scan(content, from: first))
    if firstEnd >= line.contentEnd {
      do {
        try writeOnlyRecord(cursor, content, line, &run, writer, &notes)
      } catch { throw .system(error) }
      return true
    }
    let count = try scanRest(content, first, firstEnd)
    guard count <= plan.layout.rowCapacity - run.row else {
      if run.row > 0 { return false }
      throw .fault(JSONFault(reason: .tooManyRecordsOnLine, index: line.start))
    }
    try writeRecords(content, from: first, line, &run, writer, &notes)
    return true
  }

  private func finish(
    _ line: Line, _ run: inout ShapeRun, _ statistics: inout BatchStatistics
  ) {
    statistics.separatorByteCount += line.end - line.contentEnd
    if line.end > line.contentEnd { statistics.lineCount += 1 }
    run.position = line.end
  }

  /// Writes the record that was just scanned, the only one on its line, and learns its shape.
  private mutating func writeOnlyRecord(
    _ cursor: borrowing ByteCursor, _ content: borrowing ByteCursor, _ line: Line,
    _ run: inout ShapeRun, _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) {
    let isRegular = try writeRow(content, line.start..<line.contentEnd, &run, writer, &notes)
    guard usesShapes, isRegular, line.end > line.contentEnd else { return }
    try shapes.learn(
      scanner, cursor, from: line.start, to: line.end,
      lineEndByteCount: line.end - line.contentEnd)
  }

  private mutating func writeRow(
    _ content: borrowing ByteCursor, _ range: Range<Int>, _ run: inout ShapeRun,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) -> Bool {
    notes.statistics.duplicateKeys.add(scanner.duplicateKeys)
    let isRegular = try rowWriter.write(scanner, content, row: run.row, writer, &notes)
    place(range, row: run.row, writer)
    run.row += 1
    notes.statistics.recordCount += 1
    notes.statistics.recordByteCount += range.count
    return isRegular
  }

  /// Notes where the record of a row stands.
  private func place(_ range: Range<Int>, row: Int, _ writer: borrowing SlabWriter) {
    writer.store(UInt32(range.lowerBound), at: plan.layout.recordStartsStart + row * 4)
    writer.store(UInt32(range.count), at: plan.layout.recordByteCountsStart + row * 4)
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
      guard framing == .lines, content.byte(at: first) == JSONByte.openBrace,
        content.byte(at: next) == JSONByte.openBrace
      else { throw .fault(JSONFault(reason: .trailingContent, index: next)) }
      next = content.skipWhiteSpace(from: try scanner.scan(content, from: next))
      count += 1
    }
    return count
  }

  private mutating func writeRecords(
    _ content: borrowing ByteCursor, from first: Int, _ line: Line, _ run: inout ShapeRun,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(RecordScanFailure) {
    var start = first
    notes.statistics.separatorByteCount += first - line.start
    while start < content.end {
      let end = try scanner.scan(content, from: start)
      do {
        _ = try writeRow(content, start..<end, &run, writer, &notes)
      } catch { throw .system(error) }
      start = content.skipWhiteSpace(from: end)
      notes.statistics.separatorByteCount += start - end
    }
  }

  /// Notes that a line is no record; with `--on-error keep`, makes a record of its text all the same.
  private func reject(
    _ cursor: borrowing ByteCursor, _ line: Line, _ fault: JSONFault, _ run: inout ShapeRun,
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
    for column in plan.layout.columns.indices { rowWriter.clear(column, row: run.row, writer) }
    if plan.lineColumn >= 0 {
      let place = plan.layout.columns[plan.lineColumn]
      try notes.storeText(
        cursor, line.start..<line.contentEnd, decodesEscapes: false,
        at: place.valuesStart + run.row * TextColumn.byteCount, writer, kernels)
      writer.setBit(run.row, ofBitmapAt: place.validityStart, to: true)
    }
    self.place(line.start..<line.contentEnd, row: run.row, writer)
    run.row += 1
  }
}
