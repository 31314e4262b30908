#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What stands in a directory.
enum Directory {
  enum Kind: Sendable { case file, directory, other }

  /// The names in the directory at `path`, in the order of their bytes, without `.` and `..`.
  static func names(in path: [UInt8]) throws(SystemError) -> [[UInt8]] {
    let name = String(decoding: path, as: UTF8.self)
    if let code = FaultInjection.code("opendir", name) {
      throw SystemError(call: "opendir", subject: name, code: code)
    }
    // SAFETY: the path ends with a NUL; the stream is used and closed here only.
    guard let stream = unsafe opendir(Syscalls.terminated(path)) else {
      throw SystemError(call: "opendir", subject: name, code: errno)
    }
    let descriptor = unsafe dirfd(stream)
    ResourceCensus.begin(.descriptor, number: descriptor)
    defer {
      ResourceCensus.end(.descriptor, number: descriptor)
      unsafe closedir(stream)
    }
    var names: [[UInt8]] = []
    while true {
      if let code = FaultInjection.code("readdir", name) {
        throw SystemError(call: "readdir", subject: name, code: code)
      }
      errno = 0
      // SAFETY: the entry is valid until the next call; its name is copied.
      guard let entry = unsafe readdir(stream) else { break }
      let entryName = unsafe bytes(of: entry)
      if entryName != [0x2E], entryName != [0x2E, 0x2E] { names.append(entryName) }
    }
    if errno != 0 { throw SystemError(call: "readdir", subject: name, code: errno) }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// What stands at a path: a link to a file is a file, a link to a directory is neither, so that no way
  /// leads in circles. Nor is a link that leads nowhere.
  static func kind(of path: [UInt8]) throws(SystemError) -> Kind {
    var status = stat()
    let name = String(decoding: path, as: UTF8.self)
    let terminatedPath = Syscalls.terminated(path)
    do {
      // SAFETY: the path ends with a NUL, and `status` is a local.
      try Syscalls.check("lstat", name) { unsafe lstat(terminatedPath, &status) }
      if status.st_mode & S_IFMT == S_IFDIR { return .directory }
      guard status.st_mode & S_IFMT == S_IFLNK else { return kind(status) }
      guard let target = try Syscalls.lookUp(path, subject: name) else { return .other }
      return kind(target)
    } catch {
      if error.code == ENOENT || error.code == ELOOP { return .other }
      throw error
    }
  }

  private static func kind(_ status: stat) -> Kind {
    status.isRegular ? .file : .other
  }

  /// Whether there is a directory at a path, perhaps behind a link.
  static func isDirectory(_ path: [UInt8]) throws(SystemError) -> Bool {
    let status = try Syscalls.lookUp(path, subject: String(decoding: path, as: UTF8.self))
    return status.map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
  }

  @unsafe private static func bytes(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
    // SAFETY: the name is a NUL-terminated string inside the entry.
    unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
      unsafe name.withMemoryRebound(
        to: UInt8.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)
      ) { start in
        var result: [UInt8] = []
        var index = 0
        while unsafe start[index] != 0 {
          result.append(unsafe start[index])
          index += 1
        }
        return result
      }
    }
  }
}
