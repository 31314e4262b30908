import CSpaltSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What `fstat` says of an open file, as far as Spalt wants to know.
struct FileStatus: Equatable, Sendable {
  enum Kind: Sendable { case regular, directory, other }
  let kind: Kind
  /// Size in bytes; meaningless for pipes and devices.
  let byteCount: Int
  /// When the content was last written, in nanoseconds since 1970, as finely as the file system notes it.
  let modificationNanoseconds: Int64
  let identity: FileIdentity
}

extension Syscalls {
  static func status(of descriptor: Int32, path: String) throws(SystemError) -> FileStatus {
    var status = stat()
    // SAFETY: `status` is a local that outlives the call.
    try check("fstat", path) { unsafe fstat(descriptor, &status) }
    let kind: FileStatus.Kind
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .directory
    default: kind = .other
    }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return FileStatus(
      kind: kind, byteCount: Int(status.st_size),
      modificationNanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec),
      identity: FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)))
  }

  /// What the file system is called on which an open file lies, if pages of a mapping come from another machine or
  /// process, so that they may fail at any time, or be stale. Nil for a local one, and for one that does not tell.
  static func remoteFileSystemName(of descriptor: Int32, path: String) -> String? {
    guard FaultInjection.code("fstatfs", path) == nil else { return nil }
    // SAFETY: the name is a constant.
    return unsafe spaltRemoteFileSystemName(descriptor).map { unsafe String(cString: $0) }
  }

  /// Reads at most `buffer.count` bytes from `offset` on, without moving the place where reads go on; 0 behind
  /// the file's end.
  static func read(
    _ descriptor: Int32, at offset: Int, into buffer: UnsafeMutableRawBufferPointer, path: String
  ) throws(SystemError) -> Int {
    // SAFETY: the buffer's address and count describe memory that the caller owns.
    try transfer("pread", path, byteCount: buffer.count) { byteCount in
      unsafe pread(descriptor, buffer.baseAddress, byteCount, off_t(offset))
    }
  }

  /// Another descriptor of an open file, which programs that are started do not inherit.
  static func duplicate(_ descriptor: Int32, path: String) throws(SystemError) -> Int32 {
    try opened("fcntl", path) { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
  }

  /// Moves the place where reads of an open file go on.
  static func seek(_ descriptor: Int32, to offset: Int, path: String) throws(SystemError) {
    try check("lseek", path) { lseek(descriptor, off_t(offset), SEEK_SET) }
  }

  /// Lets the process have as many open files as the system allows it. Failing changes nothing.
  static func raiseDescriptorLimit() {
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
      let resource = RLIMIT_NOFILE
    #endif
    // SAFETY: `limit` is a local.
    guard succeeds("getrlimit", "limit", { unsafe getrlimit(resource, &limit) }),
      limit.rlim_cur < limit.rlim_max
    else { return }
    limit.rlim_cur = limit.rlim_max
    succeeds("setrlimit", "limit") { unsafe setrlimit(resource, &limit) }
  }
}
