// Mappings of files and of memory. As in `Syscalls.swift`, each function is one call.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Syscalls {
  /// Maps the first `byteCount` bytes of a file, read-only. `byteCount` must be positive.
  static func map(
    _ descriptor: Int32, byteCount: Int, path: String
  ) throws(SystemError) -> UnsafeRawPointer {
    let address = unsafe try mapped(path) {
      // SAFETY: a new mapping at an address that the kernel chooses touches nothing that exists.
      unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
    }
    unsafe ResourceCensus.begin(.mapping, at: address, byteCount: byteCount)
    return UnsafeRawPointer(address)
  }

  /// Maps `byteCount` bytes of zeroed private memory.
  static func mapAnonymous(byteCount: Int) throws(SystemError) -> UnsafeMutableRawPointer {
    #if canImport(Darwin)
      let flags = MAP_PRIVATE | MAP_ANON
    #else
      let flags = MAP_PRIVATE | MAP_ANONYMOUS
    #endif
    let address = unsafe try mapped(memoryName) {
      // SAFETY: as above, a new mapping.
      unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0)
    }
    unsafe ResourceCensus.begin(.memory, at: address, byteCount: byteCount)
    return unsafe address
  }

  /// Makes a mapping.
  @unsafe private static func mapped(
    _ subject: String, _ body: () -> UnsafeMutableRawPointer?
  ) throws(SystemError) -> UnsafeMutableRawPointer {
    if let code = FaultInjection.code("mmap", subject) {
      throw SystemError(call: "mmap", subject: subject, code: code)
    }
    guard let address = unsafe body(), unsafe address != MAP_FAILED else {
      throw SystemError(call: "mmap", subject: subject, code: errno)
    }
    return unsafe address
  }

  /// Gives a mapping up, or a part of one.
  static func unmap(_ address: UnsafeMutableRawPointer, byteCount: Int) {
    unsafe ResourceCensus.endMemory(at: address, byteCount: byteCount)
    // SAFETY: the caller owns the mapping and gives it up.
    let isUnmapped = succeeds("munmap", memoryName) { unsafe munmap(address, byteCount) }
    // The system refuses to make two mappings of one when there are too many; at least its pages can go.
    if !isUnmapped { unsafe advise(address, byteCount: byteCount, .dontNeed) }
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
    case .normal: code = Int32(MADV_NORMAL)
    case .sequential: code = Int32(MADV_SEQUENTIAL)
    case .random: code = Int32(MADV_RANDOM)
    case .willNeed: code = Int32(MADV_WILLNEED)
    case .dontNeed: code = Int32(MADV_DONTNEED)
    }
    // SAFETY: the range belongs to a mapping of the caller; none of these advices drops content of
    // a read-only file mapping or of memory that is in use.
    succeeds("madvise", memoryName) {
      unsafe madvise(UnsafeMutableRawPointer(mutating: address), byteCount, code)
    }
  }

  /// Faults a range of a mapping in with one call. False where the system cannot (before Linux 5.14,
  /// macOS), or when a page could not be read: the access itself will tell.
  static func populate(_ address: UnsafeRawPointer, byteCount: Int) -> Bool {
    #if canImport(Darwin)
      return false
    #else
      let populateRead: Int32 = 22  // MADV_POPULATE_READ, which older headers lack
      // SAFETY: the range belongs to a mapping of the caller; populating only reads.
      return succeeds("madvise", memoryName) {
        unsafe madvise(UnsafeMutableRawPointer(mutating: address), byteCount, populateRead)
      }
    #endif
  }
}
