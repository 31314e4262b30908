/// A batch between building and sealing: its records are decoded, and it can be said which of them are wanted and
/// which places they have in their file.
///
/// A batch is *building* (`RecordBatchBuilder`), *decoded*, *sealed* (`RecordBatch`) or released. Each state is a
/// type of its own, and going on to the next one consumes the value. So nothing writes to the memory of a sealed
/// batch, and nobody reads the records of one that is being built.
struct DecodedBatch: ~Copyable, Sendable {
  let layout: BatchLayout
  fileprivate(set) var slab: ColumnSlab
  var notes: BatchNotes
  let segment: Segment
  let pool: ChunkPool
  /// Number of records.
  private(set) var rowCount: Int
  /// Number of records before some were left out.
  let decodedRowCount: Int
  /// The bytes of the segment that views and record starts count from; nil for all of them.
  private(set) var textWindow: Range<Int>?
  /// Where the texts of each column lie, once the views are narrowed.
  private(set) var textPlaces: [TextPlaces] = []

  init(
    layout: BatchLayout, slab: consuming ColumnSlab, notes: consuming BatchNotes,
    segment: consuming Segment, rowCount: Int, pool: ChunkPool
  ) {
    self.layout = layout
    self.slab = slab
    self.notes = notes
    self.segment = segment
    self.rowCount = rowCount
    decodedRowCount = rowCount
    self.pool = pool
  }

  /// What became of the input that the batch covers.
  var statistics: BatchStatistics { notes.statistics }

  /// The records, for a filter to look at.
  var table: RecordTable {
    @_lifetime(borrow self)
    get {
      RecordTable(
        layout: layout, rowCount: rowCount, slab: slab.view(0..<layout.byteCount),
        texts: TextSource(
          input: segment.view(textWindow), arena: notes.texts.chunks))
    }
  }

  /// Ends all writing.
  consuming func seal() -> RecordBatch { RecordBatch(self) }

  /// Whether it has columns with numbers of lines or records.
  var hasNumberedPlaces: Bool {
    layout.schema.provenance.values.contains { $0 == .line || $0 == .record }
  }

  /// Makes string views and record starts count from the first record's first byte, so that the bytes from there to
  /// the end of the last record are all that the batch needs of the input.
  mutating func narrowViews() {
    guard textWindow == nil, rowCount > 0 else { return }
    let layout = layout
    let rowCount = rowCount
    let start = Int(number(layout.recordStartsStart, 0))
    let end =
      Int(number(layout.recordStartsStart, rowCount - 1))
      + Int(number(layout.recordByteCountsStart, rowCount - 1))
    let writer = slab.writer
    var places: [TextPlaces] = []
    for (index, column) in layout.columns.enumerated() {
      var found: TextPlaces = []
      if column.valuesStart >= 0, layout.schema.columns[index].type.isText {
        found = writer.moveViews(at: column.valuesStart, count: rowCount, to: UInt32(start))
      }
      if column.tokensStart >= 0 {
        _ = writer.moveViews(at: column.tokensStart, count: rowCount, to: UInt32(start))
      }
      places.append(found)
    }
    writer.subtract(UInt32(start), at: layout.recordStartsStart, count: rowCount)
    textWindow = start..<end
    textPlaces = places
  }

  /// One of the numbers of 32 bits that begin at `offset` of the slab.
  private func number(_ offset: Int, _ row: Int) -> UInt32 {
    slab.view(offset + row * 4..<offset + row * 4 + 4).load(at: 0, as: UInt32.self)
  }

  /// Makes numbers of lines and records, which decoders count from the batch's beginning, count from that of the
  /// file.
  mutating func movePlaces(byLines lineCount: Int, records recordCount: Int) {
    let layout = layout
    let rowCount = rowCount
    let writer = slab.writer
    for (index, place) in layout.schema.provenance where place == .line || place == .record {
      let start = layout.columns[index].valuesStart
      guard start >= 0 else { continue }
      for row in 0..<rowCount {
        writer.add(Int64(place == .line ? lineCount : recordCount), at: start + row * 8)
      }
    }
  }

  /// Keeps only the records whose bit is set in `selection`, of which there are `count`. What the
  /// statistics say does not change.
  mutating func keep(_ selection: borrowing [UInt64], count: Int) {
    precondition(count <= rowCount, "more records than there are")
    guard count < rowCount else { return }
    if count > 0 {
      for (index, place) in layout.columns.enumerated() {
        let bitWidth = layout.schema.columns[index].type.bitWidth
        keep(selection, bitsAt: place.validityStart)
        switch bitWidth {
        case 1: keep(selection, bitsAt: place.valuesStart)
        case 64: keepWords(selection, ofColumn: index)
        default: keep(SIMD2<UInt64>.self, selection, at: place.valuesStart)
        }
        keep(SIMD2<UInt64>.self, selection, at: place.tokensStart)
      }
      keep(UInt32.self, selection, at: layout.recordStartsStart)
      keep(UInt32.self, selection, at: layout.recordByteCountsStart)
      keep(UInt8.self, selection, at: layout.rowFormatsStart)
    }
    rowCount = count
  }

  /// Values that lie in the input are gathered in the slab.
  private mutating func keepWords(_ selection: borrowing [UInt64], ofColumn index: Int) {
    let start = layout.columns[index].valuesStart
    guard start >= 0, notes.texts.chunks.chunkIndex(ofValuesInColumn: index) != nil else {
      return keep(UInt64.self, selection, at: start)
    }
    Self.gather(notes.texts, index, to: start, rowCount: rowCount, selection, &slab)
    notes.statistics.ledger.decode.decodedByteCount &+= UInt64(rowCount * 8)
    notes.texts.forgetValues(ofColumn: index)
  }

  private static func gather(
    _ texts: borrowing Arena, _ column: Int, to offset: Int, rowCount: Int,
    _ selection: borrowing [UInt64], _ slab: inout ColumnSlab
  ) {
    guard let values = texts.chunks.values(ofColumn: column) else { return }
    slab.gather(values, to: offset, rowCount: rowCount, selection)
  }

  private mutating func keep(_ selection: borrowing [UInt64], bitsAt offset: Int) {
    if offset >= 0 { slab.keepBits(at: offset, rowCount: rowCount, selection) }
  }

  private mutating func keep<Value: BitwiseCopyable>(
    _ type: Value.Type, _ selection: borrowing [UInt64], at offset: Int
  ) {
    if offset >= 0 { slab.keep(type, at: offset, rowCount: rowCount, selection) }
  }
}
