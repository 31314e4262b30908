// What calls the system, with the other files of this name. Each function is one call: it retries EINTR,
// turns failures into `SystemError`, and can be made to fail by `FaultInjection` in debug builds, so that
// error paths are tested without a broken disk.

import CSpaltSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What tells a file from every other: two paths may lead to one.
struct FileIdentity: Equatable, Sendable {
  let device: UInt64
  let inode: UInt64
}

/// Advice on a range of a mapping.
enum MemoryAdvice {
  /// Nobody knows how the range will be read.
  case normal
  /// The range will be read once, front to back.
  case sequential
  /// The range will be read here and there: nothing around what is read is of use.
  case random
  /// The range will be read soon. The system may look at a part of it only.
  case willNeed
  /// The range is not needed any more; its pages may go. A later access reads them again.
  case dontNeed
}

/// What may be done with pages.
enum PageAccess {
  case none, read, readWrite

  var flags: Int32 {
    switch self {
    case .none: PROT_NONE
    case .read: PROT_READ
    case .readWrite: PROT_READ | PROT_WRITE
    }
  }
}

enum Syscalls {
  /// What an error calls memory that the system does not give.
  static let memoryName = "memory"

  /// Size of a page in bytes.
  static let pageByteCount = sysconf(Int32(_SC_PAGESIZE))

  /// Number of processors that are online.
  static let processorCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  /// Number of processors that this process may run on.
  static var usableProcessorCount: Int { Int(spaltUsableProcessorCount()) }

  static func openForReading(_ path: String) throws(SystemError) -> Int32 {
    // SAFETY: the path is a NUL-terminated string for the length of the call.
    try opened("open", path) { unsafe open(path, O_RDONLY | O_CLOEXEC) }
  }

  /// As `openForReading`, for a path that need not be text. `name` stands for it in messages.
  static func openForReading(
    bytes: [UInt8], name: String, flags: Int32 = 0
  ) throws(SystemError) -> Int32 {
    let path = terminated(bytes)
    // SAFETY: the array ends with a NUL and is valid for the length of the call.
    return try opened("open", name) { unsafe open(path, O_RDONLY | O_CLOEXEC | flags) }
  }

  /// What is at a path, behind links; nil when nothing is.
  static func lookUp(
    _ path: some Sequence<UInt8>, subject: @autoclosure () -> String
  ) throws(SystemError) -> stat? {
    var status = stat()
    let path = terminated(path)
    do {
      // SAFETY: the array ends with a NUL, and `status` is a local, for the length of the call.
      try check("stat", subject()) { unsafe stat(path, &status) }
    } catch {
      if error.code == ENOENT || error.code == ENOTDIR { return nil }
      throw error
    }
    return status
  }

