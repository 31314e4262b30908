#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ctrl-C, hang-up and termination, received by a thread that waits for them: no handler has to care what
/// it may call.
public enum Interrupts {
  /// The status of a process that Ctrl-C ended.
  public static let status: Int32 = 128 + SIGINT

  /// Begins to watch. To be called before any other thread exists, which all inherit that these signals
  /// are blocked. The first Ctrl-C runs `onFirst`; a second one, a hang-up or a request to terminate ends
  /// the process at once, without leaving temporary files behind. Signals that are ignored stay ignored.
  public static func watch(_ onFirst: @escaping @Sendable () -> Void) {
    // Who writes to a pipe that nobody reads gets an error, and can clean up.
    _ = signal(SIGPIPE, SIG_IGN)
    var signals = sigset_t()
    var isWatching = false
    // SAFETY: the set is a local.
    unsafe sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(signal) {
      unsafe sigaddset(&signals, signal)
      isWatching = true
    }
    guard isWatching else { return }
    // SAFETY: the set is a local; the old mask is not wanted.
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    let watched = signals
    let thread = try? PipelineThread { wait(for: watched, onFirst) }
    // Without a thread that waits, the signals do what they always do.
    guard let thread else {
      unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      return
    }
    thread.detach()
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    // SAFETY: the action is a local that receives the present one.
    guard unsafe sigaction(signal, nil, &action) == 0 else { return false }
    #if canImport(Darwin)
      return unsafe unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self) == 1
    #else
      return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    #endif
  }

  private static func wait(for signals: sigset_t, _ onFirst: @Sendable () -> Void) {
    var signals = signals
    var isSecond = false
    while true {
      var signal: Int32 = 0
      // SAFETY: both are locals.
      guard unsafe sigwait(&signals, &signal) == 0 else { return }
      if signal == SIGINT, !isSecond {
        isSecond = true
        onFirst()
        continue
      }
      TemporaryFiles.unlinkAll()
      _exit(128 + signal)
    }
  }
}
