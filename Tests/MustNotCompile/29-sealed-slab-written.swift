// Mistake: the columns of a sealed batch are written to.
// Rejected because a sealed slab has no writer.
// expect: value of type 'SealedSlab' has no member 'writer'
@testable import Spalt

func run(_ slab: consuming ColumnSlab) -> SealedSlab {
  var sealed = slab.seal()
  sealed.writer.store(1 as UInt64, at: 0)
  return sealed
}
