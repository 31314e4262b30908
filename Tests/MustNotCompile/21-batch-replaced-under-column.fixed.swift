// The column is done with before the variable gets the next batch.
import Spalt

func run(_ batch: inout RecordBatch, _ next: consuming RecordBatch) -> Int {
  let rowCount = batch.column(0).rowCount
  batch = next
  return rowCount
}
