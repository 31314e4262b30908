// The one file that calls libzstd: its stable interface only. Frames are parsed elsewhere, as far as it takes to
// tell where frames and blocks stand.

import CZstd

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The library.
enum ZstdLibrary {
  /// Its version.
  // SAFETY: the library gives a constant string.
  static var version: String { unsafe String(cString: ZSTD_versionString()) }
}

/// What libzstd says is wrong.
struct ZstdFailure: Equatable {
  enum Kind: Equatable { case checksum, memory, other }
  let kind: Kind
  /// libzstd's own words.
  let words: String
}

/// What libzstd needs to decompress. Used by one thread at a time.
///
/// Content checksums are verified always: the option not to is not part of the stable interface, and the
/// checksum, XXH64, takes little of the time.
@safe
final class ZstdContext: @unchecked Sendable {  // used by one thread at a time
  // SAFETY: made in `init`, freed in `deinit`.
  private let context: OpaquePointer
  private let pool: ChunkPool
  /// What of the budget is taken for the context itself, and for its window.
  private let ownByteCount: Int
  private(set) var windowByteCount = 0
  /// Whether all parts of a frame were fed, and all its content came out.
  private(set) var isAtFrameEnd = false
  private var lastByteIsLeft = false

  /// The largest window that libzstd has: the budget decides how much of it there may be.
  private static let windowLogarithm: Int32 = 31

