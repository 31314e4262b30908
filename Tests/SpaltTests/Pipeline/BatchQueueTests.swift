import Testing

@testable import Spalt

@Suite struct BatchQueueTests {
  private var first: SpaltError { .usage("first") }

  /// A worker that cannot begin fails under ticket 0, which may have been served by then.
  @Test func failuresOfTicketsThatWereServedComeOut() {
    let queue = BatchQueue(capacity: 2)
    queue.finish(ticket: 0)
    queue.fail(ticket: 0, first)
    queue.fail(ticket: 1, .usage("second"))
    #expect(throws: first) { _ = try queue.take()?.inputIndex }
  }

  @Test func failuresWaitForTheirTurn() throws {
    let queue = BatchQueue(capacity: 2)
    queue.fail(ticket: 1, first)
    queue.end(ticketCount: 2)
    queue.finish(ticket: 0)
    #expect(throws: first) { _ = try queue.take()?.inputIndex }
  }
}
