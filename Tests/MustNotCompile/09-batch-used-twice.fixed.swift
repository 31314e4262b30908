// What is needed later is read before the batch is handed on.
import Spalt

func archive(_ batch: consuming RecordBatch) {}

func run(_ batch: consuming RecordBatch) -> Int {
  let rowCount = batch.rowCount
  archive(batch)
  return rowCount
}
