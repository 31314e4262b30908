/// A run along learned shapes: where it stands, and what it counted.
struct ShapeRun {
  /// Where the next record begins.
  var position: Int
  /// Rows written so far.
  var row: Int
  /// Records that learned shapes decoded, and their bytes without line ends.
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

/// What a run along learned shapes needs beside the shapes.
struct ShapeRunTools: ~Copyable {
  /// Where strings end in the stretch of input that is being decoded.
  var strings: StringIndex
  /// Where the fields of the records stand that are being decoded.
  let table: FieldTable
  let plan: DecodePlan
  let kernels: ScanKernels
  /// The minute of the last timestamp.
  var recentMinute = RecentMinute()
  /// The period of the last timestamp without an offset.
  var recentPeriod = TimeZonePeriod.none
  /// How many records are decoded at a time. Fewer when values often do not fit their columns, since
  /// what was found out about the records behind such a one is lost.
  var runRowCount = FieldTable.rowCapacity

  /// A record that begins closer to the end of an indexed stretch than this has a new one indexed.
  static let reserveByteCount = 2048

  init(
    shapes: borrowing LearnedShapes, plan: DecodePlan, kernels: ScanKernels, pool: ChunkPool
  ) throws(SpaltError) {
    let strings = try StringIndex(pool: pool, kernels: kernels)
    let table = try FieldTable(columnCount: shapes.fieldColumnCount, pool: pool)
    self.strings = strings
    self.table = table
    self.plan = plan
    self.kernels = kernels
  }
}

extension LearnedShapes {
  /// Decodes records from `run.position` on until one matches no learned shape, the rows are full, or
  /// the bytes end. Two passes over some dozens of records at a time: the first finds the fields, the
  /// second converts them, column by column, in loops so small that they stay in registers.
  ///
  /// Expected: 3 GB/s of 350-byte records with a dozen fields on a 2020s server core.
  func decode(
    _ cursor: borrowing ByteCursor, _ run: inout ShapeRun, _ tools: inout ShapeRunTools,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) {
    let rowCapacity = tools.plan.layout.rowCapacity
    while run.row < rowCapacity, run.position < cursor.end, root >= 0 {
      if run.position + ShapeRunTools.reserveByteCount >= tools.strings.end,
        tools.strings.end < cursor.end
      {
        tools.strings.cover(cursor, from: run.position)
      }
      // At the end of the bytes every record is decoded, elsewhere those with some room behind them.
      let isLast = tools.strings.end == cursor.end
      let limit = isLast ? cursor.end : tools.strings.end - ShapeRunTools.reserveByteCount
      let walk = walk(
        cursor, from: run.position, upTo: limit,
        maximumRowCount: min(tools.runRowCount, rowCapacity - run.row),
        maximumByteCount: tools.plan.maximumRecordByteCount, tools.strings.marks, tools.kernels,
        tools.table)
      let count = try fill(cursor, walk, run, &tools, writer, &notes)
      finish(walk, count, &run, tools, writer)
      if count < walk.rowCount {
        tools.runRowCount = 4
        return
      }
      tools.runRowCount = min(FieldTable.rowCapacity, tools.runRowCount * 2)
      if walk.isShapeUnknown { return }
    }
  }

  /// Notes where the first `count` records of a walk stand, and goes on behind them.
  private func finish(
    _ walk: ShapeWalk, _ count: Int, _ run: inout ShapeRun, _ tools: borrowing ShapeRunTools,
    _ writer: borrowing SlabWriter
  ) {
    let recordField = recordField
    var end = walk.position
    if count < walk.rowCount { end = tools.table[recordField + count].start }
    let start = run.position
    var byteCount = 0
    let layout = tools.plan.layout
    for row in 0..<count {
      let record = tools.table[recordField &+ row]
      let target = (run.row &+ row) &* 4
      writer.store(
        UInt32(truncatingIfNeeded: record.start), at: layout.recordStartsStart &+ target)
      writer.store(
        UInt32(truncatingIfNeeded: record.byteCount), at: layout.recordByteCountsStart &+ target)
      byteCount &+= record.byteCount
    }
    run.recordByteCount += byteCount
    run.lineEndByteCount += end - start - byteCount
    run.recordCount += count
    run.row += count
    run.position = end
  }
}
