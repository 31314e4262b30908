#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A thread of the pipeline's own. Decoders block (on page faults, on a full queue), and blocking
/// Swift's cooperative pool can deadlock it.
@safe
struct PipelineThread: ~Copyable {
  private let handle: pthread_t

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a thread that runs `run` and ends.
  /// - Parameters:
  ///   - worker: its number among the workers of a pipeline, if it is one.
  ///   - processor: what it is bound to, if the system can do that.
  init(
    worker: Int? = nil, processor: Int? = nil, _ run: @escaping @Sendable () -> Void
  ) throws(SystemError) {
    let inheriting = FaultInjection.inheriting(run)
    let body = unsafe Unmanaged.passRetained(
      Body {
        if let processor { Processors.bindThread(to: processor) }
        if let worker { WorkerIdentity.set(worker) }
        inheriting()
      })
    #if canImport(Darwin)
      var created: pthread_t? = nil
    #else
      var created = pthread_t()
    #endif
    // SAFETY: the retained body is taken over by the new thread, or released here on failure.
    let code =
      unsafe FaultInjection.code("pthread_create", "worker thread")
      ?? pthread_create(&created, nil, pipelineThreadMain, body.toOpaque())
    guard code == 0 else {
      unsafe body.release()
      throw SystemError(call: "pthread_create", subject: "worker thread", code: code)
    }
    #if canImport(Darwin)
      unsafe self.handle = created!
    #else
      self.handle = created
    #endif
  }

  /// Waits until the thread has ended.
  consuming func join() {
    // The handle is joined once, since joining consumes the value.
    _ = pthread_join(handle, nil)
  }

  /// Lets the thread end by itself.
  consuming func detach() { _ = pthread_detach(handle) }

  fileprivate static func enter(_ argument: UnsafeMutableRawPointer) {
    // SAFETY: `init` passed a retained `Body`; taking it balances the retain.
    unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
  }
}

#if canImport(Darwin)
  private func pipelineThreadMain(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    unsafe PipelineThread.enter(argument)
    return nil
  }
#else
  private func pipelineThreadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?
  {
    if let argument = unsafe argument { unsafe PipelineThread.enter(argument) }
    return nil
  }
#endif

/// Which thread something runs on.
struct ThreadIdentity: Hashable, Sendable {
  private let number: UInt

  static var current: ThreadIdentity {
    #if canImport(Darwin)
      // SAFETY: the handle is used as a number only.
      ThreadIdentity(number: unsafe UInt(bitPattern: pthread_self()))
    #else
      ThreadIdentity(number: UInt(pthread_self()))
    #endif
  }
}

/// Wants to know how many threads wait at monitors.
protocol WaitObserver: AnyObject, Sendable {
  /// The calling thread begins to wait.
  func threadBlocks()
  /// So many threads that waited may go on. Said by whoever wakes them, before they run.
  func threadsUnblock(count: Int)
}

/// A mutex with a condition: what `Synchronization.Mutex` lacks for a bounded queue.
@safe
final class Monitor: @unchecked Sendable {  // the two pthread objects are made for sharing
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  /// - Parameter observer: learns who waits here.
  init(observer: (any WaitObserver)? = nil) {
    self.observer = observer
    // SAFETY: both objects are allocated and initialised here, and destroyed in `deinit`.
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    // SAFETY: nobody else holds the object any more.
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  private let observer: (any WaitObserver)?
  /// How many threads wait, and how often they were woken; used under the lock.
  private var waiterCount = 0
  private var wakeCount: UInt64 = 0

  /// SAFETY: the objects are initialised for as long as `self` lives.
  func lock() { unsafe pthread_mutex_lock(mutex) }
  func unlock() { unsafe pthread_mutex_unlock(mutex) }
  /// Waits for a change; the caller holds the lock and tests its condition again afterwards.
  func wait() {
    waiterCount += 1
    observer?.threadBlocks()
    let seenCount = wakeCount
    // The system may wake a thread for no reason.
    while wakeCount == seenCount { unsafe pthread_cond_wait(condition, mutex) }
  }
  /// As `wait`, but not for longer than `nanoseconds`, about.
  func wait(nanoseconds: UInt64) {
    waiterCount += 1
    observer?.threadBlocks()
    let seenCount = wakeCount
    #if canImport(Darwin)
      var duration = timespec(
        tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
      // SAFETY: the objects are initialised, and `duration` is a local.
      unsafe pthread_cond_timedwait_relative_np(condition, mutex, &duration)
    #else
      var time = timespec()
      // SAFETY: `time` is a local. A clock that jumps makes the wait longer or shorter, no more.
      unsafe clock_gettime(CLOCK_REALTIME, &time)
      let end = UInt64(time.tv_nsec) + nanoseconds
      time.tv_sec += Int(end / 1_000_000_000)
      time.tv_nsec = Int(end % 1_000_000_000)
      // SAFETY: the objects are initialised.
      unsafe pthread_cond_timedwait(condition, mutex, &time)
    #endif
    if wakeCount == seenCount {
      waiterCount -= 1
      observer?.threadsUnblock(count: 1)
    }
  }
  /// Wakes everybody who waits. The caller holds the lock.
  func broadcast() {
    guard waiterCount > 0 else { return }
    observer?.threadsUnblock(count: waiterCount)
    waiterCount = 0
    wakeCount += 1
    unsafe pthread_cond_broadcast(condition)
  }
}

/// Nanoseconds of a monotonic clock.
func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  // SAFETY: `time` is a local.
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}

/// Nanoseconds since 1970-01-01T00:00:00Z by the system's clock.
func wallClockNanoseconds() -> Int64 {
  var time = timespec()
  // SAFETY: `time` is a local.
  unsafe clock_gettime(CLOCK_REALTIME, &time)
  return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
}

extension Syscalls {
  /// Lets the thread rest for less than a second; a signal may end that early.
  static func sleep(nanoseconds: Int) {
    var time = timespec(tv_sec: 0, tv_nsec: nanoseconds)
    // SAFETY: `time` is a local.
    _ = unsafe nanosleep(&time, nil)
  }
}
