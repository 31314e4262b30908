#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A value behind a lock.
///
/// `Synchronization.Mutex` would do, but on Linux its lock is made of atomics inside the runtime, which
/// ThreadSanitizer does not see: it reports every access that the lock protects. It knows `pthread`
/// mutexes.
@safe
struct Guarded<Value>: ~Copyable, @unchecked Sendable {  // the value is used under the lock only
  // SAFETY: allocated in `init` and freed in `deinit`; nobody else has the addresses.
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let value: UnsafeMutablePointer<Value>

  init(_ value: consuming sending Value) {
    unsafe lock = .allocate(capacity: 1)
    unsafe lock.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(lock, nil)
    unsafe self.value = .allocate(capacity: 1)
    unsafe self.value.initialize(to: value)
  }

  deinit {
    unsafe pthread_mutex_destroy(lock)
    unsafe lock.deallocate()
    unsafe value.deinitialize(count: 1)
    unsafe value.deallocate()
  }

  /// Runs `body` with the value, while no other thread does.
  func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    // SAFETY: lock and value live as long as `self`, and the lock keeps other threads out.
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    return unsafe body(&value.pointee)
  }
}
