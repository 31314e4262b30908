import Testing

@testable import Spalt

/// Splits of a file give each record exactly once, wherever the file is cut.
@Suite struct SplitTests {
  /// What became of a file, or of one split after the other.
  struct Outcome: Equatable {
    /// The bytes of each record, and where they stand if that is known.
    var records: [String] = []
    var offsets: [Int] = []
    var rejects: [Int] = []
    var blankCount = 0
    var byteCount = 0
    var columns: [String] = []
    /// The values of two columns of strings.
    var texts: [String: [String?]] = [:]

    mutating func add(_ reader: inout RecordReader) throws {
      columns = reader.schema.columns.map { "\($0.name) \($0.type.name)" }
      while let batch = try reader.next() {
        for row in 0..<batch.rowCount {
          records.append(batch.recordBytes(row).makeString())
          offsets.append(batch.recordBytes(row).offset)
        }
        for name in ["msg", "line"] {
          guard let column = batch.column(named: name) else { continue }
          for row in 0..<batch.rowCount {
            texts[name, default: []].append(column.text(row)?.makeString())
          }
        }
        rejects += batch.rejects.map(\.offset)
      }
      blankCount += reader.statistics.blankCount
      byteCount += reader.statistics.byteCount
    }

    /// Without places, which splits of compressed files do not know.
    var withoutPlaces: Outcome {
      var outcome = self
      outcome.offsets = []
      outcome.rejects = rejects.map { _ in 0 }
      return outcome
    }

    static func == (one: Outcome, other: Outcome) -> Bool {
      one.records == other.records && one.offsets == other.offsets && one.rejects == other.rejects
        && one.blankCount == other.blankCount && one.byteCount == other.byteCount
        && one.columns == other.columns && one.texts == other.texts
    }

    func difference(from other: Outcome) -> String? {
      if self == other { return nil }
      return """
        \(records.count) records, \(rejects.count) rejects, \(blankCount) blank, \(byteCount) bytes, not \
        \(other.records.count), \(other.rejects.count), \(other.blankCount), \(other.byteCount); \
        columns \(columns == other.columns), texts \(texts == other.texts), first \
        \(zip(records, other.records).first { $0 != $1 } ?? ("", ""))
        """
    }
  }

  private func whole(_ path: String, _ options: ReaderOptions) throws -> Outcome {
    var outcome = Outcome()
    var reader = try RecordReader(paths: [path], options: options)
    try outcome.add(&reader)
    return outcome
  }

  private func split(
    _ path: String, _ options: ReaderOptions, targetByteCount: Int
  ) throws -> (outcome: Outcome, count: Int) {
    let plan = try SplitPlan(
      path: InputPath(path), options: options, targetByteCount: targetByteCount)
    var outcome = Outcome()
    var columns: Set<[String]> = []
    var end = 0
    for split in plan.splits {
      #expect(split.range.lowerBound == end)
      end = split.range.upperBound
      var reader = try RecordReader(split: split, options: options)
      try outcome.add(&reader)
      columns.insert(outcome.columns)
    }
    #expect(columns == [plan.schema.columns.map { "\($0.name) \($0.type.name)" }])
    return (outcome, plan.splits.count)
  }

  /// Lines of several kinds: records, some of them long or with escapes, lines that are none, and blank ones.
  private func content(
    _ random: inout SeededGenerator, lineEnd: String, endsLine: Bool
  ) -> [UInt8] {
    var lines: [String] = []
    for number in 0..<10 + random.below(60) {
      switch random.below(10) {
      case 0: lines.append("")
      case 1: lines.append("no record \(number)")
      case 2:
        let text = String(repeating: "long ", count: random.below(200))
        lines.append("{\"n\":\(number),\"msg\":\"\(text)\"}")
      case 3: lines.append("{\"n\":\(number),\"msg\":\"esc\\naped\\u00e9 for \(number)\"}")
      default: lines.append("{\"n\":\(number),\"msg\":\"a message of record \(number)\"}")
      }
    }
    lines.append("{\"n\":-1,\"msg\":\"the last record\"}")
    return Array((lines.joined(separator: lineEnd) + (endsLine ? lineEnd : "")).utf8)
  }

  private func options(_ random: inout SeededGenerator) -> ReaderOptions {
    var options = ReaderOptions()
    options.inputMode = [InputMode.mmap, .read, .auto][random.below(3)]
    options.threadCount = 1 + random.below(2)
    options.pieceByteCount = [64, 300, 4096, 2 << 20][random.below(4)]
    options.keepsRejectedLines = random.below(3) == 0
    options.preparesExport = random.below(2) == 0
    if random.below(2) == 0 { options.formatName = "ndjson" }
    return options
  }

