// Mistake: a column is looked at after its batch was exported.
// Rejected because the column borrows the batch, and exporting ends it.
// expect: overlapping accesses to 'batch'
import Spalt

func hand(_ exported: consuming ExportedBatch) {}

func run(_ batch: consuming RecordBatch) throws(SpaltError) -> Int64? {
  let column = batch.column(0)
  hand(try batch.export())
  return column.int64(0)
}
