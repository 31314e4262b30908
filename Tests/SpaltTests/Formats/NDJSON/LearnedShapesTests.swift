import Testing

@testable import Spalt

/// What the short cut could get wrong, case by case: each input is read along learned shapes and by
/// the general decoder.
@Suite struct LearnedShapesTests {
  /// Reads a text in both ways, expects the same, and gives the result along shapes.
  private func read(
    _ text: String, _ change: (inout ReaderOptions) -> Void = { _ in },
    _ location: SourceLocation = #_sourceLocation
  ) throws -> Snapshot {
    var options = ReaderOptions.ndjson
    change(&options)
    let fast = try Snapshot.read(text, options)
    options.learnsShapes = false
    let general = try Snapshot.read(text, options)
    #expect(fast.differences(from: general) == [], sourceLocation: location)
    #expect(general.statistics.learnedShapeCount == 0, sourceLocation: location)
    return fast
  }

  @Test func aRepeatedShapeIsLearnedOnce() throws {
    let line = #"{"level":"INFO","status":200,"ok":true,"latency":1.5,"none":null,"tags":["a"]}"#
    let snapshot = try read(String(repeating: line + "\n", count: 20))
    #expect(snapshot.statistics.recordCount == 20)
    #expect(snapshot.statistics.learnedShapeCount == 19)
    #expect(snapshot.column("status") == Array(repeating: .int64(200), count: 20))
  }

  @Test func aNullInABrokenLineDoesNotTouchTheNextRecord() throws {
    let snapshot = try read(
      """
      {"a":null,"b":1}
      {"a":"text","b":2}
      {"a":null,"b":!}
      {"a":"kept","b":3}

      """)
    #expect(snapshot.texts("a") == [nil, "text", "kept"])
    #expect(snapshot.rejects.map(\.line) == [3])
  }

  @Test func aNullInALineThatIsTooLongDoesNotTouchTheNextRecord() throws {
    let padding = String(repeating: "x", count: 60)
    let snapshot = try read(
      """
      {"a":null,"b":"y"}
      {"a":1,"b":"y"}
      {"a":null,"b":"\(padding)"}
      {"a":2,"b":"y"}

      """
    ) { $0.maximumRecordByteCount = 40 }
    #expect(snapshot.column("a") == [.null, .int64(1), .int64(2)])
    #expect(snapshot.rejects.map(\.reason) == [.tooLong])
  }

  @Test func nothingIsCountedForARecordThatIsGivenUp() throws {
    let snapshot = try read(
      """
      {"a":"x","b":1}
      {"a":"tab\\there and more","b":!}
      {"a":"lone \\udc00 surrogate, and more","b":"not a number"}
      {"a":"\\n","c":1}

      """
    ) { $0.sampleByteCount = 10 }
    #expect(snapshot.statistics.loneSurrogates.count == 1)
    let ledger = snapshot.statistics.ledger
    #expect(ledger.decode.copiedByteCount(.escapeDecoded) == 28 + 1)
  }

  @Test func arraysNestNoDeeperAlongAShape() throws {
    // An object around an array: 1 + 511 levels are allowed, one more is not.
    for (count, isAccepted) in [(510, true), (511, true), (512, false), (513, false)] {
      let deep = String(repeating: "[", count: count) + String(repeating: "]", count: count)
      let snapshot = try read("{\"a\":[1]}\n{\"a\":[2]}\n{\"a\":\(deep)}\n")
      #expect(snapshot.rows.count == (isAccepted ? 3 : 2), "\(count) brackets")
      #expect(snapshot.rejects.map(\.reason) == (isAccepted ? [] : [.tooDeep]), "\(count)")
    }
  }

  @Test func arraysInNestedObjectsNestNoDeeperAlongAShape() throws {
    for (count, isAccepted) in [(510, true), (511, false)] {
      let deep = String(repeating: "[", count: count) + String(repeating: "]", count: count)
      let snapshot = try read("{\"a\":{\"b\":[1]}}\n{\"a\":{\"b\":\(deep)}}\n")
      #expect(snapshot.rows.count == (isAccepted ? 2 : 1), "\(count) brackets")
    }
  }

  @Test func oneShapeCannotStandForAnother() throws {
    _ = try read(
      """
      {"a":1,"b":2}
      {"a":1}
      {"a":1,"b":2,"a":3}
      {"a":1,"b":2}{"a":1}
      {"a":1,"b":2} {"a":1}
      {"a":1,"b":2},
      {"a":1,"b":2}x
      {"a":01,"b":2}
      {"a":1.0,"b":2}
      {"a":1e1,"b":2}
      {"a":-1,"b":-0}
      {"a":"1","b":2}
      {"a":truex,"b":2}
      {"a":1,"b":2
      {"a":1 ,"b":2}
      {"a":1,"b":2}\r
      {"a":1,"b":2} \r
      {"a":1,"b":2}\r\r
      {"b":2,"a":1}
      {"a":{"b":2}}
      {"\\u0061":1,"b":2}
      {"a":1,"b":2}
      """)
  }

  @Test func valuesNearTheEndOfTheInput() throws {
    // The last bytes of an input cannot be loaded sixteen at a time.
    for text in ["", "x", "0123456789abc", "0123456789abcdef", "é", "\\n", "\u{FFFD}"] {
      let line = "{\"a\":\"\(text)\"}"
      for end in ["\n", "", "\r\n", "\n\n", " "] {
        let snapshot = try read(line + "\n" + line + "\n" + line + end)
        #expect(snapshot.statistics.recordCount == 3)
      }
    }
  }

  @Test func longKeysTakeSeveralSteps() throws {
    for count in 1...70 {
      let key = String(repeating: "k", count: count)
      let lines = (0..<5).map { "{\"\(key)\":\($0),\"\(key)2\":\"v\($0)\"}\n" }
      let snapshot = try read(lines.joined())
      #expect(snapshot.column(key) == (0..<5).map { .int64($0) })
      #expect(snapshot.statistics.learnedShapeCount == 4)
    }
  }

  @Test func moreShapesThanThereIsRoomFor() throws {
    // Different keys in every record: the steps fill up, and everything is still read.
    let lines = (0..<9000).map { "{\"k\($0 % 1500)\":\($0),\"z\":\"\($0)\"}\n" }
    let snapshot = try Snapshot.read(lines.joined())
    #expect(snapshot.statistics.recordCount == 9000)
    #expect(snapshot.rejects.isEmpty)
    #expect(snapshot.texts("z") == (0..<9000).map { "\($0)" })
    let values: [Cell] = snapshot.column("k77")
    #expect(values.filter { $0 != .null } == (0..<6).map { .int64($0 * 1500 + 77) })
  }

  @Test func unwantedColumnsAreSkippedButChecked() throws {
    let snapshot = try read(
      """
      {"a":1,"s":"x","n":1,"w":true,"r":[1]}
      {"a":2,"s":"\\u00e9","n":1.5,"w":false,"r":[[]]}
      {"a":3,"s":"\\x","n":1,"w":true,"r":[1]}
      {"a":4,"s":"x","n":1.,"w":true,"r":[1]}
      {"a":5,"s":"x","n":1,"w":trues,"r":[1]}
      {"a":6,"s":"x","n":1,"w":true,"r":[1,]}
      {"a":7,"s":"x","n":1,"w":null,"r":null}

      """
    ) { $0.selectedColumns = ["a"] }
    #expect(snapshot.column("a") == [.int64(1), .int64(2), .int64(7)])
    #expect(snapshot.rejects.map(\.line) == [3, 4, 5, 6])
  }
}
