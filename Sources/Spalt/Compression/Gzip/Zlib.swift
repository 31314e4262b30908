// The one file that calls zlib.

import CZlib

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The library.
enum ZlibLibrary {
  /// Its version.
  // SAFETY: the library gives a constant string.
  static var version: String { unsafe String(cString: zlibVersion()) }
}

/// zlib's inflate. It decodes straight into the buffer, and with each call keeps a copy of the last 32 KiB.
@safe
final class ZlibEngine: InflateEngine, @unchecked Sendable {  // used by one thread at a time
  // SAFETY: allocated in `init` and freed in `deinit`; the library keeps the address, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let pool: ChunkPool

  /// What the library allocates: state and window.
  private static let stateByteCount = 48 << 10
  /// What the library keeps of the content.
  private static let windowByteCount = 32 << 10
  /// The library counts in 32 bits.
  private static let maximumByteCount = 1 << 30

  /// The library never looks ahead by whole bytes.
  var heldByteCount: Int { 0 }
  var isExact: Bool { true }

  /// Takes the memory from the budget of `pool`.
  init(_ pool: ChunkPool) throws(SpaltError) {
    try pool.reserve(Self.stateByteCount)
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // SAFETY: the structure is empty, as the library wants it; a negative size of the window means a stream
    // without zlib's own header.
    let code = unsafe inflateInit2_(
      stream, -15, zlibVersion(), Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else {
      unsafe stream.deallocate()
      pool.budget.release(Self.stateByteCount)
      throw Self.outOfMemory
    }
    unsafe self.stream = stream
    self.pool = pool
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
    pool.budget.release(Self.stateByteCount)
  }

  func reset() { unsafe inflateReset(stream) }

  func inflate(
    _ input: borrowing ByteView, into buffer: inout ContentBuffer
  ) throws(SpaltError) -> InflateStep {
    try run(input, into: &buffer, byteCount: buffer.freeByteCount, flush: Z_NO_FLUSH)
  }

  func inflateWhole(
    _ input: borrowing ByteView, into buffer: inout ContentBuffer, byteCount: Int
  ) throws(SpaltError) -> InflateStep {
    precondition(byteCount <= buffer.freeByteCount, "no room in the buffer")
    reset()
    return try run(input, into: &buffer, byteCount: byteCount, flush: Z_FINISH)
  }

  private func run(
    _ input: borrowing ByteView, into buffer: inout ContentBuffer, byteCount: Int, flush: Int32
  ) throws(SpaltError) -> InflateStep {
    let fed = min(input.byteCount, Self.maximumByteCount)
    let room = min(byteCount, Self.maximumByteCount)
    // SAFETY: the library reads inside the view and writes inside the buffer's free part; the addresses are
    // replaced before its next call.
    unsafe stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.base.assumingMemoryBound(to: UInt8.self))
    unsafe stream.pointee.avail_in = UInt32(fed)
    unsafe stream.pointee.next_out = buffer.free.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.avail_out = UInt32(room)
    let code = unsafe CZlib.inflate(stream, flush)
    if code == Z_MEM_ERROR { throw Self.outOfMemory }
    let produced = unsafe room - Int(stream.pointee.avail_out)
    buffer.advance(by: produced)
    let isOver = code == Z_STREAM_END || code == Z_DATA_ERROR
    return unsafe InflateStep(
      consumedByteCount: fed - Int(stream.pointee.avail_in),
      windowByteCount: isOver && flush == Z_FINISH ? 0 : min(produced, Self.windowByteCount),
      outcome: code == Z_STREAM_END ? .ended : isOver ? .invalid : .unfinished)
  }

  func checksum(_ bytes: borrowing ByteView, after checksum: UInt32) -> UInt32 {
    // SAFETY: the library reads inside the view.
    unsafe UInt32(
      crc32_z(
        UInt(checksum), bytes.base.assumingMemoryBound(to: UInt8.self), bytes.byteCount))
  }

  private static var outOfMemory: SpaltError {
    .system(SystemError(call: "inflate", subject: "zlib", code: ENOMEM))
  }
}
