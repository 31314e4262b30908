/// A set of bytes that a block kernel can mark: any ASCII bytes, and all beyond ASCII.
struct ByteClass: Equatable, Sendable {
  /// For each low nibble, one bit for each high nibble from 0 to 7: whether the byte of both is a member.
  let highNibbles: SIMD16<UInt8>

  /// The class of the ASCII bytes for which `isMember` is true, and of all bytes beyond ASCII.
  init(_ isMember: (UInt8) -> Bool) {
    var highNibbles = SIMD16<UInt8>(repeating: 0)
    for byte in UInt8(0)..<128 where isMember(byte) {
      highNibbles[Int(byte & 15)] |= 1 << (byte >> 4)
    }
    self.highNibbles = highNibbles
  }

  /// Whether a byte belongs to the class.
  func contains(_ byte: UInt8) -> Bool {
    byte >= 128 || highNibbles[Int(byte & 15)] & 1 << (byte >> 4) != 0
  }
}
