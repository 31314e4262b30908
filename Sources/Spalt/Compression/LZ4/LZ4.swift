// The one file that calls liblz4. Blocks are decompressed straight into buffers; frames are parsed elsewhere.

import CLZ4

/// Decompression of LZ4 blocks.
enum LZ4 {
  /// The library's version.
  // SAFETY: the library gives a constant string.
  static var version: String { unsafe String(cString: LZ4_versionString()) }

  /// What history reaches back, at most, in bytes.
  static let historyByteCount = 64 << 10

  /// The most that a block of `byteCount` bytes can expand to.
  static func maximumContentByteCount(of byteCount: Int) -> Int {
    // A byte of a match's length stands for 255 bytes; a token for up to 15 + 4 more.
    byteCount > Int(UInt32.max) ? .max : byteCount * 255 + 32
  }

  /// Decompresses a block that refers to nothing but itself and a dictionary, which may be empty.
  /// - Parameter maximumByteCount: what the content may come to; the buffer has that much room.
  /// - Returns: false when the block is malformed; the buffer is as it was.
  static func decompress(
    _ block: borrowing ByteView, into buffer: inout ContentBuffer, maximumByteCount: Int,
    dictionary: borrowing ByteView
  ) -> Bool {
    precondition(maximumByteCount <= buffer.freeByteCount, "no room in the buffer")
    guard let source = Int32(exactly: block.byteCount),
      let room = Int32(exactly: maximumByteCount)
    else { return false }
    // SAFETY: at most `room` bytes are written, which are free; block and dictionary are borrowed.
    let count = unsafe LZ4_decompress_safe_usingDict(
      block.base.assumingMemoryBound(to: CChar.self),
      buffer.free.baseAddress?.assumingMemoryBound(to: CChar.self), source, room,
      dictionary.base.assumingMemoryBound(to: CChar.self), Int32(dictionary.byteCount))
    guard count >= 0 else { return false }
    buffer.advance(by: Int(count))
    return true
  }

  /// Decompresses as much as there is of a block whose end is missing.
  /// - Parameter history: what stands before the block's content, as far as blocks may refer to it.
  static func decompressBeginning(
    _ block: borrowing ByteView, into buffer: inout ContentBuffer, maximumByteCount: Int,
    history: borrowing ByteView
  ) {
    let room = Int32(min(maximumByteCount, buffer.freeByteCount, Int(Int32.max)))
    var byteCount = Int32(min(block.byteCount, Int(Int32.max)))
    // The library gives up when a length is cut off. Without its bytes, which are all 255, it is not cut off but
    // missing; what stands before them is a token, or the two bytes of a distance behind one.
    for _ in 0..<8 where byteCount > 0 {
      // SAFETY: as in `decompress`.
      let count = unsafe LZ4_decompress_safe_partial_usingDict(
        block.base.assumingMemoryBound(to: CChar.self),
        buffer.free.baseAddress?.assumingMemoryBound(to: CChar.self), byteCount, room, room,
        history.base.assumingMemoryBound(to: CChar.self), Int32(history.byteCount))
      if count >= 0 {
        buffer.advance(by: Int(count))
        return
      }
      byteCount -= 1
      while byteCount > 0, block[Int(byteCount) - 1] == 0xFF { byteCount -= 1 }
    }
  }
}

/// Decompression of linked blocks, each of which refers to the content before it.
@safe
final class LZ4Stream: @unchecked Sendable {  // used by one thread at a time
  // SAFETY: made in `init`, freed in `deinit`.
  private let stream: UnsafeMutablePointer<LZ4_streamDecode_t>

  init() { unsafe stream = LZ4_createStreamDecode() }

  deinit { _ = unsafe LZ4_freeStreamDecode(stream) }

  /// Says which bytes stand before the next block's content: a dictionary, or content that was decoded. They
  /// must stay where they are until something else was set, or 64 KiB of content have followed.
  func setHistory(_ view: borrowing ByteView) {
    // SAFETY: the caller keeps the bytes alive.
    _ = unsafe LZ4_setStreamDecode(
      stream, view.base.assumingMemoryBound(to: CChar.self), Int32(view.byteCount))
  }

  /// Decompresses the next block. What was decompressed before must still be where it is, as far as 64 KiB
  /// reach.
  /// - Returns: false when the block is malformed; then the stream is of no more use.
  func decompress(
    _ block: borrowing ByteView, into buffer: inout ContentBuffer, maximumByteCount: Int
  ) -> Bool {
    precondition(maximumByteCount <= buffer.freeByteCount, "no room in the buffer")
    guard let source = Int32(exactly: block.byteCount),
      let room = Int32(exactly: maximumByteCount)
    else { return false }
    // SAFETY: at most `room` bytes are written, which are free; the block is borrowed, and the caller keeps the
    // history alive.
    let count = unsafe LZ4_decompress_safe_continue(
      stream, block.base.assumingMemoryBound(to: CChar.self),
      buffer.free.baseAddress?.assumingMemoryBound(to: CChar.self), source, room)
    guard count >= 0 else { return false }
    buffer.advance(by: Int(count))
    return true
  }
}
