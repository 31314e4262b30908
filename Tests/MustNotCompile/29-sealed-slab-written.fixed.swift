// The columns are written before they are sealed.
@testable import Spalt

func run(_ slab: consuming ColumnSlab) -> SealedSlab {
  slab.writer.store(1 as UInt64, at: 0)
  return slab.seal()
}
