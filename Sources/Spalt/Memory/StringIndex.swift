/// Where strings end, for a stretch of input: one bit for each byte that is a quote, a backslash, a
/// control character, or part of a character beyond ASCII.
///
/// A block kernel makes the bits, 64 bytes at a time. Finding the end of a string of any length up to
/// 56 bytes is then a load and a count of zeros, without a branch that could be guessed wrong.
@safe
struct StringIndex: ~Copyable {
  /// How many bytes are indexed at a time: their bits and they themselves stay in the first-level
  /// cache.
  static let stretchByteCount = 24 << 10

  private let chunk: Chunk
  private let kernels: ScanKernels
  /// The stretch that is indexed.
  private var start = 0
  private(set) var end = 0

  init(pool: ChunkPool, kernels: ScanKernels) throws(SpaltError) {
    let chunk = try pool.lease(byteCount: Self.stretchByteCount / 8 + 24)
    self.chunk = chunk
    self.kernels = kernels
  }

  // SAFETY: the chunk has room for one bit a byte of a stretch, and two words more.
  private var words: UnsafeMutablePointer<UInt64> {
    unsafe chunk.base.assumingMemoryBound(to: UInt64.self)
  }

  /// Indexes the bytes from `start` on, a stretch of them.
  mutating func cover(_ cursor: borrowing ByteCursor, from start: Int) {
    self.start = start
    end = min(cursor.end, start + Self.stretchByteCount)
    let count = end - start
    // A local, because ThreadSanitizer takes stores through a computed property for stores to `self`.
    let words = unsafe words
    // SAFETY: see `words`. Behind the stretch all bits are set: whoever gets there stops, finds no
    // quote, and looks closer.
    unsafe kernels.writeStringSpecials(cursor, in: start..<end, to: words)
    cursor.prefetch(end..<min(cursor.end, end + Self.stretchByteCount))
    unsafe words[(count + 63) / 64] = .max
    unsafe words[(count + 63) / 64 + 1] = .max
    if count % 64 != 0 { unsafe words[count / 64] |= UInt64.max << UInt64(count % 64) }
  }

  /// Forgets what is indexed: the bytes are about to be others.
  mutating func clear() {
    start = 0
    end = 0
  }

  /// The bits, to be used while nothing else is indexed.
  var marks: StringMarks {
    @_lifetime(borrow self)
    get {
      // SAFETY: the words belong to the chunk, which lives while `self` is borrowed.
      let marks = unsafe StringMarks(words: UnsafePointer(words), start: start, end: end)
      return unsafe bound(marks, to: self)
    }
  }
}

/// A borrowed look at the bits of a `StringIndex`.
@safe
struct StringMarks: ~Escapable {
  // SAFETY: valid for one bit a byte from `start` on, `indexedByteCount` of them, and two words more.
  private let words: UnsafePointer<UInt64>
  private let start: Int
  private let indexedByteCount: UInt

  @unsafe
  @_lifetime(borrow words)
  fileprivate init(words: UnsafePointer<UInt64>, start: Int, end: Int) {
    unsafe self.words = words
    self.start = start
    indexedByteCount = UInt(bitPattern: end - start)
  }

  /// The index of the first marked byte from `index` on, or -1 when a closer look is due: `index` is
  /// not covered.
  @inline(__always)
  func first(from index: Int) -> Int {
    var at = index
    while true {
      let distance = at &- start
      guard _fastPath(UInt(bitPattern: distance) < indexedByteCount) else { return -1 }
      // Eight bytes of bits from the byte on that holds the bit of `index`: 57 of them are of use.
      // SAFETY: the first of them is one of the stretch, and two words follow the stretch.
      let bits =
        unsafe UnsafeRawPointer(words).loadUnaligned(
          fromByteOffset: distance &>> 3, as: UInt64.self)
        &>> UInt64(truncatingIfNeeded: distance & 7)
      if _fastPath(bits != 0) { return at &+ bits.trailingZeroBitCount }
      at &+= 57
    }
  }
}
