import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A child process in a process group of its own, so that what it started can be killed with it.
struct ChildProcess {
  let identifier: pid_t

  /// Starts a program whose standard streams are files.
  init(
    _ executable: String, _ arguments: [String], environment: [String: String],
    streams: (input: String, output: String, errors: String)
  ) throws {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = unsafe posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    // SAFETY: the structures are initialised here and destroyed below; the strings live for the
    // calls, and both lists end in null.
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, streams.input, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, streams.output, O_WRONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, streams.errors, O_WRONLY, 0)
    var defaults = sigset_t()
    unsafe sigemptyset(&defaults)
    // Whoever runs the tests may ignore them.
    for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&defaults, signal) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF))

    var argumentPointers = unsafe ([executable] + arguments).map { unsafe strdup($0) }
    unsafe argumentPointers.append(nil)
    var variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") }
    unsafe variables.append(nil)
    defer {
      unsafe (argumentPointers + variables).forEach { unsafe free($0) }
    }
    var child: pid_t = 0
    let code = unsafe posix_spawn(
      &child, executable, &actions, &attributes, argumentPointers, variables)
    guard code == 0 else { throw TestFailure("\(executable) could not be started: error \(code)") }
    identifier = child
  }

  /// The status when the process has ended, as a shell would give it, and its peak memory in bytes.
  func poll() -> (status: Int32, maximumByteCount: Int)? {
    var status: Int32 = 0
    var usage = rusage()
    // SAFETY: both are local variables.
    guard unsafe wait4(identifier, &status, WNOHANG, &usage) == identifier else { return nil }
    let signal = status & 0x7F
    #if canImport(Darwin)
      let byteCount = usage.ru_maxrss
    #else
      let byteCount = usage.ru_maxrss * 1024
    #endif
    return (signal == 0 ? (status >> 8) & 0xFF : 128 + signal, byteCount)
  }

  /// Kills the process and all that it started.
  func killGroup() { kill(-identifier, SIGKILL) }
}
