// The column is read before the batch is sent.
import Spalt

func send(_ batch: consuming sending RecordBatch) {}

func run(_ batch: consuming sending RecordBatch) -> Int {
  let nullCount = batch.column(0).nullCount
  send(batch)
  return nullCount
}
