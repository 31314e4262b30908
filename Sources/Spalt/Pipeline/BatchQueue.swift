/// A batch on its way from a worker to the consumer.
struct Delivery: ~Copyable, Sendable {
  var batch: RecordBatch
  let inputIndex: Int
  /// The number of its piece.
  let ticket: Int
}

/// A bounded queue of batches, which come out in the order of the input.
///
/// Workers take tickets with their pieces. A worker puts batches in only while its ticket is the one
/// that is served, so order needs no sorting; a full queue makes it wait, so memory stays bounded.
final class BatchQueue: @unchecked Sendable {  // everything mutable is used under the monitor
  private let monitor: Monitor
  private var deliveries: RingBuffer<Delivery>
  private var servedTicket = 0
  /// Number of tickets in all, known when the input has ended.
  private var ticketCount: Int?
  private var failure: (ticket: Int, error: SpaltError)?
  private var isCancelled = false
  private let stalls: StallClocks
  /// Time that workers spent waiting for their turn or for room, and the consumer for batches.
  var workerStallNanoseconds: UInt64 { stalls.decoders.nanoseconds }
  var consumerStallNanoseconds: UInt64 { stalls.consumer.nanoseconds }

  /// - Parameter observer: learns who waits at the queue.
  init(
    capacity: Int, stalls: StallClocks = StallClocks(), observer: (any WaitObserver)? = nil
  ) {
    deliveries = RingBuffer(capacity: capacity)
    monitor = Monitor(observer: observer)
    self.stalls = stalls
  }

  /// Waits until it is a ticket's turn, and there is room if it needs some, or nobody wants batches any more.
  /// The caller holds the lock.
  private func waitForTurn(_ ticket: Int, needsRoom: Bool) {
    var isBlocked: Bool {
      !isCancelled && (servedTicket != ticket || needsRoom && deliveries.isFull)
    }
    guard isBlocked else { return }
    let start = stalls.decoders.begin()
    while isBlocked { monitor.wait() }
    stalls.decoders.end(start)
  }

  /// Puts a batch in; waits for its turn and for room. False when nobody wants batches any more.
  func put(_ delivery: consuming sending Delivery, ticket: Int) -> Bool {
    monitor.lock()
    defer { monitor.unlock() }
    waitForTurn(ticket, needsRoom: true)
    if isCancelled { return false }
    deliveries.append(delivery)
    monitor.broadcast()
    return true
  }

  /// Waits until a ticket is served. False when nobody wants batches any more.
  func awaitTurn(ticket: Int) -> Bool {
    monitor.lock()
    defer { monitor.unlock() }
    waitForTurn(ticket, needsRoom: false)
    return !isCancelled
  }

  /// Ends a ticket: the next one is served. Waits for its turn.
  func finish(ticket: Int) {
    monitor.lock()
    defer { monitor.unlock() }
    waitForTurn(ticket, needsRoom: false)
    servedTicket = ticket + 1
    monitor.broadcast()
  }

  /// No more tickets than `ticketCount` will come.
  func end(ticketCount: Int) {
    monitor.lock()
    defer { monitor.unlock() }
    self.ticketCount = ticketCount
    monitor.broadcast()
  }

  /// The work on a ticket failed; batches before it still come out.
  func fail(ticket: Int, _ error: SpaltError) {
    monitor.lock()
    defer { monitor.unlock() }
    if failure.map({ ticket < $0.ticket }) ?? true { failure = (ticket, error) }
    monitor.broadcast()
  }

  /// The next batch in order, or nil at the end. Throws when it was the turn of work that failed.
  func take() throws(SpaltError) -> Delivery? {
    monitor.lock()
    defer { monitor.unlock() }
    while true {
      if let delivery = deliveries.popFirst() {
        monitor.broadcast()
        return delivery
      }
      if isCancelled { return nil }
      if let failure, servedTicket >= failure.ticket { throw failure.error }
      if let ticketCount, servedTicket >= ticketCount { return nil }
      let start = stalls.consumer.begin()
      monitor.wait()
      stalls.consumer.end(start)
    }
  }

  /// Nobody wants batches any more: wakes and stops all workers.
  func cancel() {
    monitor.lock()
    defer { monitor.unlock() }
    isCancelled = true
    monitor.broadcast()
  }
}