  /// Takes the memory from the budget of `pool`.
  init(_ pool: ChunkPool) throws(SpaltError) {
    guard let context = unsafe ZSTD_createDCtx() else { throw Self.noMemory }
    let byteCount = unsafe ZSTD_sizeof_DCtx(context)
    do throws(SpaltError) {
      try pool.reserve(byteCount)
    } catch {
      unsafe ZSTD_freeDCtx(context)
      throw error
    }
    unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLogarithm)
    unsafe self.context = context
    self.pool = pool
    ownByteCount = byteCount
  }

  deinit {
    unsafe ZSTD_freeDCtx(context)
    pool.budget.release(ownByteCount + windowByteCount)
  }

  /// What libzstd has allocated, in bytes.
  var allocatedByteCount: Int { unsafe ZSTD_sizeof_DCtx(context) }

  /// Decompresses one whole frame straight into the buffer. The buffer is as it was when that fails.
  /// - Parameter maximumByteCount: what the content may come to; the buffer has as much room.
  /// - Returns: whether the frame was good, and the buffer had room for its content.
  func decompress(
    _ frame: borrowing ByteView, into buffer: inout ContentBuffer, maximumByteCount: Int
  ) -> Bool {
    precondition(maximumByteCount <= buffer.freeByteCount, "no room in the buffer")
    // SAFETY: at most that many bytes are written, which are free; the frame is borrowed for the call.
    let result = unsafe ZSTD_decompressDCtx(
      context, buffer.free.baseAddress, maximumByteCount, frame.base, frame.byteCount)
    guard ZSTD_isError(result) == 0 else { return false }
    buffer.advance(by: result)
    return true
  }

  /// Gets ready for `feed`: forgets the frame before, and takes the memory for the window from the budget.
  ///
  /// libzstd keeps a window for the next frame, so it is given back with the context only.
  func begin(_ header: ZstdFrameHeader) throws(SpaltError) {
    let needed = header.decodingByteCount
    if needed > windowByteCount {
      try pool.reserve(needed - windowByteCount)
      windowByteCount = needed
    }
    isAtFrameEnd = false
    lastByteIsLeft = false
    _ = unsafe ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
  }

  /// Takes the next part of a frame: its header, a whole block with its header, or its checksum. Content goes
  /// through the window into the buffer, as far as there is room; the rest comes with `flush`.
  /// - Parameter maximumByteCount: what the content may come to; the buffer has as much room.
  /// - Returns: what is wrong. The buffer is as it was then.
  func feed(
    _ part: borrowing ByteView, into buffer: inout ContentBuffer, maximumByteCount: Int
  ) throws(SpaltError) -> ZstdFailure? {
    // SAFETY: the part is borrowed for the call.
    var input = unsafe ZSTD_inBuffer(src: part.base, size: part.byteCount, pos: 0)
    if let failure = unsafe try step(&input, &buffer, maximumByteCount) { return failure }
    let rest = unsafe part.byteCount - input.pos
    // libzstd leaves the last byte of a frame until all content came out.
    lastByteIsLeft = rest == 1
    return rest <= 1 ? nil : ZstdFailure(kind: .other, words: Self.excess)
  }

  /// Moves content that found no room into the buffer, as far as there is room now.
  /// - Parameter maximumByteCount: what the content may come to; the buffer has as much room.
  func flush(
    into buffer: inout ContentBuffer, maximumByteCount: Int
  ) throws(SpaltError) -> ZstdFailure? {
    // Behind the end, libzstd would begin another frame.
    if isAtFrameEnd { return nil }
    var byte: UInt8 = 0
    let byteCount = lastByteIsLeft ? 1 : 0
    // SAFETY: the byte outlives the input. Its value does not matter: libzstd has read it before.
    return try unsafe withUnsafePointer(to: &byte) { byte throws(SpaltError) -> ZstdFailure? in
      var input = unsafe ZSTD_inBuffer(src: byte, size: byteCount, pos: 0)
      let failure = unsafe try step(&input, &buffer, maximumByteCount)
      if unsafe input.pos == 1 { lastByteIsLeft = false }
      return failure
    }
  }

  /// What is wrong with a frame that goes on when it should not.
  static let excess = "the frame holds more than its headers say"

  @unsafe
  private func step(
    _ input: inout ZSTD_inBuffer, _ buffer: inout ContentBuffer, _ maximumByteCount: Int
  ) throws(SpaltError) -> ZstdFailure? {
    precondition(maximumByteCount <= buffer.freeByteCount, "no room in the buffer")
    // SAFETY: at most that many bytes are written, which are free; the caller vouches for the input.
    var output = unsafe ZSTD_outBuffer(
      dst: buffer.free.baseAddress, size: maximumByteCount, pos: 0)
    let result = unsafe ZSTD_decompressStream(context, &output, &input)
    isAtFrameEnd = result == 0
    if ZSTD_isError(result) != 0 {
      let failure = Self.failure(result)
      if failure.kind == .memory { throw Self.noMemory }
      return failure
    }
    unsafe buffer.advance(by: output.pos)
    return nil
  }

  private static func failure(_ result: Int) -> ZstdFailure {
    // SAFETY: the name is a string constant.
    let words = unsafe String(cString: ZSTD_getErrorName(result))
    return switch ZSTD_getErrorCode(result) {
    case ZSTD_error_checksum_wrong: ZstdFailure(kind: .checksum, words: words)
    case ZSTD_error_memory_allocation: ZstdFailure(kind: .memory, words: words)
    // What libzstd calls a dictionary are the tables of a block, too.
    case ZSTD_error_dictionary_corrupted:
      ZstdFailure(kind: .other, words: "the block's tables are malformed")
    default: ZstdFailure(kind: .other, words: words)
    }
  }

  private static var noMemory: SpaltError {
    .system(SystemError(call: "malloc", subject: "zstd", code: ENOMEM))
  }

}

/// Contexts that are used again: making one touches fresh memory.
final class ZstdContexts: Sendable {
  private let free = Guarded<[ZstdContext]>([])
  let pool: ChunkPool

  init(_ pool: ChunkPool) { self.pool = pool }

  func take() throws(SpaltError) -> ZstdContext {
    if let context = free.withLock({ $0.popLast() }) { return context }
    return try ZstdContext(pool)
  }

  /// Takes a context back, unless it holds on to a window.
  func giveBack(_ context: ZstdContext) {
    guard context.windowByteCount == 0 else { return }
    free.withLock { $0.append(context) }
  }
}
