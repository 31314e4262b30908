// Mistake: the records of a batch are read while it is being built.
// Rejected because a builder shows no records: rows that are half written have no values.
// expect: value of type 'RecordBatchBuilder' has no member 'records'
@testable import Spalt

func run(_ builder: consuming RecordBatchBuilder, _ segment: consuming Segment) -> Int {
  var cursor = builder.records
  let first = cursor.next()?.row ?? -1
  let batch = builder.seal(segment: segment)
  return first + batch.rowCount
}
