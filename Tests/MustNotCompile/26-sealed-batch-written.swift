// Mistake: records of a sealed batch are left out.
// Rejected because nothing can write to a sealed batch: others may look at its memory, which is read-only
// where the reader hardens. Leaving records out is what a batch allows that is decoded and not yet sealed.
// expect: value of type 'RecordBatch' has no member 'keep'
@testable import Spalt

func run(_ batch: consuming RecordBatch, _ selection: [UInt64]) -> RecordBatch {
  batch.keep(selection, count: 1)
  return batch
}
