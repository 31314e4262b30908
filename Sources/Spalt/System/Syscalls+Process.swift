// What the system knows of this process's memory, and a file that is appended to. As in `Syscalls.swift`,
// each function is one call.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Syscalls {
  /// Page faults of this process so far; nil when the system does not say.
  static func pageFaults() -> PageFaults? {
    var usage = rusage()
    #if canImport(Glibc)
      let who = RUSAGE_SELF.rawValue
    #else
      let who = RUSAGE_SELF
    #endif
    // SAFETY: the call writes one `rusage` to a local.
    guard succeeds("getrusage", "process", { unsafe getrusage(who, &usage) }) else { return nil }
    return PageFaults(minorCount: Int(usage.ru_minflt), majorCount: Int(usage.ru_majflt))
  }

  /// Whether the system tells which pages of a file are in memory: it does to whoever may write to it.
  static func tellsResidency(ofFile path: String) -> Bool {
    // SAFETY: the path is a NUL-terminated string for the length of the call.
    succeeds("access", path) { unsafe access(path, W_OK) }
  }

  /// Counts the pages of a mapped range, and those of them that are not in memory; nil when the system does
  /// not say. `address` must be that of a page, and `scratch` have a byte for each page.
  static func coldPageCount(
    _ address: UnsafeRawPointer, byteCount: Int, _ scratch: inout [UInt8]
  ) -> Int? {
    let pageCount = (byteCount + pageByteCount - 1) / pageByteCount
    precondition(pageCount <= scratch.count, "a byte for each page is needed")
    let start = unsafe UnsafeMutableRawPointer(mutating: address)
    // SAFETY: the range belongs to a mapping of the caller, and the array has a byte for each of its pages.
    #if canImport(Darwin)
      let result = unsafe scratch.withUnsafeMutableBytes {
        unsafe mincore(start, byteCount, $0.baseAddress?.assumingMemoryBound(to: CChar.self))
      }
    #else
      let result = unsafe mincore(start, byteCount, &scratch)
    #endif
    guard result == 0, succeeds("mincore", memoryName, { 0 }) else { return nil }
    return scratch[..<pageCount].count { $0 & 1 == 0 }
  }

  /// A limit of this process, or nil when there is none.
  static func limit(_ resource: ProcessLimit) -> Int? {
    var limit = rlimit()
    #if canImport(Glibc)
      let number =
        switch resource {
        case .addressSpace: __rlimit_resource_t(RLIMIT_AS.rawValue)
        case .openFiles: __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        }
    #else
      let number =
        switch resource {
        case .addressSpace: Int32(RLIMIT_AS)
        case .openFiles: Int32(RLIMIT_NOFILE)
        }
    #endif
    // SAFETY: the call writes one `rlimit` to a local.
    guard succeeds("getrlimit", "process", { unsafe getrlimit(number, &limit) }) else { return nil }
    // No limit is the largest number there is, or nearly so.
    return limit.rlim_cur < UInt64(Int64.max) ? Int(limit.rlim_cur) : nil
  }

  /// Memory of the machine in bytes, or nil when the system does not say.
  static var physicalByteCount: Int? {
    let pageCount = sysconf(Int32(_SC_PHYS_PAGES))
    return pageCount > 0 ? pageCount * pageByteCount : nil
  }

  /// Opens a file to be appended to, or makes it.
  static func openForAppending(_ path: String) throws(SystemError) -> Int32 {
    // SAFETY: the path is a NUL-terminated string for the length of the call.
    try opened("open", path) {
      unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    }
  }

  /// Waits until the other end of the pipe `descriptor` is closed, at most so long; false when it was not.
  static func waitForEnd(of descriptor: Int32, milliseconds: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // SAFETY: the entry is a local that outlives the call. After a signal the caller asks again.
    return unsafe poll(&polled, 1, milliseconds) > 0
  }
}

/// What the system limits.
enum ProcessLimit {
  /// Bytes of address space.
  case addressSpace
  /// Number of open files.
  case openFiles
}

extension Syscalls {
  /// Writes a text, with one call unless the system takes only a part of it.
  static func writeAll(_ descriptor: Int32, text: String, path: String) throws(SystemError) {
    let bytes = Array(text.utf8)
    unsafe try bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in
      // SAFETY: the bytes are a local array's.
      unsafe try writeAll(descriptor, UnsafeRawBufferPointer(buffer), path: path)
    }
  }
}
