import CSpaltSystem

/// Makes system calls fail on purpose, in debug builds only. In release builds the checks are empty.
///
/// Whoever makes a call asks `strike` first, which `Syscalls.check` does for most. A plan, which tests arm,
/// strikes one call of the threads that work for the same `FaultScope`, so that tests that run at the same
/// time do not meet each other's faults.
enum FaultInjection {
  /// What becomes of a call that is struck.
  enum Fault: Equatable, Sendable {
    /// It fails with this error number; one that is interrupted (`EINTR`) is made again.
    case failure(Int32)
    /// It transfers so many bytes at most.
    case short(Int)
  }

  /// A call that was struck.
  struct Strike: Equatable, Sendable {
    let call: String
    let subject: String
    let fault: Fault
  }

  /// Which calls are struck, and how.
  struct Plan: Sendable {
    /// The name of the call, or nil for any.
    var call: String?
    /// How many calls are good before, of those that could be struck.
    var callsBefore = 0
    /// Whether all that come after are struck, too.
    var isLasting = false
    /// The fault for a call of a name; nil when it cannot be struck.
    let fault: @Sendable (_ call: String) -> Fault?
  }

  /// The error number that a call is to fail with, or nil when it is to be made.
  @inline(__always)
  static func code(_ call: StaticString, _ subject: @autoclosure () -> String) -> Int32? {
    strike(call, subject())?.code
  }

  #if DEBUG
    /// The plan of a scope, and the calls that it made.
    fileprivate struct Scope: Sendable {
      var plan: Plan?
      var callCounts: [String: Int] = [:]
      var strikes: [Strike] = []

      mutating func strike(_ call: String, _ subject: String) -> Fault? {
        callCounts[call, default: 0] += 1
        guard var plan, plan.call == nil || plan.call == call, let fault = plan.fault(call) else {
          return nil
        }
        guard plan.callsBefore == 0 else {
          plan.callsBefore -= 1
          self.plan = plan
          return nil
        }
        if !plan.isLasting { self.plan = nil }
        strikes.append(Strike(call: call, subject: subject, fault: fault))
        return fault
      }
    }

    fileprivate struct Scopes: Sendable {
      var lastNumber: UInt32 = 0
      var known: [UInt32: Scope] = [:]
    }
    fileprivate static let scopes = Guarded(Scopes())

    /// What becomes of a call that is to be made; nil when it is just made.
    static func strike(_ call: StaticString, _ subject: @autoclosure () -> String) -> Fault? {
      let number = spaltFaultScope()
      return scopes.withLock { $0.known[number]?.strike(call.description, subject()) }
    }

    /// Arms a failure for the calling thread's scope: after `callsBefore` good calls, the next `call` fails
    /// with `code`, once.
    static func arm(_ call: String, after callsBefore: Int, code: Int32) {
      let plan = Plan(call: call, callsBefore: callsBefore) { _ in .failure(code) }
      let number = spaltFaultScope()
      scopes.withLock { $0.known[number, default: Scope()].plan = plan }
    }

    static func disarm() {
      let number = spaltFaultScope()
      scopes.withLock { $0.known[number]?.plan = nil }
    }

    /// What a thread is to run that is started by this one, so that it works for the same scope.
    static func inheriting(_ run: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
      let number = spaltFaultScope()
      guard number != 0 else { return run }
      return {
        spaltSetFaultScope(number)
        run()
      }
    }
  #else
    @inline(__always)
    static func strike(_ call: StaticString, _ subject: @autoclosure () -> String) -> Fault? { nil }

    @inline(__always)
    static func inheriting(_ run: @escaping @Sendable () -> Void) -> @Sendable () -> Void { run }
  #endif
}

extension FaultInjection.Fault {
  /// The error number, if the call fails.
  var code: Int32? {
    guard case .failure(let code) = self else { return nil }
    return code
  }

  /// How many of so many bytes are transferred; at least one, because none would mean the end.
  func limited(_ byteCount: Int) -> Int {
    guard case .short(let limit) = self else { return byteCount }
    return min(byteCount, max(1, limit))
  }
}

#if DEBUG
  /// The work of one test: the calls of one thread while it is in `run`, and of the threads that it starts.
  final class FaultScope: Sendable {
    private let number: UInt32

    init() {
      number = FaultInjection.scopes.withLock { scopes in
        scopes.lastNumber += 1
        scopes.known[scopes.lastNumber] = FaultInjection.Scope()
        return scopes.lastNumber
      }
    }

    deinit {
      _ = FaultInjection.scopes.withLock { $0.known.removeValue(forKey: number) }
      ResourceCensus.forget(scope: number)
    }

    /// Does work, with the plan armed from its first call on.
    func run<Result, Failure: Error>(
      _ plan: FaultInjection.Plan? = nil, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
      FaultInjection.scopes.withLock { $0.known[number] = FaultInjection.Scope(plan: plan) }
      let outer = spaltFaultScope()
      spaltSetFaultScope(number)
      defer { spaltSetFaultScope(outer) }
      return try body()
    }

    /// How many calls of each name the last run made.
    var callCounts: [String: Int] {
      FaultInjection.scopes.withLock { $0.known[number]?.callCounts ?? [:] }
    }

    /// The calls of the last run that were struck.
    var strikes: [FaultInjection.Strike] {
      FaultInjection.scopes.withLock { $0.known[number]?.strikes ?? [] }
    }

    /// Whether the last run came as far as the only call of its plan.
    var isSpent: Bool {
      FaultInjection.scopes.withLock { $0.known[number]?.plan == nil }
    }

    /// Does not count what is held now any more.
    func forgetResources() { ResourceCensus.forget(scope: number) }

    /// What the work holds of the system's now.
    var liveResources: [ResourceCensus.Kind: Int] { ResourceCensus.live(scope: number) }
  }
#endif
