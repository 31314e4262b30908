/// A small file, such as a schema, as a whole.
enum WholeFile {
  /// The bytes of the file at `path`.
  /// - Returns: nil when it holds more than `maximumByteCount` bytes.
  static func bytes(
    ofFileAt path: String, maximumByteCount: Int
  ) throws(SystemError) -> [UInt8]? {
    let descriptor = try Syscalls.openForReading(path)
    defer { Syscalls.close(descriptor) }
    // SAFETY: the buffer is this function's own, and is freed when it ends.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { unsafe buffer.deallocate() }
    var bytes: [UInt8] = []
    while bytes.count <= maximumByteCount {
      let count = unsafe try Syscalls.read(descriptor, into: buffer, path: path)
      if count == 0 { return bytes }
      unsafe bytes.append(contentsOf: buffer[..<count])
    }
    return nil
  }
}
