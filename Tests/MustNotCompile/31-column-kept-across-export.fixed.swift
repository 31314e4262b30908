// The value is read before the batch is exported.
import Spalt

func hand(_ exported: consuming ExportedBatch) {}

func run(_ batch: consuming RecordBatch) throws(SpaltError) -> Int64? {
  let value = batch.column(0).int64(0)
  hand(try batch.export())
  return value
}
