import Foundation
import Testing

@testable import Spalt

#if DEBUG
  extension FaultScenario: CustomTestStringConvertible {
    var testDescription: String { name }
  }

  /// Whatever system call fails, and in whatever way: the result is what it would have been, or a clear error;
  /// nothing is held in the end, and no output file is half written.
  @Suite(.serialized) struct FaultTests {
    @Test(arguments: FaultScenario.all)
    func everyCallMayFail(scenario: FaultScenario) throws {
      var loop = try FaultLoop(scenario)
      try loop.runAll()
      #expect(loop.findings == [])
      // A fault of every kind was met.
      #expect(loop.runCount > loop.callCounts.values.reduce(0, +))
      if ProcessInfo.processInfo.environment["SPALT_FAULT_COUNTS"] != nil {
        let callCount = loop.callCounts.values.reduce(0, +)
        print(
          "\(scenario.name): \(callCount) calls, \(loop.runCount) runs, \(loop.goodCount) good,",
          "\(loop.errorCount) errors; \(loop.callCounts.sorted { $0.key < $1.key })")
      }
    }

    /// The scenarios reach all calls that there are.
    @Test func everySiteIsReached() throws {
      var reached: Set<String> = []
      for scenario in FaultScenario.all {
        reached.formUnion(try FaultLoop(scenario).callCounts.keys)
      }
      // ISA-L is looked for once in a process.
      let expected = Set(FaultKind.codes.keys).subtracting(["dlopen", "mprotect"])
      #expect(expected.subtracting(reached).isEmpty)
    }

    @Test func withoutTheLibraryGzipIsReadAllTheSame() {
      let scope = FaultScope()
      let isFound = scope.run(FaultInjection.Plan { $0 == "dlopen" ? .failure(ENOENT) : nil }) {
        ISALEngine.load() != nil
      }
      #expect(!isFound)
      #expect(scope.strikes.map(\.call) == ["dlopen"])
      #expect(scope.run { ISALEngine.load() != nil } == ISALEngine.isAvailable)
    }
  }
#endif
