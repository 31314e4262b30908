import Foundation
import Testing

@testable import Spalt

/// Arrow inputs in the pipeline.
@Suite struct ArrowRowsTests {
  /// Reads a file as values and as texts.
  /// - Returns: the number of records, or the error.
  private func read(
    _ path: String, mode: InputMode = .auto
  ) throws -> Result<Int, SpaltError> {
    var counts: [Int] = []
    for (representation, format) in [
      (ReaderOptions.Representation.values, SinkFormat.none), (.text, .ndjson), (.text, .csv),
    ] {
      var options = ReaderOptions()
      options.inputMode = mode
      options.formatName = "arrow"
      options.representation = representation
      options.memoryByteCount = 64 << 20
      do throws(SpaltError) {
        var reader = try RecordReader(
          inputs: [InputPath(path)], options: options, format: OutputFormat(format))
        var count = 0
        while let batch = try reader.next() { count += batch.rowCount }
        counts.append(count)
      } catch { return .failure(error) }
    }
    #expect(Set(counts).count == 1, "\(path): \(counts)")
    return .success(counts[0])
  }

  /// However a good file is changed, its records come or a sentence that says why not.
  @Test(.needsCorpus, .timeLimit(.minutes(30))) func changedFilesAreReadOrRefused() throws {
    var seeds: [[UInt8]] = []
    for golden in try ArrowGoldenTests.goldens() {
      for kind in ["arrow_file", "stream"] {
        let bytes = try Corpus.bytes("\(golden).\(kind)")
        if bytes.count < 3000 { seeds.append(bytes) }
      }
    }
    #expect(seeds.count > 10)
    var random = SeededGenerator(seed: 12)
    let path = TemporaryFile.newPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var refusedCount = 0
    let count = ProcessInfo.processInfo.environment["SPALT_MUTATIONS"].flatMap(Int.init) ?? 400
    for number in 0..<count {
      let bytes = ArrowHostileTests.mutated(seeds[number % seeds.count], &random)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      guard case .failure(let error) = try read(path, mode: number % 2 == 0 ? .mmap : .read) else {
        continue
      }
      refusedCount += 1
      if case .unaccounted = error { Issue.record("\(error)") }
      #expect(!error.description.isEmpty)
    }
    #expect(refusedCount > count / 10 && refusedCount < count)
  }

  private func outcome(_ bytes: [UInt8], mode: InputMode = .auto) throws -> Result<Int, SpaltError>
  {
    let path = TemporaryFile.newPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try read(path, mode: mode)
  }

  private func reason(_ bytes: [UInt8], mode: InputMode = .auto) throws -> String {
    guard case .failure(let error) = try outcome(bytes, mode: mode) else { return "it was read" }
    return error.description
  }

  /// Offsets of a dictionary's texts, and of JSON, that go down.
  @Test func fallingOffsetsAreRefused() throws {
    let offsets = [30, 60, 10].flatMap { FlatWriter.littleEndian($0, 4) }
    let text = [UInt8](repeating: UInt8(ascii: "1"), count: 64)
    let falling = ArrowMaker.Array(rowCount: 2, buffers: [[], offsets, text])
    var dictionary = ArrowMaker(fields: [ArrowMaker.field("d", 5, dictionary: 1)])
    dictionary.addDictionary(1, falling)
    dictionary.addBatch([
      ArrowMaker.Array(
        rowCount: 2, buffers: [[], [0, 1].flatMap { FlatWriter.littleEndian($0, 4) }])
    ])
    var plain = ArrowMaker(fields: [ArrowMaker.text("t")])
    plain.addBatch([falling])
    for maker in [dictionary, plain] {
      #expect(try reason(maker.stream).contains("column '"))
      #expect(try reason(maker.file(), mode: .read).contains("column '"))
    }
  }

