// Records are left out before the batch is sealed.
@testable import Spalt

func run(_ batch: consuming DecodedBatch, _ selection: [UInt64]) -> RecordBatch {
  batch.keep(selection, count: 1)
  return batch.seal()
}
