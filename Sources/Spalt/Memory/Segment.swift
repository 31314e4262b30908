import Synchronization

/// A contiguous run of immutable bytes with its place in the source: a range of one whole-file
/// mapping, or a pool chunk that was read into.
///
/// A segment is a share in the bytes. They live until the last share is destroyed: then a mapped range
/// is dropped from memory (a later reader would read it again from the file), and a chunk goes back
/// to its pool. Sharing is explicit, and counts without allocating.
public struct Segment: ~Copyable, Sendable {
  private let storage: SegmentStorage

  /// Takes over the one share that a fresh storage holds.
  init(storage: SegmentStorage) { self.storage = storage }

  deinit { storage.release() }

  /// Another share in the same bytes.
  public func share() -> Segment {
    storage.retain()
    return Segment(storage: storage)
  }

  /// Start of the bytes. SAFETY: valid for `byteCount` bytes while this share lives.
  @unsafe var storageBase: UnsafeRawPointer { unsafe storage.base }

  fileprivate var sharedStorage: SegmentStorage { storage }

  /// Gives the end of a chunk back to the system, for all shares; at least `byteCount` bytes are left.
  func shrink(toByteCount byteCount: Int) { storage.shrink(toByteCount: byteCount) }

  /// Whether both are shares in the same bytes, made as one segment.
  func isShare(of other: borrowing Segment) -> Bool { storage === other.storage }

  /// Checks that the bytes that were read so far were those of the file: for a range of a mapped file that nobody
  /// has truncated it meanwhile, or written to it without appending, as far as the system tells. One system call, as
  /// a rule; none for a chunk.
  /// - Throws: `SpaltError.changed`.
  public func verify() throws(SpaltError) { try verify(through: offset + byteCount) }

  /// As `verify()`, for what lies in the same file up to offset `end`.
  func verify(through end: Int) throws(SpaltError) { try storage.verify(through: end) }

  /// Length in bytes.
  public var byteCount: Int { storage.byteCount }

  /// Absolute offset in the source of the first byte.
  public var offset: Int { storage.offset }

  /// The bytes.
  public var view: ByteView {
    @_lifetime(borrow self)
    get {
      // SAFETY: the storage keeps the bytes while this share lives.
      let view = unsafe ByteView(
        base: storage.base, byteCount: storage.byteCount, offset: storage.offset)
      return unsafe bound(view, to: self)
    }
  }
}

extension Segment {
  /// The bytes in a range, or all of them for nil.
  @_lifetime(borrow self)
  func view(_ range: Range<Int>?) -> ByteView {
    let whole = view
    guard let range else { return whole }
    return whole.slice(range)
  }
}

/// What keeps a segment's bytes alive.
enum SegmentBacking {
  case none
  case mapping(Mapping)
  case chunk(ChunkDescriptor, ChunkPool)
  /// Another segment's bytes, in which this one has a share.
  case part(SegmentStorage)
}

/// The shared part of a segment; recycled by its pool, so that a segment allocates nothing.
@safe
final class SegmentStorage: @unchecked Sendable {  // immutable while shared; the count is atomic
  private let shareCount = Atomic<Int>(0)
  private var backing = SegmentBacking.none
  // SAFETY: valid for `byteCount` bytes while `shareCount` is positive.
  fileprivate private(set) var base: UnsafeRawPointer
  fileprivate private(set) var byteCount = 0
  fileprivate private(set) var offset = 0
  /// Nil while the storage lies in the pool, which would otherwise keep itself alive.
  fileprivate var pool: SegmentPool?

  fileprivate init() {
    // SAFETY: a placeholder for zero bytes, never read.
    unsafe base = UnsafeRawPointer(bitPattern: 16).unsafelyUnwrapped
  }

  /// Makes the storage describe `byteCount` bytes, with one share.
  @unsafe
  fileprivate func prepare(
    base: UnsafeRawPointer, byteCount: Int, offset: Int, backing: SegmentBacking
  ) {
    unsafe self.base = base
    self.byteCount = byteCount
    self.offset = offset
    self.backing = backing
    shareCount.store(1, ordering: .releasing)
  }

