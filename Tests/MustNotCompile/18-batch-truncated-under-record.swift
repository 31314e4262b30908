// Mistake: a batch is truncated while a record of it is in use.
// Rejected because truncating needs exclusive access, which the record's borrow excludes.
// expect: overlapping accesses to 'batch'
import Spalt

func run(_ batch: inout RecordBatch) -> Int? {
  var records = batch.records
  let record = records.next()
  batch.truncate(to: 0)
  return record?.offset
}
