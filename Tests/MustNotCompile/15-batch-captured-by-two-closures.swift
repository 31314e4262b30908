// Mistake: two closures both take the batch.
// Rejected because a closure that can run more than once cannot give away what it captured: a batch
// has one owner.
// expect: cannot be consumed when captured by an escaping closure
import Spalt

func onThread(_ body: @escaping () -> Void) {}

func archive(_ batch: consuming RecordBatch) {}

func run(_ batch: consuming RecordBatch) {
  onThread { archive(batch) }
  onThread { archive(batch) }
}
