/// Decodes records along learned shapes: the loop in which nearly all of the time is spent.
///
/// Expected: 2.5 to 3.5 GB/s of 300-byte records with a dozen fields on a 2020s server core. What
/// limits it is the chain from one value's end to the next value's start, about 15 cycles a field, so
/// everything that is not on that chain (conversion, stores) is nearly free.
struct ShapeRun {
  /// Where the next record begins.
  var position: Int
  /// Rows written so far.
  var row: Int
  /// Records that these shapes decoded, and their bytes without line ends.
  var recordCount = 0
  var recordByteCount = 0
  var lineEndByteCount = 0
  /// Bytes of numbers, times and truth values that were converted.
  var decodedByteCount = 0
  /// The minute of the last timestamp.
  var recentMinute = RecentMinute()

  init(position: Int, row: Int) {
    self.position = position
    self.row = row
  }

  /// Counts a record of `byteCount` bytes, whose line ends at `end`, and goes on to the next.
  @inline(__always)
  mutating func add(_ byteCount: Int, end: Int, decodedByteCount: Int) {
    recordByteCount &+= byteCount
    lineEndByteCount &+= end &- position &- byteCount
    self.decodedByteCount &+= decodedByteCount
    recordCount &+= 1
    row &+= 1
    position = end
  }

  /// Adds what the run counted to a batch's statistics.
  func count(in statistics: inout BatchStatistics) {
    statistics.recordCount += recordCount
    statistics.learnedShapeCount += recordCount
    statistics.lineCount += recordCount
    statistics.recordByteCount += recordByteCount
    statistics.separatorByteCount += lineEndByteCount
    statistics.ledger.decode.decodedByteCount &+= UInt64(decodedByteCount)
  }
}

/// What a run along learned shapes needs beside the shapes.
struct ShapeRunTools: ~Copyable {
  /// Where strings end in the stretch of input that is being decoded.
  var strings: StringIndex
  let kernels: ScanKernels
  let plan: DecodePlan
  /// A record that begins closer to the end of an indexed stretch than this has a new one indexed.
  static let reserveByteCount = 2048
}

extension LearnedShapes {
  /// Decodes records from `run.position` on until one matches no learned shape, the rows are full, or
  /// the bytes end. A record that was begun and given up left marks in its row; whoever decodes it
  /// next writes every column of the row.
  func decode(
    _ cursor: borrowing ByteCursor, _ run: inout ShapeRun, _ tools: inout ShapeRunTools,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) {
    let rowCapacity = tools.plan.layout.rowCapacity
    while run.row < rowCapacity, run.position < cursor.end {
      if run.position + ShapeRunTools.reserveByteCount >= tools.strings.end,
        tools.strings.end < cursor.end
      {
        tools.strings.cover(cursor, from: run.position)
      }
      // At the end of the bytes every record is decoded, elsewhere those with some room behind them.
      let isLast = tools.strings.end == cursor.end
      let limit = isLast ? cursor.end : tools.strings.end - ShapeRunTools.reserveByteCount
      let isShapeKnown = try decode(
        cursor, &run, upTo: limit, tools.strings.marks, tools.plan, tools.kernels, writer, &notes)
      guard isShapeKnown else { return }
    }
  }

  /// Decodes the records that begin before `limit`; false when one matches no learned shape.
  private func decode(
    _ cursor: borrowing ByteCursor, _ run: inout ShapeRun, upTo limit: Int,
    _ marks: borrowing StringMarks, _ plan: DecodePlan, _ kernels: ScanKernels,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) -> Bool {
    let rowCapacity = plan.layout.rowCapacity
    let startsStart = plan.layout.recordStartsStart
    let byteCountsStart = plan.layout.recordByteCountsStart
    let maximumByteCount = plan.maximumRecordByteCount
    var tally = run
    defer { run = tally }
    records: while tally.row < rowCapacity, tally.position < limit {
      let recordStart = tally.position
      let row = tally.row
      var position = recordStart
      var decodedByteCount = 0
      var index = Int(root)
      while index >= 0 {
        if steps[index].literal.matches(cursor, at: position) {
          let valueStart = position &+ Int(steps[index].literal.byteCount)
          if steps[index].action == .endRecord {
            let byteCount = valueStart &- recordStart &- Int(steps[index].lineEndByteCount)
            guard byteCount <= maximumByteCount else { return false }
            clearMissing(index, row, writer)
            writer.store(UInt32(truncatingIfNeeded: recordStart), at: startsStart &+ row &* 4)
            writer.store(UInt32(truncatingIfNeeded: byteCount), at: byteCountsStart &+ row &* 4)
            tally.add(byteCount, end: valueStart, decodedByteCount: decodedByteCount)
            continue records
          }
          let valueEnd = try decodeValue(
            index, cursor, at: valueStart, row, writer, &notes, &decodedByteCount, kernels, marks,
            &tally.recentMinute)
          if _fastPath(valueEnd >= 0) {
            position = valueEnd
            index = Int(steps[index].next)
            continue
          }
        }
        index = Int(steps[index].alternative)
      }
      return false
    }
    return true
  }

  @inline(__always)
  private func clearMissing(_ index: Int, _ row: Int, _ writer: borrowing SlabWriter) {
    let start = Int(steps[index].missingStart)
    for entry in start..<start &+ Int(steps[index].missingCount) {
      missing[entry].clear(row: row, writer)
    }
  }

  /// Decodes the value behind the literal of step `index`; gives the index just past it, or -1 when
  /// the value is not what the step expects.
  @inline(__always)
  private func decodeValue(
    _ index: Int, _ cursor: borrowing ByteCursor, at position: Int, _ row: Int,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes, _ decodedByteCount: inout Int,
    _ kernels: ScanKernels, _ marks: borrowing StringMarks, _ recentMinute: inout RecentMinute
  ) throws(SpaltError) -> Int {
    switch steps[index].action {
    case .goOn, .endRecord: return position
    case .setNull: return setNull(index, cursor, at: position, row, writer)
    case .string:
      return try string(index, cursor, at: position, row, writer, &notes, kernels, marks)
    case .stringToken:
      return try stringToken(index, cursor, at: position, row, writer, &notes, kernels, marks)
    case .skipString: return Self.skipString(cursor, at: position, kernels, marks)
    case .timestamp:
      let end = timestamp(index, cursor, at: position, row, writer, marks, &recentMinute)
      if end >= 0 { decodedByteCount &+= end &- position &- 1 }
      return end
    case .int64:
      let end = int64(index, cursor, at: position, row, writer)
      if end >= 0 { decodedByteCount &+= end &- position }
      return end
    case .float64:
      let end = float64(index, cursor, at: position, row, writer)
      if end >= 0 { decodedByteCount &+= end &- position }
      return end
    case .bool:
      let end = bool(index, cursor, at: position, row, writer)
      if end >= 0 { decodedByteCount &+= end &- position }
      return end
    case .numberToken:
      return token(index, cursor, position, cursor.skipNumber(at: position) ?? -1, row, writer)
    case .skipNumber: return cursor.skipNumber(at: position) ?? -1
    case .wordToken:
      return token(index, cursor, position, Self.skipWord(cursor, at: position), row, writer)
    case .skipWord: return Self.skipWord(cursor, at: position)
    case .arrayToken, .skipArray:
      return try array(index, cursor, at: position, row, writer, &notes, kernels)
    }
  }
}