  /// Gives up all but the first `byteCount` bytes of a chunk. Nobody may look at the others.
  fileprivate func shrink(toByteCount byteCount: Int) {
    guard case .chunk(let descriptor, let chunkPool) = backing else { return }
    let smaller = chunkPool.shrink(descriptor, toByteCount: byteCount)
    backing = .chunk(smaller, chunkPool)
    self.byteCount = min(self.byteCount, smaller.byteCount)
  }

  fileprivate func verify(through end: Int) throws(SpaltError) {
    if case .mapping(let mapping) = backing { try mapping.verify(offset..<max(offset, end)) }
  }

  fileprivate func retain() { shareCount.add(1, ordering: .relaxed) }

  fileprivate func release() {
    guard shareCount.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return }
    switch backing {
    case .none: break
    case .mapping(let mapping): mapping.drop(offset..<offset + byteCount)
    case .chunk(let descriptor, let chunkPool): chunkPool.giveBack(descriptor)
    case .part(let whole): whole.release()
    }
    backing = .none
    let pool = pool
    self.pool = nil
    pool?.giveBack(self)
  }
}

/// Makes segments and recycles their bookkeeping.
final class SegmentPool: Sendable {
  private let free = Guarded<[SegmentStorage]>([])

  init() { free.withLock { $0.reserveCapacity(64) } }

  /// A segment over a range of a mapping.
  func segment(of mapping: Mapping, _ range: Range<Int>) -> Segment {
    precondition(range.lowerBound >= 0 && range.upperBound <= mapping.byteCount, "outside the file")
    let storage = take()
    // SAFETY: the range lies inside the mapping, which the backing keeps.
    unsafe storage.prepare(
      base: mapping.base + range.lowerBound, byteCount: range.count, offset: range.lowerBound,
      backing: .mapping(mapping))
    return Segment(storage: storage)
  }

  /// A segment over the first `byteCount` bytes of a chunk that was leased from `chunkPool`.
  func segment(
    of chunk: ChunkDescriptor, byteCount: Int, offset: Int, from chunkPool: ChunkPool
  ) -> Segment {
    precondition(byteCount >= 0 && byteCount <= chunk.byteCount, "outside the chunk")
    let storage = take()
    // SAFETY: the segment takes the lease over and gives it back with its last share.
    unsafe storage.prepare(
      base: chunk.base, byteCount: byteCount, offset: offset, backing: .chunk(chunk, chunkPool))
    return Segment(storage: storage)
  }

  /// A segment over a range of another one, whose bytes live as long as the part; it begins at `offset` in
  /// the source.
  func segment(of whole: borrowing Segment, _ range: Range<Int>, offset: Int) -> Segment {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= whole.byteCount, "outside the segment")
    let storage = take()
    let shared = whole.sharedStorage
    shared.retain()
    // SAFETY: the range lies inside the bytes of `whole`, in which the backing has a share.
    unsafe storage.prepare(
      base: whole.storageBase + range.lowerBound, byteCount: range.count, offset: offset,
      backing: .part(shared))
    return Segment(storage: storage)
  }

  /// A segment without bytes, at `offset` in the source.
  func emptySegment(offset: Int) -> Segment {
    let storage = take()
    // SAFETY: of no bytes, none is read; the address is a placeholder.
    unsafe storage.prepare(
      base: UnsafeRawPointer(bitPattern: 16).unsafelyUnwrapped, byteCount: 0, offset: offset,
      backing: .none)
    return Segment(storage: storage)
  }

  private func take() -> SegmentStorage {
    let storage = free.withLock { $0.popLast() } ?? SegmentStorage()
    storage.pool = self
    return storage
  }

  fileprivate func giveBack(_ storage: SegmentStorage) {
    free.withLock { if $0.count < 256 { $0.append(storage) } }
  }
}
