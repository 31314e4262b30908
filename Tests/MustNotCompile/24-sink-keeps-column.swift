// Mistake: a sink keeps a column of the batch it was lent, for the next call.
// Rejected because the sink outlives the batch.
// expect: has non-Escapable type 'Column?'
import Spalt

struct LastColumnSink: BatchSink {
  var kept: Column?

  mutating func write(_ batch: borrowing RecordBatch) { kept = batch.column(0) }
  mutating func finish() {}
  var byteCount: Int { 0 }
}
