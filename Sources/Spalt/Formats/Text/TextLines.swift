/// The fast way over plain text: makes records of many lines at a time.
///
/// The ends of lines are listed and the text is validated stretch by stretch, by block kernels; then views are
/// stored by a loop that has nothing to look for. What is left to the decoder: a stretch with ill-formed UTF-8, a
/// line longer than a stretch or than a record may be, and the last one if nothing ends it.
struct TextLines: ~Copyable {
  private var index: LineIndex
  private let formatIndex: Int
  /// Lines before this index are for the decoder.
  private var unusableEnd = 0

  init(formatIndex: Int, pool: ChunkPool, kernels: ScanKernels) throws(SpaltError) {
    index = try LineIndex(pool: pool, kernels: kernels)
    self.formatIndex = formatIndex
  }

  /// Forgets what is indexed: the bytes are about to be others.
  mutating func clear() { unusableEnd = 0 }

  /// Makes records of lines from `run.position` on, until one needs a closer look, the rows are full, or the
  /// bytes end.
  mutating func decode(
    _ cursor: borrowing ByteCursor, _ run: inout WalkRun, _ tools: borrowing WalkTools,
    _ wanted: WantedFields, _ writer: borrowing SlabWriter, _ statistics: inout BatchStatistics
  ) {
    let rowCapacity = tools.plan.layout.rowCapacity
    while run.row < rowCapacity, run.position < cursor.end, run.position >= unusableEnd {
      index.cover(cursor, from: run.position)
      guard index.count > 0 else { return }
      guard index.isValidUTF8 else {
        unusableEnd = index[index.count - 1] + 1
        return
      }
      var line = 0
      while line < index.count, run.row < rowCapacity {
        let maximum = min(FieldTable.rowCapacity, index.count - line, rowCapacity - run.row)
        let count = note(cursor, line, maximum, run.position, tools, wanted)
        if count == 0 { return }
        fill(cursor, count, run.row, tools, wanted, writer)
        finish(upTo: index[line + count - 1] + 1, count, &run, tools, wanted, writer, &statistics)
        line += count
      }
    }
  }

  /// Notes where lines stand.
  /// - Returns: how many, up to the first that is too long.
  @inline(never)
  private func note(
    _ cursor: borrowing ByteCursor, _ first: Int, _ maximum: Int, _ position: Int,
    _ tools: borrowing WalkTools, _ wanted: WantedFields
  ) -> Int {
    let cursor = copy cursor
    let records = tools.table.column(at: wanted.recordField)
    let maximumByteCount = tools.plan.maximumRecordByteCount
    var start = position
    var count = 0
    while count < maximum {
      let lineFeed = index[first &+ count]
      // The byte before is one of the line, or the line feed before it, or none.
      let hasReturn = lineFeed > start && cursor.byte(at: lineFeed &- 1) == JSONByte.carriageReturn
      let end = lineFeed &- (hasReturn ? 1 : 0)
      guard end &- start <= maximumByteCount else { break }
      records[count] = FieldSpan(.plainString, start: start, end: end)
      start = lineFeed &+ 1
      count &+= 1
    }
    return count
  }

  /// Stores the text of lines, and makes all other columns null.
  private func fill(
    _ cursor: borrowing ByteCursor, _ count: Int, _ row: Int, _ tools: borrowing WalkTools,
    _ wanted: WantedFields, _ writer: borrowing SlabWriter
  ) {
    let plan = tools.plan
    for column in plan.layout.columns.indices where column != plan.lineColumn {
      let slot = ColumnSlot(plan, column)
      for row in row..<row + count { slot.clear(row: row, writer) }
    }
    guard plan.lineColumn >= 0 else { return }
    let place = plan.layout.columns[plan.lineColumn]
    guard place.valuesStart >= 0 else { return }
    let views = place.valuesStart + row * TextColumn.byteCount
    var valid = UInt64.max
    var odd = tools.table.storeViews(
      from: wanted.recordField, count: count, cursor, at: views, writer, valid: &valid)
    while odd != 0 {
      // Too close to the end of the bytes for 16 of them to be read at once.
      let line = odd.trailingZeroBitCount
      odd &= odd &- 1
      let span = tools.table[wanted.recordField + line]
      writer.storeView(
        at: views + line * TextColumn.byteCount, cursor, start: span.start,
        byteCount: span.byteCount, bufferIndex: 0, bufferOffset: UInt32(span.start))
    }
    writer.storeBits(.max, count: count, at: row, ofBitmapAt: place.validityStart)
  }

  /// Notes where the records stand, and goes on behind them.
  private func finish(
    upTo end: Int, _ count: Int, _ run: inout WalkRun, _ tools: borrowing WalkTools,
    _ wanted: WantedFields, _ writer: borrowing SlabWriter, _ statistics: inout BatchStatistics
  ) {
    let layout = tools.plan.layout
    let byteCount = tools.table.storePlaces(
      from: wanted.recordField, count: count, startsAt: layout.recordStartsStart + run.row * 4,
      byteCountsAt: layout.recordByteCountsStart + run.row * 4, writer)
    writer.fill(
      UInt8(truncatingIfNeeded: formatIndex), at: layout.rowFormatsStart + run.row, count: count)
    statistics.recordCount += count
    statistics.recordByteCount += byteCount
    statistics.lineCount += count
    statistics.separatorByteCount += end - run.position - byteCount
    run.row += count
    run.position = end
  }
}
