// Mistake: a field is read after its batch was consumed.
// Rejected because a field borrows its batch, and a consumed batch can no longer be borrowed: its
// columns may already belong to the next batch.
// expect: overlapping accesses to 'batch'
import Spalt

func archive(_ batch: consuming RecordBatch) {}

func run(_ batch: consuming RecordBatch) -> Int64? {
  var records = batch.records
  guard let record = records.next() else { return nil }
  let status = record.field(at: 0)
  archive(batch)
  return status.int64
}