  /// A list of very many nulls takes no bytes, but would be a very long text.
  @Test func shortFilesMakeNoLongTexts() throws {
    let count = 240_000_000
    var maker = ArrowMaker(fields: [
      ArrowMaker.field(
        "l", 16, [0: .int32(count)], children: [ArrowMaker.field("item", 1)])
    ])
    maker.addBatch([
      ArrowMaker.Array(rowCount: 1, buffers: [[]]),
      ArrowMaker.Array(rowCount: count, nullCount: count, buffers: []),
    ])
    #expect(try reason(maker.file()).contains("longer than --max-record"))
  }

  /// A length that no number of bytes reaches.
  @Test func longestBodyIsRefused() throws {
    var maker = ArrowMaker(fields: [ArrowMaker.integer("n")])
    maker.addBatch([
      ArrowMaker.Array(rowCount: 3, buffers: [[], [UInt8](repeating: 0, count: 1000)])
    ])
    var bytes = maker.stream
    let length = FlatWriter.littleEndian(1000, 8)
    let places = bytes.indices.dropLast(8).filter { Array(bytes[$0..<$0 + 8]) == length }
    #expect(!places.isEmpty)
    for place in places {
      bytes.replaceSubrange(place..<place + 8, with: FlatWriter.littleEndian(.max, 8))
    }
    for mode in [InputMode.mmap, .read] { #expect(try reason(bytes, mode: mode) != "it was read") }
  }

  /// Streams that stand one behind the other are one, if their columns are the same.
  @Test func streamsBehindStreams() throws {
    var maker = ArrowMaker(fields: [ArrowMaker.integer("n")])
    maker.addBatch([ArrowMaker.integers([1, 2, 3])])
    var other = ArrowMaker(fields: [ArrowMaker.text("t")])
    other.addBatch([ArrowMaker.Array(rowCount: 1, buffers: [[], [0, 0, 0, 0, 1, 0, 0, 0], [65]])])
    for mode in [InputMode.mmap, .read] {
      guard case .success(6) = try outcome(maker.stream + maker.stream, mode: mode) else {
        Issue.record("the second stream was not read")
        continue
      }
      #expect(try reason(maker.stream + other.stream, mode: mode).contains("another schema"))
      #expect(
        try reason(maker.stream + Array("garbage behind".utf8), mode: mode).contains("offset"))
    }
  }

  /// Values of a dictionary that come in very many parts keep nothing but themselves.
  @Test func manyDeltas() throws {
    var maker = ArrowMaker(fields: [ArrowMaker.field("d", 5, dictionary: 1)])
    let value = ArrowMaker.Array(rowCount: 1, buffers: [[], [0, 0, 0, 0, 1, 0, 0, 0], [65]])
    for part in 0..<3000 { maker.addDictionary(1, isDelta: part > 0, value) }
    maker.addBatch([
      ArrowMaker.Array(
        rowCount: 2, buffers: [[], [0, 2999].flatMap { FlatWriter.littleEndian($0, 4) }])
    ])
    guard case .success(2) = try outcome(maker.stream, mode: .mmap) else {
      Issue.record("not read")
      return
    }
  }

  /// Names that stand twice get numbers.
  @Test func namesThatStandTwice() throws {
    let inner = ArrowMaker.field("a", 13, children: [ArrowMaker.integer("b")])
    var maker = ArrowMaker(
      fields: [inner] + ["a.b", "n", "n", "n_2", "n"].map { ArrowMaker.integer($0) })
    let column = ArrowMaker.integers([1])
    maker.addBatch(
      [ArrowMaker.Array(rowCount: 1, buffers: [[]])] + Array(repeating: column, count: 6))
    let path = TemporaryFile.newPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(maker.file()).write(to: URL(fileURLWithPath: path))
    let reader = try RecordReader(paths: [path])
    #expect(reader.schema.columns.map(\.name) == ["a.b", "a.b_2", "n", "n_2", "n_2_2", "n_3"])
  }

