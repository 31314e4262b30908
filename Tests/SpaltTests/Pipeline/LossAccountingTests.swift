import Testing

@testable import Spalt

/// Every byte of the input is in a record, in a reject, in a blank line or between them.
@Suite struct LossAccountingTests {
  /// Expected counts of bytes; what is left out is zero.
  struct Bytes: Equatable {
    var records = 0
    var rejected = 0
    var blank = 0
    var separators = 0
  }

  private func bytes(_ snapshot: Snapshot) -> Bytes {
    Bytes(
      records: snapshot.statistics.recordByteCount, rejected: snapshot.statistics.rejectedByteCount,
      blank: snapshot.statistics.blankByteCount,
      separators: snapshot.statistics.separatorByteCount)
  }

  /// Reads bytes in several ways and expects the same counts from each.
  private func check(
    _ text: String, _ expected: Bytes, records: Int, rejects: Int = 0, blanks: Int = 0,
    lines: Int, _ location: SourceLocation = #_sourceLocation,
    _ change: (inout ReaderOptions) -> Void = { _ in }
  ) throws {
    let file = try TemporaryFile(text: text)
    var wrong: [String] = []
    for representation in [ReaderOptions.Representation.values, .text, .none] {
      var base = ReaderOptions.ndjson
      base.representation = representation
      change(&base)
      for options in ReaderOptions.variants(of: base, count: 4, seed: UInt64(text.utf8.count)) {
        let snapshot = try Snapshot.read([file.path], options, batchLimit: 5000)
        let statistics = snapshot.statistics
        let found = [
          statistics.recordCount, statistics.rejectedCount, snapshot.rejects.count,
          statistics.blankCount, statistics.lineCount, statistics.byteCount,
        ]
        let counts = [records, rejects, rejects, blanks, lines, text.utf8.count]
        if bytes(snapshot) != expected || found != counts || !snapshot.isAccounted {
          wrong.append("\(options.summary): \(bytes(snapshot)), \(found)")
        }
      }
    }
    #expect(wrong == [], "expected \(expected)", sourceLocation: location)
  }

  @Test func inputsOfAlmostNothing() throws {
    try check("", Bytes(), records: 0, lines: 0)
    try check("\n", Bytes(separators: 1), records: 0, blanks: 1, lines: 1)
    try check("\r\n", Bytes(separators: 2), records: 0, blanks: 1, lines: 1)
    try check("\n\n\r\n", Bytes(separators: 4), records: 0, blanks: 3, lines: 3)
    try check(" \t \n  ", Bytes(blank: 5, separators: 1), records: 0, blanks: 2, lines: 1)
    try check("\r", Bytes(blank: 1), records: 0, blanks: 1, lines: 0)
    try check("\u{FEFF}", Bytes(separators: 3), records: 0, lines: 0)
    try check("\u{FEFF}\n", Bytes(separators: 4), records: 0, blanks: 1, lines: 1)
    try check("0", Bytes(records: 1), records: 1, lines: 0)
  }

  @Test func lineEnds() throws {
    try check("{}\n{}\n", Bytes(records: 4, separators: 2), records: 2, lines: 2)
    try check("{}\r\n{}\r\n", Bytes(records: 4, separators: 4), records: 2, lines: 2)
    try check("{}\n{}", Bytes(records: 4, separators: 1), records: 2, lines: 1)
    try check("{}\r\n{}\r", Bytes(records: 5, separators: 2), records: 2, lines: 1)
    // A lone carriage return is white space: two values on one line, and in front of one.
    try check("{}\r{}\n", Bytes(records: 4, separators: 2), records: 2, lines: 1)
    try check("\r{}\n", Bytes(records: 3, separators: 1), records: 1, lines: 1)
    try check("\n{}\n\n", Bytes(records: 2, separators: 3), records: 1, blanks: 2, lines: 3)
  }

  @Test func byteOrderMarks() throws {
    try check("\u{FEFF}{\"a\":1}\n", Bytes(records: 7, separators: 4), records: 1, lines: 1)
    try check("\u{FEFF}{\"a\":1}", Bytes(records: 7, separators: 3), records: 1, lines: 0)
    // Only at the beginning of the file.
    try check(
      "{}\n\u{FEFF}{}\n", Bytes(records: 2, rejected: 5, separators: 2), records: 1, rejects: 1,
      lines: 2)
    try check(
      "\u{FEFF}\u{FEFF}{}\n", Bytes(rejected: 5, separators: 4), records: 0, rejects: 1, lines: 1)
  }

  @Test func aByteOrderMarkBeginsEachFile() throws {
    let one = try TemporaryFile(text: "\u{FEFF}{\"a\":1}\n")
    let snapshot = try Snapshot.read([one.path, one.path])
    #expect(snapshot.column("a") == [.int64(1), .int64(1)])
    #expect(snapshot.positions.map(\.inputIndex) == [0, 1])
    #expect(snapshot.positions.map(\.offset) == [3, 3])
  }

