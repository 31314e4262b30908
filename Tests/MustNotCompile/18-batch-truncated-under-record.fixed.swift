// The record is done with before the batch is truncated.
import Spalt

func run(_ batch: inout RecordBatch) -> Int? {
  var records = batch.records
  let offset = records.next()?.offset
  batch.truncate(to: 0)
  return offset
}
