// The batch is sealed when it is complete.
@testable import Spalt

func run(_ builder: consuming RecordBatchBuilder, _ segment: consuming Segment) -> RecordBatch {
  builder.rowCount += 1
  return builder.seal(segment: segment)
}
