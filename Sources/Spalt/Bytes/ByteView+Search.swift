import SpaltKernels

extension ByteView {
  /// The index of the first occurrence of `needle` from `start` on, or nil. An empty needle stands
  /// everywhere.
  @inline(__always)
  func firstIndex(of needle: borrowing ByteView, from start: Int = 0) -> Int? {
    precondition(start >= 0 && start <= byteCount, "outside the view")
    if needle.byteCount == 0 { return start }
    let count = byteCount - start
    // SAFETY: both ranges are inside their views.
    let found = unsafe spaltFindBytes(
      (base + start).assumingMemoryBound(to: UInt8.self), count,
      needle.base.assumingMemoryBound(to: UInt8.self), needle.byteCount)
    return found == count ? nil : start + found
  }

  /// Whether `other` stands at `index`.
  @inline(__always)
  func hasBytes(_ other: borrowing ByteView, at index: Int) -> Bool {
    guard index >= 0, other.byteCount <= byteCount - index else { return false }
    // SAFETY: both ranges are inside their views.
    return unsafe spaltSameBytes(base + index, other.base, other.byteCount)
  }

  /// Whether these bytes come before those of `other`, byte by byte, a prefix first. Negative, zero or
  /// positive, as `memcmp`.
  func order(against other: borrowing ByteView) -> Int {
    // SAFETY: the shorter length is inside both views.
    let order = unsafe spaltOrderOfBytes(base, other.base, min(byteCount, other.byteCount))
    return order != 0 ? Int(order) : byteCount - other.byteCount
  }
}
