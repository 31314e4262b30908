// Calls libzstd to compress: its stable interface only.

import CZstd

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Makes zstd frames. Used by one thread at a time.
@safe
final class ZstdCompressor: @unchecked Sendable {  // used by one thread at a time
  // SAFETY: made in `init`, freed in `deinit`.
  private let context: OpaquePointer
  /// What of the budget is taken for the context.
  private var byteCount = 0
  private let pool: ChunkPool

  /// The fastest of the regular levels.
  private static let level: Int32 = 1

  /// A compressor that takes its memory from the budget of `pool`.
  init(_ pool: ChunkPool) throws(SpaltError) {
    guard let context = unsafe ZSTD_createCCtx() else {
      throw .system(SystemError(call: "malloc", subject: "zstd", code: ENOMEM))
    }
    unsafe self.context = context
    self.pool = pool
  }

  deinit {
    unsafe ZSTD_freeCCtx(context)
    pool.budget.release(byteCount)
  }

  /// Appends the bytes of a view as one frame, without a checksum.
  /// - Returns: false, with nothing appended, when the frame would not be shorter than the bytes.
  func compress(
    _ bytes: borrowing ByteView, to output: inout TextBuffer
  ) throws(SpaltError) -> Bool {
    var isShorter = false
    let base = unsafe bytes.base
    let byteCount = bytes.byteCount
    try output.append(maximumByteCount: ZSTD_compressBound(byteCount)) { room in
      // SAFETY: the room is as long as the library asks for, and the view is borrowed for the call.
      unsafe room.withUnsafeMutableBytes { buffer, initializedCount in
        let written = unsafe ZSTD_compressCCtx(
          context, buffer.baseAddress, buffer.count, base, byteCount, Self.level)
        guard ZSTD_isError(written) == 0, written < byteCount else { return }
        initializedCount = written
        isShorter = true
      }
    }
    try account()
    return isShorter
  }

  /// Takes from the budget what the context has grown by.
  private func account() throws(SpaltError) {
    let now = unsafe ZSTD_sizeof_CCtx(context)
    guard now > byteCount else { return }
    try pool.reserve(now - byteCount)
    byteCount = now
  }
}

/// Compressors that are used again: making one touches fresh memory.
final class ZstdCompressors: Sendable {
  private let free = Guarded<[ZstdCompressor]>([])

  init() {}

  /// Compresses as `ZstdCompressor.compress` does, with one that nobody uses.
  func compress(
    _ bytes: borrowing ByteView, to output: inout TextBuffer
  ) throws(SpaltError) -> Bool {
    let compressor: ZstdCompressor
    if let idle = free.withLock({ $0.popLast() }) {
      compressor = idle
    } else {
      compressor = try ZstdCompressor(output.pool)
    }
    let isShorter = try compressor.compress(bytes, to: &output)
    free.withLock { $0.append(compressor) }
    return isShorter
  }
}
