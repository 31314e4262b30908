import Testing

@testable import Spalt

/// What is withheld of an input that changed.
@Suite struct ChangedInputsTests {
  private static func error(_ range: Range<Int>) -> SpaltError {
    .changed(
      path: "a.log", FileChange(kind: .truncated(toByteCount: range.lowerBound), range: range))
  }

  /// A piece that was found to be good before the change, and comes behind one that was not.
  @Test func nothingComesOutBehindAGap() {
    let changed = ChangedInputs()
    #expect(!changed.withholds(inputIndex: 0, ticket: 7, byteCount: 10))
    changed.note(Self.error(100..<200), inputIndex: 0, byteCount: 50, withholdingFrom: 6)
    // What comes before stays, whenever it comes; other inputs are not concerned.
    #expect(!changed.withholds(inputIndex: 0, ticket: 5, byteCount: 10))
    #expect(!changed.withholds(inputIndex: 1, ticket: 7, byteCount: 10))
    #expect(changed.withheldByteCount == 50)
    #expect(changed.withholds(inputIndex: 0, ticket: 6, byteCount: 10))
    #expect(changed.withholds(inputIndex: 0, ticket: 7, byteCount: 20))
    #expect(changed.withheldByteCount == 80)
  }

  /// Workers notice a change in any order.
  @Test func theForemostChangeCounts() {
    let changed = ChangedInputs()
    changed.note(Self.error(300..<400), inputIndex: 0, byteCount: 1, withholdingFrom: 9)
    changed.note(Self.error(100..<400), inputIndex: 0, byteCount: 1, withholdingFrom: 4)
    changed.note(Self.error(200..<400), inputIndex: 0, byteCount: 1, withholdingFrom: 6)
    #expect(changed.withholds(inputIndex: 0, ticket: 4, byteCount: 1))
    #expect(!changed.withholds(inputIndex: 0, ticket: 3, byteCount: 1))
    let damage = InputFailure(inputIndex: 0, error: .input(path: "a.log", reason: "zeros"))
    let other = InputFailure(inputIndex: 1, error: .input(path: "b.log", reason: "another"))
    // What an input that has changed seems to hold is no news.
    let failures = changed.failures([damage, other])
    #expect(failures.map(\.inputIndex) == [0, 1])
    #expect(failures.first?.error == Self.error(100..<400))
    #expect(failures.last?.error == other.error)
  }
}
