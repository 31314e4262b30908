// Mistake: a batch is used after it was handed on.
// Rejected because a batch has one owner: the second user would read memory that the first recycled.
// expect: 'batch' used after consume
import Spalt

func archive(_ batch: consuming RecordBatch) {}

func run(_ batch: consuming RecordBatch) -> Int {
  archive(batch)
  return batch.rowCount
}
