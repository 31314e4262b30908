// What is kept is the record's offset, which finds it again in the file.
import Spalt

func run(_ reader: inout RecordReader) throws(SpaltError) -> Int? {
  var last: Int?
  while let batch = try reader.next() {
    var records = batch.records
    while let record = records.next() { last = record.offset }
  }
  return last
}
