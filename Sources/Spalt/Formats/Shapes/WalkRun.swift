/// A run of walks over records: where it stands, and what it counted.
struct WalkRun {
  /// Where the next record begins.
  var position: Int
  /// Rows written so far.
  var row: Int
  /// Records that walks found, and their bytes without line ends.
  var recordCount = 0
  var recordByteCount = 0
  var lineEndByteCount = 0

  init(position: Int, row: Int) {
    self.position = position
    self.row = row
  }

  /// Adds what the run counted to a batch's statistics.
  func count(in statistics: inout BatchStatistics) {
    statistics.recordCount += recordCount
    statistics.learnedShapeCount += recordCount
    statistics.lineCount += recordCount
    statistics.recordByteCount += recordByteCount
    statistics.separatorByteCount += lineEndByteCount
  }
}

extension FormatPath {
  /// Decodes records from `run.position` on until one needs a closer look, the rows are full, or the
  /// bytes end. Two passes over some dozens of records at a time: the first finds the fields, the
  /// second converts them, column by column, in loops so small that they stay in registers.
  ///
  /// Expected: 3 GB/s of 350-byte JSON records with a dozen fields on a 2020s server core.
  func decode(
    _ cursor: borrowing ByteCursor, _ run: inout WalkRun, _ tools: inout WalkTools,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) {
    guard canWalk else { return }
    let rowCapacity = tools.plan.layout.rowCapacity
    while run.row < rowCapacity, run.position < cursor.end {
      let limit = cover(cursor, from: run.position)
      let walk = walk(
        cursor, from: run.position, upTo: limit,
        maximumRowCount: min(tools.runRowCount, rowCapacity - run.row), tools)
      let count = try wanted.fill(cursor, walk, run, &tools, writer, &notes)
      finish(walk, count, &run, tools, writer)
      if count < walk.rowCount {
        tools.runRowCount = 4
        return
      }
      tools.runRowCount = min(FieldTable.rowCapacity, tools.runRowCount * 2)
      if walk.isShapeUnknown {
        // Records of other shapes or formats may come in turn: what is prepared for many would be for nothing.
        tools.runRowCount = min(tools.runRowCount, max(4, walk.rowCount * 2))
        return
      }
    }
  }

  /// Notes where the first `count` records of a walk stand, and goes on behind them.
  private func finish(
    _ walk: ShapeWalk, _ count: Int, _ run: inout WalkRun, _ tools: borrowing WalkTools,
    _ writer: borrowing SlabWriter
  ) {
    let recordField = wanted.recordField
    var end = walk.position
    if count < walk.rowCount { end = tools.table[recordField + count].start }
    let start = run.position
    let layout = tools.plan.layout
    let byteCount = tools.table.storePlaces(
      from: recordField, count: count, startsAt: layout.recordStartsStart + run.row * 4,
      byteCountsAt: layout.recordByteCountsStart + run.row * 4, writer)
    writer.fill(
      UInt8(truncatingIfNeeded: formatIndex), at: layout.rowFormatsStart + run.row, count: count)
    run.recordByteCount += byteCount
    run.lineEndByteCount += end - start - byteCount
    run.recordCount += count
    run.row += count
    run.position = end
  }
}
