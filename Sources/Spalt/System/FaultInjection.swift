/// Makes a system call fail on purpose, in debug builds only: tests ask for the n-th call of a name
/// to give an error number. In release builds the check is empty.
enum FaultInjection {
  struct Plan: Sendable {
    let call: String
    var callsBefore: Int
    let code: Int32
  }

  #if DEBUG
    private static let plan = Guarded<Plan?>(nil)

    /// Arms a failure: after `callsBefore` good calls, the next `call` fails with `code`, once.
    static func arm(_ call: String, after callsBefore: Int, code: Int32) {
      plan.withLock { $0 = Plan(call: call, callsBefore: callsBefore, code: code) }
    }

    static func disarm() { plan.withLock { $0 = nil } }

    static func strike(_ call: StaticString, _ subject: String) throws(SystemError) {
      let code: Int32? = plan.withLock { plan in
        guard var current = plan, current.call == call.description else { return nil }
        if current.callsBefore > 0 {
          current.callsBefore -= 1
          plan = current
          return nil
        }
        plan = nil
        return current.code
      }
      if let code { throw SystemError(call: call.description, subject: subject, code: code) }
    }
  #else
    @inline(__always)
    static func strike(_ call: StaticString, _ subject: String) throws(SystemError) {}
  #endif
}
