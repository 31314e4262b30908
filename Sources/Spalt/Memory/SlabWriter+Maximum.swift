import SpaltKernels

extension SlabWriter {
  /// The largest of `count` numbers of 32 bits at `offset`, which are less than 2³¹; 0 when there is none.
  func maximum(at offset: Int, count: Int) -> UInt32 {
    // SAFETY: the room that is asked for has `count` numbers.
    unsafe spaltMaximum(room(at: offset, byteCount: count * 4), count)
  }
}
