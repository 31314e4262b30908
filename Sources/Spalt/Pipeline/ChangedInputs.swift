/// The inputs that changed while they were being read, so that what was made of them from a place on is withheld.
final class ChangedInputs: Sendable {
  private struct State: Sendable {
    /// By input.
    var changes: [Int: (path: String, change: FileChange)] = [:]
    var withheldByteCount = 0
  }
  private let state = Guarded(State())

  /// Notes a change. Of several in one input, the foremost counts.
  /// - Parameter byteCount: bytes that were handed out by the input, and are withheld.
  func note(_ error: SpaltError, inputIndex: Int, byteCount: Int) {
    guard case .changed(let path, let change) = error else { return }
    state.withLock { state in
      state.withheldByteCount += byteCount
      let known = state.changes[inputIndex]?.change.range.lowerBound ?? .max
      if change.range.lowerBound < known { state.changes[inputIndex] = (path, change) }
    }
  }

  /// Bytes that inputs handed out and no batch covers.
  var withheldByteCount: Int { state.withLock { $0.withheldByteCount } }

  /// The inputs that changed.
  var inputIndexes: [Int] { state.withLock { Array($0.changes.keys) } }

  /// What is wrong with each of these inputs, and with `others`. An input that has changed may have failed for what
  /// then stood in it: that is no news.
  func failures(_ others: [InputFailure]) -> [InputFailure] {
    let changes = state.withLock { $0.changes }
    let changed = changes.map {
      InputFailure(inputIndex: $0.key, error: .changed(path: $0.value.path, $0.value.change))
    }
    return (changed + others.filter { changes[$0.inputIndex] == nil })
      .sorted { $0.inputIndex < $1.inputIndex }
  }
}
