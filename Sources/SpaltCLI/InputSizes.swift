import Spalt

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How much input there is.
enum InputSizes {
  /// The sizes of all inputs in bytes, or nil when one of them is a pipe or a device. What is missing counts
  /// as nothing: it is reported when its turn comes.
  static func totalByteCount(of inputs: [InputPath]) -> Int? {
    var total = 0
    for input in inputs {
      guard let byteCount = byteCount(of: input) else { return nil }
      total += byteCount
    }
    return total
  }

  private static func byteCount(of input: InputPath) -> Int? {
    var status = stat()
    if input.bytes == [UInt8(ascii: "-")] {
      // SAFETY: `status` is a local that outlives the call.
      guard unsafe fstat(0, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      return max(0, Int(status.st_size) - max(0, Int(lseek(0, 0, SEEK_CUR))))
    }
    let path = input.bytes.map { CChar(bitPattern: $0) } + [0]
    // SAFETY: the array ends with a NUL, and `status` is a local, for the length of the call.
    guard unsafe stat(path, &status) == 0 else { return 0 }
    return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }
}
