import Spalt
import Synchronization

/// Brings a Ctrl-C to the reader, which may not be there yet.
final class Interruption: Sendable {
  private struct State {
    var isStruck = false
    var interrupter: ReaderInterrupter?
  }
  private let state = Mutex(State())

  /// Somebody pressed Ctrl-C.
  func strike() {
    state.withLock { state in
      state.isStruck = true
      state.interrupter?.interrupt()
    }
  }

  /// The reader exists.
  func arm(_ interrupter: ReaderInterrupter) {
    state.withLock { state in
      state.interrupter = interrupter
      if state.isStruck { interrupter.interrupt() }
    }
  }
}
