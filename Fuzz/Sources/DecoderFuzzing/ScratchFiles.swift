#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The fuzzer's files: one set for each process, in memory where the system has such a folder.
struct ScratchFiles {
  let input: String
  let output: String

  init() {
    let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    input = "\(folder)/spalt-fuzz-\(getpid())-input"
    output = "\(folder)/spalt-fuzz-\(getpid())-output"
    Self.cleanUp
  }

  /// Removes the files when the process ends as it should. A crash leaves them, as evidence.
  private static let cleanUp: Void = {
    atexit {
      let files = ScratchFiles()
      unlink(files.input)
      unlink(files.output)
    }
  }()

  func write(_ bytes: UnsafeRawBufferPointer, to path: String, behind first: [UInt8] = []) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    precondition(descriptor >= 0, "cannot write \(path)")
    defer { close(descriptor) }
    first.withUnsafeBytes { Self.writeAll(descriptor, $0, path) }
    Self.writeAll(descriptor, bytes, path)
  }

  private static func writeAll(
    _ descriptor: CInt, _ bytes: UnsafeRawBufferPointer, _ path: String
  ) {
    var written = 0
    while written < bytes.count {
      let count = write(descriptor, bytes, from: written)
      precondition(count > 0, "cannot write \(path)")
      written += count
    }
  }

  private static func write(
    _ descriptor: CInt, _ bytes: UnsafeRawBufferPointer, from start: Int
  ) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes.baseAddress! + start, bytes.count - start)
    #else
      Darwin.write(descriptor, bytes.baseAddress! + start, bytes.count - start)
    #endif
  }

  func read(_ path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    precondition(descriptor >= 0, "cannot read \(path)")
    defer { close(descriptor) }
    let byteCount = Int(lseek(descriptor, 0, SEEK_END))
    return [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initializedCount in
      initializedCount = max(0, pread(descriptor, buffer.baseAddress, byteCount, 0))
    }
  }
}
