// Mistake: the values of a column are read after the batch was destroyed.
// Rejected because a span of a column borrows the column's batch, however many steps lie between.
// expect: lifetime-dependent variable 'values' escapes its scope
import Spalt

func values(_ reader: inout RecordReader) throws(SpaltError) -> Int64 {
  var values = Span<Int64>()
  if let batch = try reader.next() { values = batch.column(0).int64s }
  return values.isEmpty ? 0 : values[0]
}
