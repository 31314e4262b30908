// What a batch is made of, each part shared by those who need it: an array that was handed to a consumer keeps the parts
// in which its buffers lie, and no others.

/// The columns of a sealed batch.
final class SharedSlab: Sendable {
  private let slab: SealedSlab

  init(_ slab: consuming SealedSlab) { self.slab = slab }

  /// A view of a part of the slab.
  @_lifetime(borrow self)
  func view(_ range: Range<Int>) -> ByteView {
    precondition(range.lowerBound >= 0 && range.upperBound <= slab.byteCount, "outside the slab")
    // SAFETY: the range lies inside the slab, which lives while `self` is borrowed.
    let view = unsafe ByteView(
      base: slab.base + range.lowerBound, byteCount: range.count, offset: range.lowerBound)
    return unsafe bound(view, to: self)
  }
}

/// The made texts of a sealed batch.
final class SharedTexts: Sendable {
  private let texts: Arena

  init(_ texts: consuming Arena) { self.texts = texts }

  /// The contents, chunk by chunk.
  var chunks: ArenaChunks {
    @_lifetime(borrow self)
    get {
      // SAFETY: the arena belongs to `self`, and nobody resets it.
      let chunks = unsafe texts.unboundChunks()
      return unsafe bound(chunks, to: self)
    }
  }
}

/// A chunk that is filled once, before it is shared.
final class SharedChunk: Sendable {
  private let chunk: Chunk

  /// A chunk of `byteCount` bytes, which `fill` writes.
  init(pool: ChunkPool, byteCount: Int, fill: (inout ChunkFiller) -> Void) throws(SpaltError) {
    chunk = try pool.lease(byteCount: max(1, byteCount))
    // SAFETY: nobody else has the chunk yet, and it has that many bytes.
    var filler = unsafe ChunkFiller(base: chunk.base, capacity: byteCount)
    fill(&filler)
    filler.pad(to: byteCount)
  }

  /// A view of a part of the chunk.
  @_lifetime(borrow self)
  func view(_ range: Range<Int>) -> ByteView {
    precondition(range.lowerBound >= 0 && range.upperBound <= chunk.byteCount, "outside the chunk")
    // SAFETY: the range lies inside the chunk, which lives while `self` is borrowed.
    let view = unsafe ByteView(
      base: chunk.base + range.lowerBound, byteCount: range.count, offset: range.lowerBound)
    return unsafe bound(view, to: self)
  }
}

/// Writes a chunk from its beginning on. Traps at its end.
@safe
struct ChunkFiller: ~Copyable {
  // SAFETY: valid for `capacity` bytes while the chunk is filled.
  private let base: UnsafeMutableRawPointer
  private let capacity: Int
  private var byteCount = 0

  @unsafe
  fileprivate init(base: UnsafeMutableRawPointer, capacity: Int) {
    unsafe self.base = base
    self.capacity = capacity
  }

  private mutating func take(_ count: Int) -> Int {
    precondition(count >= 0 && count <= capacity - byteCount, "no room in the chunk")
    defer { byteCount += count }
    return byteCount
  }

  /// Appends the bytes of a view.
  mutating func append(_ view: borrowing ByteView) {
    let start = take(view.byteCount)
    // SAFETY: there is room, and nobody has a view of a chunk that is being filled.
    unsafe (base + start).copyMemory(from: view.base, byteCount: view.byteCount)
  }

  /// Appends a number in the machine's byte order, at an offset that is a multiple of 4.
  mutating func append(_ number: Int32) {
    let start = take(4)
    // SAFETY: there is room.
    unsafe (base + start).storeBytes(of: number, as: Int32.self)
  }

  /// Appends zeros up to an offset.
  mutating func pad(to offset: Int) {
    let start = take(offset - byteCount)
    // SAFETY: there is room.
    unsafe (base + start).initializeMemory(as: UInt8.self, repeating: 0, count: offset - start)
  }
}
