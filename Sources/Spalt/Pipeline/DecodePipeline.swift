/// Reads inputs and decodes them on threads of its own, in order.
final class DecodePipeline: @unchecked Sendable {  // inputs are used under the monitor only
  let queue: BatchQueue
  private let inputs: InputSequence
  private let inputMonitor = Monitor()
  private var ticketCount = 0
  private var hasEnded = false
  private let makeWorker: @Sendable () throws(SpaltError) -> PieceWorker
  /// What workers are bound to; none for no binding.
  private let processors: [Int]
  /// Started and joined by the reader's thread only.
  private var threads = RingBuffer<PipelineThread>(capacity: 1)

  init(
    inputs: consuming sending InputSequence, queueCapacity: Int,
    processors: [Int] = [],
    makeWorker: @escaping @Sendable () throws(SpaltError) -> PieceWorker
  ) {
    self.processors = processors
    queue = BatchQueue(capacity: queueCapacity)
    contentTotals = inputs.totals
    self.inputs = inputs
    self.makeWorker = makeWorker
  }

  /// Starts the workers.
  func start(threadCount: Int) throws(SpaltError) {
    threads = RingBuffer(capacity: threadCount)
    let usable = processors
    for worker in 0..<threadCount {
      let processor = Topology.current.processor(forWorker: worker, usable: usable)
      do {
        threads.append(
          try PipelineThread(worker: worker, processor: processor) { [self] in work() })
      } catch {
        stop()
        throw .system(error)
      }
    }
  }

  /// Stops the workers and waits until they have ended, but not for one that waits for input: it ends
  /// by itself when there is some, and holds what it needs until then.
  /// - Parameter isInterrupted: nobody waits for input any more, so all workers end soon.
  func stop(isInterrupted: Bool = false) {
    queue.cancel()
    let isReading = activity.withLock { state in
      state.isStopped = true
      return state.isReading
    }
    while let thread = threads.popFirst() {
      if isReading && !isInterrupted { thread.detach() } else { thread.join() }
    }
  }

  /// What a worker must know before it begins to wait for input, and who stops it.
  private struct Activity: Sendable {
    var isStopped = false
    var isReading = false
  }
  private let activity = Guarded(Activity())

  /// Lines and records of an input that came before the batch whose turn it is.
  private let places = Guarded(PlaceCounts())

  /// What was read, per input. To be called when the workers have ended.
  var handedOutByteCounts: [Int] { inputs.handedOutByteCounts }
  var modeNames: [String] { inputs.modeNames }
  /// What became of compressed inputs, in their order.
  var contentReports: [ContentReport] {
    inputs.contentReports.sorted { $0.key < $1.key }.map(\.value)
  }
  /// How far all compressed inputs together have got. May be asked for at any time.
  let contentTotals: ContentTotals
  /// The inputs that could not be opened or read to their end.
  var failures: [InputFailure] { inputs.failures }

  /// The life of one worker.
  func work() {
    do {
      var worker = try makeWorker()
      while try step(&worker) {}
    } catch {
      queue.fail(ticket: 0, error)
    }
  }

  /// Decodes one piece; false when there is nothing more to do.
  private func step(_ worker: inout PieceWorker) throws(SpaltError) -> Bool {
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
    do { piece = try inputs.nextUndecoded() } catch { failure = error }
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
      guard try decodeContent(piece, ticket, &worker) else { return false }
    } catch {
      queue.fail(ticket: ticket, error)
      return true
    }
    queue.finish(ticket: ticket)
    return true
  }

  /// Decodes a piece, or what becomes pieces when it is decompressed; false when nobody wants batches any more.
  private func decodeContent(
    _ piece: borrowing SourcePiece, _ ticket: Int, _ worker: inout PieceWorker
  ) throws(SpaltError) -> Bool {
    guard let content = piece.content else { return try decode(piece, ticket, &worker) }
    for entry in try content.pieces() {
      guard let piece = entry.take() else { continue }
      guard try decode(piece, ticket, &worker) else { return false }
    }
    return true
  }

  /// Makes as many batches of a piece as it takes; false when nobody wants them any more.
  private func decode(
    _ piece: borrowing SourcePiece, _ ticket: Int, _ worker: inout PieceWorker
  ) throws(SpaltError) -> Bool {
    var position = 0
    repeat {
      var decoded = try worker.batch(of: piece, from: &position)
      // Filters and texts show these numbers, so they have to wait for what comes before.
      if decoded.hasNumberedPlaces {
        guard queue.awaitTurn(ticket: ticket) else { return false }
        let inputIndex = piece.inputIndex
        places.withLock { $0.move(&decoded, inputIndex: inputIndex) }
      }
      let batch = try worker.finish(decoded)
      let delivery = Delivery(batch: batch, inputIndex: piece.inputIndex)
      guard queue.put(delivery, ticket: ticket) else { return false }
    } while position < piece.segment.byteCount
    return true
  }
}
