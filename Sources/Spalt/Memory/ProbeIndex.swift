/// Where line feeds stand, and where one of some needles may, for a stretch of input: two bits for each
/// byte, made by a block kernel.
@safe
struct ProbeIndex: ~Copyable {
  /// How many bytes are indexed at a time: they and their bits stay in the first-level cache.
  static let stretchByteCount = 12 << 10

  private let chunk: Chunk
  private let kernels: ScanKernels
  /// The stretch that is indexed.
  private(set) var start = 0
  private(set) var end = 0
  /// Line feeds in the stretch.
  private(set) var lineFeedCount = 0

  private static let wordCount = stretchByteCount / 64
  private static let summaryCount = (wordCount + 63) / 64

  init(pool: ChunkPool, kernels: ScanKernels) throws(SpaltError) {
    let chunk = try pool.lease(
      byteCount: Self.wordCount * 16 + Self.summaryCount * 8, lifetime: .lasting)
    self.chunk = chunk
    self.kernels = kernels
  }

  // SAFETY: the chunk has room for both bitmaps, one word for 64 bytes of a stretch each.
  private var lineFeeds: UnsafeMutablePointer<UInt64> {
    unsafe chunk.base.assumingMemoryBound(to: UInt64.self)
  }
  private var hits: UnsafeMutablePointer<UInt64> { unsafe lineFeeds + Self.wordCount }
  /// One bit for each word of hits that is not zero.
  private var summary: UnsafeMutablePointer<UInt64> { unsafe hits + Self.wordCount }

  /// Indexes the bytes from `start` on, a stretch of them. A hit is where one of the needles may stand,
  /// or a backslash followed by `u`.
  mutating func cover(
    _ cursor: borrowing ByteCursor, from start: Int, _ needles: borrowing [Needle]
  ) {
    self.start = start
    end = min(cursor.end, start + Self.stretchByteCount)
    let (lineFeeds, hits, summary) = unsafe (lineFeeds, hits, summary)
    // SAFETY: see `lineFeeds`; every word that is read later was written here.
    unsafe hits.update(repeating: 0, count: (end - start + 63) / 64)
    var count = 0
    for index in needles.indices {
      count = unsafe kernels.writeProbes(
        cursor, in: start..<end, needles[index].pair, lineFeeds: lineFeeds, hits: hits,
        summary: summary)
    }
    lineFeedCount = count
  }

  /// The index of the first hit from `index` on, or the stretch's end.
  @inline(__always)
  func nextHit(from index: Int) -> Int {
    guard index >= start, index < end else { return end }
    var word = (index &- start) &>> 6
    // SAFETY: the word of a byte of the stretch was written by `cover`, and so were all summary words.
    let bits = unsafe hits[word] & (UInt64.max &<< UInt64((index &- start) & 63))
    if bits != 0 { return start &+ word &* 64 &+ bits.trailingZeroBitCount }
    // Which word is the next one cannot be guessed, so no branch asks.
    word &+= 1
    let summaryCount = (end &- start &+ 4095) &>> 12
    var number = word &>> 6
    guard number < summaryCount else { return end }
    var rest = unsafe summary[number] & (UInt64.max &<< UInt64(word & 63))
    while rest == 0 {
      number &+= 1
      guard number < summaryCount else { return end }
      rest = unsafe summary[number]
    }
    word = number &* 64 &+ rest.trailingZeroBitCount
    return unsafe start &+ word &* 64 &+ hits[word].trailingZeroBitCount
  }

  /// The index just past the first line feed from `index` on, or nil when there is none in the stretch.
  @inline(__always)
  func lineEnd(from index: Int) -> Int? {
    let found = unsafe first(lineFeeds, from: index)
    return found < end ? found + 1 : nil
  }

  private func first(_ words: UnsafePointer<UInt64>, from index: Int) -> Int {
    guard index >= start, index < end else { return end }
    let count = (end - start + 63) / 64
    var word = (index - start) / 64
    // SAFETY: words below `count` were written by `cover`.
    var bits = unsafe words[word] & (UInt64.max << UInt64((index - start) & 63))
    while bits == 0 {
      word += 1
      if word == count { return end }
      bits = unsafe words[word]
    }
    return start + word * 64 + bits.trailingZeroBitCount
  }

  /// The index just past the last line feed before `index`, or the stretch's start.
  @inline(__always)
  func lineStart(before index: Int) -> Int {
    precondition(index >= start && index <= end, "outside the stretch")
    guard index > start else { return start }
    var word = (index - 1 - start) / 64
    let shift = UInt64(63 - (index - 1 - start) & 63)
    // SAFETY: the word of a byte of the stretch was written by `cover`.
    var bits = unsafe lineFeeds[word] & (UInt64.max >> shift)
    while bits == 0 {
      if word == 0 { return start }
      word -= 1
      bits = unsafe lineFeeds[word]
    }
    return start + word * 64 + 64 - bits.leadingZeroBitCount
  }
}
