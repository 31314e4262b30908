/// Segments that live together, and never change: what an array's buffers are. A view of one of them lasts as long
/// as the set is borrowed.
final class SegmentSet: Sendable {
  private let segments: [SharedSegment]

  init(_ segments: [SharedSegment]) { self.segments = segments }

  var count: Int { segments.count }

  subscript(index: Int) -> SharedSegment { segments[index] }

  /// Length of a segment in bytes.
  func byteCount(_ index: Int) -> Int { segments[index].byteCount }

  /// All bytes of a segment; no bytes at all for one that does not exist.
  @_lifetime(borrow self)
  func view(_ index: Int) -> ByteView {
    guard index < segments.count else {
      // SAFETY: of no bytes, none is read; the address is a placeholder.
      let none = unsafe ByteView(
        base: UnsafeRawPointer(bitPattern: 16).unsafelyUnwrapped, byteCount: 0, offset: 0)
      return unsafe bound(none, to: self)
    }
    let segment = segments[index]
    // SAFETY: the set keeps its segments as long as it lives.
    return unsafe bound(segment.view(), to: self)
  }

  /// The bytes in a range of a segment.
  @_lifetime(borrow self)
  func view(_ index: Int, _ range: Range<Int>) -> ByteView {
    let segment = segments[index]
    // SAFETY: as above.
    return unsafe bound(segment.view(range), to: self)
  }
}
