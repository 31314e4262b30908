// Mistake: a function returns a column of a batch that it owns.
// Rejected because the batch is destroyed at the function's end, and the column borrows it.
// expect: a function cannot return a ~Escapable result
import Spalt

func firstColumn(_ reader: inout RecordReader) throws(SpaltError) -> Column? {
  guard let batch = try reader.next() else { return nil }
  return batch.column(0)
}
