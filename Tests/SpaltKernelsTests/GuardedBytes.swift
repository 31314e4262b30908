#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory whose last byte is followed by a page that nobody may touch: a kernel that reads or writes
/// one byte too many ends the test process.
@safe
final class GuardedBytes {
  let base: UnsafeMutablePointer<UInt8>
  /// Usable bytes, a multiple of the page size.
  let count: Int
  private let mappedCount: Int

  /// One past the last usable byte; the first byte of the guard page.
  var end: UnsafeMutablePointer<UInt8> { unsafe base + count }

  init(atLeast minimum: Int) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    count = (minimum + page - 1) / page * page
    mappedCount = count + page
    #if canImport(Darwin)
      let flags = MAP_PRIVATE | MAP_ANON
    #else
      let flags = MAP_PRIVATE | MAP_ANONYMOUS
    #endif
    let mapping = unsafe mmap(nil, mappedCount, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else {
      fatalError("no memory for a test buffer")
    }
    unsafe base = mapping.assumingMemoryBound(to: UInt8.self)
    guard unsafe mprotect(mapping + count, page, PROT_NONE) == 0 else {
      fatalError("no guard page for a test buffer")
    }
  }

  deinit {
    unsafe munmap(base, mappedCount)
  }

  /// Room for `count` words right before the guard page, filled with a pattern that is no answer.
  func words(_ count: Int) -> UnsafeMutablePointer<UInt64> {
    let start = unsafe end - count * 8
    unsafe memset(start, 0xA5, count * 8)
    return unsafe UnsafeMutableRawPointer(start).assumingMemoryBound(to: UInt64.self)
  }

  /// Room for `count` offsets right before the guard page, filled with a pattern that is no answer.
  func offsets(_ count: Int) -> UnsafeMutablePointer<UInt32> {
    let start = unsafe end - count * 4
    unsafe memset(start, 0xA5, count * 4)
    return unsafe UnsafeMutableRawPointer(start).assumingMemoryBound(to: UInt32.self)
  }
}

/// SplitMix64: the same numbers in every run.
struct TestRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number below `bound`; even enough for a test, and quick in a debug build.
  mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next() >> 33) % bound
  }
}
