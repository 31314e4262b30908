// Mistake: a column is read after its batch was sent to another thread.
// Rejected because a column borrows its batch, and sending consumes it: the other thread may read,
// change or recycle the batch at any time.
// expect: overlapping accesses to 'batch'
import Spalt

func send(_ batch: consuming sending RecordBatch) {}

func run(_ batch: consuming sending RecordBatch) -> Int {
  let column = batch.column(0)
  send(batch)
  return column.nullCount
}
