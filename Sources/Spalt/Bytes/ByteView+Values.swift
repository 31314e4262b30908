extension ByteView {
  /// The value of a plain type at a byte offset of this view. Traps outside.
  @inline(__always)
  func load<Value: BitwiseCopyable>(at byteOffset: Int, as type: Value.Type) -> Value {
    precondition(
      byteOffset >= 0 && byteOffset <= byteCount - MemoryLayout<Value>.size, "outside the view")
    // SAFETY: the range was checked; plain types have no invalid bit patterns that Spalt stores.
    return unsafe base.loadUnaligned(fromByteOffset: byteOffset, as: Value.self)
  }

  /// The first `count` values of a plain type. Traps when they are not all inside, or misaligned.
  @_lifetime(copy self)
  func span<Value: BitwiseCopyable>(of type: Value.Type, count: Int) -> Span<Value> {
    precondition(count >= 0 && count <= byteCount / MemoryLayout<Value>.stride, "outside the view")
    // SAFETY: range and alignment are checked here, and the span copies this view's lifetime.
    precondition(
      unsafe UInt(bitPattern: base) & UInt(MemoryLayout<Value>.alignment - 1) == 0, "misaligned")
    let span = unsafe Span<Value>(
      _unsafeStart: base.assumingMemoryBound(to: Value.self), count: count)
    return unsafe _overrideLifetime(span, copying: self)
  }

  /// Whether the first byte's address suits values of a plain type.
  func isAligned<Value: BitwiseCopyable>(to type: Value.Type) -> Bool {
    // SAFETY: the address is looked at only.
    unsafe UInt(bitPattern: base) & UInt(MemoryLayout<Value>.alignment - 1) == 0
  }
}
