/// What one worker does with a piece of input: decodes it into batches, keeps the records that are wanted,
/// and makes text of them.
struct PieceWorker: ~Copyable {
  private var decoder: any (RecordDecoder & ~Copyable)
  private var columnar: ArrowDecoder
  private var evaluator: FilterEvaluator?
  private let formatter: (any BatchFormatter)?
  private let provenance: ProvenanceWriter
  private let layout: BatchLayout
  private let arenas: ArenaPool
  /// One bit for each row of a batch.
  private var selection: [UInt64]
  /// Whether batches need nothing of the input but their own records.
  private let narrowsViews: Bool
  /// How long the texts of batches are.
  private var textSize = TextSize()

  init(
    decoder: consuming any (RecordDecoder & ~Copyable), columnar: consuming ArrowDecoder,
    evaluator: consuming FilterEvaluator?,
    formatter: (any BatchFormatter)?, provenance: ProvenanceWriter, layout: BatchLayout,
    arenas: ArenaPool, narrowsViews: Bool = false
  ) {
    self.narrowsViews = narrowsViews
    self.decoder = decoder
    self.columnar = columnar
    self.evaluator = evaluator
    self.formatter = formatter
    self.provenance = provenance
    self.layout = layout
    self.arenas = arenas
    selection = Array(repeating: 0, count: layout.rowCapacity / 64)
  }

  /// Decodes a piece from `position` on into a batch, and moves the position behind what was decoded.
  mutating func batch(
    of piece: borrowing SourcePiece, from position: inout Int
  ) throws(SpaltError) -> DecodedBatch {
    var builder = try RecordBatchBuilder(layout: layout, arenas: arenas)
    if let oversized = piece.oversized {
      builder.notes.addOversized(oversized)
      position = piece.segment.byteCount
    } else if piece.isCut {
      builder.notes.addCut(piece.segment.view)
      position = piece.segment.byteCount
    } else if let rows = piece.rows {
      position = try columnar.decode(rows, from: position, into: &builder)
      try provenance.fill(&builder, piece, from: 0)
    } else {
      let start = position
      try decoder.select(piece.formats)
      position = try decoder.decode(
        ByteCursor(piece.segment.view), from: start, into: &builder)
      try provenance.fill(&builder, piece, from: start)
    }
    if position >= piece.end { builder.notes.countInput(piece) }
    return builder.finish(segment: piece.segment.share())
  }

  /// Keeps the records of a batch that are wanted, and makes text of them.
  mutating func finish(_ decoded: consuming DecodedBatch) throws(SpaltError) -> RecordBatch {
    try filter(&decoded)
    if narrowsViews { decoded.narrowViews() }
    var batch = decoded.seal()
    try format(&batch)
    return batch
  }

  private mutating func filter(_ batch: inout DecodedBatch) throws(SpaltError) {
    guard batch.rowCount > 0, evaluator != nil else { return }
    guard let count = try evaluator?.evaluate(batch.table, into: &selection) else { return }
    batch.keep(selection, count: count)
  }

  private mutating func format(_ batch: inout RecordBatch) throws(SpaltError) {
    guard batch.rowCount > 0, let formatter else { return }
    try batch.format(capacity: textSize.expected(for: batch)) { (batch, text) throws(SpaltError) in
      try formatter.format(batch, to: &text)
    }
    textSize.note(batch)
  }
}

extension BatchNotes {
  /// Counts how the bytes of a piece came from the source.
  fileprivate mutating func countInput(_ piece: borrowing SourcePiece) {
    statistics.ledger.input.viewedByteCount += UInt64(piece.sourceByteCount)
    if piece.copiedByteCount > 0 {
      statistics.ledger.countInputCopy(
        piece.copiedByteCount, .recordSpansChunks, at: piece.segment.offset)
    }
    if piece.windowByteCount > 0 {
      statistics.ledger.countInputCopy(
        piece.windowByteCount, .codecWindow, at: piece.segment.offset)
    }
  }

  /// Notes a line that was passed over because of its length.
  fileprivate mutating func addOversized(_ line: OversizedRecord) {
    statistics.separatorByteCount += line.lineEndByteCount + line.markByteCount
    statistics.lineCount += line.lineEndByteCount > 0 ? 1 : 0
    statistics.byteCount += line.sourceByteCount
    if line.isBlank {
      statistics.blankCount += 1
      statistics.blankByteCount += line.byteCount
      return
    }
    rejects.append(
      Reject(
        reason: .tooLong, offset: line.offset, byteCount: line.byteCount,
        faultOffset: line.offset, line: 1))
    statistics.rejectedCount += 1
    statistics.rejectedByteCount += line.byteCount
  }

  /// Notes what damage has left of a record.
  fileprivate mutating func addCut(_ bytes: borrowing ByteView) {
    var contentEnd = bytes.byteCount
    if contentEnd > 0, bytes[contentEnd - 1] == 0x0A {
      contentEnd -= 1
      statistics.lineCount += 1
      if contentEnd > 0, bytes[contentEnd - 1] == 0x0D { contentEnd -= 1 }
    }
    statistics.byteCount += bytes.byteCount
    statistics.separatorByteCount += bytes.byteCount - contentEnd
    statistics.rejectedCount += 1
    statistics.rejectedByteCount += contentEnd
    rejects.append(
      Reject(
        reason: .cutByDamage, offset: bytes.offset, byteCount: contentEnd,
        faultOffset: bytes.offset, line: 1))
  }
}
