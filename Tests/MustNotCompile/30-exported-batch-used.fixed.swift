// What is needed later is read before the batch is exported.
import Spalt

func hand(_ exported: consuming ExportedBatch) {}

func run(_ batch: consuming RecordBatch) throws(SpaltError) -> Int {
  let rowCount = batch.rowCount
  hand(try batch.export())
  return rowCount
}
