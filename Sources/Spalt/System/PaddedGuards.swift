#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Values behind a lock each, none of which shares a cache line with another: what belongs to different workers.
///
/// Lines are taken for 128 bytes: processors of Apple have such lines, and those of Intel fetch pairs of 64.
@safe
final class PaddedGuards<Value>: @unchecked Sendable {  // a value is used under its lock only
  static var lineByteCount: Int { 128 }

  // SAFETY: `count` slots of `stride` bytes, each a lock and an initialised value; freed in `deinit` only.
  private let base: UnsafeMutableRawPointer
  let count: Int
  private let stride: Int
  private let valueStart: Int

  /// `count` values, at least one, as `make` makes them.
  init(count: Int, _ make: (Int) -> Value) {
    precondition(count > 0 && MemoryLayout<Value>.alignment <= 64, "no room for such values")
    let line = Self.lineByteCount
    let valueStart = unsafe (MemoryLayout<pthread_mutex_t>.size + 63) & -64
    self.valueStart = valueStart
    stride = (valueStart + MemoryLayout<Value>.size + line - 1) & -line
    self.count = count
    unsafe base = .allocate(byteCount: stride * count, alignment: line)
    for index in 0..<count {
      let lock = unsafe lock(index)
      unsafe lock.initialize(to: pthread_mutex_t())
      unsafe pthread_mutex_init(lock, nil)
      unsafe value(index).initialize(to: make(index))
    }
  }

  deinit {
    for index in 0..<count {
      unsafe pthread_mutex_destroy(lock(index))
      unsafe value(index).deinitialize(count: 1)
    }
    unsafe base.deallocate()
  }

  private func lock(_ index: Int) -> UnsafeMutablePointer<pthread_mutex_t> {
    unsafe (base + index * stride).assumingMemoryBound(to: pthread_mutex_t.self)
  }

  private func value(_ index: Int) -> UnsafeMutablePointer<Value> {
    unsafe (base + index * stride + valueStart).assumingMemoryBound(to: Value.self)
  }

  /// Runs `body` with value `index`, while no other thread does.
  func withLock<Result>(_ index: Int, _ body: (inout Value) -> Result) -> Result {
    precondition(index >= 0 && index < count, "no such value")
    let lock = unsafe lock(index)
    // SAFETY: the slot lives as long as this object, and its lock keeps other threads out.
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    return unsafe body(&value(index).pointee)
  }
}
