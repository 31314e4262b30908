// The batch is sealed first.
@testable import Spalt

func run(_ builder: consuming RecordBatchBuilder, _ segment: consuming Segment) -> Int {
  let batch = builder.seal(segment: segment)
  var cursor = batch.records
  return cursor.next()?.row ?? -1
}
