/// Cuts decoded content into pieces of whole records, buffer by buffer, in the content's order.
///
/// The beginning of a record that ends in the next buffer is put in front of the content there; that copy is
/// counted (`recordSpansChunks`). At damage that content is missing behind, the record before and the record
/// after are incomplete: they become pieces that are rejected as a whole.
final class ContentCutter {
  private let inputIndex: Int
  private let options: InputOptions
  private let kernels: ScanKernels
  private let pool: ChunkPool
  private let segments: SegmentPool
  private let report: ContentReport
  /// Offset in the content of what comes next.
  private var offset: Int
  /// The beginning of a record, without a line feed.
  private var begun: Beginning?
  /// Where in the buffer that is being cut it begins, if it lies there, up to what is looked at next.
  private var begunStart: Int?
  private var oversized: OversizedScan?
  /// Whether the bytes up to the next line feed are the rest of a record whose beginning is lost.
  private var followsGap = false
  /// Whether damage has ended the content.
  private(set) var isStopped = false
  private var pieces: [WaitingPiece] = []
  /// Bytes that went through a codec's window and were not counted with a piece yet.
  private var windowByteCount = 0

  /// The beginning of a record: in the chunk where it was decoded, or collected from several.
  private final class Beginning {
    var inChunk: Segment?
    var collected: ReadBuffer?
    let offset: Int
    /// Bytes of it that were copied.
    var copiedByteCount = 0

    private(set) var byteCount: Int

    init(_ segment: consuming Segment) {
      offset = segment.offset
      byteCount = segment.byteCount
      inChunk = consume segment
    }

    /// Copies more behind it.
    func extend(_ view: borrowing ByteView, pool: ChunkPool) throws(SpaltError) {
      let total = byteCount + view.byteCount
      if let segment = inChunk.take() {
        var buffer = try ReadBuffer(byteCount: total * 2, pool: pool)
        buffer.append(segment.view)
        buffer.append(view)
        copiedByteCount = total
        collected = consume buffer
      } else if var buffer = collected.take() {
        if buffer.byteCount < total {
          var larger = try ReadBuffer(byteCount: total * 2, pool: pool)
          larger.append(buffer.view(offset: 0))
          copiedByteCount += buffer.filledByteCount
          buffer = larger
        }
        buffer.append(view)
        copiedByteCount += view.byteCount
        collected = consume buffer
      }
      byteCount = total
    }
  }

  init(_ context: InputContext, _ report: ContentReport) {
    inputIndex = context.inputIndex
    options = context.options
    offset = context.options.split?.part.contentStart ?? 0
    kernels = context.kernels
    pool = context.pool
    segments = context.segments
    self.report = report
  }

  /// Cuts what was decoded next.
  /// - Returns: the pieces that are whole now.
  func cut(
    _ buffer: consuming ContentBuffer, _ notes: ContentNotes
  ) throws(SpaltError) -> [WaitingPiece] {
    guard !isStopped else { return [] }
    var buffer = consume buffer
    begunStart = nil
    let first = buffer.start
    let end = buffer.end
    windowByteCount += notes.windowByteCount
    var position = first
    let damages = Self.damages(notes, buffer)
    // What was decoded behind the damage that ends the content does not count.
    let countsBefore = options.continuesAfterDamage ? nil : damages.first?.counts
    report.add(countsBefore ?? notes.counts)
    for damage in damages {
      try cut(&buffer, position..<damage.position)
      position = damage.position
      report.add(damage.damage, contentOffset: offset)
      if !options.continuesAfterDamage {
        isStopped = true
        try abandon()
        return handOut()
      }
      if damage.losesContent {
        try abandon()
        followsGap = true
      }
    }
    try cut(&buffer, position..<end)
    return handOut()
  }

  /// Ends the content.
  /// - Parameter isWhole: false when the reader was interrupted: then the beginning of a record is none.
  /// - Returns: the last pieces.
  func finish(isWhole: Bool) throws(SpaltError) -> [WaitingPiece] {
    guard !isStopped else { return [] }
    isStopped = true
    guard isWhole else { return [] }
    if let scan = oversized.take() {
      add(scan.record(hasLineFeed: false))
    } else if let begun = begun.take() {
      followsGap ? addCut(begun, hasLineFeed: false) : add(piece(of: begun))
    }
    return handOut()
  }

