// Calls liblz4 to make frames.

import CLZ4

/// Makes LZ4 frames.
enum LZ4FrameCompressor {
  /// Appends the bytes of a view as one frame of independent blocks of 256 KiB, without checksums.
  /// - Returns: false, with nothing appended, when the frame would not be shorter than the bytes.
  static func compress(
    _ bytes: borrowing ByteView, to output: inout TextBuffer
  ) throws(SpaltError) -> Bool {
    var preferences = LZ4F_preferences_t()
    preferences.frameInfo.blockSizeID = LZ4F_max256KB
    preferences.frameInfo.blockMode = LZ4F_blockIndependent
    preferences.frameInfo.contentSize = UInt64(bytes.byteCount)
    // SAFETY: the preferences outlive the call, which only looks at them.
    let bound = unsafe LZ4F_compressFrameBound(bytes.byteCount, &preferences)
    var isShorter = false
    let base = unsafe bytes.base
    let byteCount = bytes.byteCount
    try output.append(maximumByteCount: bound) { room in
      // SAFETY: the room is as long as the library asks for, and the view is borrowed for the call.
      unsafe room.withUnsafeMutableBytes { buffer, initializedCount in
        let written = unsafe LZ4F_compressFrame(
          buffer.baseAddress, buffer.count, base, byteCount, &preferences)
        guard LZ4F_isError(written) == 0, written < byteCount else { return }
        initializedCount = written
        isShorter = true
      }
    }
    return isShorter
  }
}
