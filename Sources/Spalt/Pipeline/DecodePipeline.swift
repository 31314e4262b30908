/// Reads inputs and decodes them on threads of its own, in order.
final class DecodePipeline: @unchecked Sendable {  // inputs are used under the monitor only
  let queue: BatchQueue
  private let inputs: InputSequence
  private let budget: MemoryBudget
  private let inputMonitor: Monitor
  /// Whether somebody is taking a piece from the inputs.
  private var isTaking = false
  private var ticketCount = 0
  private var hasEnded = false
  private let makeWorker: @Sendable () throws(SpaltError) -> PieceWorker
  /// What workers are bound to; none for no binding.
  private let processors: [Int]
  /// Started and joined by the reader's thread only.
  private var threads = RingBuffer<PipelineThread>(capacity: 1)

  init(
    inputs: consuming sending InputSequence, queueCapacity: Int, budget: MemoryBudget,
    stalls: StallClocks = StallClocks(), processors: [Int] = [],
    makeWorker: @escaping @Sendable () throws(SpaltError) -> PieceWorker
  ) {
    self.processors = processors
    queue = BatchQueue(
      capacity: queueCapacity, stalls: stalls, observer: budget.pressure)
    inputMonitor = Monitor(observer: budget.pressure)
    self.budget = budget
    contentTotals = inputs.totals
    self.inputs = inputs
    self.makeWorker = makeWorker
  }

  /// Starts the workers.
  func start(threadCount: Int) throws(SpaltError) {
    threads = RingBuffer(capacity: threadCount)
    // Whoever takes the batches.
    budget.pressure?.join()
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
    budget.pressure?.cancel()
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
  var modeReasons: [String] { inputs.modeReasons }
  /// The inputs that could not be opened or read to their end.
  var failures: [InputFailure] { changedInputs.failures(inputs.failures) }
  /// The inputs that are not what they were when they were opened.
  let changedInputs = ChangedInputs()

  /// The life of one worker.
  func work() {
    budget.pressure?.join()
    defer { budget.pressure?.leave() }
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
    beginTaking()
    if hasEnded {
      endTaking()
      return false
    }
    let mayWait = inputs.mayWait
    let isStopped = activity.withLock { state in
      state.isReading = mayWait && !state.isStopped
      return state.isStopped
    }
    guard !isStopped else {
      endTaking()
      return false
    }
    budget.pressure?.waitToBegin(budget)
    budget.pressure?.begin(ticket: ticketCount)
    defer { budget.pressure?.end() }
    for index in changedInputs.inputIndexes {
      changedInputs.countWithheld(inputs.leave(inputIndex: index))
    }
    do { piece = try inputs.nextUndecoded() } catch { failure = error }
    activity.withLock { $0.isReading = false }
    let ticket = ticketCount
    if piece == nil { hasEnded = true } else { ticketCount += 1 }
    endTaking()

    if let failure { queue.fail(ticket: ticket, failure) }
    guard let piece = piece.take() else {
      queue.end(ticketCount: failure == nil ? ticket : ticket + 1)
      return false
    }
    let inputIndex = piece.inputIndex
    do {
      guard try decodeContent(piece, ticket, &worker) else { return false }
    } catch {
      guard case .changed = error else {
        queue.fail(ticket: ticket, error)
        return true
      }
      changedInputs.note(
        error, inputIndex: inputIndex, byteCount: 0, withholdingFrom: ticket + 1)
    }
    queue.finish(ticket: ticket)
    return true
  }

  /// Waits until nobody else takes a piece. Not by a lock: who waits must be known to wait.
  private func beginTaking() {
    inputMonitor.lock()
    while isTaking { inputMonitor.wait() }
    isTaking = true
    inputMonitor.unlock()
  }

  private func endTaking() {
    inputMonitor.lock()
    isTaking = false
    inputMonitor.broadcast()
    inputMonitor.unlock()
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
    var deliveredByteCount = 0
    do throws(SpaltError) {
      return try deliver(piece, ticket, &worker, &deliveredByteCount)
    } catch {
      guard case .changed = error else { throw error }
      changedInputs.note(
        error, inputIndex: piece.inputIndex,
        byteCount: piece.sourceByteCount - deliveredByteCount, withholdingFrom: ticket + 1)
      return true
    }
  }

  /// Without a guard, looking at a page that a file has lost ends the process: so there is a check before. And what
  /// was made of the piece counts only if there is nothing to be said against it afterwards.
  private func deliver(
    _ piece: borrowing SourcePiece, _ ticket: Int, _ worker: inout PieceWorker,
    _ deliveredByteCount: inout Int
  ) throws(SpaltError) -> Bool {
    try piece.verify()
    var position = 0
    repeat {
      var decoded = try worker.batch(of: piece, from: &position)
      // Filters and texts show these numbers, so they have to wait for what comes before.
      if decoded.hasNumberedPlaces {
        guard queue.awaitTurn(ticket: ticket) else { return false }
        let inputIndex = piece.inputIndex
        places.withLock { $0.move(&decoded, inputIndex: inputIndex) }
      }
      let byteCount = decoded.statistics.byteCount
      let batch = try worker.finish(decoded)
      try piece.verify()
      deliveredByteCount += byteCount
      let delivery = Delivery(batch: batch, inputIndex: piece.inputIndex, ticket: ticket)
      guard queue.put(delivery, ticket: ticket) else { return false }
    } while position < piece.end
    return true
  }
}
