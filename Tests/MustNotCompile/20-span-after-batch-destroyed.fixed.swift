// The values are read while the batch is there.
import Spalt

func values(_ reader: inout RecordReader) throws(SpaltError) -> Int64 {
  guard let batch = try reader.next() else { return 0 }
  let values = batch.column(0).int64s
  return values.isEmpty ? 0 : values[0]
}
