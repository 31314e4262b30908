// Mistake: one export is handed to two consumers.
// Rejected because an export has one owner: both would release the same memory.
// expect: 'exported' consumed more than once
import Spalt

func hand(_ exported: consuming ExportedBatch) {}

func run(_ batch: consuming RecordBatch) throws(SpaltError) {
  let exported = try batch.export()
  hand(exported)
  hand(exported)
}
