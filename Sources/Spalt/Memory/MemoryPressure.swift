/// Lets threads wait for memory as long as somebody may give some back.
///
/// Whoever takes part and waits does so at monitors that tell: for its turn, for room in a queue, for a batch. A
/// reservation that does not fit the budget waits for a release while at least one of the others is not blocked. When
/// all are, nothing will be released, and waiting would never end: then the one whose work comes first fails, with what
/// it needed. So a budget that is too small is an error, and one that is only used up for now is a delay.
final class MemoryPressure: WaitObserver, @unchecked Sendable {  // mutable under the monitor only
  private let monitor = Monitor()
  /// What a piece is taken to need before the first was seen.
  private let expectedByteCount: Int
  /// Threads that take part and are not blocked.
  private var activeCount = 0
  /// The tickets of the work of those that wait for memory.
  private var waitingTickets: [Int] = []
  /// How many wait to begin with a piece.
  private var waitingToBeginCount = 0
  private var isCancelled = false
  /// The ticket that each thread works on.
  private var tickets: [ThreadIdentity: Int] = [:]
  /// Pieces that are being worked on, and the most there were at once.
  private var begunCount = 0
  private var mostBegunCount = 0
  private let clock: StallClock

  /// - Parameter stall: counts the time that threads wait.
  init(expectedByteCount: Int, stall: StallClock = StallClock()) {
    self.expectedByteCount = expectedByteCount
    clock = stall
  }

  private func underLock<Result>(_ body: () -> Result) -> Result {
    monitor.lock()
    defer { monitor.unlock() }
    return body()
  }

  /// Whether somebody waits, so that memory should not be kept for later.
  var hasWaiters: Bool { underLock { hasWaitersNow } }

  private var hasWaitersNow: Bool { !waitingTickets.isEmpty || waitingToBeginCount > 0 }

  // MARK: - Who is at work

  /// The calling thread takes part from now on.
  func join() { underLock { activeCount += 1 } }

  /// The calling thread takes part no more.
  func leave() {
    underLock {
      tickets[.current] = nil
      block()
    }
  }

  func threadBlocks() { underLock { block() } }

  /// A thread that was woken counts before it runs: what it is about to release must be waited for.
  func threadsUnblock(count: Int) { underLock { activeCount += count } }

  /// One thread less is active: if it was the last, those who wait must know.
  private func block() {
    activeCount -= 1
    if activeCount <= 0 { monitor.broadcast() }
  }

  /// The calling thread works on a piece.
  func begin(ticket: Int) {
    underLock {
      tickets[.current] = ticket
      begunCount += 1
      mostBegunCount = max(mostBegunCount, begunCount)
    }
  }

  /// The piece is done with.
  func end() {
    underLock {
      begunCount -= 1
      if hasWaitersNow { monitor.broadcast() }
    }
  }

  /// Memory was given back.
  func noteRelease() {
    underLock {
      if hasWaitersNow { monitor.broadcast() }
    }
  }

  /// Nobody shall wait any more.
  func cancel() {
    underLock {
      isCancelled = true
      monitor.broadcast()
    }
  }

  // MARK: - Waiting

  /// Waits until `attempt`, which is made whenever memory was released, succeeds; false when that will not happen, and
  /// the caller is the one to fail.
  func wait(until attempt: () -> Bool) -> Bool {
    monitor.lock()
    defer { monitor.unlock() }
    let ticket = tickets[.current] ?? 0
    var hasSucceeded = false
    waitingTickets.append(ticket)
    stall {
      hasSucceeded = attempt()
      return hasSucceeded || isCancelled || (activeCount <= 0 && waitingTickets.min() == ticket)
    }
    if let index = waitingTickets.firstIndex(of: ticket) { waitingTickets.remove(at: index) }
    return hasSucceeded
  }

  /// Waits until there is room for another piece beside those that are being worked on, going by what they took so far;
  /// the first has room always.
  func waitToBegin(_ budget: MemoryBudget) {
    monitor.lock()
    defer { monitor.unlock() }
    guard !hasRoom(budget) else { return }
    waitingToBeginCount += 1
    // When nobody is at work, and nobody waits for memory who would then fail, somebody may as well begin.
    stall { hasRoom(budget) || isCancelled || (activeCount <= 0 && waitingTickets.isEmpty) }
    waitingToBeginCount -= 1
  }

  /// Waits under the lock until a condition holds.
  private func stall(until isDone: () -> Bool) {
    guard !isDone() else { return }
    let start = clock.begin()
    block()
    while !isDone() { monitor.wait() }
    activeCount += 1
    clock.end(start)
  }

  private func hasRoom(_ budget: MemoryBudget) -> Bool {
    guard begunCount > 0 else { return true }
    // Everything that was ever taken at once, shared among those who did.
    let seenByteCount = budget.highWaterByteCount / max(1, mostBegunCount)
    return budget.reservedByteCount + max(seenByteCount, expectedByteCount)
      <= budget.limitByteCount
  }
}
