/// A batch that is being filled: the slab of its columns, and what goes with them.
///
/// `finish` and `seal` consume the builder, so that writing to a sealed batch and reading a batch that is still
/// being built do not compile.
struct RecordBatchBuilder: ~Copyable, Sendable {
  let layout: BatchLayout
  var slab: ColumnSlab
  var notes: BatchNotes
  private let pool: ChunkPool
  /// Number of records so far.
  var rowCount = 0

  /// An empty batch: every value of every row counts as valid until it is set to null, and every row is of
  /// the first format.
  init(layout: BatchLayout, arenas: ArenaPool) throws(SpaltError) {
    self.layout = layout
    pool = arenas.chunkPool
    slab = try ColumnSlab(pool: arenas.chunkPool, byteCount: layout.byteCount)
    notes = BatchNotes(texts: arenas.lease(.batch))
    slab.fill(layout.validityRange, with: 0xFF)
    slab.fill(layout.rowFormatsStart..<layout.rowFormatsStart + layout.rowCapacity, with: 0)
  }

  /// Ends the building. `segment` holds the records' bytes; the batch's record starts and string
  /// views count from its first byte.
  consuming func finish(segment: consuming Segment) -> DecodedBatch {
    countViews()
    countLongestRecord()
    return DecodedBatch(
      layout: layout, slab: slab, notes: notes, segment: segment, rowCount: rowCount,
      pool: pool)
  }

  /// Finds the longest record, once a batch.
  private mutating func countLongestRecord() {
    #if !SPALT_NO_TELEMETRY
      let start = layout.recordByteCountsStart
      let count = rowCount
      let longest = slab.writer.maximum(at: start, count: count)
      notes.statistics.longestRecordByteCount = Int(longest)
    #endif
  }
  /// As `finish`, for a batch of which all records are wanted.
  consuming func seal(segment: consuming Segment) -> RecordBatch { finish(segment: segment).seal() }

  /// Counts the bytes of strings once a batch, from the views, instead of once a value.
  private mutating func countViews() {
    let layout = layout
    let rowCount = rowCount
    var inlined: UInt64 = 0
    var viewed: UInt64 = 0
    let writer = slab.writer
    for (index, column) in layout.columns.enumerated() {
      if column.valuesStart >= 0, layout.schema.columns[index].type.isText {
        writer.sumViews(
          at: column.valuesStart, count: rowCount, inlined: &inlined, viewed: &viewed)
      }
      if column.tokensStart >= 0 {
        writer.sumViews(
          at: column.tokensStart, count: rowCount, inlined: &inlined, viewed: &viewed)
      }
    }
    notes.statistics.ledger.decode.inlinedByteCount &+= inlined &- notes.copiedInlinedByteCount
    notes.statistics.ledger.decode.viewedByteCount &+= viewed
  }
}

/// What goes with the columns of a batch: decoded text, counts, and rejects.
struct BatchNotes: ~Copyable, Sendable {
  /// Text that had to be made: decoded escapes, replaced bytes, `_extra`.
  var texts: Arena
  var statistics = BatchStatistics()
  var rejects: [Reject] = []
  /// Bytes of made text so short that it lies in its view: the ledger calls it copied, not inlined.
  var copiedInlinedByteCount: UInt64 = 0

  init(texts: consuming Arena) { self.texts = texts }
}
