// Mistake: a batch is built on after it was sealed.
// Rejected because sealing consumes the builder: the memory belongs to the sealed batch.
// expect: 'builder' used after consume
@testable import Spalt

func run(_ builder: consuming RecordBatchBuilder, _ segment: consuming Segment) -> RecordBatch {
  let batch = builder.seal(segment: segment)
  builder.rowCount += 1
  return batch
}
