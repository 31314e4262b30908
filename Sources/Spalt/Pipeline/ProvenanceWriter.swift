/// Fills the columns that say where records stand, and in which format. Numbers of lines and records count
/// from the batch's beginning; `PlaceCounts`, which know what came before, move them.
struct ProvenanceWriter: Sendable {
  private let layout: BatchLayout
  private let places: [(column: Int, place: Provenance)]
  private let paths: [[UInt8]]
  private let formatNames: [[UInt8]]
  private let kernels: ScanKernels

  init(layout: BatchLayout, paths: [InputPath], kernels: ScanKernels) {
    self.layout = layout
    self.kernels = kernels
    self.paths = paths.map { Array($0.description.utf8) }
    formatNames = layout.formatNames.map { Array($0.utf8) }
    places = layout.schema.provenance.sorted { $0.key < $1.key }
      .filter { layout.columns[$0.key].valuesStart >= 0 }
      .map { (column: $0.key, place: $0.value) }
  }

  /// Fills the rows of a batch that was made of a piece from index `start` on.
  func fill(
    _ builder: inout RecordBatchBuilder, _ piece: borrowing SourcePiece, from start: Int
  ) throws(SpaltError) {
    for (column, place) in places {
      let values = layout.columns[column].valuesStart
      builder.slab.fill(
        layout.columns[column].validityStart..<layout.columns[column].validityStart
          + (builder.rowCount + 7) / 8, with: Self.exists(place, piece) ? 0xFF : 0)
      switch place {
      case .file:
        try fillFiles(
          &builder.slab, &builder.notes, builder.rowCount, paths[piece.inputIndex], at: values)
      case .line where piece.rows != nil: fillNumbers(&builder, at: values, from: nil)
      case .line: fillLines(&builder, ByteCursor(piece.segment.view), from: start, at: values)
      case .offset: fillNumbers(&builder, at: values, from: piece.segment.offset)
      case .record: fillNumbers(&builder, at: values, from: nil)
      case .format:
        try fillFormats(&builder.slab, &builder.notes, builder.rowCount, at: values)
      }
    }
  }

  /// Whether the records of a piece have a place: columns have no lines, and no offsets.
  private static func exists(_ place: Provenance, _ piece: borrowing SourcePiece) -> Bool {
    piece.rows == nil || place == .file || place == .record || place == .format
  }

  private func fillFiles(
    _ slab: inout ColumnSlab, _ notes: inout BatchNotes, _ rowCount: Int, _ path: [UInt8],
    at values: Int
  ) throws(SpaltError) {
    guard rowCount > 0 else { return }
    let block = try notes.texts.build(maximumByteCount: max(1, path.count)) { output in
      for byte in path { output.append(byte) }
    }
    let writer = slab.writer
    for row in 0..<rowCount {
      notes.storeMadeText(block, at: values + row * TextColumn.byteCount, writer)
    }
  }

  /// The names of the rows' formats.
  private func fillFormats(
    _ slab: inout ColumnSlab, _ notes: inout BatchNotes, _ rowCount: Int, at values: Int
  ) throws(SpaltError) {
    guard rowCount > 0 else { return }
    var blocks: [ArenaBlock] = []
    for name in formatNames { blocks.append(try notes.texts.append(ByteView(name.span))) }
    let formats = layout.rowFormatsStart
    let writer = slab.writer
    for row in 0..<rowCount {
      let block = blocks[Int(writer.load8(at: formats + row))]
      notes.storeMadeText(block, at: values + row * TextColumn.byteCount, writer)
    }
  }

  /// Offsets from `origin` on, or numbers from 1 on when there is none.
  private func fillNumbers(
    _ builder: inout RecordBatchBuilder, at values: Int, from origin: Int?
  ) {
    let rowCount = builder.rowCount
    let starts = layout.recordStartsStart
    let writer = builder.slab.writer
    for row in 0..<rowCount {
      var number = row + 1
      if let origin { number = origin + Int(writer.load32(at: starts + row * 4)) }
      writer.store(UInt64(number), at: values + row * 8)
    }
  }

  private func fillLines(
    _ builder: inout RecordBatchBuilder, _ cursor: borrowing ByteCursor, from start: Int,
    at values: Int
  ) {
    let rowCount = builder.rowCount
    let starts = layout.recordStartsStart
    let writer = builder.slab.writer
    var position = start
    var line = 1
    for row in 0..<rowCount {
      let recordStart = Int(writer.load32(at: starts + row * 4))
      line += kernels.count(of: 0x0A, cursor, in: position..<recordStart)
      position = recordStart
      writer.store(UInt64(line), at: values + row * 8)
    }
  }
}

/// Lines and records of the input that is being read.
struct PlaceCounts: Sendable {
  private var inputIndex = 0
  private var lineCount = 0
  private var recordCount = 0

  /// Makes the places of a batch count from its input's beginning. Batches come in order.
  mutating func move(_ batch: inout DecodedBatch, inputIndex: Int) {
    if inputIndex != self.inputIndex { self = PlaceCounts(inputIndex: inputIndex) }
    batch.movePlaces(byLines: lineCount, records: recordCount)
    lineCount += batch.statistics.lineCount
    recordCount += batch.decodedRowCount
  }
}
