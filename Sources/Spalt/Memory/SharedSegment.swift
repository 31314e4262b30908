/// A share in a segment that can itself be shared: what several threads, or an array, hold on to.
final class SharedSegment: Sendable {
  private let segment: Segment

  init(_ segment: consuming Segment) { self.segment = segment }

  /// Length in bytes.
  var byteCount: Int { segment.byteCount }

  /// Whether the share is one in the whole chunk of a buffer.
  func isOrigin(of buffer: borrowing ContentBuffer) -> Bool { buffer.isOrigin(of: segment) }

  /// Start of the bytes. SAFETY: valid for `byteCount` bytes while `self` lives.
  @unsafe var base: UnsafeRawPointer { unsafe segment.storageBase }

  /// Absolute offset in the source of the first byte.
  var offset: Int { segment.offset }

  /// Another share in the same bytes.
  func share() -> Segment { segment.share() }

  /// Checks that the bytes were those of the file; see `Segment.verify`.
  func verify() throws(SpaltError) { try segment.verify() }

  /// The bytes in a range.
  @_lifetime(borrow self)
  func view(_ range: Range<Int>) -> ByteView {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "outside the segment")
    // SAFETY: the range lies inside the segment, which lives while `self` is borrowed.
    let view = unsafe ByteView(
      base: segment.storageBase + range.lowerBound, byteCount: range.count,
      offset: segment.offset + range.lowerBound)
    return unsafe bound(view, to: self)
  }

  /// All bytes.
  @_lifetime(borrow self)
  func view() -> ByteView { view(0..<byteCount) }
}
