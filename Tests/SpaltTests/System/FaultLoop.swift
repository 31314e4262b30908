import Foundation

@testable import Spalt

#if DEBUG
  /// A piece of work that makes system calls, and what it finds and leaves in its folder.
  struct FaultScenario: Sendable {
    let name: String
    /// The files that it finds.
    var files: [String: [UInt8]] = [:]
    /// Symbolic links that it finds, and where they lead.
    var links: [String: String] = [:]
    /// What comes out of the pipe `pipe`, if there is one.
    var pipeContent: [UInt8]?
    /// The inputs of whose records the lines of a result tell, in their order.
    var inputNames: [String] = []
    /// The files that it writes. They exist before.
    var outputNames: [String] = []
    let work: @Sendable (FaultRun) throws -> Void
  }

  /// One time that the work is done.
  final class FaultRun {
    let folder: FaultFolder
    /// All that came out.
    var lines: [String] = []

    init(_ folder: FaultFolder) { self.folder = folder }

    func path(_ name: String) -> String { folder.path(name) }
  }

  /// Does the work of a scenario again and again, with one call failing each time: every call in every way.
  struct FaultLoop {
    /// What is wrong, in words.
    private(set) var findings: [String] = []
    /// How many calls of each name a good run makes.
    private(set) var callCounts: [String: Int] = [:]
    private(set) var runCount = 0
    /// How many runs with a fault gave what the good run gave, and how many an error.
    private(set) var goodCount = 0
    private(set) var errorCount = 0

    private let scenario: FaultScenario
    private let folder: FaultFolder
    private let scope = FaultScope()
    private let watchdog: Watchdog
    private let names: Set<String>
    private var good = Outcome()
    /// Whether something was held for good: then there is no use in waiting long for more.
    private var hasLeaked = false

    /// What a run comes to.
    private struct Outcome {
      var lines: [String] = []
      var outputs: [String: [UInt8]] = [:]
      var permissions: [String: UInt32] = [:]
      var error: (any Error)?
    }

    private static let before = Array("as it was\n".utf8)

    init(_ scenario: FaultScenario) throws {
      self.scenario = scenario
      folder = try FaultFolder(scenario.files)
      for (name, target) in scenario.links { try folder.link(name, to: target) }
      for name in scenario.outputNames { try folder.write(Self.before, name) }
      names = folder.names
      watchdog = Watchdog(scenario.name)
      // What is done once in a process is done.
      _ = try run(nil)
      good = try run(nil)
      callCounts = scope.callCounts
      if let error = good.error { findings.append("fails without a fault: \(error)") }
      checkWhatIsLeft("without a fault", isUnlinkStruck: false)
    }

    /// Runs with every fault.
    mutating func runAll() throws {
      for kind in FaultKind.all {
        for callsBefore in 0..<1000 {
          let plan = FaultInjection.Plan(
            callsBefore: callsBefore, isLasting: kind.isLasting, fault: kind.fault)
          let outcome = try run(plan)
          let strikes = scope.strikes
          guard let first = strikes.first else { break }
          let lasting = kind.isLasting ? " and all after it" : ""
          check(outcome, strikes, "call \(callsBefore + 1)\(lasting), \(first)")
          if findings.count > 20 { return }
          if kind.isOfAllCalls { break }
        }
      }
    }

    private mutating func run(_ plan: FaultInjection.Plan?) throws -> Outcome {
      runCount += 1
      watchdog.note("\(scenario.name), run \(runCount), calls before: \(plan?.callsBefore ?? 0)")
      for name in scenario.outputNames { try folder.write(Self.before, name) }
      let pipe = scenario.pipeContent.map { FilledPipe(folder.path("pipe"), $0) }
      defer {
        pipe?.end()
        if pipe != nil { folder.remove("pipe") }
      }
      let run = FaultRun(folder)
      var outcome = Outcome()
      do { try scope.run(plan) { try scenario.work(run) } } catch { outcome.error = error }
      outcome.lines = run.lines
      for name in scenario.outputNames {
        outcome.outputs[name] = folder.bytes(name)
        outcome.permissions[name] = folder.permissions(name)
      }
      return outcome
    }

    // MARK: - Judging

    private mutating func check(
      _ outcome: Outcome, _ strikes: [FaultInjection.Strike], _ place: String
    ) {
      if let error = outcome.error {
        errorCount += 1
        checkError(error, strikes, place)
        if strikes.count == 1 { checkOthers(outcome, strikes[0], place) }
        for (name, bytes) in outcome.outputs
        where bytes != Self.before && bytes != good.outputs[name] {
          findings.append("\(place): \(name) was written in part")
        }
      } else {
        goodCount += 1
        if outcome.lines != good.lines {
          findings.append("\(place): another result\(difference(outcome.lines))")
        }
        if outcome.outputs != good.outputs { findings.append("\(place): another output") }
        // Where permissions cannot be set, the file is private.
        if outcome.permissions != good.permissions, strikes[0].call != "fchmod" {
          findings.append("\(place): other permissions: \(outcome.permissions)")
        }
      }
      checkWhatIsLeft(place, isUnlinkStruck: strikes.contains { $0.call == "unlink" })
    }

    private func difference(_ lines: [String]) -> String {
      for (line, expected) in zip(lines, good.lines) where line != expected {
        return ": \(line) / \(expected)"
      }
      return ": \(lines.count) / \(good.lines.count) lines"
    }

    private mutating func checkError(
      _ error: any Error, _ strikes: [FaultInjection.Strike], _ place: String
    ) {
      guard let error = error as? SpaltError else {
        findings.append("\(place): an error of another type: \(error)")
        return
      }
      let isExplained = strikes.contains { strike in
        guard let code = strike.fault.code, code != EINTR else { return false }
        let reason = SystemError(call: "", subject: "", code: code).reason
        return !strike.subject.isEmpty && error.description.contains(reason)
          && error.description.contains(strike.subject)
      }
      if !isExplained { findings.append("\(place): \(error)") }
    }

    /// An input that fails does not keep the others from being read.
    private mutating func checkOthers(
      _ outcome: Outcome, _ strike: FaultInjection.Strike, _ place: String
    ) {
      guard
        let failed = scenario.inputNames.firstIndex(where: { folder.path($0) == strike.subject })
      else { return }
      for index in scenario.inputNames.indices where index != failed {
        let isOfInput = { (line: String) in line.hasPrefix("\(index)@") }
        if outcome.lines.filter(isOfInput) != good.lines.filter(isOfInput) {
          findings.append("\(place): not all of \(scenario.inputNames[index])")
        }
      }
    }

    /// Nothing is held in the end, and no file is left behind.
    private mutating func checkWhatIsLeft(_ place: String, isUnlinkStruck: Bool) {
      var live = scope.liveResources
      // A thread that nobody waits for may still be ending.
      for _ in 0..<(hasLeaked ? 200 : 20_000) where !live.isEmpty {
        usleep(500)
        live = scope.liveResources
      }
      if !live.isEmpty {
        hasLeaked = true
        findings.append("\(place): still held: \(live)")
        scope.forgetResources()
      }
      let left = folder.names.subtracting(names)
      if !left.isEmpty, !isUnlinkStruck { findings.append("\(place): left behind: \(left)") }
      left.forEach(folder.remove)
      if !names.isSubset(of: folder.names) { findings.append("\(place): files are gone") }
    }
  }

  /// Ends the process when a run does not end, and says which.
  private final class Watchdog: Sendable {
    private struct State {
      var note = ""
      var number = 0
      var isOver = false
    }
    private let state = Guarded(State())

    init(_ name: String) {
      Thread.detachNewThread { [weak self] in
        var number = -1
        var secondCount = 0
        while let state = self?.state.withLock({ $0 }), !state.isOver {
          secondCount = state.number == number ? secondCount + 1 : 0
          number = state.number
          if secondCount > 120 { fatalError("does not end: \(state.note)") }
          sleep(1)
        }
      }
    }

    func note(_ text: String) {
      state.withLock { state in
        state.note = text
        state.number += 1
      }
    }
  }

  /// A way in which calls fail.
  struct FaultKind: Sendable {
    /// Whether all calls are struck from the first one on that is.
    var isLasting = false
    /// Whether it strikes from the first call on only.
    var isOfAllCalls = false
    let fault: @Sendable (_ call: String) -> FaultInjection.Fault?

    /// The error numbers that calls may give; `EIO` for those that are missing.
    static let codes: [String: [Int32]] = [
      "access": [EACCES, EIO], "close": [EIO, ENOSPC], "dlopen": [ENOENT], "fchmod": [EPERM],
      "fcntl": [EIO], "fstat": [EIO, ENOMEM], "ioctl": [EIO], "isatty": [EBADF],
      "lstat": [EIO, ENOMEM], "madvise": [EIO, ENOMEM], "mmap": [ENOMEM], "mprotect": [ENOMEM],
      "munmap": [ENOMEM], "open": [EACCES, ENOMEM, EMFILE], "opendir": [EACCES, EMFILE],
      "pipe": [EMFILE], "poll": [ENOMEM], "pread": [EIO],
      "pthread_create": [EAGAIN], "read": [EIO, ENOMEM],
      "readdir": [EIO], "readlink": [EIO, ENOMEM], "rename": [EIO, ENOSPC], "stat": [EIO, ENOMEM],
      "unlink": [EIO], "write": [EIO, EPIPE, ENOSPC],
    ]

    /// Calls that no signal interrupts.
    private static let uninterruptible: Set = [
      "dlopen", "isatty", "mmap", "mprotect", "munmap", "opendir", "pthread_create", "readdir",
    ]

    static let all: [FaultKind] =
      (0..<3).map { index in
        FaultKind { call in
          let codes = FaultKind.codes[call] ?? [EIO]
          return index < codes.count ? .failure(codes[index]) : nil
        }
      } + [
        FaultKind { uninterruptible.contains($0) ? nil : .failure(EINTR) },
        shortTransfers(1), shortTransfers(700),
      ]
      + [1, 7, 700].map { shortTransfers($0, ofAllCalls: true) }
      // What does not get better by itself: no memory, no descriptor, no room, a broken disk.
      + ["mmap", "open", "read", "pread", "write", "stat"].map { name in
        FaultKind(isLasting: true) { call in
          call == name ? (codes[name]?.last).map { .failure($0) } : nil
        }
      }

    private static func shortTransfers(_ byteCount: Int, ofAllCalls: Bool = false) -> FaultKind {
      FaultKind(isLasting: ofAllCalls, isOfAllCalls: ofAllCalls) { call in
        ["pread", "read", "write"].contains(call) ? .short(byteCount) : nil
      }
    }
  }
#endif
