// The one file that calls xxHash.

import CXXHash

/// XXH32 with seed 0, the checksum of LZ4 frames: over all content that it is shown, in order.
@safe
final class XXHash32: @unchecked Sendable {  // used by one thread at a time
  // SAFETY: made in `init`, freed in `deinit`.
  private let state: OpaquePointer

  init() {
    unsafe state = XXH32_createState()
    unsafe XXH32_reset(state, 0)
  }

  deinit { _ = unsafe XXH32_freeState(state) }

  /// Takes the bytes of a view into account.
  func update(_ view: borrowing ByteView) {
    // SAFETY: the view covers that many bytes and is borrowed for the call.
    _ = unsafe XXH32_update(state, view.base, view.byteCount)
  }

  /// The checksum of everything so far.
  var digest: UInt32 { unsafe XXH32_digest(state) }

  /// The checksum of a view.
  static func digest(of view: borrowing ByteView) -> UInt32 {
    // SAFETY: as in `update`.
    unsafe XXH32(view.base, view.byteCount, 0)
  }
}
