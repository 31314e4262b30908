/// Small files of the system that are read as a whole, such as the rules of a time zone.
enum SystemFile {
  /// The bytes of a regular file, `maximumByteCount` of them at most; nil when there is no regular file
  /// at `path`.
  static func bytes(
    _ path: String, maximumByteCount: Int
  ) throws(SystemError) -> [UInt8]? {
    // Opening a pipe would wait for somebody who writes to it.
    guard try Syscalls.lookUp(path.utf8, subject: path)?.isRegular ?? false else { return nil }
    let descriptor = try Syscalls.openForReading(path)
    defer { Syscalls.close(descriptor) }
    let status = try Syscalls.status(of: descriptor, path: path)
    var bytes = [UInt8](repeating: 0, count: min(status.byteCount, maximumByteCount))
    var filledByteCount = 0
    while filledByteCount < bytes.count {
      let count = unsafe try bytes.withUnsafeMutableBufferPointer {
        (buffer) throws(SystemError) in
        // SAFETY: the free part of the array, which nobody else sees meanwhile.
        let free = unsafe UnsafeMutableRawBufferPointer(
          rebasing:
            UnsafeMutableRawBufferPointer(buffer)[filledByteCount...])
        return unsafe try Syscalls.read(descriptor, into: free, path: path)
      }
      if count == 0 { break }
      filledByteCount += count
    }
    return Array(bytes.prefix(filledByteCount))
  }
}