  @Test(arguments: ["\n", "\r\n"], [true, false])
  func plainText(lineEnd: String, endsLine: Bool) throws {
    var random = SeededGenerator(seed: UInt64(lineEnd.utf8.count * 2 + (endsLine ? 1 : 0)))
    for _ in 0..<12 {
      let bytes = content(&random, lineEnd: lineEnd, endsLine: endsLine)
      let file = try TemporaryFile(bytes)
      let options = options(&random)
      let expected = try whole(file.path, options)
      for _ in 0..<4 {
        let target = 1 + random.below([20, 200, 3000, bytes.count][random.below(4)])
        // A reader for every byte would take a while.
        if bytes.count / target > 200 { continue }
        let (outcome, count) = try split(file.path, options, targetByteCount: target)
        let difference = outcome.difference(from: expected)
        #expect(difference == nil, "\(target) of \(bytes.count), \(options.inputMode)")
        #expect(count == (bytes.count + target - 1) / target)
      }
    }
  }

  @Test func everyCutOfAFewLines() throws {
    let text = "\u{FEFF}{\"msg\":\"one\"}\n\n{\"msg\":\"two\"}\r\nbroken\n{\"msg\":\"a third one\"}"
    let bytes = Array(text.utf8)
    let file = try TemporaryFile(bytes)
    for mode in [InputMode.mmap, .read] {
      var options = ReaderOptions.ndjson
      options.inputMode = mode
      let expected = try whole(file.path, options)
      for target in 1...bytes.count {
        let (outcome, _) = try split(file.path, options, targetByteCount: target)
        #expect(outcome.difference(from: expected) == nil, "splits of \(target), \(mode)")
      }
    }
  }

  @Test func linesThatAreTooLongBelongToOneSplit() throws {
    let long = "{\"msg\":\"" + String(repeating: "x", count: 900) + "\"}\n"
    let text = long + "{\"msg\":\"one\"}\n" + long + long + "{\"msg\":\"two\"}\n" + long
    let file = try TemporaryFile(text: text)
    for mode in [InputMode.mmap, .read] {
      var options = ReaderOptions.ndjson
      options.inputMode = mode
      options.maximumRecordByteCount = 200
      options.pieceByteCount = 64
      let expected = try whole(file.path, options)
      #expect(expected.records.count == 2)
      #expect(expected.rejects.count == 4)
      for target in [50, 100, 333, 900, 1000, 5000] {
        let (outcome, _) = try split(file.path, options, targetByteCount: target)
        #expect(outcome.difference(from: expected) == nil, "splits of \(target), \(mode)")
      }
    }
  }

  @Test func everyKindOfLZ4() throws {
    var random = SeededGenerator(seed: 4)
    var cutCount = 0
    let dictionary = Array("{\"msg\":\"a message".utf8)
    for (number, writer) in LZ4FrameWriter.all(dictionary: dictionary).enumerated() {
      // Most kinds are not cut: one of each flag is enough.
      let mayBeCut = canCut(writer)
      if !mayBeCut, number % 3 != number / 3 % 3 { continue }
      for round in 0..<(mayBeCut ? 4 : 1) {
        let bytes = content(&random, lineEnd: "\n", endsLine: random.below(2) == 0)
        var compressed = writer.frame(bytes)
        if round % 2 == 1 {
          let middle = random.below(bytes.count)
          compressed =
            writer.frame(Array(bytes[..<middle])) + LZ4FrameWriter.skippable([0x0A, 0x7B])
            + writer.frame(Array(bytes[middle...]))
        }
        cutCount += try check(compressed, writer, &random)
      }
    }
    #expect(cutCount > 100)
    let bytes = content(&random, lineEnd: "\n", endsLine: true)
    let legacy = LZ4FrameWriter.legacy(bytes, blockByteCount: 500)
    #expect(try check(legacy, LZ4FrameWriter(), &random) == 0)
  }

  /// Whether blocks are independent of each other and of everything else.
  private func canCut(_ writer: LZ4FrameWriter) -> Bool {
    !writer.isLinked && writer.dictionary.isEmpty && writer.dictionaryNumber == nil
  }

  /// Compares the splits of a compressed file with the whole file; gives how often it was cut.
  private func check(
    _ compressed: [UInt8], _ writer: LZ4FrameWriter, _ random: inout SeededGenerator
  ) throws -> Int {
    let file = try TemporaryFile(compressed)
    var options = options(&random)
    options.lz4Dictionary = writer.dictionary
    let expected = try whole(file.path, options).withoutPlaces
    let target = 1 + random.below(compressed.count / [2, 8][random.below(2)])
    let (outcome, count) = try split(
      file.path, options, targetByteCount: max(target, compressed.count / 40))
    let difference = outcome.withoutPlaces.difference(from: expected)
    #expect(difference == nil, "\(writer.summary), \(count) splits, \(options.inputMode)")
    #expect(canCut(writer) || count == 1)
    return count - 1
  }

  @Test func gzipIsOneSplit() throws {
    let file = try TemporaryFile(
      GzipSamples.member(Array("{\"msg\":\"one\"}\n{\"msg\":\"two\"}\n".utf8)))
    let expected = try whole(file.path, ReaderOptions())
    let (outcome, count) = try split(file.path, ReaderOptions(), targetByteCount: 5)
    #expect(outcome == expected)
    #expect(count == 1)
  }

