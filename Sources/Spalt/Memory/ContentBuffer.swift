/// A pool chunk that a codec decodes into.
///
/// Content is appended at the end. In front of it there is some room: the beginning of a record that was
/// decoded into the chunk before can be put there, so that the record is whole.
struct ContentBuffer: ~Copyable {
  /// The whole chunk. It lives as long as somebody has a share in a part of it.
  private let chunk: Segment
  /// Where in the chunk the content begins, what was put before it included.
  private(set) var start: Int
  /// Where in the chunk the content ends.
  private(set) var end: Int
  /// Where in the chunk content must end.
  private var limit: Int

  /// Room before the content.
  static let headroom = 16 << 10

  /// An empty buffer with room for `byteCount` bytes.
  init(byteCount: Int, pool: ChunkPool, segments: SegmentPool) throws(SpaltError) {
    let descriptor = try pool.leaseDescriptor(byteCount: Self.headroom + byteCount)
    chunk = segments.segment(
      of: descriptor, byteCount: descriptor.byteCount, offset: 0, from: pool)
    start = Self.headroom
    end = Self.headroom
    limit = Self.headroom + byteCount
  }

  /// Length of the content, in bytes.
  var byteCount: Int { end - start }
  /// Bytes that may still be appended.
  var freeByteCount: Int { limit - end }
  var isFull: Bool { end == limit }

  /// Where content is appended: `freeByteCount` bytes, which nobody else sees until `advance`.
  @unsafe var free: UnsafeMutableRawBufferPointer {
    // SAFETY: the range lies inside the chunk, of which this is the only part that is written to.
    unsafe UnsafeMutableRawBufferPointer(
      start: UnsafeMutableRawPointer(mutating: chunk.storageBase) + end, count: limit - end)
  }

  /// Says that `byteCount` bytes were appended.
  mutating func advance(by byteCount: Int) {
    precondition(byteCount >= 0 && byteCount <= freeByteCount, "more than there is room for")
    end += byteCount
  }

  /// Appends the bytes of a view. There must be room for them.
  mutating func append(_ view: borrowing ByteView) {
    precondition(view.byteCount <= freeByteCount, "no room in the buffer")
    // SAFETY: there is room, and what is free overlaps no view.
    unsafe UnsafeMutableRawPointer(mutating: chunk.storageBase + end).copyMemory(
      from: view.base, byteCount: view.byteCount)
    end += view.byteCount
  }

  /// Takes the last bytes back.
  mutating func removeLast(_ byteCount: Int) {
    precondition(byteCount >= 0 && byteCount <= end - start, "more than there is")
    end -= byteCount
  }

  /// Puts bytes directly before the content.
  /// - Precondition: there is as much room.
  mutating func prepend(_ view: borrowing ByteView) {
    precondition(view.byteCount <= start, "no room before the content")
    start -= view.byteCount
    // SAFETY: what lies before the content belongs to nobody else.
    unsafe UnsafeMutableRawPointer(mutating: chunk.storageBase + start).copyMemory(
      from: view.base, byteCount: view.byteCount)
  }

  /// The bytes in a range of the chunk that holds content; the first of them stands at `offset` in the whole
  /// content.
  @_lifetime(borrow self)
  func view(_ range: Range<Int>, offset: Int = 0) -> ByteView {
    precondition(range.lowerBound >= start && range.upperBound <= end, "outside the content")
    // SAFETY: the range was written, and the chunk lives while `self` is borrowed.
    let view = unsafe ByteView(
      base: chunk.storageBase + range.lowerBound, byteCount: range.count, offset: offset)
    return unsafe bound(view, to: self)
  }

  /// Gives the room that is left back to the system, if it is most of the chunk: little content may be held
  /// for long. Nothing can be appended afterwards.
  mutating func trim() {
    limit = end
    if end <= chunk.byteCount / 4 { chunk.shrink(toByteCount: end) }
  }

  /// A share in the whole chunk, to keep it alive.
  func share() -> Segment { chunk.share() }

  /// Whether a segment is a share in the whole chunk.
  func isOrigin(of share: borrowing Segment) -> Bool { chunk.isShare(of: share) }

  /// A range of the chunk that holds content as a segment; its first byte stands at `offset` in the whole
  /// content.
  func segment(_ range: Range<Int>, offset: Int, _ segments: SegmentPool) -> Segment {
    precondition(range.lowerBound >= start && range.upperBound <= end, "outside the content")
    return segments.segment(of: chunk, range, offset: offset)
  }
}
