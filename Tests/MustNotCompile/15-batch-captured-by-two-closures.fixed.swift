// The batch is moved to the one thread that works on it.
import Spalt

func archive(_ batch: consuming sending RecordBatch) {}

func run(_ batch: consuming sending RecordBatch) {
  archive(batch)
}
