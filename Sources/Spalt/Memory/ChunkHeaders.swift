import Synchronization

/// What is known of one chunk: who may use it, and what was asked for.
///
/// Headers lie apart from the chunks, so that a chunk that runs over reaches no header, and a chunk's pages can
/// be sealed, poisoned or dropped.
struct ChunkHeader: ~Copyable {
  /// The ownership word: the lowest bit says whether the chunk is leased, the others count its generations. A
  /// generation ends when the chunk is given back.
  private let ownership = Atomic<UInt64>(0)
  /// Bytes that the holder asked for, or said to have used.
  var usedByteCount = 0
  /// Whether the chunk's pages are read-only.
  var isSealed = false
  /// The back that the chunk belongs to: that of the node whose worker got it first.
  var home = 0

  /// Begins a lease. Traps when the chunk is leased already.
  /// - Returns: the generation that begins.
  func lease() -> UInt64 {
    let old = ownership.load(ordering: .relaxed)
    guard old & 1 == 0,
      ownership.compareExchange(expected: old, desired: old | 1, ordering: .acquiring).exchanged
    else { fatalError("a chunk was handed out that somebody holds") }
    return old >> 1
  }

  /// Ends a lease. Traps when it has ended before.
  func release(_ generation: UInt64) {
    let (exchanged, _) = ownership.compareExchange(
      expected: generation << 1 | 1, desired: (generation + 1) << 1, ordering: .releasing)
    guard exchanged else {
      fatalError("a chunk was given back that its holder had given back before")
    }
  }

  /// Traps when a lease has ended.
  func check(_ generation: UInt64) {
    guard ownership.load(ordering: .relaxed) == generation << 1 | 1 else {
      fatalError("a chunk was used that its holder had given back")
    }
  }
}

/// The headers of a pool's chunks. They stay where they are while the pool lives, and are used again.
@safe
final class ChunkHeaders: @unchecked Sendable {  // a header is its chunk's holder's, or the pool's
  private static let blockCount = 64

  private struct Store {
    /// Addresses of blocks, each of which holds `blockCount` headers until the pool ends.
    var blocks: [UInt] = []
    var unused: [UInt] = []
  }
  private let store = Guarded(Store())

  deinit {
    store.withLock { store in
      for address in store.blocks {
        // SAFETY: nobody has a chunk of the pool any more.
        let block = unsafe address.header
        unsafe block.deinitialize(count: Self.blockCount)
        unsafe block.deallocate()
      }
    }
  }

  /// The header of a new chunk, which belongs to the back `home`.
  func make(home: Int) -> UInt {
    let header = take()
    // SAFETY: nobody else has the header yet.
    unsafe header.header.pointee.home = home
    return header
  }

  private func take() -> UInt {
    store.withLock { store in
      if let header = store.unused.popLast() { return header }
      let block = UnsafeMutablePointer<ChunkHeader>.allocate(capacity: Self.blockCount)
      // SAFETY: the block has room for that many headers.
      for index in 0..<Self.blockCount { unsafe (block + index).initialize(to: ChunkHeader()) }
      store.blocks.append(UInt(bitPattern: block))
      for index in (1..<Self.blockCount).reversed() {
        unsafe store.unused.append(UInt(bitPattern: block + index))
      }
      return UInt(bitPattern: block)
    }
  }

  /// Takes the header of a chunk back that is no more. Its generation goes on, so that what is left of the
  /// chunk is still recognised.
  func retire(_ header: UInt) { store.withLock { $0.unused.append(header) } }
}

extension UInt {
  /// The header at this address. SAFETY: the address came from `ChunkHeaders.make` of a pool that lives.
  @unsafe var header: UnsafeMutablePointer<ChunkHeader> {
    unsafe UnsafeMutablePointer(bitPattern: self).unsafelyUnwrapped
  }
}
