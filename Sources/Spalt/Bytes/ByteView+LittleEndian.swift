// Numbers as compressed and columnar formats store them.

extension ByteView {
  /// The four bytes at `index` as a little-endian number.
  func littleEndian32(at index: Int) -> UInt32 {
    UInt32(self[index]) | UInt32(self[index + 1]) << 8 | UInt32(self[index + 2]) << 16
      | UInt32(self[index + 3]) << 24
  }
}
