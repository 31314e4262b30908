import Spalt

extension ParseRun {
  /// Prints which arenas and chunks are still out when the reader is gone: a defect, which only debug builds
  /// look for.
  func reportLeaks() {
    #if DEBUG
      let leaks = monitor.leaks
      if !leaks.isEmpty {
        Console.error("spalt: \(leaks)", hasLines: true)
      }
    #endif
  }

  /// Ends the trace of memory.
  /// - Returns: why the trace is not complete, if it is not.
  mutating func finishTrace() -> SpaltError? {
    do { try trace?.finish() } catch { return error }
    return nil
  }

  /// Fails when the trace would go into another output.
  static func checkTrace(_ command: ParseCommand) throws(SpaltError) {
    guard let path = command.trace.traceMemory else { return }
    let others = [("--output", command.output.path), ("--rejects", command.rejection.rejects)]
    for case (let name, let other?) in others
    where other == path || OutputTarget.file(other).overwrites(path) {
      throw .usage("\(name) and --trace-memory are one file: \(path)")
    }
  }
}
