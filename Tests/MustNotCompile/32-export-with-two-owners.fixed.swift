// Each consumer gets an export of a batch of its own.
import Spalt

func hand(_ exported: consuming ExportedBatch) {}

func run(_ batch: consuming RecordBatch, _ other: consuming RecordBatch) throws(SpaltError) {
  hand(try batch.export())
  hand(try other.export())
}
