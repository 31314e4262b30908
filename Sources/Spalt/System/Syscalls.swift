// The one file that calls the system. Each function is one call: it retries EINTR, turns failures
// into `SystemError`, and can be made to fail by `FaultInjection` in debug builds, so that error
// paths are tested without a broken disk.

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
}

/// What tells a file from every other: two paths may lead to one.
struct FileIdentity: Equatable, Sendable {
  let device: UInt64
  let inode: UInt64
}

/// Advice on a range of a mapping.
enum MemoryAdvice {
  /// The range will be read once, front to back.
  case sequential
  /// The range is not needed any more; its pages may go. A later access reads them again.
  case dontNeed
}

/// What may be done with pages.
enum PageAccess {
  case none, read, readWrite

  fileprivate var flags: Int32 {
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
    try check("open", path) { unsafe open(path, O_RDONLY | O_CLOEXEC) }
  }

  /// As `openForReading`, for a path that need not be text. `name` stands for it in messages.
  static func openForReading(
    bytes: [UInt8], name: String, flags: Int32 = 0
  ) throws(SystemError) -> Int32 {
    let path = bytes.map { CChar(bitPattern: $0) } + [0]
    // SAFETY: the array ends with a NUL and is valid for the length of the call.
    return try check("open", name) { unsafe open(path, O_RDONLY | O_CLOEXEC | flags) }
  }

