// The sink keeps what it computed from the column.
import Spalt

struct NullCountSink: BatchSink {
  var nullCount = 0

  mutating func write(_ batch: borrowing RecordBatch) { nullCount += batch.column(0).nullCount }
  mutating func finish() {}
  var byteCount: Int { 0 }
}
