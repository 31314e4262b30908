// The function returns the batch; its caller borrows the column.
import Spalt

func firstBatch(_ reader: inout RecordReader) throws(SpaltError) -> RecordBatch? {
  try reader.next()
}

func run(_ reader: inout RecordReader) throws(SpaltError) -> Int {
  guard let batch = try firstBatch(&reader) else { return 0 }
  return batch.column(0).nullCount
}
