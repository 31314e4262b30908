/// The inputs that changed while they were being read, so that what was made of them from a place on is withheld.
final class ChangedInputs: Sendable {
  private struct State: Sendable {
    /// By input.
    var changes: [Int: (path: String, change: FileChange)] = [:]
    /// From which ticket on nothing of an input counts: what was made of a later piece may have been good when it
    /// was made, but would follow on a gap.
    var firstWithheldTickets: [Int: Int] = [:]
    var withheldByteCount = 0
  }
  private let state = Guarded(State())

  /// Notes a change. Of several in one input, the foremost counts.
  /// - Parameters:
  ///   - byteCount: bytes that were handed out by the input, and are withheld.
  ///   - ticket: nothing of this piece and the later ones of the input is to be delivered.
  func note(_ error: SpaltError, inputIndex: Int, byteCount: Int, withholdingFrom ticket: Int) {
    guard case .changed(let path, let change) = error else { return }
    state.withLock { state in
      state.withheldByteCount += byteCount
      let first = state.firstWithheldTickets[inputIndex] ?? .max
      state.firstWithheldTickets[inputIndex] = min(first, ticket)
      let known = state.changes[inputIndex]?.change.range.lowerBound ?? .max
      if change.range.lowerBound < known { state.changes[inputIndex] = (path, change) }
    }
  }

  /// Counts bytes of an input that has changed and that nobody will decode.
  func countWithheld(_ byteCount: Int) { state.withLock { $0.withheldByteCount += byteCount } }

  /// Whether a piece of an input comes behind a change; then its bytes are counted as withheld. Pieces come in the
  /// order of their tickets, so what comes before is known.
  func withholds(inputIndex: Int, ticket: Int, byteCount: Int) -> Bool {
    state.withLock { state in
      guard let first = state.firstWithheldTickets[inputIndex], ticket >= first else {
        return false
      }
      state.withheldByteCount += byteCount
      return true
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