  /// Numbers of 64 bits are looked at where they lie in the file.
  @Test func valuesLieInTheFile() throws {
    var maker = ArrowMaker(fields: [ArrowMaker.integer("n")])
    var numbers: [UInt8] = []
    for row in 0..<1000 { numbers += FlatWriter.littleEndian(row * 3, 8) }
    maker.addBatch([ArrowMaker.Array(rowCount: 1000, buffers: [[], numbers])])
    let path = TemporaryFile.newPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    // What follows the batch may be looked at with its last values.
    try Data(maker.file() + [UInt8](repeating: 0, count: 0)).write(to: URL(fileURLWithPath: path))
    var options = ReaderOptions()
    options.inputMode = .mmap
    var reader = try RecordReader(paths: [path], options: options)
    var sum: Int64 = 0
    while let batch = try reader.next() {
      guard batch.rowCount > 0 else { continue }
      sum += Self.sum(batch.column(0).int64s)
    }
    #expect(sum == 3 * 999 * 500)
    #expect(reader.statistics.ledger.decode.viewedByteCount == 8000)
    #expect(reader.statistics.ledger.decode.copiedByteCount == 0)
  }

  private static func sum(_ span: Span<Int64>) -> Int64 {
    var sum: Int64 = 0
    for index in span.indices { sum += span[index] }
    return sum
  }

  /// However a file is cut, each record comes once, and in order.
  @Test func splitsGiveEachRecordOnce() throws {
    var maker = ArrowMaker(fields: [ArrowMaker.integer("n"), ArrowMaker.text("t")])
    for batch in 0..<20 {
      var numbers: [UInt8] = []
      var offsets: [UInt8] = [0, 0, 0, 0]
      var text: [UInt8] = []
      for row in 0..<50 {
        numbers += FlatWriter.littleEndian(batch * 50 + row, 8)
        text += Array("text number \(batch * 50 + row)".utf8)
        offsets += FlatWriter.littleEndian(text.count, 4)
      }
      maker.addBatch([
        ArrowMaker.Array(rowCount: 50, buffers: [[], numbers]),
        ArrowMaker.Array(rowCount: 50, buffers: [[], offsets, text]),
      ])
    }
    let path = TemporaryFile.newPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let bytes = maker.file()
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    var random = SeededGenerator(seed: 5)
    for target in [1, bytes.count, bytes.count * 2]
      + (0..<20).map({ _ in 1 + random.below(bytes.count) })
    {
      let plan = try SplitPlan(path: InputPath(path), targetByteCount: target)
      #expect(target > 1 || plan.splits.count == 20)
      var numbers: [Int64] = []
      for split in plan.splits {
        var reader = try RecordReader(split: split)
        while let batch = try reader.next() {
          for row in 0..<batch.rowCount {
            let (number, text) = Self.values(batch, row)
            numbers.append(number)
            #expect(text == "text number \(number)")
          }
        }
      }
      #expect(numbers == Array(0..<1000), "\(target) bytes")
    }
  }

  private static func values(_ batch: borrowing RecordBatch, _ row: Int) -> (Int64, String) {
    (batch.column(0).int64(row) ?? -1, batch.column(1).text(row)?.makeString() ?? "")
  }

  /// What the writer of a batch says of it rules the batch out; nothing in it is looked at.
  @Test func batchesAreRuledOut() {
    let pruning = BatchPruning(
      conditions: [.int64(column: 0, 10...20), .texts(column: 1, [Array("m".utf8)])],
      types: [.int64, .string])
    func excludes(_ number: String?, _ text: String?) -> Bool {
      pruning.excludes(rowCount: 5) { column in
        (column == 0 ? number : text).flatMap {
          ColumnBounds($0, type: column == 0 ? .int64 : .string)
        }
      }
    }
    #expect(!excludes(nil, nil))
    #expect(!excludes("[0, 1, 10]", nil))
    #expect(!excludes("[0, 20, 30]", "[0,\"a\",\"z\"]"))
    #expect(excludes("[0, 1, 9]", nil))
    #expect(excludes("[2, 21, 90]", nil))
    #expect(excludes("[5]", nil))
    #expect(excludes(nil, "[0,\"a\",\"l\"]"))
    #expect(excludes(nil, "[0,\"ma\",\"z\"]"))
    #expect(!excludes("garbage", "[0, 1]"))
    #expect(!excludes("[0, \"1\", \"2\"]", "[0, 1, 2]"))
  }
}
