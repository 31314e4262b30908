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
    statistics.ledger.decode.decodedByteCount &+= UInt64(decodedByteCount)
  }
}

extension LearnedShapes {
  /// Decodes records from `run.position` on until one matches no learned shape, the rows are full, or
  /// the bytes end. A record that was begun and given up left marks in its row; whoever decodes it
  /// next writes every column of the row.
  func decode(
    _ cursor: borrowing ByteCursor, _ run: inout ShapeRun, _ plan: DecodePlan,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes, _ kernels: ScanKernels
  ) throws(SpaltError) {
    let rowCapacity = plan.layout.rowCapacity
    let startsStart = plan.layout.recordStartsStart
    let byteCountsStart = plan.layout.recordByteCountsStart
    let maximumByteCount = plan.maximumRecordByteCount
    var row = run.row
    var recordStart = run.position
    let end = cursor.end
    records: while row < rowCapacity, recordStart < end {
      var position = recordStart
      var decodedByteCount = 0
      var index = Int(root)
      while index >= 0 {
        let literalStart = position
        if steps[index].literal.matches(cursor, at: position) {
          position &+= steps[index].literal.byteCount
          if steps[index].action == .endRecord {
            let byteCount = position &- recordStart &- Int(steps[index].lineEndByteCount)
            guard byteCount <= maximumByteCount else { break records }
            clearMissing(index, row, writer)
            writer.store(UInt32(truncatingIfNeeded: recordStart), at: startsStart &+ row &* 4)
            writer.store(UInt32(truncatingIfNeeded: byteCount), at: byteCountsStart &+ row &* 4)
            run.recordByteCount &+= byteCount
            run.lineEndByteCount &+= position &- recordStart &- byteCount
            run.decodedByteCount &+= decodedByteCount
            recordStart = position
            row &+= 1
            continue records
          }
          let valueEnd = try decodeValue(
            index, cursor, at: position, row, writer, &notes, &decodedByteCount, kernels)
          if _fastPath(valueEnd >= 0) {
            position = valueEnd
            index = Int(steps[index].next)
            continue
          }
        }
        position = literalStart
        index = Int(steps[index].alternative)
      }
      break
    }
    run.recordCount &+= row &- run.row
    run.row = row
    run.position = recordStart
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
    _ kernels: ScanKernels
  ) throws(SpaltError) -> Int {
    switch steps[index].action {
    case .goOn, .endRecord: return position
    case .setNull: return setNull(index, cursor, at: position, row, writer)
    case .string:
      return try string(index, cursor, at: position, row, writer, &notes, kernels)
    case .stringToken:
      return try stringToken(index, cursor, at: position, row, writer, &notes, kernels)
    case .skipString: return Self.skipString(cursor, at: position, kernels)
    case .timestamp:
      let end = timestamp(index, cursor, at: position, row, writer)
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