  /// Which file is at `path`, or nil when there is none that can be asked about.
  static func identity(of path: String) -> FileIdentity? {
    var status = stat()
    // SAFETY: the path is a NUL-terminated string, and `status` a local, for the length of the call.
    guard unsafe stat(path, &status) == 0 else { return nil }
    return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// Whether there is a regular file at a path.
  static func isRegularFile(_ path: [UInt8]) -> Bool {
    var status = stat()
    let path = path.map { CChar(bitPattern: $0) } + [0]
    // SAFETY: the array ends with a NUL, and `status` is a local, for the length of the call.
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Where the symbolic link at `path` leads to, or nil when it is none.
  static func linkTarget(of path: String) -> String? {
    var target = [CChar](repeating: 0, count: 4096)
    // SAFETY: the path is a NUL-terminated string, and the array has the length that is given.
    let count = unsafe readlink(path, &target, target.count)
    guard count > 0, count < target.count else { return nil }
    return String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
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
    try check("open", path) { unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) }
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
  static func permissions(ofRegularFile path: String) -> OutputKind {
    var status = stat()
    // SAFETY: the path is a NUL-terminated string, and `status` a local, for the length of the call.
    guard unsafe stat(path, &status) == 0 else { return .none }
    guard status.st_mode & S_IFMT == S_IFREG else { return .other }
    return .regular(UInt32(status.st_mode & 0o7777))
  }

  /// Fails when the process may not write to the file at `path`.
  static func checkWritable(_ path: String, subject: String) throws(SystemError) {
    // SAFETY: the path is a NUL-terminated string for the length of the call.
    try check("open", subject) { unsafe access(path, W_OK) }
  }

  /// Creates a file that did not exist, with these permissions or those that the process gives to new
  /// files. `subject` stands for it in messages.
  static func createExclusively(
    _ path: String, permissions: UInt32?, subject: String
  ) throws(SystemError) -> Int32 {
    // SAFETY: the path is a NUL-terminated string for the length of the call.
    let descriptor = try check("open", subject) {
      unsafe open(
        path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions == nil ? 0o666 : 0o600)
    }
    // A file system without permissions refuses; the file is then as private as it was made.
    if let permissions { _ = fchmod(descriptor, mode_t(permissions)) }
    return descriptor
  }

  /// What the symbolic link at `path` holds; nil when there is no link.
  static func linkContent(_ path: String) -> String? {
    var content = [CChar](repeating: 0, count: 4097)
    // SAFETY: the array has room for one byte more than is asked for, and stays zero behind the end.
    let count = unsafe readlink(path, &content, 4096)
    guard count > 0 else { return nil }
    return String(decoding: content[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
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
    // SAFETY: the path is a NUL-terminated string for the length of the call.
    #if canImport(Darwin)
      _ = unsafe Darwin.unlink(path)
    #elseif canImport(Musl)
      _ = unsafe Musl.unlink(path)
    #else
      _ = unsafe Glibc.unlink(path)
    #endif
  }

  /// Closes a file that was written. The descriptor is gone even after a failure.
  static func closeWritten(_ descriptor: Int32, path: String) throws(SystemError) {
    try FaultInjection.strike("close", path)
    #if canImport(Darwin)
      let result = Darwin.close(descriptor)
    #elseif canImport(Musl)
      let result = Musl.close(descriptor)
    #else
      let result = Glibc.close(descriptor)
    #endif
    if result != 0, errno != EINTR {
      throw SystemError(call: "close", subject: path, code: errno)
    }
  }

  // MARK: - Terminals

  /// Whether a descriptor leads to a terminal.
  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Width in characters of the terminal behind a descriptor; nil when there is none, or it has none.
  static func terminalColumnCount(_ descriptor: Int32) -> Int? {
    var size = winsize()
    // SAFETY: the call writes one `winsize` to a local.
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// The value of an environment variable, or nil.
  static func environmentVariable(_ name: String) -> String? {
    // SAFETY: the value is a NUL-terminated string, copied before anything could change it.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  // MARK: -

  static func close(_ descriptor: Int32) {
    #if canImport(Darwin)
      _ = Darwin.close(descriptor)
    #elseif canImport(Musl)
      _ = Musl.close(descriptor)
    #else
      _ = Glibc.close(descriptor)
    #endif
  }

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
    return FileStatus(kind: kind, byteCount: Int(status.st_size))
  }

  /// Reads at most `buffer.count` bytes; 0 at the end of the input.
  static func read(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, path: String
  ) throws(SystemError) -> Int {
    // SAFETY: the buffer's address and count describe memory that the caller owns.
    try check("read", path) {
      #if canImport(Darwin)
        unsafe Darwin.read(descriptor, buffer.baseAddress, buffer.count)
      #elseif canImport(Musl)
        unsafe Musl.read(descriptor, buffer.baseAddress, buffer.count)
      #else
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
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
      let written = try check("write", path) {
        #if canImport(Darwin)
          unsafe Darwin.write(descriptor, rest.baseAddress, rest.count)
        #elseif canImport(Musl)
          unsafe Musl.write(descriptor, rest.baseAddress, rest.count)
        #else
          unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
        #endif
      }
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Maps the first `byteCount` bytes of a file, read-only. `byteCount` must be positive.
  static func map(
    _ descriptor: Int32, byteCount: Int, path: String
  ) throws(SystemError) -> UnsafeRawPointer {
    try FaultInjection.strike("mmap", path)
    // SAFETY: a new mapping at an address that the kernel chooses touches nothing that exists.
    let address = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address = unsafe mapped(address) else {
      throw SystemError(call: "mmap", subject: path, code: errno)
    }
    return UnsafeRawPointer(address)
  }

  /// Maps `byteCount` bytes of zeroed private memory.
  static func mapAnonymous(byteCount: Int) throws(SystemError) -> UnsafeMutableRawPointer {
    #if canImport(Darwin)
      let flags = MAP_PRIVATE | MAP_ANON
    #else
      let flags = MAP_PRIVATE | MAP_ANONYMOUS
    #endif
    try FaultInjection.strike("mmap", memoryName)
    // SAFETY: as above, a new mapping.
    let address = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let address = unsafe mapped(address) else {
      throw SystemError(call: "mmap", subject: memoryName, code: errno)
    }
    return unsafe address
  }

  static func unmap(_ address: UnsafeMutableRawPointer, byteCount: Int) {
    // SAFETY: the caller owns the mapping and gives it up.
    _ = unsafe munmap(address, byteCount)
  }

  /// Changes who may do what with pages of a mapping.
  static func protect(
    _ address: UnsafeMutableRawPointer, byteCount: Int, _ access: PageAccess
  ) throws(SystemError) {
    // SAFETY: the pages belong to a mapping of the caller, who knows what they are used for.
    try check("mprotect", memoryName) { unsafe mprotect(address, byteCount, access.flags) }
  }

  /// As `protect`, where it cannot fail: the pages had another protection before.
  static func protectOrTrap(
    _ address: UnsafeMutableRawPointer, byteCount: Int, _ access: PageAccess
  ) {
    // SAFETY: as above.
    guard unsafe mprotect(address, byteCount, access.flags) == 0 else {
      fatalError("the protection of memory cannot be changed")
    }
  }

  /// Gives the kernel a hint. A hint that it refuses changes nothing, so failures are ignored.
  static func advise(_ address: UnsafeRawPointer, byteCount: Int, _ advice: MemoryAdvice) {
    let code: Int32
    switch advice {
    case .sequential: code = Int32(MADV_SEQUENTIAL)
    case .dontNeed: code = Int32(MADV_DONTNEED)
    }
    // SAFETY: the range belongs to a mapping of the caller; none of these advices drops content of
    // a read-only file mapping or of memory that is in use.
    _ = unsafe madvise(UnsafeMutableRawPointer(mutating: address), byteCount, code)
  }

  /// Faults a range of a mapping in with one call. False where the system cannot (before Linux 5.14,
  /// macOS), or when a page could not be read: the access itself will tell.
  static func populate(_ address: UnsafeRawPointer, byteCount: Int) -> Bool {
    #if canImport(Darwin)
      return false
    #else
      let populateRead: Int32 = 22  // MADV_POPULATE_READ, which older headers lack
      // SAFETY: the range belongs to a mapping of the caller; populating only reads.
      return unsafe madvise(UnsafeMutableRawPointer(mutating: address), byteCount, populateRead)
        == 0
    #endif
  }

  // MARK: - Checking

  /// The address of a mapping, or nil when there is none.
  private static func mapped(_ address: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    unsafe address == MAP_FAILED ? nil : address
  }

  /// Runs a call that gives -1 on failure, again while it is interrupted.
  @discardableResult
  private static func check<Result: SignedInteger>(
    _ call: StaticString, _ subject: String, _ body: () -> Result
  ) throws(SystemError) -> Result {
    try FaultInjection.strike(call, subject)
    while true {
      let result = body()
      if result != -1 { return result }
      if errno != EINTR {
        throw SystemError(call: call.description, subject: subject, code: errno)
      }
    }
  }
}