  @Test func bytesOfZero() throws {
    try check("{}\0\n", Bytes(rejected: 3, separators: 1), records: 0, rejects: 1, lines: 1)
    try check("\0\0\0", Bytes(rejected: 3), records: 0, rejects: 1, lines: 0)
    try check("{\"a\0\":1}\n", Bytes(rejected: 8, separators: 1), records: 0, rejects: 1, lines: 1)
    try check(
      "{\"a\":1\0}\n1\0\n1 \0\n", Bytes(rejected: 13, separators: 3), records: 0, rejects: 3,
      lines: 3)
    try check(
      "\0{}\n{}\n", Bytes(records: 2, rejected: 3, separators: 2), records: 1, rejects: 1, lines: 2)
  }

  @Test func severalValuesOnALine() throws {
    try check("{}{}\n", Bytes(records: 4, separators: 1), records: 2, lines: 1)
    try check(" {} \t{}  {} \n", Bytes(records: 6, separators: 7), records: 3, lines: 1)
    try check(
      "{}{\"a\":1}[]\n", Bytes(rejected: 11, separators: 1), records: 0, rejects: 1, lines: 1)
    try check(
      "{}{\n{}\n", Bytes(records: 2, rejected: 3, separators: 2), records: 1, rejects: 1, lines: 2)
    try check("1 2\n", Bytes(rejected: 3, separators: 1), records: 0, rejects: 1, lines: 1)
    try check("{} {} x\n", Bytes(rejected: 7, separators: 1), records: 0, rejects: 1, lines: 1)
  }

  @Test func moreRecordsOnALineThanABatchHolds() throws {
    for (count, isAccepted) in [(8192, true), (8193, false), (20_000, false)] {
      let line = String(repeating: "{}", count: count)
      let snapshot = try Snapshot.read("{}\n" + line + "\n{}\n")
      #expect(snapshot.statistics.recordCount == (isAccepted ? count + 2 : 2))
      #expect(snapshot.rejects.map(\.reason) == (isAccepted ? [] : [.tooManyRecordsOnLine]))
      #expect(snapshot.rejects.allSatisfy { $0.line == 2 })
      #expect(snapshot.isAccounted)
    }
  }

  @Test func moreRecordsThanABatchHolds() throws {
    let text = (0..<20_000).map { "{\"n\":\($0)}\n" }.joined()
    for learnsShapes in [true, false] {
      var options = ReaderOptions.ndjson
      options.learnsShapes = learnsShapes
      let snapshot = try Snapshot.read(text, options)
      #expect(snapshot.column("n") == (0..<20_000).map { .int64($0) })
      #expect(snapshot.batchCount >= 3)
      #expect(snapshot.isAccounted)
    }
  }

  // MARK: - Records that are too long

  /// A record of exactly `byteCount` bytes.
  private func record(_ byteCount: Int) -> String {
    "{\"a\":\"" + String(repeating: "x", count: byteCount - 8) + "\"}"
  }

  @Test(arguments: [100, 1000, 70_000], ["\n", "\r\n"])
  func recordsAtTheLimit(limit: Int, lineEnd: String) throws {
    let end = lineEnd.utf8.count
    for (byteCount, isAccepted) in [
      (limit - 1, true), (limit, true), (limit + 1, false), (limit + 2, false),
      (limit + 70_000, false),
    ] {
      let accepted = isAccepted ? byteCount : 0
      let rejected = isAccepted ? 0 : byteCount
      try check(
        record(20) + lineEnd + record(byteCount) + lineEnd + record(30) + lineEnd,
        Bytes(records: 50 + accepted, rejected: rejected, separators: 3 * end),
        records: isAccepted ? 3 : 2, rejects: isAccepted ? 0 : 1, lines: 3
      ) { $0.maximumRecordByteCount = limit }
      // The last one, without a line's end.
      try check(
        record(20) + lineEnd + record(byteCount),
        Bytes(records: 20 + accepted, rejected: rejected, separators: end),
        records: isAccepted ? 2 : 1, rejects: isAccepted ? 0 : 1, lines: 1
      ) { $0.maximumRecordByteCount = limit }
    }
  }

