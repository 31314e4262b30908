/// Decodes deflate streams (RFC 1951) and makes the checksum of gzip. What the libraries have in common.
///
/// Used by one thread at a time.
protocol InflateEngine: AnyObject, Sendable {
  /// Bytes at the beginning of what `inflate` is given next that were looked at before: a call needs more than
  /// these, or content that waits for room.
  var heldByteCount: Int { get }

  /// Whether all content that comes before something invalid is given out. Otherwise some of it is kept
  /// back, at most what one match can hold.
  var isExact: Bool { get }

  /// Begins a stream.
  func reset() throws(SpaltError)

  /// Goes on with a stream, until all input was used, the buffer is full, or the stream ends.
  ///
  /// `input` begins with the first byte that was not consumed yet.
  func inflate(
    _ input: borrowing ByteView, into buffer: inout ContentBuffer
  ) throws(SpaltError) -> InflateStep

  /// Decodes a stream of at most `byteCount` bytes of content that is there as a whole; does not go on
  /// with one that was begun. The buffer must have room for that much. When the stream does not end as it
  /// should, an engine that is not exact gives out nothing.
  func inflateWhole(
    _ input: borrowing ByteView, into buffer: inout ContentBuffer, byteCount: Int
  ) throws(SpaltError) -> InflateStep

  /// The CRC-32 of `bytes` that go on after those whose checksum is known; 0 in the beginning.
  func checksum(_ bytes: borrowing ByteView, after checksum: UInt32) -> UInt32
}

/// What one call did.
struct InflateStep {
  enum Outcome {
    /// There is more to come: input or room is missing.
    case unfinished
    /// The stream has ended.
    case ended
    /// What follows is no deflate stream.
    case invalid
  }

  /// Compressed bytes that are done with.
  let consumedByteCount: Int
  /// Bytes of content that were copied out of a window of the library, or into it.
  let windowByteCount: Int
  let outcome: Outcome
}

/// The libraries that there are.
enum InflateLibrary: CaseIterable {
  /// ISA-L, if the system has it: more than twice as fast.
  case isal
  /// zlib, which is part of the program.
  case zlib

  /// The fastest that this system has.
  static var fastest: InflateLibrary { ISALEngine.isAvailable ? .isal : .zlib }

  /// What this system has.
  static var available: [InflateLibrary] { ISALEngine.isAvailable ? allCases : [.zlib] }

  /// An engine; its memory counts against the pool's budget.
  func makeEngine(_ pool: ChunkPool) throws(SpaltError) -> any InflateEngine {
    switch self {
    case .isal: try ISALEngine(pool)
    case .zlib: try ZlibEngine(pool)
    }
  }
}

/// Engines for threads that need one for a while: as many are made as are in use at once.
final class InflateEnginePool: Sendable {
  private let idle: Guarded<[any InflateEngine]> = Guarded([])
  private let library: InflateLibrary
  private let chunks: ChunkPool

  init(_ library: InflateLibrary, _ chunks: ChunkPool) {
    self.library = library
    self.chunks = chunks
  }

  func take() throws(SpaltError) -> any InflateEngine {
    if let engine = idle.withLock({ $0.popLast() }) { return engine }
    return try library.makeEngine(chunks)
  }

  func giveBack(_ engine: any InflateEngine) {
    idle.withLock { $0.append(engine) }
  }
}
