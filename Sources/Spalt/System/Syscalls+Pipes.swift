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
    guard unsafe pipe(&ends) == 0 else {
      throw SystemError(call: "pipe", subject: "pipe", code: errno)
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
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
    while unsafe poll(&polled, 2, -1) == -1, errno == EINTR {}
  }

  /// Whether a read of `descriptor` would give something at once, be it the end or an error.
  static func hasInput(_ descriptor: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // SAFETY: the entry is a local that outlives the call.
    return unsafe poll(&polled, 1, 0) != 0
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
      let flags = fcntl(descriptor, F_GETFL)
      if flags >= 0 { _ = fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) }
      return descriptor
    #endif
  }

  /// Whether there is a named pipe at a path.
  private static func isPipe(_ path: [UInt8]) -> Bool {
    var status = stat()
    let path = path.map { CChar(bitPattern: $0) } + [0]
    // SAFETY: the array ends with a NUL, and `status` is a local, for the length of the call.
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }
}
