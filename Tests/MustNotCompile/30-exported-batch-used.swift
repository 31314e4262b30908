// Mistake: a batch is used after it was exported.
// Rejected because its memory belongs to the consumer then, who may release it at any time.
// expect: 'batch' used after consume
import Spalt

func hand(_ exported: consuming ExportedBatch) {}

func run(_ batch: consuming RecordBatch) throws(SpaltError) -> Int {
  hand(try batch.export())
  return batch.rowCount
}
