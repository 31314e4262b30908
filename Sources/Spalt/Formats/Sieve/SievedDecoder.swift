/// Decodes only the lines that a sieve lets through. What it rules out is counted by its lines and bytes
/// and not looked at any further: a blank or broken line among them counts as ruled out, too.
struct SievedDecoder: ~Copyable, RecordDecoder {
  private var base: LineDecoder
  private let plan: SievePlans
  private let pool: ChunkPool
  /// The formats that were selected last, and the sieve for them.
  private var formats: InputFormats?
  private var sieve: LineSieve

  init(
    _ base: consuming LineDecoder, _ plan: SievePlans, pool: ChunkPool
  ) throws(SpaltError) {
    let sieve = try plan.makeSieve(InputFormats(only: 0), pool: pool)
    self.base = base
    self.plan = plan
    self.pool = pool
    self.sieve = sieve
  }

  mutating func select(_ formats: InputFormats) throws(SpaltError) {
    try base.select(formats)
    guard formats != self.formats else { return }
    self.formats = formats
    sieve = try plan.makeSieve(formats, pool: pool)
  }

  mutating func decode(
    _ cursor: borrowing ByteCursor, from start: Int, into builder: inout RecordBatchBuilder
  ) throws(SpaltError) -> Int {
    if sieve.passesAll { return try base.decode(cursor, from: start, into: &builder) }
    sieve.clear()
    var position = start
    while position < cursor.end, builder.rowCount < builder.layout.rowCapacity {
      let line = sieve.next(cursor, from: position)
      builder.notes.statistics.countRuledOut(
        byteCount: line.start - position, lineFeedCount: line.skippedLineFeedCount,
        isLastEnded: cursor.byte(at: line.start - 1) == 0x0A)
      guard line.start < line.end else { return cursor.end }
      position = try base.decode(
        cursor.ending(withLineTo: line.end), from: line.start, into: &builder)
      if position < line.end { return position }
    }
    return position
  }
}

extension BatchStatistics {
  /// Counts lines that were ruled out, with their line feeds. Only the last may lack its own.
  fileprivate mutating func countRuledOut(byteCount: Int, lineFeedCount: Int, isLastEnded: Bool) {
    guard byteCount > 0 else { return }
    self.byteCount += byteCount
    lineCount += lineFeedCount
    separatorByteCount += lineFeedCount
    ruledOutByteCount += byteCount - lineFeedCount
    ruledOutCount += lineFeedCount + (isLastEnded ? 0 : 1)
  }
}
