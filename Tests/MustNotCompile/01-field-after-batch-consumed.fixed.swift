// The field is read first; what leaves the batch is a number.
import Spalt

func archive(_ batch: consuming RecordBatch) {}

func firstStatus(_ batch: borrowing RecordBatch) -> Int64? {
  var records = batch.records
  guard let record = records.next() else { return nil }
  return record.field(at: 0).int64
}

func run(_ batch: consuming RecordBatch) -> Int64? {
  let status = firstStatus(batch)
  archive(batch)
  return status
}
