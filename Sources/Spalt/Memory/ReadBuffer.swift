/// A pool chunk that is being read into. It becomes a segment, or goes back to its pool.
struct ReadBuffer: ~Copyable {
  private let pool: ChunkPool
  /// Nil once the chunk belongs to a segment.
  private var chunk: ChunkDescriptor?
  /// Length of the chunk.
  let byteCount: Int
  /// Bytes read so far.
  private(set) var filledByteCount = 0

  /// An empty buffer of at least `byteCount` bytes.
  init(byteCount: Int, pool: ChunkPool) throws(SpaltError) {
    let chunk = try pool.leaseDescriptor(byteCount: byteCount)
    self.pool = pool
    self.chunk = chunk
    self.byteCount = chunk.byteCount
  }

  deinit { if let chunk { pool.giveBack(chunk) } }

  /// Start of what was read. SAFETY: valid for `filledByteCount` bytes while the buffer lives and has its chunk.
  @unsafe var base: UnsafeRawPointer {
    guard let chunk else { preconditionFailure("the chunk was given away") }
    return unsafe UnsafeRawPointer(chunk.base)
  }

  var isFull: Bool { filledByteCount == byteCount }

  /// What was read so far, whose first byte stands at `offset` in the source.
  @_lifetime(borrow self)
  func view(offset: Int) -> ByteView {
    guard let chunk else { return ByteView(RawSpan()) }
    // SAFETY: the chunk is leased while `self` lives, and that much of it was filled.
    let view = unsafe ByteView(base: chunk.base, byteCount: filledByteCount, offset: offset)
    return unsafe bound(view, to: self)
  }

  /// Reads once into the free part; gives the number of bytes, 0 at the end of the input.
  mutating func fill(from descriptor: Int32, path: String) throws(SpaltError) -> Int {
    try fill(from: descriptor, upTo: byteCount, path: path)
  }

  /// As `fill`, but fills no more than the first `limit` bytes of the chunk.
  mutating func fill(
    from descriptor: Int32, upTo limit: Int, path: String
  ) throws(SpaltError) -> Int {
    precondition(limit >= filledByteCount && limit <= byteCount, "no room in the chunk")
    guard let chunk else { return 0 }
    do {
      // SAFETY: the free part lies inside the chunk, and nobody else sees it meanwhile.
      let free = unsafe UnsafeMutableRawBufferPointer(
        start: chunk.base + filledByteCount, count: limit - filledByteCount)
      let count = unsafe try Syscalls.read(descriptor, into: free, path: path)
      filledByteCount += count
      return count
    } catch { throw .system(error) }
  }

  /// Appends the bytes of a view. There must be room for them.
  mutating func append(_ view: borrowing ByteView) {
    precondition(view.byteCount <= byteCount - filledByteCount, "no room in the chunk")
    guard let chunk else { return }
    // SAFETY: the chunk has room, and a view of another chunk does not overlap it.
    unsafe (chunk.base + filledByteCount).copyMemory(from: view.base, byteCount: view.byteCount)
    filledByteCount += view.byteCount
  }

  /// Appends zeros, up to `end` bytes in all.
  mutating func zero(upTo end: Int) {
    precondition(end >= filledByteCount && end <= byteCount, "no room in the chunk")
    guard let chunk else { return }
    // SAFETY: the range lies inside the chunk.
    unsafe (chunk.base + filledByteCount).initializeMemory(
      as: UInt8.self, repeating: 0, count: end - filledByteCount)
    filledByteCount = end
  }

  /// Gives up the first bytes; the others move to the front.
  mutating func dropFirst(_ count: Int) {
    precondition(count >= 0 && count <= filledByteCount, "more than was read")
    guard let chunk, count > 0 else { return }
    // SAFETY: both ranges lie inside the chunk; `copyMemory` allows them to overlap.
    unsafe chunk.base.copyMemory(from: chunk.base + count, byteCount: filledByteCount - count)
    filledByteCount -= count
  }

  /// Forgets what was read.
  mutating func clear() { filledByteCount = 0 }

  /// Turns the first `byteCount` bytes into a segment, which takes the chunk over.
  consuming func segment(
    byteCount: Int, offset: Int, _ segments: SegmentPool
  ) -> Segment {
    guard let taken = chunk.take() else { preconditionFailure("the chunk was given away") }
    return segments.segment(of: taken, byteCount: byteCount, offset: offset, from: pool)
  }
}
