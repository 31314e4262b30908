import Synchronization

/// Whether a pool is being watched.
final class PoolWatch: Sendable {
  private let isOn = Atomic<Bool>(false)

  /// Begins the watch; false when it was on.
  func begin() -> Bool {
    if isOn.load(ordering: .relaxed) { return false }
    return isOn.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing)
      .exchanged
  }

  func end() { isOn.store(false, ordering: .sequentiallyConsistent) }
}

/// Returns memory that pools do not need any more, also when nobody leases and nothing is given back.
///
/// One thread for the process: it is started when a pool has kept more than it should for long, looks after the
/// pools ten times a second, and ends when none has too much.
final class PoolJanitor: @unchecked Sendable {  // everything mutable is used under the monitor
  static let shared = PoolJanitor()
  static let periodNanoseconds: UInt64 = 100_000_000

  private let monitor = Monitor()
  private var pools: [PoolLifeline] = []
  private var isRunning = false

  /// Looks after a pool until it has returned what it does not need.
  ///
  /// When no thread can be started, the pool returns its memory when the next chunk comes back.
  func watch(_ pool: ChunkPool) {
    monitor.lock()
    defer { monitor.unlock() }
    pools.append(pool.lifeline)
    guard !isRunning else { return }
    do {
      try PipelineThread { [self] in work() }.detach()
      isRunning = true
    } catch {
      pools.removeAll()
      pool.endWatch()
    }
  }

  private func work() {
    while true {
      monitor.lock()
      monitor.wait(nanoseconds: Self.periodNanoseconds)
      var watched = pools
      pools.removeAll(keepingCapacity: true)
      monitor.unlock()
      watched.removeAll { !$0.tidy() }
      monitor.lock()
      pools += watched
      let isDone = pools.isEmpty
      if isDone { isRunning = false }
      monitor.unlock()
      if isDone { return }
    }
  }
}