  /// Which file is at `path`, or nil when there is none.
  static func identity(of path: String) throws(SystemError) -> FileIdentity? {
    guard let status = try lookUp(path.utf8, subject: path) else { return nil }
    return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// As `identity(of:)`, for a path that need not be text; nil also when it cannot be asked about.
  static func identity(ofBytes path: [UInt8]) -> FileIdentity? {
    guard let status = try? lookUp(path, subject: String(decoding: path, as: UTF8.self)) else {
      return nil
    }
    return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// Whether there is a regular file at a path, as far as that can be told.
  static func isRegularFile(_ path: [UInt8]) -> Bool {
    guard let status = try? lookUp(path, subject: "") else { return false }
    return status.isRegular
  }

  /// What the symbolic link at `path` holds; nil when there is no link.
  static func linkContent(_ path: String) throws(SystemError) -> String? {
    var content = [CChar](repeating: 0, count: 4097)
    let count: Int
    do {
      // SAFETY: the path is a NUL-terminated string, and the array has room for one byte more than is
      // asked for.
      count = try check("readlink", path) { unsafe readlink(path, &content, 4096) }
    } catch {
      if error.code == EINVAL || error.code == ENOENT || error.code == ENOTDIR { return nil }
      throw error
    }
    guard count > 0 else { return nil }
    return String(decoding: content[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The value of an environment variable, or nil when it is not set.
  static func environmentValue(_ name: String) -> String? {
    // SAFETY: the value is a NUL-terminated string, copied before anything can change it: Spalt never
    // sets a variable.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  static func openForWriting(_ path: String) throws(SystemError) -> Int32 {
    // SAFETY: as above.
    try opened("open", path) { unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) }
  }

  // MARK: - Output files

  /// What stands at a path that is to be written.
  enum OutputKind {
    case none
    /// A regular file with these permissions.
    case regular(UInt32)
    case other
  }

  /// What stands at `path`, and its permissions if it is a regular file. Follows links.
  static func permissions(ofRegularFile path: String) throws(SystemError) -> OutputKind {
    guard let status = try lookUp(path.utf8, subject: path) else { return .none }
    guard status.st_mode & S_IFMT == S_IFREG else { return .other }
    return .regular(UInt32(status.st_mode & 0o7777))
  }

  /// Fails when the process may not write to the file at `path`.
  static func checkWritable(_ path: String, subject: String) throws(SystemError) {
    // SAFETY: the path is a NUL-terminated string for the length of the call.
    try check("access", subject) { unsafe access(path, W_OK) }
  }

  /// Creates a file that did not exist, with these permissions or those that the process gives to new
  /// files. `subject` stands for it in messages.
  static func createExclusively(
    _ path: String, permissions: UInt32?, subject: String
  ) throws(SystemError) -> Int32 {
    // SAFETY: the path is a NUL-terminated string for the length of the call.
    let descriptor = try opened("open", subject) {
      unsafe open(
        path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions == nil ? 0o666 : 0o600)
    }
    // A file system without permissions refuses; the file is then as private as it was made.
    if let permissions {
      succeeds("fchmod", subject) { fchmod(descriptor, mode_t(permissions)) }
    }
    return descriptor
  }

  /// Gives a file another name, in place of the file that has it.
  static func rename(
    _ path: String, to target: String, subject: String
  ) throws(SystemError) {
    try check("rename", subject) {
      // SAFETY: both paths are NUL-terminated strings for the length of the call.
      #if canImport(Darwin)
        unsafe Darwin.rename(path, target)
      #elseif canImport(Musl)
        unsafe Musl.rename(path, target)
      #else
        unsafe Glibc.rename(path, target)
      #endif
    }
  }

  /// Removes a file, if it exists and may be removed.
  static func unlink(_ path: String) {
    succeeds("unlink", path) {
      // SAFETY: the path is a NUL-terminated string for the length of the call.
      #if canImport(Darwin)
        unsafe Darwin.unlink(path)
      #elseif canImport(Musl)
        unsafe Musl.unlink(path)
      #else
        unsafe Glibc.unlink(path)
      #endif
    }
  }

  // MARK: - Closing

  /// Closes a file that was written. The descriptor is gone even after a failure, so that an interrupted
  /// call is not made again.
  static func closeWritten(_ descriptor: Int32, path: String) throws(SystemError) {
    ResourceCensus.end(.descriptor, number: descriptor)
    let injected = FaultInjection.code("close", path)
    #if canImport(Darwin)
      let result = Darwin.close(descriptor)
    #elseif canImport(Musl)
      let result = Musl.close(descriptor)
    #else
      let result = Glibc.close(descriptor)
    #endif
    let code = injected ?? (result == 0 ? 0 : errno)
    if code != 0, code != EINTR { throw SystemError(call: "close", subject: path, code: code) }
  }

  /// Closes a descriptor from which nothing is lost when that fails.
  static func close(_ descriptor: Int32) {
    try? closeWritten(descriptor, path: "descriptor")
  }

  /// Makes a call that gives a new descriptor.
  static func opened(
    _ call: StaticString, _ subject: String, _ body: () -> Int32
  ) throws(SystemError) -> Int32 {
    let descriptor = try check(call, subject, body)
    ResourceCensus.begin(.descriptor, number: descriptor)
    return descriptor
  }

  // MARK: - Terminals

  /// Whether a descriptor leads to a terminal.
  static func isTerminal(_ descriptor: Int32) -> Bool {
    FaultInjection.code("isatty", "terminal") == nil && isatty(descriptor) == 1
  }

  /// Width in characters of the terminal behind a descriptor; nil when there is none, or it has none.
  static func terminalColumnCount(_ descriptor: Int32) -> Int? {
    var size = winsize()
    // SAFETY: the call writes one `winsize` to a local.
    let isKnown = succeeds("ioctl", "terminal") {
      unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size)
    }
    return isKnown && size.ws_col > 0 ? Int(size.ws_col) : nil
  }

  /// The value of an environment variable, or nil.
  static func environmentVariable(_ name: String) -> String? {
    // SAFETY: the value is a NUL-terminated string, copied before anything could change it.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  // MARK: -

  /// Reads at most `buffer.count` bytes; 0 at the end of the input.
  static func read(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, path: String
  ) throws(SystemError) -> Int {
    // SAFETY: the buffer's address and count describe memory that the caller owns.
    try transfer("read", path, byteCount: buffer.count) { byteCount in
      #if canImport(Darwin)
        unsafe Darwin.read(descriptor, buffer.baseAddress, byteCount)
      #elseif canImport(Musl)
        unsafe Musl.read(descriptor, buffer.baseAddress, byteCount)
      #else
        unsafe Glibc.read(descriptor, buffer.baseAddress, byteCount)
      #endif
    }
  }

  /// Writes all of `buffer`.
  static func writeAll(
    _ descriptor: Int32, _ buffer: UnsafeRawBufferPointer, path: String
  ) throws(SystemError) {
    var rest = unsafe buffer
    while unsafe !rest.isEmpty {
      // SAFETY: `rest` is a part of the caller's buffer, which is valid for the call.
      let written = try transfer("write", path, byteCount: rest.count) { byteCount in
        #if canImport(Darwin)
          unsafe Darwin.write(descriptor, rest.baseAddress, byteCount)
        #elseif canImport(Musl)
          unsafe Musl.write(descriptor, rest.baseAddress, byteCount)
        #else
          unsafe Glibc.write(descriptor, rest.baseAddress, byteCount)
        #endif
      }
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }
}