  @Test func theSchemaIsThatOfTheFileAndNotOfTheSplit() throws {
    let file = try TemporaryFile(
      text: "{\"a\":1,\"b\":\"x\"}\n" + String(repeating: "{\"a\":2.5,\"c\":true}\n", count: 40)
        + "127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 5\n")
    let plan = try SplitPlan(path: InputPath(file.path), targetByteCount: 100)
    #expect(plan.splits.count > 5)
    for split in plan.splits {
      let reader = try RecordReader(split: split)
      #expect(reader.schema.columns == plan.schema.columns)
    }
    var options = ReaderOptions()
    options.selectedColumns = ["c", "_extra"]
    let selected = try SplitPlan(
      path: InputPath(file.path), options: options, targetByteCount: 100)
    #expect(selected.schema.columns.map(\.name) == ["c", "_extra"])
    let reader = try RecordReader(split: selected.splits[3], options: options)
    #expect(reader.schema.columns == selected.schema.columns)
  }

  @Test func filtersAreSieved() throws {
    let lines = (0..<400).map { "{\"n\":\($0),\"msg\":\"message of record \($0)\"}\n" }
    let file = try TemporaryFile(text: lines.joined())
    var selection = RecordSelection()
    selection.condition = try Expression("msg = 'message of record 77'")
    let plan = try SplitPlan(
      path: InputPath(file.path), selection: selection, targetByteCount: 3000)
    var count = 0
    var ruledOutCount = 0
    for split in plan.splits {
      var reader = try RecordReader(split: split, selection: selection)
      while let batch = try reader.next() { count += batch.rowCount }
      ruledOutCount += reader.statistics.ruledOutCount
    }
    #expect(count == 1)
    #expect(ruledOutCount > 300)
  }

  @Test func filesThatHaveChangedAreRefused() throws {
    let file = try TemporaryFile(text: String(repeating: "{\"a\":1}\n", count: 100))
    let plan = try SplitPlan(path: InputPath(file.path), targetByteCount: 100)
    try file.shorten(to: 700)
    let error = #expect(throws: SpaltError.self) {
      for mode in [InputMode.mmap, .read] {
        var options = ReaderOptions()
        options.inputMode = mode
        _ = try RecordReader(split: plan.splits[2], options: options)
      }
    }
    guard case .changed(_, let change) = error else {
      Issue.record("not the error that was expected: \(String(describing: error))")
      return
    }
    #expect(change.kind == .truncated(toByteCount: 700))
  }

  @Test func whatCannotBeToldIsRefused() throws {
    let file = try TemporaryFile(text: String(repeating: "{\"a\":1}\n", count: 100))
    for (name, isRefused) in [("_line", true), ("_record", true), ("_offset", false)] {
      var options = ReaderOptions()
      options.selectedColumns = ["a", name]
      do {
        _ = try SplitPlan(path: InputPath(file.path), options: options, targetByteCount: 100)
        #expect(!isRefused, "\(name)")
      } catch {
        #expect(isRefused, "\(name): \(error)")
        #expect(error.description.contains(name))
      }
      // One split is the whole file.
      _ = try SplitPlan(path: InputPath(file.path), options: options, targetByteCount: 10_000)
    }
    #expect(throws: SpaltError.self) {
      _ = try SplitPlan(path: "-", targetByteCount: 100)
    }
  }

  @Test func anEmptyFileHasOneSplit() throws {
    let file = try TemporaryFile()
    let (outcome, count) = try split(file.path, ReaderOptions(), targetByteCount: 100)
    #expect(count == 1)
    #expect(outcome.records.isEmpty)
  }

  @Test func aDamagedBlockCostsTheSplitItIsIn() throws {
    let lines = (0..<200).map { "{\"n\":\($0),\"msg\":\"message of record \($0)\"}\n" }
    let writer = LZ4FrameWriter(hasBlockChecksums: true, blockByteCounts: [500])
    var frame = writer.parts(Array(lines.joined().utf8))
    frame.bytes[frame.blocks[4].range.lowerBound + 9] ^= 0x55
    let file = try TemporaryFile(frame.bytes)
    let plan = try SplitPlan(path: InputPath(file.path), targetByteCount: 300)
    var damaged: [Int] = []
    var outcome = Outcome()
    for (index, split) in plan.splits.enumerated() {
      do { try read(split, &outcome) } catch {
        guard case SpaltError.damaged = error else { throw error }
        damaged.append(index)
      }
    }
    let records = Set(outcome.records)
    // The one with the block, and the one whose last line ends in it.
    #expect((1...2).contains(damaged.count))
    #expect(records.count > 150)
    #expect(records.count < 200)
  }

  private func read(_ split: InputSplit, _ outcome: inout Outcome) throws {
    var reader = try RecordReader(split: split)
    try outcome.add(&reader)
  }
}
