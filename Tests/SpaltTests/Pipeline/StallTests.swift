import Foundation
import Testing

@testable import Spalt

@Suite struct StallTests {
  @Test func nobodyWaitsAtFirst() {
    #expect(StallClock().nanoseconds == 0)
  }

  @Test func presentWaitsCount() {
    let clock = StallClock()
    let one = clock.begin()
    usleep(1000)
    let first = clock.nanoseconds
    #expect(first >= 1_000_000)
    let two = clock.begin()
    usleep(1000)
    // Two wait now.
    #expect(clock.nanoseconds >= first + 2_000_000)
    clock.end(one)
    clock.end(two)
    let finished = clock.nanoseconds
    #expect(finished >= first + 2_000_000)
    usleep(1000)
    #expect(clock.nanoseconds == finished)
  }

  /// Waits until a stage is seen waiting.
  private static func wait(_ nanoseconds: () -> UInt64) -> Bool {
    for _ in 0..<5000 {
      if nanoseconds() > 0 { return true }
      usleep(1000)
    }
    return false
  }

  @Test func workersWaitForTheirTurn() {
    let stalls = StallClocks()
    let queue = BatchQueue(capacity: 1, stalls: stalls)
    Thread.detachNewThread { queue.finish(ticket: 1) }
    #expect(Self.wait { queue.workerStallNanoseconds })
    #expect(queue.consumerStallNanoseconds == 0)
    queue.finish(ticket: 0)
    queue.cancel()
  }

  @Test func consumersWaitForBatches() {
    let stalls = StallClocks()
    let queue = BatchQueue(capacity: 1, stalls: stalls)
    Thread.detachNewThread { _ = try? queue.take()?.inputIndex }
    #expect(Self.wait { queue.consumerStallNanoseconds })
    #expect(queue.workerStallNanoseconds == 0)
    queue.cancel()
  }
}
