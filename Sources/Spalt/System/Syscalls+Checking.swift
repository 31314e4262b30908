// What every system call goes through: a new one needs no more than `check` to be made again when it is
// interrupted and to be made to fail in tests.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Syscalls {
  /// Makes a call that gives -1 on failure, again while it is interrupted.
  @discardableResult
  static func check<Result: SignedInteger>(
    _ call: StaticString, _ subject: @autoclosure () -> String, _ body: () -> Result
  ) throws(SystemError) -> Result {
    while true {
      let code: Int32
      if let injected = FaultInjection.code(call, subject()) {
        code = injected
      } else {
        let result = body()
        if result != -1 { return result }
        code = errno
      }
      if code != EINTR {
        throw SystemError(call: call.description, subject: subject(), code: code)
      }
    }
  }

  /// As `check`, for a call whose failure is no error: gives whether it succeeded.
  @discardableResult
  static func succeeds<Result: SignedInteger>(
    _ call: StaticString, _ subject: @autoclosure () -> String, _ body: () -> Result
  ) -> Bool {
    do { try check(call, subject(), body) } catch { return false }
    return true
  }

  /// As `check`, for a call that transfers at most `byteCount` bytes. `body` gets how many are to be transferred.
  static func transfer(
    _ call: StaticString, _ subject: String, byteCount: Int, _ body: (Int) -> Int
  ) throws(SystemError) -> Int {
    while true {
      let code: Int32
      let fault = FaultInjection.strike(call, subject)
      if let injected = fault?.code {
        code = injected
      } else {
        let result = body(fault?.limited(byteCount) ?? byteCount)
        if result != -1 { return result }
        code = errno
      }
      if code != EINTR { throw SystemError(call: call.description, subject: subject, code: code) }
    }
  }

  /// A path's bytes with a NUL behind them.
  static func terminated(_ path: some Sequence<UInt8>) -> [CChar] {
    path.map { CChar(bitPattern: $0) } + [0]
  }
}

extension stat {
  /// Whether it is of a regular file.
  var isRegular: Bool { st_mode & S_IFMT == S_IFREG }
}
