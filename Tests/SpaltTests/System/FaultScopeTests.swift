import Foundation
import Testing

@testable import Spalt

#if DEBUG
  /// Faults strike the work that they are meant for, and no other.
  @Suite struct FaultScopeTests {
    private static let everything = FaultInjection.Plan { _ in .failure(EIO) }

    private func reads(_ path: String) -> Bool {
      (try? WholeFile.bytes(ofFileAt: path, maximumByteCount: 1 << 20)) != nil
    }

    @Test func onlyTheThreadInItsScopeIsStruck() throws {
      let file = try TemporaryFile(text: "text")
      defer { withExtendedLifetime(file) {} }
      let path = file.path
      let scope = FaultScope()
      let other = FaultScope()
      scope.run(Self.everything) {
        #expect(other.run { reads(path) })
        let isDone = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
          #expect(reads(path))
          isDone.signal()
        }
        isDone.wait()
        #expect(!reads(path))
        // Once.
        #expect(reads(path))
      }
      #expect(reads(path))
      #expect(scope.isSpent)
      #expect(
        scope.strikes
          == [FaultInjection.Strike(call: "open", subject: path, fault: .failure(EIO))])
      #expect(other.strikes == [])
      #expect(other.callCounts == ["open": 1, "read": 2, "close": 1])
    }

    @Test func threadsInheritTheirScope() throws {
      let file = try TemporaryFile(text: "text")
      defer { withExtendedLifetime(file) {} }
      let path = file.path
      let scope = FaultScope()
      let results = Guarded<[Bool]>([])
      let shared = SharedResults(results)
      try scope.run(FaultInjection.Plan(call: "read") { _ in .failure(EIO) }) {
        try PipelineThread { shared.add(reads(path)) }.join()
      }
      #expect(shared.values == [false])
      #expect(scope.callCounts["pthread_create"] == 1)
      try PipelineThread { shared.add(reads(path)) }.join()
      #expect(shared.values == [false, true])
    }

    private final class SharedResults: Sendable {
      private let results: Guarded<[Bool]>
      init(_ results: consuming Guarded<[Bool]>) { self.results = results }
      func add(_ result: Bool) { results.withLock { $0.append(result) } }
      var values: [Bool] { results.withLock { $0 } }
    }

    @Test func theNthCallOfANameIsStruck() throws {
      let file = try TemporaryFile(text: String(repeating: "text", count: 20_000))
      let scope = FaultScope()
      for callsBefore in 0..<3 {
        let plan = FaultInjection.Plan(call: "read", callsBefore: callsBefore) { _ in .failure(EIO)
        }
        #expect(!scope.run(plan) { reads(file.path) })
        #expect(scope.callCounts == ["open": 1, "read": callsBefore + 1, "close": 1])
      }
      let plan = FaultInjection.Plan(call: "read", callsBefore: 3) { _ in .failure(EIO) }
      #expect(scope.run(plan) { reads(file.path) })
      #expect(!scope.isSpent)
    }

    @Test func interruptedAndShortCallsAreMadeAgain() throws {
      let text = [UInt8](repeating: 0x61, count: 40_000)
      let file = try TemporaryFile(text)
      let scope = FaultScope()
      for (fault, count) in [
        (FaultInjection.Fault.failure(EINTR), 3), (.short(1), 3), (.short(30_000), 3),
      ] {
        let bytes = try scope.run(FaultInjection.Plan(call: "read") { _ in fault }) {
          try WholeFile.bytes(ofFileAt: file.path, maximumByteCount: 1 << 20)
        }
        #expect(bytes == text)
        #expect(scope.callCounts["read"] == count)
        #expect(scope.strikes.map(\.fault) == [fault])
      }
    }

    // MARK: - Census

    @Test func whatIsHeldIsCounted() throws {
      let file = try TemporaryFile(text: "text")
      let scope = FaultScope()
      let other = FaultScope()
      let page = Syscalls.pageByteCount
      let (descriptor, memory) = try scope.run {
        (
          try Syscalls.openForReading(file.path),
          UInt(bitPattern: unsafe try Syscalls.mapAnonymous(byteCount: 8 * page))
        )
      }
      #expect(scope.liveResources == [.descriptor: 1, .memory: 1])
      #expect(other.liveResources == [:])
      // Whoever gives it up: it is gone.
      other.run { Syscalls.close(descriptor) }
      #expect(scope.liveResources == [.memory: 1])
      let pages = unsafe UnsafeMutableRawPointer(bitPattern: memory)
      let start = unsafe try #require(pages)
      unsafe Syscalls.unmap(start + 6 * page, byteCount: 2 * page)
      #expect(scope.liveResources == [.memory: 1])
      unsafe Syscalls.unmap(start + 2 * page, byteCount: page)
      #expect(scope.liveResources == [.memory: 2])
      unsafe Syscalls.unmap(start, byteCount: 6 * page)
      #expect(scope.liveResources == [:])
    }

    @Test func aLeakIsSeen() throws {
      let file = try TemporaryFile(text: "{\"a\":1}\n")
      let scope = FaultScope()
      let pool = ChunkPool(budget: MemoryBudget())
      let arenas = ArenaPool(chunkPool: pool)
      try scope.run {
        let arena = arenas.lease(.batch)
        #expect(scope.liveResources == [.arena: 1])
        _ = consume arena
        let mapping = try #require(try Mapping.ofFile(at: file.path))
        #expect(scope.liveResources[.mapping] == 1)
        withExtendedLifetime(mapping) {}
      }
      #expect(scope.liveResources == [:])
      try scope.run {
        let chunk = try pool.lease(byteCount: 100)
        #expect(scope.liveResources == [.memory: 1])
        _ = consume chunk
      }
      // The pool keeps it for later.
      #expect(scope.liveResources == [.memory: 1])
      pool.trim(toByteCount: 0)
      #expect(scope.liveResources == [:])
    }
  }
#endif
