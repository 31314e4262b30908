/// Reads inputs and decodes them on threads of its own, in order.
final class DecodePipeline: @unchecked Sendable {  // inputs are used under the monitor only
  let queue: BatchQueue
  private let inputs: InputSequence
  private let inputMonitor = Monitor()
  private var ticketCount = 0
  private var hasEnded = false
  private let makeDecoder: @Sendable () throws(SpaltError) -> any (RecordDecoder & ~Copyable)
  private let layout: BatchLayout
  private let arenas: ArenaPool
  /// Started and joined by the reader's thread only.
  private var threads = RingBuffer<PipelineThread>(capacity: 1)

  init(
    inputs: consuming sending InputSequence, layout: BatchLayout, arenas: ArenaPool,
    queueCapacity: Int,
    makeDecoder:
      @escaping @Sendable () throws(SpaltError) -> any (RecordDecoder & ~Copyable)
  ) {
    queue = BatchQueue(capacity: queueCapacity)
    self.inputs = inputs
    self.layout = layout
    self.arenas = arenas
    self.makeDecoder = makeDecoder
  }

  /// Starts the workers.
  func start(threadCount: Int) throws(SpaltError) {
    threads = RingBuffer(capacity: threadCount)
    for _ in 0..<threadCount {
      do {
        threads.append(try PipelineThread { [self] in work() })
      } catch {
        stop()
        throw .system(error)
      }
    }
  }

  /// Stops the workers and waits until they have ended, but not for one that waits for input: it ends
  /// by itself when there is some, and holds what it needs until then.
  func stop() {
    queue.cancel()
    let isReading = activity.withLock { state in
      state.isStopped = true
      return state.isReading
    }
    while let thread = threads.popFirst() {
      if isReading { thread.detach() } else { thread.join() }
    }
  }

  /// What a worker must know before it begins to wait for input, and who stops it.
  private struct Activity: Sendable {
    var isStopped = false
    var isReading = false
  }
  private let activity = Guarded(Activity())

  /// What was read, per input. To be called when the workers have ended.
  var handedOutByteCounts: [Int] { inputs.handedOutByteCounts }
  var modeNames: [String] { inputs.modeNames }

  /// The life of one worker.
  func work() {
    do {
      var decoder = try makeDecoder()
      while try step(&decoder) {}
    } catch {
      queue.fail(ticket: 0, error)
    }
  }

  /// Decodes one piece; false when there is nothing more to do.
  private func step(
    _ decoder: inout any (RecordDecoder & ~Copyable)
  ) throws(SpaltError) -> Bool {
    var failure: SpaltError?
    var piece: SourcePiece?
    inputMonitor.lock()
    if hasEnded {
      inputMonitor.unlock()
      return false
    }
    let mayWait = inputs.mayWait
    let isStopped = activity.withLock { state in
      state.isReading = mayWait && !state.isStopped
      return state.isStopped
    }
    guard !isStopped else {
      inputMonitor.unlock()
      return false
    }
    do { piece = try inputs.next() } catch { failure = error }
    activity.withLock { $0.isReading = false }
    let ticket = ticketCount
    if piece == nil { hasEnded = true } else { ticketCount += 1 }
    inputMonitor.unlock()

    if let failure { queue.fail(ticket: ticket, failure) }
    guard let piece = piece.take() else {
      queue.end(ticketCount: failure == nil ? ticket : ticket + 1)
      return false
    }
    do {
      guard try decode(piece, ticket, &decoder) else { return false }
    } catch {
      queue.fail(ticket: ticket, error)
      return true
    }
    queue.finish(ticket: ticket)
    return true
  }

  /// Decodes a piece into as many batches as it takes; false when nobody wants them any more.
  private func decode(
    _ piece: borrowing SourcePiece, _ ticket: Int, _ decoder: inout any (RecordDecoder & ~Copyable)
  ) throws(SpaltError) -> Bool {
    var position = 0
    repeat {
      var builder = try RecordBatchBuilder(layout: layout, arenas: arenas)
      if let oversized = piece.oversized {
        builder.notes.addOversized(oversized)
      } else {
        position = try decoder.decode(
          ByteCursor(piece.segment.view), from: position, into: &builder)
      }
      let isLast = piece.oversized != nil || position >= piece.segment.byteCount
      if isLast { builder.notes.countInput(piece) }
      let batch = builder.seal(segment: piece.segment.share())
      let delivery = Delivery(batch: batch, inputIndex: piece.inputIndex)
      guard queue.put(delivery, ticket: ticket) else { return false }
    } while piece.oversized == nil && position < piece.segment.byteCount
    return true
  }
}

extension BatchNotes {
  /// Counts how the bytes of a piece came from the source.
  fileprivate mutating func countInput(_ piece: borrowing SourcePiece) {
    statistics.ledger.input.viewedByteCount += UInt64(piece.segment.byteCount)
    if piece.copiedByteCount > 0 {
      statistics.ledger.countInputCopy(
        piece.copiedByteCount, .recordSpansChunks, at: piece.segment.offset)
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
}
