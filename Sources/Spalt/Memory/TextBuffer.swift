import SpaltKernels

/// Text that is being made: bytes in one chunk, which is exchanged for a larger one when it is full.
@safe
public struct TextBuffer: ~Copyable, @unchecked Sendable {  // sole owner of its chunk
  private let pool: ChunkPool
  /// The chunk, if there is one yet: an empty buffer costs nothing.
  private var chunk: ChunkDescriptor?
  // SAFETY: start of the chunk, valid for `capacity` bytes; never used while `capacity` is 0.
  private var base: UnsafeMutableRawPointer
  /// Bytes that the buffer holds before it has to grow.
  private(set) var capacity = 0
  /// Length of the text in bytes.
  public private(set) var byteCount = 0

  /// An empty buffer.
  init(pool: ChunkPool) {
    self.pool = pool
    chunk = nil
    // SAFETY: an address that is not null, for a text of no bytes.
    unsafe base = UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped
  }

  deinit { if let chunk { pool.giveBack(chunk) } }

  /// Makes room for at least `byteCount` bytes in all.
  mutating func reserve(_ byteCount: Int) throws(SpaltError) {
    if byteCount > capacity { try grow(by: byteCount - self.byteCount) }
  }

  /// Appends one byte.
  @inline(__always)
  public mutating func append(_ byte: UInt8) throws(SpaltError) {
    if byteCount == capacity { try grow(by: 1) }
    // SAFETY: `byteCount` is less than the capacity.
    unsafe base.storeBytes(of: byte, toByteOffset: byteCount, as: UInt8.self)
    byteCount &+= 1
  }

  /// Appends the bytes of a view.
  @inline(__always)
  public mutating func append(_ view: borrowing ByteView) throws(SpaltError) {
    if view.byteCount > capacity &- byteCount { try grow(by: view.byteCount) }
    // SAFETY: the chunk has room for the view, and the two do not overlap.
    unsafe spaltCopy(base + byteCount, view.base, view.byteCount)
    byteCount &+= view.byteCount
  }

  /// Appends the bytes of an array.
  public mutating func append(_ bytes: [UInt8]) throws(SpaltError) {
    try append(ByteView(bytes.span))
  }

  /// Appends what `write` puts into a span of `maximumByteCount` bytes.
  public mutating func append(
    maximumByteCount: Int, _ write: (inout OutputRawSpan) -> Void
  ) throws(SpaltError) {
    if maximumByteCount > capacity - byteCount { try grow(by: maximumByteCount) }
    // SAFETY: that many bytes are free behind the text, and the chunk lives as long as the call.
    let buffer = unsafe UnsafeMutableRawBufferPointer(
      start: base + byteCount, count: maximumByteCount)
    var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
    write(&output)
    byteCount += unsafe output.finalize(for: buffer)
  }

  /// Forgets the text and keeps the room.
  public mutating func clear() { byteCount = 0 }

  /// The text.
  public var view: ByteView {
    @_lifetime(borrow self)
    get {
      // SAFETY: the chunk holds `byteCount` bytes of text and lives as long as the buffer.
      let view = unsafe ByteView(base: base, byteCount: byteCount, offset: 0)
      return unsafe bound(view, to: self)
    }
  }

  @inline(never)
  private mutating func grow(by count: Int) throws(SpaltError) {
    let larger = try pool.leaseDescriptor(byteCount: max(capacity * 2, byteCount + count))
    // SAFETY: the larger chunk has room for the text, the two do not overlap, and the old one is not
    // used again.
    unsafe larger.base.copyMemory(from: base, byteCount: byteCount)
    if let chunk { pool.giveBack(chunk) }
    chunk = larger
    unsafe base = larger.base
    capacity = larger.byteCount
  }
}
