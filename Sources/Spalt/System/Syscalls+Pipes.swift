// Pipes: waiting for one without being stuck in it. As in `Syscalls.swift`, each function is one call.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Syscalls {
  /// The two ends of a pipe.
  struct Pipe: Sendable {
    let readingDescriptor: Int32
    let writingDescriptor: Int32
  }

  /// A new pipe, which programs that are started do not inherit.
  static func makePipe() throws(SystemError) -> Pipe {
    var ends: [Int32] = [-1, -1]
    // SAFETY: the call writes two descriptors to an array of two.
    try check("pipe", "pipe") { unsafe pipe(&ends) }
    for end in ends {
      ResourceCensus.begin(.descriptor, number: end)
      succeeds("fcntl", "pipe") { fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    return Pipe(readingDescriptor: ends[0], writingDescriptor: ends[1])
  }

  /// Waits until a read of `descriptor` would give something, be it the end or an error, or until the other
  /// end of the pipe `wakingDescriptor` is closed; a negative one is not looked at.
  static func waitForInput(_ descriptor: Int32, or wakingDescriptor: Int32) {
    var polled = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wakingDescriptor, events: Int16(POLLIN), revents: 0),
    ]
    // SAFETY: the array has two entries for the length of the call.
    succeeds("poll", "pipe") { unsafe poll(&polled, 2, -1) }
  }

  /// Whether a read of `descriptor` would give something at once, be it the end or an error.
  static func hasInput(_ descriptor: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    var count: Int32 = 0
    // SAFETY: the entry is a local that outlives the call.
    let isKnown = succeeds("poll", "pipe") {
      count = unsafe poll(&polled, 1, 0)
      return count
    }
    return !isKnown || count > 0
  }

  /// Opens what is at `path` for reading; a named pipe that nobody writes to is not waited for: that is for
  /// `waitForInput`. `name` stands for the path in messages.
  static func openForReadingAtOnce(bytes: [UInt8], name: String) throws(SystemError) -> Int32 {
    #if canImport(Darwin)
      // Here a pipe that nobody has opened for writing cannot be told from one that was closed.
      return try openForReading(bytes: bytes, name: name)
    #else
      guard isPipe(bytes) else { return try openForReading(bytes: bytes, name: name) }
      let descriptor = try openForReading(bytes: bytes, name: name, flags: O_NONBLOCK)
      do {
        let flags = try check("fcntl", name) { fcntl(descriptor, F_GETFL) }
        try check("fcntl", name) { fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) }
      } catch {
        close(descriptor)
        throw error
      }
      return descriptor
    #endif
  }

  /// Whether there is a named pipe at a path.
  private static func isPipe(_ path: [UInt8]) -> Bool {
    guard let status = try? lookUp(path, subject: "") else { return false }
    return status.st_mode & S_IFMT == S_IFIFO
  }
}
