/// Ends a reader early, from any thread: nothing more is read, and `RecordReader.next` gives what was read
/// until then, then nil.
public final class ReaderInterrupter: Sendable {
  private struct State: Sendable {
    var isInterrupted = false
    /// Made when somebody waits for input; its end for writing is closed to wake them.
    var pipe: Syscalls.Pipe?
  }
  private let state = Guarded(State())
  /// Time that was spent waiting for input.
  let inputStall = StallClock()

  /// An interrupter that was not used yet.
  public init() {}

  deinit {
    let state = state.withLock { $0 }
    guard let pipe = state.pipe else { return }
    Syscalls.close(pipe.readingDescriptor)
    if !state.isInterrupted { Syscalls.close(pipe.writingDescriptor) }
  }

  /// Ends the reader. Further calls do nothing.
  public func interrupt() {
    state.withLock { state in
      guard !state.isInterrupted else { return }
      state.isInterrupted = true
      if let pipe = state.pipe { Syscalls.close(pipe.writingDescriptor) }
    }
  }

  /// Whether `interrupt` was called.
  var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

  /// Waits until `descriptor` has bytes, or its end has come; false when the reader was interrupted.
  func waitForInput(_ descriptor: Int32) -> Bool {
    let wakingDescriptor = state.withLock { state -> Int32? in
      guard !state.isInterrupted else { return nil }
      if state.pipe == nil { state.pipe = try? Syscalls.makePipe() }
      // Without a pipe nobody is woken, but input arrives all the same.
      return state.pipe?.readingDescriptor ?? -1
    }
    guard let wakingDescriptor else { return false }
    let start = inputStall.begin()
    Syscalls.waitForInput(descriptor, or: wakingDescriptor)
    inputStall.end(start)
    return !isInterrupted
  }
}
