import SpaltKernels

/// What bytes mean for a text that is to be written as a field. Quotes and backslashes are always odd.
struct PlainText: Sendable {
  fileprivate let vectors: SpaltPlainText
  fileprivate let usesQuotes: Bool

  /// `stops` call for quotes around the text, if `usesQuotes`, and are odd otherwise. Bytes up to
  /// `limit` are odd, and those beyond ASCII, if `isASCII`.
  init(stops: (UInt8, UInt8), limit: UInt8, isASCII: Bool, usesQuotes: Bool) {
    vectors = SpaltPlainText(
      stop: SIMD16(repeating: stops.0), otherStop: SIMD16(repeating: stops.1),
      limit: SIMD16(repeating: limit), high: SIMD16(repeating: isASCII ? 0x80 : 0))
    self.usesQuotes = usesQuotes
  }
}

/// Text that is being made: bytes in one chunk, which is exchanged for a larger one when it is full.
@safe
public struct TextBuffer: ~Copyable, @unchecked Sendable {  // sole owner of its chunk
  let pool: ChunkPool
  /// The chunk, if there is one yet: an empty buffer costs nothing.
  private var chunk: ChunkDescriptor?
  // SAFETY: start of the chunk, valid for `capacity` bytes; never used while `capacity` is 0.
  private(set) var base: UnsafeMutableRawPointer
  /// Bytes that the buffer holds before it has to grow.
  private(set) var capacity = 0
  /// Length of the text in bytes.
  public private(set) var byteCount = 0
  /// The longest text that the chunk has held and that was forgotten.
  private var forgottenByteCount = 0

  /// An empty buffer.
  init(pool: ChunkPool) {
    self.pool = pool
    chunk = nil
    // SAFETY: an address that is not null, for a text of no bytes.
    unsafe base = UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped
  }

  deinit {
    if let chunk { pool.giveBack(chunk, usedByteCount: max(byteCount, forgottenByteCount)) }
  }

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

  /// Appends `byteCount` bytes from index `start` of the cursor, in quotes if they need it, and then
  /// `terminator`; if no byte is odd, and all can be looked at in blocks of 16.
  /// - Returns: whether that was so; nothing was appended otherwise.
  @inline(__always)
  mutating func appendPlain(
    _ cursor: borrowing ByteCursor, start: Int, byteCount: Int, _ plain: borrowing PlainText,
    terminator: UInt8
  ) throws(SpaltError) -> Bool {
    precondition(byteCount >= 0, "a count is not negative")
    let lastBlock = start &+ (byteCount & ~15)
    guard start >= 0, UInt(bitPattern: lastBlock) < cursor.loads16 else { return false }
    if byteCount &+ 17 > capacity &- self.byteCount { try grow(by: byteCount &+ 17) }
    // SAFETY: 16 bytes exist from the last block on, and the chunk has room for them and one more.
    let end = unsafe base + self.byteCount
    let found = unsafe spaltCopyPlain(end, cursor.base + start, byteCount, plain.vectors)
    guard found == UInt32(SpaltTextPlain) else {
      guard found == UInt32(SpaltTextStopped), plain.usesQuotes else { return false }
      try appendQuoted(cursor.view(at: start, byteCount: byteCount), terminator: terminator)
      return true
    }
    unsafe end.storeBytes(of: terminator, toByteOffset: byteCount, as: UInt8.self)
    self.byteCount &+= byteCount &+ 1
    return true
  }

  @inline(never)
  private mutating func appendQuoted(
    _ view: borrowing ByteView, terminator: UInt8
  ) throws(SpaltError) {
    let quote = UInt8(ascii: "\"")
    try append(quote)
    try append(view)
    try append(quote)
    try append(terminator)
  }

  /// The byte at `index`. Traps outside the text.
  subscript(index: Int) -> UInt8 {
    get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: byteCount), "outside the text")
      // SAFETY: `index` was checked.
      return unsafe base.load(fromByteOffset: index, as: UInt8.self)
    }
    set {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: byteCount), "outside the text")
      // SAFETY: `index` was checked.
      unsafe base.storeBytes(of: newValue, toByteOffset: index, as: UInt8.self)
    }
  }

  /// Makes the text longer by `count` bytes of any value, which the caller sets.
  mutating func extend(by count: Int) throws(SpaltError) {
    precondition(count >= 0, "a count is not negative")
    if count > capacity - byteCount { try grow(by: count) }
    byteCount += count
  }

  /// Forgets what stands behind the first `count` bytes.
  mutating func truncate(toByteCount count: Int) {
    precondition(count >= 0 && count <= byteCount, "truncating does not grow")
    forgottenByteCount = max(forgottenByteCount, byteCount)
    byteCount = count
  }

  /// Forgets the text and keeps the room.
  public mutating func clear() { truncate(toByteCount: 0) }

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
    // Large texts grow by a half: room that is not needed in the end is memory that nobody has.
    let grown = capacity < 1 << 20 ? capacity * 2 : capacity + capacity / 2
    let larger = try pool.leaseDescriptor(byteCount: max(grown, byteCount + count))
    // SAFETY: the larger chunk has room for the text, the two do not overlap, and the old one is not
    // used again.
    unsafe larger.base.copyMemory(from: base, byteCount: byteCount)
    if let chunk { pool.giveBack(chunk, usedByteCount: max(byteCount, forgottenByteCount)) }
    forgottenByteCount = 0
    chunk = larger
    unsafe base = larger.base
    capacity = larger.byteCount
  }
}
