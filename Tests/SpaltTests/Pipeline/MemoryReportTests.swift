import Foundation
import Testing

@testable import Spalt

@Suite struct MemoryReportTests {
  private static func lines(_ count: Int) -> String {
    (0..<count).map { "{\"n\":\($0),\"text\":\"\(String(repeating: "x", count: $0 % 50))\"}\n" }
      .joined()
  }

  @Test func readersTellOfTheirMemory() throws {
    let text = Self.lines(5000)
    let file = try TemporaryFile(text: text)
    var options = ReaderOptions.ndjson
    options.pieceByteCount = 4096
    options.memoryByteCount = 100 << 20
    var reader = try RecordReader(paths: [file.path], options: options)
    var recordCounts: [Int] = []
    while let batch = try reader.next() {
      let report = reader.memoryReport
      recordCounts.append(report.recordCount)
      #expect(report.arenas.liveCount > 0)
      #expect(report.budget.reservedByteCount > 0)
      #expect(batch.rowCount > 0)
    }
    #expect(recordCounts.count > 10)
    #expect(recordCounts == recordCounts.sorted())
    let report = reader.memoryReport
    #expect(report.recordCount == 5000)
    #expect(report.inputByteCount == text.utf8.count)
    #expect(report.longestRecordByteCount == text.split(separator: "\n").map(\.utf8.count).max())
    #expect(report.budget.limitByteCount == 100 << 20)
    #expect(report.budget.highWaterByteCount >= report.budget.reservedByteCount)
    #expect(report.pool.requestCount > 10)
    #expect(report.pages == nil)
    #expect(report.elapsedNanoseconds > 0)
    #expect(report.resident.map { $0.anonymousByteCount > 0 } ?? true)
    #expect(report.faults.map { $0.minorCount >= 0 } ?? true)
  }

  /// Of each batch the longest record, wherever in a group of four it stands.
  @Test(arguments: 0..<9)
  func theLongestRecordIsFound(position: Int) throws {
    var records = Array(repeating: "{\"a\":1}", count: 9)
    records[position] = "{\"a\":12345}"
    let file = try TemporaryFile(text: records.joined(separator: "\n") + "\n")
    var reader = try RecordReader(paths: [file.path], options: .ndjson)
    while let batch = try reader.next() { #expect(batch.rowCount == 9) }
    #expect(reader.statistics.longestRecordByteCount == 11)
  }

  @Test func mappedPagesAreLookedAtWhenAsked() throws {
    let file = try TemporaryFile(text: Self.lines(2000))
    for (mode, isAsked) in [(InputMode.mmap, true), (.mmap, false), (.read, true)] {
      var options = ReaderOptions.ndjson
      options.inputMode = mode
      options.collectsMemoryReport = isAsked
      var reader = try RecordReader(paths: [file.path], options: options)
      while let batch = try reader.next() { #expect(batch.rowCount > 0) }
      let pages = reader.memoryReport.pages
      #expect((pages != nil) == (mode == .mmap && isAsked))
      // It was written a moment ago.
      if let pages { #expect(pages.sampledCount > 10 && pages.coldCount <= pages.sampledCount) }
    }
  }

  // MARK: - Figures

  @Test func figuresAreJSON() {
    let figures = [
      Figure("one", 1), Figure("half", 0.5), Figure("third", 1.0 / 3), Figure("word", "a\"b"),
      Figure("truth", .truth(true)), Figure("nobody", nil as Int?),
      Figure("list", .list([[Figure("a", 1)], []])),
    ]
    #expect(
      Figure.json(figures)
        == """
        {"one":1,"half":0.5,"third":0.333333,"word":"a\\"b","truth":true,"nobody":null,\
        "list":[{"a":1},{}]}
        """)
    #expect(Figure.Value.list([[Figure("a", 1), Figure("b", "c")]]).text == "a 1 b c")
    #expect(Figure.Value.list([]).text == "none")
    #expect(Figure.Value.real(.nan).json == "null")
    #expect(Figure.Value.unknown.text == "unknown")
  }

  @Test func liveArenasStandByOwner() {
    var report = MemoryReport()
    report.liveArenas = [
      LiveArena(
        tier: .batch, owner: "decoder", ageNanoseconds: 3_000_000, reservedByteCount: 10,
        usedByteCount: 1),
      LiveArena(
        tier: .source, owner: "columns", ageNanoseconds: 1_000_000, reservedByteCount: 20,
        usedByteCount: 2),
      LiveArena(
        tier: .batch, owner: "decoder", ageNanoseconds: 5_000_000, reservedByteCount: 30,
        usedByteCount: 3),
    ]
    let arenas = report.sections.first { $0.name == "arenas" }
    #expect(
      arenas?.figures.first { $0.name == "live_by_owner" }?.value.json
        == """
        [{"owner":"columns (source)","arenas":1,"reserved":20,"used":2,"oldest_ms":1},\
        {"owner":"decoder (batch)","arenas":2,"reserved":40,"used":4,"oldest_ms":5}]
        """)
  }

  @Test func flatNamesAreDistinct() {
    let names = MemoryReport().flatFigures.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.contains("pool_hit_rate"))
    #expect(names.contains("stalls_input_ns"))
  }

  // MARK: - Leaks

  @Test func aLeakedArenaIsReported() throws {
    let arenas = ArenaPool(chunkPool: ChunkPool(budget: MemoryBudget()))
    #expect(MemoryLeaks(arenas).isEmpty)
    do {
      var arena = arenas.lease(.batch)
      _ = try arena.build(maximumByteCount: 100) { $0.append(1 as UInt8) }
      let leaks = MemoryLeaks(arenas)
      #expect(leaks.arenaCount == 1)
      #expect(leaks.chunkCount == 1)
      #expect(leaks.description.hasPrefix("leaked: 1 arena, 1 chunk"))
    }
    // An arena that is not out may keep a chunk.
    #expect(MemoryLeaks(arenas).isEmpty)
    #expect(MemoryLeaks(arenas).description == "")
    let chunk = try arenas.chunkPool.lease(byteCount: 1)
    #expect(MemoryLeaks(arenas).description.hasPrefix("leaked: 0 arenas, 1 chunk"))
    #expect(chunk.byteCount > 0)
  }

  @Test func leaksAreToldWithOwnerAndAge() {
    let arena = LiveArena(
      tier: .scratch, owner: "a test", ageNanoseconds: 7_654_321, reservedByteCount: 65_536,
      usedByteCount: 12)
    let leaks = MemoryLeaks(arenaCount: 1, chunkCount: 2, arenas: [arena])
    #expect(
      leaks.description == """
        leaked: 1 arena, 2 chunks
          a test (scratch): 12 of 65536 bytes in use, 7 ms old
        """)
  }

  @Test func readersAndBatchesLeaveNothingBehind() throws {
    let file = try TemporaryFile(text: Self.lines(3000))
    let monitor = MemoryMonitor()
    #expect(monitor.leaks.isEmpty)
    var options = ReaderOptions.ndjson
    options.pieceByteCount = 4096
    options.threadCount = 2
    do {
      var kept: RecordBatch?
      do {
        var reader = try RecordReader(
          inputs: [InputPath(file.path)], options: options, monitor: monitor)
        kept = try reader.next()
        #expect(!monitor.leaks.isEmpty)
      }
      // A batch outlives its reader.
      #expect(monitor.leaks.arenaCount == 1)
      if let batch = kept { #expect(batch.rowCount > 0) }
    }
    #expect(monitor.leaks.isEmpty, "\(monitor.leaks)")
  }
}
