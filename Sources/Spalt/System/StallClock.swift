/// Time that threads spend waiting at one place, those that wait at present included.
///
/// The clock is looked at when a wait begins and ends, never by who need not wait.
final class StallClock: Sendable {
  private struct State: Sendable {
    /// Of waits that are over, in nanoseconds.
    var finishedNanoseconds: UInt64 = 0
    var waitingCount: UInt64 = 0
    /// Sum of the times at which the present waits began; may wrap around.
    var startSum: UInt64 = 0
  }
  private let state = Guarded(State())

  /// A wait begins.
  /// - Returns: what `end` wants.
  func begin() -> UInt64 {
    #if SPALT_NO_TELEMETRY
      return 0
    #else
      return state.withLock { state in
        let now = monotonicNanoseconds()
        state.waitingCount += 1
        state.startSum &+= now
        return now
      }
    #endif
  }

  /// The wait that began at `start` is over.
  func end(_ start: UInt64) {
    #if !SPALT_NO_TELEMETRY
      state.withLock { state in
        state.waitingCount -= 1
        state.startSum &-= start
        state.finishedNanoseconds += monotonicNanoseconds() - start
      }
    #endif
  }

  /// Time that all threads together have waited until now, in nanoseconds.
  var nanoseconds: UInt64 {
    state.withLock { state in
      guard state.waitingCount > 0 else { return state.finishedNanoseconds }
      let present = monotonicNanoseconds() &* state.waitingCount &- state.startSum
      return state.finishedNanoseconds &+ present
    }
  }
}

/// Where the stages of a reader wait.
struct StallClocks: Sendable {
  /// Workers for their turn to deliver, or for room in the queue.
  let decoders = StallClock()
  /// The consumer for a batch.
  let consumer = StallClock()
  /// Whoever asks for memory that is not there yet.
  let memory = StallClock()
}