  /// Where something is wrong, in order: what the decoder met, and what checks find out now.
  private static func damages(
    _ notes: ContentNotes, _ buffer: borrowing ContentBuffer
  ) -> [ContentDamage] {
    var damages = notes.damages
    for noted in notes.checks {
      guard let damage = noted.check.check(buffer.view(noted.range), noted.step) else { continue }
      let position = noted.range.upperBound
      // Two at the same place are in the order of the compressed bytes.
      let index =
        damages.firstIndex {
          $0.position > position
            || ($0.position == position && $0.damage.offset > damage.offset)
        } ?? damages.count
      damages.insert(
        ContentDamage(
          position: position, damage: damage, losesContent: false, counts: noted.counts),
        at: index)
    }
    return damages
  }

  // MARK: - Cutting

  /// Cuts content without damage in it.
  private func cut(
    _ buffer: inout ContentBuffer, _ range: Range<Int>
  ) throws(SpaltError) {
    let base = offset - range.lowerBound
    offset += range.count
    var start = range.lowerBound
    let end = range.upperBound
    if oversized != nil { start = passOver(buffer, start..<end, base) }
    if followsGap { start = try takeRemainder(buffer, start..<end, base) }
    guard start < end else { return }
    guard let last = lastLineFeed(buffer, start..<end) else {
      return try keep(buffer, start..<end, base)
    }
    var pieceStart = start
    var copiedByteCount = 0
    if let begun = begun.take() {
      let byteCount = begun.byteCount
      if let begunStart {
        pieceStart = begunStart
      } else if start == buffer.start, byteCount <= start, let segment = begun.inChunk.take() {
        buffer.prepend(segment.view)
        pieceStart = start - byteCount
        copiedByteCount = byteCount
      } else {
        pieceStart = try join(begun, buffer, start..<end, base)
      }
    }
    if pieceStart <= last {
      add(
        SourcePiece(
          segment: buffer.segment(
            pieceStart..<last + 1, offset: base + pieceStart, segments),
          inputIndex: inputIndex), copiedByteCount)
    }
    if last + 1 < end { try keep(buffer, last + 1..<end, base) }
  }

  /// Keeps the beginning of a record for later.
  private func keep(
    _ buffer: borrowing ContentBuffer, _ range: Range<Int>, _ base: Int
  ) throws(SpaltError) {
    let view = buffer.view(range, offset: base + range.lowerBound)
    if let begun, begunStart == nil {
      try begun.extend(view, pool: pool)
    } else {
      let start = begun == nil ? range.lowerBound : begunStart ?? range.lowerBound
      begun = Beginning(
        buffer.segment(start..<range.upperBound, offset: base + start, segments))
      begunStart = start
    }
    // Three bytes for a byte order mark, one for a carriage return.
    guard let begun, begun.byteCount > options.maximumRecordByteCount + 4 else { return }
    let piece = piece(of: begun)
    oversized = OversizedScan(piece.segment.view)
    self.begun = nil
    followsGap = false
  }

  /// Completes a record that began in another buffer, in a chunk of its own.
  /// - Returns: where the next record begins.
  private func join(
    _ begun: Beginning, _ buffer: borrowing ContentBuffer, _ range: Range<Int>, _ base: Int
  ) throws(SpaltError) -> Int {
    let lineFeed = firstLineFeed(buffer, range)
    try begun.extend(buffer.view(range.lowerBound..<lineFeed + 1), pool: pool)
    add(piece(of: begun))
    return lineFeed + 1
  }

  /// The piece that consists of a record's beginning.
  private func piece(of begun: Beginning) -> SourcePiece {
    let copiedByteCount = begun.copiedByteCount
    let offset = begun.offset
    var piece: SourcePiece
    if let collected = begun.collected.take() {
      let byteCount = collected.filledByteCount
      piece = SourcePiece(
        segment: collected.segment(byteCount: byteCount, offset: offset, segments),
        inputIndex: inputIndex)
    } else if let segment = begun.inChunk.take() {
      piece = SourcePiece(segment: segment, inputIndex: inputIndex)
    } else {
      preconditionFailure("a beginning has bytes")
    }
    piece.copiedByteCount = copiedByteCount
    return piece
  }

