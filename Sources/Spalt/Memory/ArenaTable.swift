/// A growing table of plain values in memory from a pool, addressed in place.
@safe
struct ArenaTable<Element: BitwiseCopyable>: ~Copyable {
  private var chunk: Chunk
  private let pool: ChunkPool
  // SAFETY: start of `chunk`, whose first `count` elements are initialised.
  private var base: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count = 0

  /// An empty table. Tables live as long as the decoders that use them.
  init(pool: ChunkPool) throws(SpaltError) {
    chunk = try pool.lease(byteCount: ChunkPool.minimumByteCount, lifetime: .lasting)
    self.pool = pool
    capacity = chunk.byteCount / MemoryLayout<Element>.stride
    // SAFETY: the chunk is page-aligned, and memory of a plain type needs no initialisation order.
    unsafe base = chunk.base.bindMemory(to: Element.self, capacity: capacity)
  }

  subscript(index: Int) -> Element {
    @inline(__always) unsafeAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index outside the table")
      // SAFETY: `index` was checked.
      return unsafe UnsafePointer(base + index)
    }
    @inline(__always) unsafeMutableAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index outside the table")
      // SAFETY: `index` was checked.
      return unsafe base + index
    }
  }

  /// Appends an element, in a chunk of twice the size when the table is full.
  mutating func append(_ element: Element) throws(SpaltError) {
    if count == capacity {
      let larger = try pool.lease(byteCount: chunk.byteCount * 2, lifetime: .lasting)
      // SAFETY: both chunks hold at least the elements that are copied.
      unsafe larger.base.copyMemory(
        from: base, byteCount: count * MemoryLayout<Element>.stride)
      chunk = larger
      capacity = chunk.byteCount / MemoryLayout<Element>.stride
      unsafe base = chunk.base.bindMemory(to: Element.self, capacity: capacity)
    }
    // SAFETY: there is room for one more.
    unsafe (base + count).initialize(to: element)
    count += 1
  }

  /// Forgets the elements from `newCount` on.
  mutating func truncate(toCount newCount: Int) {
    precondition(newCount <= count, "truncating does not grow")
    count = newCount
  }
}
