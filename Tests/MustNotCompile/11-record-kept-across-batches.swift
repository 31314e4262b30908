// Mistake: the last record of a batch is kept while the loop goes on to the next batch.
// Rejected because each turn of the loop destroys its batch, and the record borrows it.
// expect: lifetime-dependent variable 'last' escapes its scope
import Spalt

func run(_ reader: inout RecordReader) throws(SpaltError) -> Int? {
  var last: Record?
  while let batch = try reader.next() {
    var records = batch.records
    while let record = records.next() { last = record }
  }
  return last?.offset
}
