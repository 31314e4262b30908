#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file that is read by `read`.
struct InputFile {
  private let descriptor: Int32

  init(path: String) {
    // SAFETY: the path is a string that ends with a null for the call.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { fail("\(path) cannot be opened") }
  }

  /// All its bytes, in an array that is allocated once.
  func readAll() -> [UInt8] {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size >= 0, lseek(descriptor, 0, SEEK_SET) == 0 else { fail("the input is no file") }
    return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        // SAFETY: `read` writes at most as many bytes as it is told, and the buffer has them left.
        let step = unsafe read(descriptor, buffer.baseAddress! + count, min(size - count, 1 << 30))
        if step <= 0 { fail("the input cannot be read") }
        count += step
      }
    }
  }

  /// Reads as much as one call gives, to the end of the block at most; 0 at the end of the file.
  func read(into block: inout [UInt8], from position: Int) -> Int {
    let count = unsafe block.withUnsafeMutableBytes { buffer in
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[position...])
      // SAFETY: `read` writes at most as many bytes as the buffer has.
      return unsafe read(descriptor, room.baseAddress, room.count)
    }
    if count < 0 { fail("the input cannot be read") }
    return count
  }

  private func read(_ descriptor: Int32, _ start: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.read(descriptor, start, count)
    #else
      unsafe Glibc.read(descriptor, start, count)
    #endif
  }
}
