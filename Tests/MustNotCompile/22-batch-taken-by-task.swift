// Mistake: a task takes the batch it captured.
// Rejected because the task's closure shares its captures with the function around it, and a batch has
// one owner.
// expect: noncopyable 'batch' cannot be consumed when captured by an escaping closure
import Spalt

func run(_ batch: consuming sending RecordBatch) {
  Task {
    let mine = batch
    print(mine.rowCount)
  }
}
