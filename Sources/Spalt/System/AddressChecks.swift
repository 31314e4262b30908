import CSpaltSystem

/// What AddressSanitizer is told of memory that lies in a pool. Without it, nothing happens.
enum AddressChecks {
  /// Whether this build checks addresses.
  static var areOn: Bool { spaltChecksAddresses() != 0 }

  /// Says that nobody may use a range of memory.
  @inline(__always)
  static func forbid(_ address: UInt, byteCount: Int) {
    // SAFETY: only the checker's own notes change.
    unsafe spaltPoison(UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped, byteCount)
  }

  /// Says that somebody may.
  @inline(__always)
  static func allow(_ address: UInt, byteCount: Int) {
    // SAFETY: as above.
    unsafe spaltUnpoison(UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped, byteCount)
  }
}
