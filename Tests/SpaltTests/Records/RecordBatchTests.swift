import Spalt
import Testing

/// Batches as users of the library see them: nothing here needs more than `import Spalt`.
@Suite struct RecordBatchTests {
  private static let text = """
    {"t":"2024-02-29T12:00:00.25Z","level":"INFO","n":-7,"x":0.5,"ok":true,"msg":"a text of more than twelve bytes","tags":["a"]}
    {"level":"WARN","n":null,"ok":false,"msg":"esc\\naped","o":{"in":1}}

    """

  private func withBatch(_ text: String, _ body: (inout RecordBatch) throws -> Void) throws {
    let file = try TemporaryFile(text: text)
    var reader = try RecordReader(paths: [file.path])
    var batchCount = 0
    while var batch = try reader.next() {
      try body(&batch)
      batchCount += 1
    }
    #expect(batchCount == 1)
  }

  @Test func columnsAreSpans() throws {
    try withBatch(Self.text) { batch in
      #expect(batch.rowCount == 2)
      #expect(
        batch.schema.columns.map(\.name) == [
          "t", "level", "n", "x", "ok", "msg", "tags", "o.in", "_extra",
        ])
      let numbers = batch.column(2)
      #expect(numbers.type == .int64)
      #expect(numbers.rowCount == 2)
      #expect(numbers.nullCount == 1)
      let values = numbers.int64s
      #expect(values.count == 2)
      #expect(values[0] == -7)
      #expect(values[1] == 0)
      #expect(numbers.int64(1) == nil)
      #expect(numbers.isNull(0) == false)
      let doubles = batch.column(3)
      #expect(doubles.float64s[0] == 0.5)
      #expect(doubles.float64(1) == nil)
      let times = batch.column(0)
      #expect(times.timestampNanoseconds(0) == 1_709_208_000_250_000_000)
      #expect(times.timestampsNanoseconds[1] == 0)
      let truths = batch.column(4)
      #expect(truths.bool(0) == true)
      #expect(truths.bool(1) == false)
      let texts = batch.column(5)
      let one = texts.text(0)?.makeString()
      let two = texts.text(1)?.makeString()
      #expect(one == "a text of more than twelve bytes")
      #expect(two == "esc\naped")
      let tags = batch.column(6)
      let tag = tags.text(0)?.makeString()
      #expect(tag == "[\"a\"]")
      let isThere = batch.column(named: "o.in") != nil
      let isMissing = batch.column(named: "missing") == nil
      #expect(isThere && isMissing)
      let extraNullCount = batch.column(8).nullCount
      #expect(extraNullCount == 2)
    }
  }

  @Test func textIsSeenInPlace() throws {
    try withBatch(Self.text) { batch in
      let column = batch.column(5)
      guard let text = column.text(0) else { return }
      let offset = text.offset
      let length = text.byteCount
      let original = batch.input(at: offset, byteCount: length)?.makeString()
      #expect(original == "a text of more than twelve bytes")
    }
  }

  @Test func recordsAreReadOneAfterTheOther() throws {
    try withBatch(Self.text) { batch in
      var cursor = batch.records
      var count = 0
      while let record = cursor.next() {
        #expect(record.row == count)
        let level = record.field("level")?.text?.makeString()
        #expect(level == ["INFO", "WARN"][count])
        let bytes = record.bytes.makeString()
        #expect(bytes.hasPrefix("{") && bytes.hasSuffix("}"))
        #expect(
          record.offset == (count == 0 ? 0 : Self.text.split(separator: "\n")[0].utf8.count + 1))
        let number = record.field("n")?.int64
        #expect(number == (count == 0 ? -7 : nil))
        // A field of another type gives nothing.
        let none = record.field("n")?.text == nil && record.field("level")?.int64 == nil
        #expect(none)
        let isNull = record.field(at: 3).isNull
        #expect(isNull == (count == 1))
        let truth = record.field("ok")?.bool
        #expect(truth == (count == 0))
        let time = record.field("t")?.timestampNanoseconds
        #expect((time == nil) == (count == 1))
        let double = record.field("x")?.float64
        #expect(double == (count == 0 ? 0.5 : nil))
        let isMissing = record.field("missing") == nil
        #expect(isMissing)
        #expect(record.schema.columns.count == 9)
        count += 1
      }
      #expect(count == 2)
      let isOver = cursor.next() == nil
      #expect(isOver)
    }
  }

  @Test func aBatchCanBeCutShort() throws {
    try withBatch(Self.text) { batch in
      batch.truncate(to: 5)
      #expect(batch.rowCount == 2)
      batch.truncate(to: 1)
      #expect(batch.rowCount == 1)
      let nullCount = batch.column(2).nullCount
      #expect(nullCount == 0)
      let valueCount = batch.column(2).int64s.count
      #expect(valueCount == 1)
      #expect(batch.statistics.recordCount == 2)
      var cursor = batch.records
      var count = 0
      while let record = cursor.next() {
        #expect(record.row == 0)
        count += 1
      }
      #expect(count == 1)
      batch.truncate(to: 0)
      #expect(batch.rowCount == 0)
    }
  }

  @Test func aBatchMayMoveToAnotherThread() async throws {
    let file = try TemporaryFile(text: Self.text)
    var reader = try RecordReader(paths: [file.path])
    guard let batch = try reader.next() else { return }
    func count(_ batch: consuming sending RecordBatch) async -> Int {
      batch.rowCount
    }
    #expect(await count(batch) == 2)
  }

  @Test func nullsAreCountedUpToTheLastRow() throws {
    for rowCount in [1, 2, 7, 8, 9, 62, 63, 64, 65, 127, 128, 129] {
      let text = (1...rowCount).map { $0 == rowCount ? "{\"a\":null}\n" : "{\"a\":\($0)}\n" }
      try withBatch(text.joined()) { batch in
        let nullCount = batch.column(0).nullCount
        #expect(nullCount == 1, "\(rowCount) rows")
      }
    }
  }

  @Test func manyRowsKeepTheirNulls() throws {
    let text = (0..<1000).map { $0 % 3 == 0 ? "{\"a\":\($0)}\n" : "{\"b\":true}\n" }.joined()
    try withBatch(text) { batch in
      let column = batch.column(0)
      #expect(column.nullCount == 666)
      var wrong = 0
      for row in 0..<1000 where column.int64(row) != (row % 3 == 0 ? Int64(row) : nil) {
        wrong += 1
      }
      #expect(wrong == 0)
    }
  }

  @Test func rowsOutsideTrap() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let file = try TemporaryFile(text: "{\"a\":1}\n")
      var reader = try RecordReader(paths: [file.path])
      guard let batch = try reader.next() else { return }
      _ = batch.column(0).int64s[1]
    }
    #expect(result.saysOnStandardError("ndex out of"))
    let resultOfTypes = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let file = try TemporaryFile(text: "{\"a\":1}\n")
      var reader = try RecordReader(paths: [file.path])
      guard let batch = try reader.next() else { return }
      _ = batch.column(0).float64s[0]
    }
    #expect(resultOfTypes.saysOnStandardError("not a column of floating-point numbers"))
  }
}
