#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A system call that failed: which one, on what, and the error number it gave.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Name of the call, as in `man 2`.
  public let call: String
  /// What it was called on: a path, or a description such as "standard input".
  public let subject: String
  /// `errno` as the call left it.
  public let code: Int32

  /// A failure of `call` on `subject` with error number `code`.
  public init(call: String, subject: String, code: Int32) {
    self.call = call
    self.subject = subject
    self.code = code
  }

  /// Whether the reader of a pipe that was written to has gone away.
  var isClosedPipe: Bool { code == EPIPE && call == "write" }

  /// The system's words for the error number.
  public var reason: String {
    // SAFETY: strerror returns a NUL-terminated string, copied before any other call is made.
    unsafe String(cString: strerror(code))
  }

  public var description: String { "\(subject): \(reason) (\(call))" }
}
