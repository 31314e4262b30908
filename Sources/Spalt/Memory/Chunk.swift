/// Where a chunk lies, and which lease of it this is. Chunk headers live out of band, so that all of a chunk's
/// pages can be dropped.
struct ChunkDescriptor: BitwiseCopyable, Sendable {
  let address: UInt
  let byteCount: Int
  /// Address of the chunk's header.
  let header: UInt
  /// The lease. A descriptor of a lease that has ended traps where it is used with the pool.
  let generation: UInt64

  /// Start of the memory. Valid while whoever leased the chunk holds it.
  @unsafe var base: UnsafeMutableRawPointer {
    @inline(__always) get {
      // SAFETY: the address came from a mapping and is never null.
      unsafe UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
    }
  }
}

/// How long a chunk is held.
enum ChunkLifetime: Sendable {
  /// For a piece, a batch, or the growth of a buffer: such chunks come back, and are handed out again.
  case passing
  /// As long as the reader, or one of its workers: no pool could have had such a chunk.
  case lasting
}

/// Memory leased from a pool; it goes back when the chunk is destroyed.
@safe
struct Chunk: ~Copyable, @unchecked Sendable {  // sole owner of memory that no other chunk covers
  private let pool: ChunkPool
  private let descriptor: ChunkDescriptor
  /// Length of the memory.
  var byteCount: Int { descriptor.byteCount }

  init(pool: ChunkPool, descriptor: ChunkDescriptor) {
    self.pool = pool
    self.descriptor = descriptor
  }

  deinit { pool.giveBack(descriptor) }

  /// Start of the memory, valid for `byteCount` bytes while the chunk lives.
  @unsafe var base: UnsafeMutableRawPointer {
    @inline(__always) get { unsafe descriptor.base }
  }

  /// A view of the first `byteCount` bytes, which stand at `offset` in the source.
  @_lifetime(borrow self)
  func view(byteCount: Int, offset: Int) -> ByteView {
    precondition(byteCount >= 0 && byteCount <= self.byteCount, "outside the chunk")
    // SAFETY: the range lies inside the chunk, which lives while it is borrowed.
    let view = unsafe ByteView(base: base, byteCount: byteCount, offset: offset)
    return unsafe bound(view, to: self)
  }

  /// Makes the memory read-only until the chunk goes back, if the pool hardens; else nothing happens.
  func seal() { pool.seal(descriptor) }
}
