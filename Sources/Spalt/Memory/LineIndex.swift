/// Where lines end, for a stretch of input, and whether the stretch is well-formed UTF-8.
@safe
struct LineIndex: ~Copyable {
  /// How many bytes are indexed at a time: they stay in the first-level cache until they have been looked at.
  static let stretchByteCount = 24 << 10
  /// How many line ends are listed at most.
  private static let capacity = 4 << 10

  private let chunk: Chunk
  private let kernels: ScanKernels
  /// What the offsets count from.
  private var start = 0
  /// Lines that end in the stretch.
  private(set) var count = 0
  /// Whether their bytes are well-formed UTF-8.
  private(set) var isValidUTF8 = false

  init(pool: ChunkPool, kernels: ScanKernels) throws(SpaltError) {
    let chunk = try pool.lease(
      byteCount: Self.capacity * MemoryLayout<UInt32>.stride, lifetime: .lasting)
    self.chunk = chunk
    self.kernels = kernels
  }

  // SAFETY: the chunk has room for `capacity` offsets.
  private var offsets: UnsafeMutablePointer<UInt32> {
    unsafe chunk.base.assumingMemoryBound(to: UInt32.self)
  }

  /// Looks for the ends of lines from `start` on, of which the first begins there.
  mutating func cover(_ cursor: borrowing ByteCursor, from start: Int) {
    self.start = start
    let end = min(cursor.end, start + Self.stretchByteCount)
    let offsets = unsafe offsets
    // SAFETY: see `offsets`.
    count = unsafe kernels.writeLineOffsets(
      cursor, in: start..<end, to: offsets, capacity: Self.capacity)
    guard count > 0 else { return }
    isValidUTF8 = kernels.firstInvalidUTF8(cursor, in: start..<self[count - 1] + 1) == nil
  }

  /// Where the line feed of line `number` stands.
  @inline(__always)
  subscript(number: Int) -> Int {
    precondition(number >= 0 && number < count, "no such line")
    // SAFETY: `number` was checked, and that many offsets were written.
    return unsafe start &+ Int(offsets[number])
  }
}
