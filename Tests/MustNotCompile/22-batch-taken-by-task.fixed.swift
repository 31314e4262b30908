// The batch is put where exactly one task can take it out.
import Spalt
import Synchronization

final class Handover: Sendable {
  private let slot: Mutex<RecordBatch?>

  init(_ batch: consuming sending RecordBatch) { slot = Mutex(batch) }

  func take() -> RecordBatch? { slot.withLock { $0.take() } }
}

func run(_ batch: consuming sending RecordBatch) {
  let handover = Handover(batch)
  Task {
    guard let mine = handover.take() else { return }
    print(mine.rowCount)
  }
}
