/// Part of a compressed input on its way: to be decoded by any thread, or decoded already, and then to be cut
/// into pieces when it is its turn.
final class ContentJob: @unchecked Sendable {  // used by one thread at a time
  private let queue: ContentQueue
  private let number: Int
  private let run: (any DecodeRun)?
  /// The mapped file, and where in it lies what is to be decoded.
  private let mapping: Mapping?
  private let range: Range<Int>
  private var buffer: ContentBuffer?
  private var notes: ContentNotes
  private let ending: Ending?
  private var formats: InputFormats?

  /// How the content ends.
  enum Ending {
    case whole
    /// The reader was interrupted, so that the last bytes are no record.
    case interrupted
  }

  /// Something that is still to be decoded.
  init(
    _ run: any DecodeRun, of mapping: Mapping?, _ range: Range<Int>, _ queue: ContentQueue
  ) {
    self.mapping = mapping
    self.range = range
    self.queue = queue
    self.run = run
    number = queue.nextNumber()
    notes = ContentNotes()
    ending = nil
  }

  /// Something that was decoded, or the end.
  init(
    _ buffer: consuming ContentBuffer?, _ notes: ContentNotes, ending: Ending?,
    _ queue: ContentQueue
  ) {
    self.queue = queue
    run = nil
    mapping = nil
    range = 0..<0
    self.buffer = buffer
    self.notes = notes
    self.ending = ending
    number = queue.nextNumber()
  }

  /// Says which formats the pieces have.
  func setFormats(_ formats: InputFormats) { self.formats = formats }

  /// Decodes the content, waits until all that comes before it was cut, and cuts it. To be called once, also
  /// when nobody wants the pieces any more: others wait for it.
  func pieces() throws(SpaltError) -> [WaitingPiece] {
    var failure: SpaltError?
    if let run, !queue.isStopped {
      do { try decode(run) } catch { failure = error }
    }
    let buffer = buffer.take()
    let pieces = try queue.take(number, buffer, notes, ending, failure)
    if let formats { for piece in pieces { piece.setFormats(formats) } }
    return pieces
  }

  private func decode(_ run: any DecodeRun) throws(SpaltError) {
    var decoded = try queue.makeBuffer(byteCount: run.requiredByteCount)
    try run.decode(into: &decoded, &notes)
    try notes.verify(mapping, range, isLast: false)
    decoded.trim()
    buffer = consume decoded
  }
}

/// Brings the parts of one compressed input back into their order, and cuts them.
///
/// No thread waits here for long: whoever is first never waits, and does not wait for the consumer of batches
/// before it was here.
final class ContentQueue: @unchecked Sendable {  // everything mutable is used under the monitor
  private let monitor: Monitor
  private let cutter: ContentCutter
  private let pool: ChunkPool
  private let segments: SegmentPool
  private var count = 0
  private var turn = 0
  private var hasStopped = false

  init(_ cutter: ContentCutter, _ context: InputContext) {
    self.cutter = cutter
    monitor = Monitor(observer: context.pool.budget.pressure)
    pool = context.pool
    segments = context.segments
  }

  /// Whether damage, or a failure, has ended the content: what comes later is of no use.
  var isStopped: Bool {
    monitor.lock()
    defer { monitor.unlock() }
    return hasStopped
  }

  fileprivate func nextNumber() -> Int {
    monitor.lock()
    defer { monitor.unlock() }
    count += 1
    return count - 1
  }

  /// An empty buffer.
  func makeBuffer(byteCount: Int) throws(SpaltError) -> ContentBuffer {
    try ContentBuffer(byteCount: byteCount, pool: pool, segments: segments)
  }

  /// Waits for the turn of part `number`, and cuts it.
  fileprivate func take(
    _ number: Int, _ buffer: consuming ContentBuffer?, _ notes: ContentNotes,
    _ ending: ContentJob.Ending?, _ failure: SpaltError?
  ) throws(SpaltError) -> [WaitingPiece] {
    // The turn keeps others out, not the lock: cutting may wait for memory, and who waits must be known to wait.
    let isStopped = awaitTurn(number)
    do throws(SpaltError) {
      if let failure { throw failure }
      // What comes behind a failure would follow on a gap.
      guard !isStopped else {
        endTurn(stops: true)
        return []
      }
      var pieces: [WaitingPiece] = []
      if let buffer { pieces = try cutter.cut(buffer, notes) }
      if let ending { pieces += try cutter.finish(isWhole: ending == .whole) }
      endTurn(stops: cutter.isStopped)
      return pieces
    } catch {
      endTurn(stops: true)
      throw error
    }
  }

  /// - Returns: whether the content has ended before.
  private func awaitTurn(_ number: Int) -> Bool {
    monitor.lock()
    defer { monitor.unlock() }
    while turn != number { monitor.wait() }
    return hasStopped
  }

  private func endTurn(stops: Bool) {
    monitor.lock()
    if stops { hasStopped = true }
    turn += 1
    monitor.broadcast()
    monitor.unlock()
  }
}

extension ContentNotes {
  /// Checks that what was decoded was the file's: the compressed bytes in `range`, and when damage was met, or the
  /// end, all of them. Zeros where the file was truncated look like either.
  func verify(
    _ mapping: Mapping?, _ range: Range<Int>, isLast: Bool
  ) throws(SpaltError) {
    guard let mapping else { return }
    let all = isLast || !damages.isEmpty
    try mapping.verify(range.lowerBound..<(all ? mapping.byteCount : range.upperBound))
  }
}