  // MARK: - Long records and damage

  /// Passes over a record that is too long.
  /// - Returns: where the next record begins, or the end.
  private func passOver(
    _ buffer: borrowing ContentBuffer, _ range: Range<Int>, _ base: Int
  ) -> Int {
    guard var scan = oversized.take() else { return range.lowerBound }
    let lineFeed = firstLineFeed(buffer, range)
    scan.add(buffer.view(range.lowerBound..<lineFeed, offset: base + range.lowerBound))
    guard lineFeed < range.upperBound else {
      oversized = scan
      return lineFeed
    }
    add(scan.record(hasLineFeed: true))
    return lineFeed + 1
  }

  /// Hands out what damage has left of a record's beginning.
  private func abandon() throws(SpaltError) {
    if let scan = oversized.take() { return add(scan.record(hasLineFeed: false)) }
    if let begun = begun.take() { addCut(begun, hasLineFeed: false) }
  }

  /// Takes what damage has left of a record's end, to be handed out when all of it is there.
  /// - Returns: where the next record begins, or the end.
  private func takeRemainder(
    _ buffer: borrowing ContentBuffer, _ range: Range<Int>, _ base: Int
  ) throws(SpaltError) -> Int {
    guard !range.isEmpty else { return range.lowerBound }
    let lineFeed = firstLineFeed(buffer, range)
    guard lineFeed < range.upperBound else {
      try keep(buffer, range, base)
      return range.upperBound
    }
    followsGap = false
    let rest = range.lowerBound..<lineFeed + 1
    if let begun = begun.take() {
      try begun.extend(buffer.view(rest), pool: pool)
      addCut(begun, hasLineFeed: true)
    } else {
      let segment = buffer.segment(rest, offset: base + rest.lowerBound, segments)
      addCut(Beginning(segment), hasLineFeed: true)
    }
    return lineFeed + 1
  }

  /// Hands out what damage has left of a record.
  private func addCut(_ begun: Beginning, hasLineFeed: Bool) {
    var piece = piece(of: begun)
    let byteCount = begun.byteCount - (hasLineFeed ? 1 : 0)
    if byteCount > options.maximumRecordByteCount + 4 {
      let scan = OversizedScan(piece.segment.view.slice(0..<byteCount))
      return add(scan.record(hasLineFeed: hasLineFeed))
    }
    piece.isCut = true
    add(piece)
  }

  // MARK: - Handing out

  private func add(_ piece: consuming SourcePiece, _ copiedByteCount: Int = 0) {
    var piece = piece
    piece.copiedByteCount += copiedByteCount
    pieces.append(WaitingPiece(piece))
  }

  private func add(_ record: OversizedRecord) {
    let none = segments.emptySegment(offset: record.offset)
    var piece = SourcePiece(segment: none, inputIndex: inputIndex)
    piece.oversized = record
    add(piece)
  }

  private func handOut() -> [WaitingPiece] {
    let ready = pieces
    pieces = []
    if let first = ready.first {
      first.setWindowByteCount(windowByteCount)
      windowByteCount = 0
    }
    report.countHandedOut(ready.reduce(0) { $0 + $1.byteCount })
    return ready
  }

  /// Where the first line feed stands, or the end of the range.
  private func firstLineFeed(_ buffer: borrowing ContentBuffer, _ range: Range<Int>) -> Int {
    let cursor = ByteCursor(buffer.view(range))
    return range.lowerBound + kernels.firstIndex(of: 0x0A, cursor, in: 0..<range.count)
  }

  private func lastLineFeed(_ buffer: borrowing ContentBuffer, _ range: Range<Int>) -> Int? {
    let cursor = ByteCursor(buffer.view(range))
    return kernels.lastIndex(of: 0x0A, cursor, in: 0..<range.count).map { range.lowerBound + $0 }
  }
}
