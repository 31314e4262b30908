/// Where strings and words end, for a stretch of input: one bit a byte, in two planes.
///
/// In the plane of strings, the bit of a byte is set that is a quote, a backslash, a control character, or
/// part of a character beyond ASCII; in the plane of words, that of a member of a class of bytes. A block
/// kernel makes the bits, 64 bytes at a time. Finding the end of a string of any length up to 56 bytes is
/// then a load and a count of zeros, without a branch that could be guessed wrong.
///
/// Instead of the plane of strings there may be a list of the places that it marks.
@safe
struct MarkIndex: ~Copyable {
  /// How many bytes are indexed at a time: their bits and they themselves stay in the first-level
  /// cache.
  static let stretchByteCount = 24 << 10

  private let chunk: Chunk
  private let kernels: ScanKernels
  /// The stretch that is indexed.
  private var start = 0
  private(set) var end = 0
  /// Which bytes end a word, if words are looked for.
  private(set) var wordDelimiters: ByteClass?
  /// Whether the places where strings end are listed; else they are marked in a plane.
  private var listsStops = false
  /// How many are listed.
  private var stopCount = 0

  private static let planeByteCount = stretchByteCount / 8 + 24
  /// How many stops are listed at most: those of a stretch with a quote in every third byte.
  private static let stopCapacity = stretchByteCount / 3

  init(pool: ChunkPool, kernels: ScanKernels) throws(SpaltError) {
    let stopByteCount = (Self.stopCapacity + StopRun.count) * MemoryLayout<UInt32>.stride
    let chunk = try pool.lease(
      byteCount: Self.planeByteCount * 2 + stopByteCount, lifetime: .lasting)
    self.chunk = chunk
    self.kernels = kernels
    unsafe stops.update(repeating: StopRun.nowhere, count: StopRun.count)
  }

  // SAFETY: each plane has room for one bit a byte of a stretch, and two words more.
  private var strings: UnsafeMutablePointer<UInt64> {
    unsafe chunk.base.assumingMemoryBound(to: UInt64.self)
  }
  private var words: UnsafeMutablePointer<UInt64> {
    unsafe (chunk.base + Self.planeByteCount).assumingMemoryBound(to: UInt64.self)
  }

  // SAFETY: behind the planes there is room for that many offsets and a run of those that lie nowhere.
  private var stops: UnsafeMutablePointer<UInt32> {
    unsafe (chunk.base + Self.planeByteCount * 2).assumingMemoryBound(to: UInt32.self)
  }

  /// Says which bytes end a word, and whether the ends of strings are listed. When that is news, what is
  /// indexed is forgotten.
  mutating func look(for delimiters: ByteClass?, listsStops: Bool = false) {
    guard delimiters != wordDelimiters || listsStops != self.listsStops else { return }
    wordDelimiters = delimiters
    self.listsStops = listsStops
    clear()
  }

  /// Indexes the bytes from `start` on, a stretch of them.
  mutating func cover(_ cursor: borrowing ByteCursor, from start: Int) {
    self.start = start
    end = min(cursor.end, start + Self.stretchByteCount)
    let count = end - start
    // Locals, because ThreadSanitizer takes stores through a computed property for stores to `self`.
    let strings = unsafe strings
    let words = unsafe words
    if listsStops {
      let stops = unsafe stops
      // SAFETY: see `stops`.
      stopCount = unsafe kernels.writeStringSpecialOffsets(
        cursor, in: start..<end, to: stops, capacity: Self.stopCapacity)
      unsafe (stops + stopCount).update(repeating: StopRun.nowhere, count: StopRun.count)
    } else {
      // SAFETY: see `strings`.
      unsafe kernels.writeStringSpecials(cursor, in: start..<end, to: strings)
      unsafe Self.seal(strings, count)
    }
    if let wordDelimiters {
      // SAFETY: see `words`.
      unsafe kernels.writeClassMarks(cursor, in: start..<end, wordDelimiters, to: words)
      unsafe Self.seal(words, count)
    }
    cursor.prefetch(end..<min(cursor.end, end + Self.stretchByteCount))
  }

  /// Sets all bits behind the first `count`: whoever gets there stops, finds no delimiter, and looks closer.
  @unsafe private static func seal(_ plane: UnsafeMutablePointer<UInt64>, _ count: Int) {
    // SAFETY: two words follow those of a stretch.
    unsafe plane[(count + 63) / 64] = .max
    unsafe plane[(count + 63) / 64 + 1] = .max
    if count % 64 != 0 { unsafe plane[count / 64] |= UInt64.max << UInt64(count % 64) }
  }

  /// Forgets what is indexed: the bytes are about to be others.
  mutating func clear() {
    start = 0
    end = 0
    stopCount = 0
  }

  /// The bits, to be used while nothing else is indexed.
  var marks: RecordMarks {
    @_lifetime(borrow self)
    get {
      // SAFETY: the planes belong to the chunk, which lives while `self` is borrowed.
      let strings = unsafe PlaneMarks(
        words: UnsafePointer(strings), start: start, end: listsStops ? start : end)
      let words = unsafe PlaneMarks(
        words: UnsafePointer(words), start: start, end: wordDelimiters == nil ? start : end)
      let stops = unsafe StopList(
        offsets: UnsafePointer(stops), count: listsStops ? stopCount : 0, start: start)
      return RecordMarks(
        strings: unsafe bound(strings, to: self), words: unsafe bound(words, to: self),
        stops: unsafe bound(stops, to: self))
    }
  }
}

/// A borrowed look at the bits of a `MarkIndex`.
struct RecordMarks: ~Escapable {
  let strings: PlaneMarks
  let words: PlaneMarks
  /// The places that the plane of strings would mark, when they are listed instead.
  let stops: StopList

  @_lifetime(copy strings, copy words, copy stops)
  fileprivate init(strings: PlaneMarks, words: PlaneMarks, stops: StopList) {
    self.strings = strings
    self.words = words
    self.stops = stops
  }
}

/// A borrowed look at one plane of a `MarkIndex`.
@safe
struct PlaneMarks: ~Escapable {
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