  @Test func whatIsSaidOfRecordsThatAreTooLong() throws {
    let limit = 1000
    let text =
      record(20) + "\n" + record(200_000) + "\r\nbroken\n" + record(300_000) + "\n" + record(2000)
    let file = try TemporaryFile(text: text)
    var base = ReaderOptions.ndjson
    base.maximumRecordByteCount = limit
    for options in ReaderOptions.variants(of: base, count: 12, seed: 5) {
      let snapshot = try Snapshot.read([file.path], options, batchLimit: 5000)
      #expect(
        snapshot.rejects.map(\.reason) == [.tooLong, .unexpectedByte, .tooLong, .tooLong],
        "\(options.summary)")
      #expect(snapshot.rejects.map(\.offset) == [21, 200_023, 200_030, 500_031])
      #expect(snapshot.rejects.map(\.byteCount) == [200_000, 6, 300_000, 2000])
      #expect(snapshot.rejects.map(\.line) == [2, 3, 4, 5])
      #expect(snapshot.isAccounted)
    }
  }

  @Test func aByteOrderMarkIsNoPartOfTheFirstRecord() throws {
    try check(
      "\u{FEFF}" + record(100) + "\n", Bytes(records: 100, separators: 4), records: 1, lines: 1
    ) { $0.maximumRecordByteCount = 100 }
    try check(
      "\u{FEFF}" + record(101) + "\n", Bytes(rejected: 101, separators: 4), records: 0, rejects: 1,
      lines: 1
    ) { $0.maximumRecordByteCount = 100 }
  }

  @Test func aBlankLineIsNeverTooLong() throws {
    let blank = String(repeating: " ", count: 300)
    try check(
      "{}\n" + blank + "\n{}\n", Bytes(records: 4, blank: 300, separators: 3), records: 2,
      blanks: 1, lines: 3
    ) { $0.maximumRecordByteCount = 100 }
  }

  // MARK: - Rejects

  @Test func linesAreNumberedAcrossPiecesAndBatches() throws {
    var text = ""
    var expected: [Int] = []
    for line in 1...3000 {
      if line % 7 == 3 {
        text += "broken \(line)\n"
        expected.append(line)
      } else if line % 11 == 0 {
        text += "\n"
      } else if line % 13 == 0 {
        text += "{}{\"n\":\(line)}\n"
      } else {
        text += "{\"n\":\(line),\"s\":\"some text\"}\n"
      }
    }
    let one = try TemporaryFile(text: text)
    for options in ReaderOptions.variants(
      of: ReaderOptions.ndjson, count: 8, seed: 3, pieces: [64, 1000, 1 << 16])
    {
      let snapshot = try Snapshot.read([one.path, one.path], options)
      #expect(snapshot.rejects.map(\.line) == expected + expected, "\(options.summary)")
      #expect(
        snapshot.rejects.map(\.inputIndex) == expected.map { _ in 0 } + expected.map { _ in 1 })
    }
  }

  @Test func rejectedLinesCanBeKept() throws {
    let text = "{\"a\":1}\nnot \\u0041 JSON\n\n{\"a\":2}\r\n{\"a\":\r\n"
    let file = try TemporaryFile(Array(text.utf8) + [0xFF, 0x0A])
    for representation in [ReaderOptions.Representation.values, .text] {
      for learnsShapes in [true, false] {
        var options = ReaderOptions.ndjson
        options.keepsRejectedLines = true
        options.representation = representation
        options.learnsShapes = learnsShapes
        let snapshot = try Snapshot.read([file.path], options)
        #expect(snapshot.columns.map(\.name) == ["a", "line", "_extra"])
        #expect(
          snapshot.texts("line") == [nil, "not \\u0041 JSON", nil, "{\"a\":", "\u{FFFD}"])
        #expect(snapshot.statistics.recordCount == 2)
        #expect(snapshot.statistics.rejectedCount == 3)
        #expect(snapshot.positions.map(\.byteCount) == [7, 15, 7, 5, 1])
        #expect(snapshot.isAccounted)
      }
    }
  }

  @Test func keptLinesDoNotDependOnPieces() throws {
    let file = try TemporaryFile(text: "{\"a\":1}\n" + record(3000) + "\nbroken\n{\"a\":2}\n")
    var base = ReaderOptions.plain()
    base.keepsRejectedLines = true
    base.maximumRecordByteCount = 1000
    let expected = try Snapshot.read([file.path], base)
    for options in ReaderOptions.variants(of: base, count: 6, seed: 1) {
      let snapshot = try Snapshot.read([file.path], options, batchLimit: 5000)
      #expect(snapshot.differences(from: expected) == [], "\(options.summary)")
    }
  }

  @Test func theTextOfARejectIsAtHand() throws {
    let file = try TemporaryFile(text: "{}\nbroken\n{}\n")
    var reader = try RecordReader(paths: [file.path])
    while let batch = try reader.next() {
      for reject in batch.rejects {
        let text = batch.input(at: reject.offset, byteCount: reject.byteCount)?.makeString()
        #expect(text == "broken")
      }
      let outside = batch.input(at: 10, byteCount: 100) == nil
      #expect(outside)
    }
  }
}
