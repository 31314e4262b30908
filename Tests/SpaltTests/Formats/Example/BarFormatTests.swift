import Testing

@testable import Spalt

/// The format that the page on writing a decoder shows works.
@Suite struct BarFormatTests {
  /// Scans lines and writes them to a batch, as a line decoder does it for a format of the registry.
  private static func decode(_ lines: [String]) throws -> Snapshot {
    let format = BarFormat()
    let options = ReaderOptions()
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
    let arenas = ArenaPool(chunkPool: pool)
    var tree = FieldTree()
    let scanner = format.makeScanner(&tree, options.format)
    let plan = try plan(format, &tree)
    var record = try ScannedRecord(tree: plan.tree, arenas: arenas)
    let rowWriter = RowWriter(plan: plan, kernels: options.kernels)
    let piece = try makePiece(Array(lines.joined(separator: "\n").utf8), from: pool)
    let cursor = ByteCursor(piece.segment.view)
    var builder = try RecordBatchBuilder(layout: plan.layout, arenas: arenas)
    var position = 0
    while position < cursor.end {
      let line = cursor.line(from: position, options.kernels)
      let content = cursor.limited(to: line.contentEnd)
      record.begin()
      let end = try scanner.scan(content, from: line.start, into: &record)
      #expect(end == line.contentEnd)
      try write(&record, content, line, rowWriter, &builder)
      position = line.end
    }
    let batch = builder.seal(segment: piece.segment.share())
    var snapshot = Snapshot(columns: plan.schema.columns)
    snapshot.statistics.add(batch.statistics)
    snapshot.add(batch, inputIndex: 0)
    return snapshot
  }

  private static func plan(
    _ format: some LogFormat, _ tree: inout FieldTree
  ) throws -> DecodePlan {
    let known = format.columns.map {
      ColumnPlan.Known(node: tree.node(Array($0.name.utf8)), column: $0)
    }
    var columns = ColumnPlan(known: known, keepsLines: false)
    try columns.addAll(maximumCount: 100, filterNames: [], &tree)
    tree.fix()
    return DecodePlan(
      columns: columns, tree: tree, use: .value, filterNames: [], keepsLines: false,
      hasTextLines: false, maximumRecordByteCount: 1 << 20)
  }

  private static func write(
    _ record: inout ScannedRecord, _ content: borrowing ByteCursor, _ line: LineSpan,
    _ rowWriter: RowWriter, _ builder: inout RecordBatchBuilder
  ) throws(SpaltError) {
    let row = builder.rowCount
    let layout = builder.layout
    try write(&record, content, rowWriter, row, &builder.slab, &builder.notes)
    let writer = builder.slab.writer
    writer.store(UInt32(line.start), at: layout.recordStartsStart + row * 4)
    writer.store(
      UInt32(line.contentEnd - line.start), at: layout.recordByteCountsStart + row * 4)
    builder.rowCount = row + 1
  }

  private static func write(
    _ record: inout ScannedRecord, _ content: borrowing ByteCursor, _ rowWriter: RowWriter,
    _ row: Int, _ slab: inout ColumnSlab, _ notes: inout BatchNotes
  ) throws(SpaltError) {
    _ = try rowWriter.write(&record, content, row: row, slab.writer, &notes)
  }

  private static func text(_ text: String) -> Cell { .text(Array(text.utf8)) }

  @Test func linesBecomeRows() throws {
    let snapshot = try Self.decode([
      "2026-03-01T12:00:00Z|WARN|disk almost full", "2026-03-01T12:00:01Z|-|a|b",
      "yesterday|INFO|", "2026-03-01T12:00:02Z||ü",
    ])
    #expect(snapshot.columns.map(\.name) == ["time", "level", "message", "_extra"])
    let time: Int64 = 1_772_366_400_000_000_000
    #expect(
      snapshot.rows == [
        [.timestamp(time), Self.text("WARN"), Self.text("disk almost full"), .null],
        [.timestamp(time + 1_000_000_000), .null, Self.text("a|b"), .null],
        [.null, Self.text("INFO"), Self.text(""), Self.text("{\"time\":\"yesterday\"}")],
        [.timestamp(time + 2_000_000_000), Self.text(""), Self.text("ü"), .null],
      ])
    #expect(snapshot.statistics.misfits.count == 1)
    #expect(snapshot.flaws.isEmpty)
  }

  /// What a format says of a line: its plausibility as one record, or the fault with the line's likeness.
  private static func verdict(
    _ format: any LogFormat, _ text: String
  ) throws -> (plausibility: Double?, fault: RecordFault?, likeness: Double) {
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 16 << 20))
    var tree = FieldTree()
    let scanner = format.makeScanner(&tree, ReaderOptions().format)
    var record = try ScannedRecord(tree: tree, arenas: ArenaPool(chunkPool: pool))
    let bytes = Array(text.utf8)
    let line = ByteCursor(ByteView(bytes.span))
    do throws(RecordScanFailure) {
      record.begin()
      let end = try scanner.scan(line, from: 0, into: &record)
      // What follows makes the line no record.
      return (line.skipWhiteSpace(from: end) < line.end ? nil : record.plausibility, nil, 0)
    } catch {
      guard case .fault(let fault) = error else { throw error }
      return (nil, fault, format.likeness(line, from: 0, fault))
    }
  }

  @Test(arguments: [
    ("no bar", 0, 0.0), ("2026-03-01T12:00:00Z|and only one", 33, 0.2), ("|", 1, 0.2),
  ])
  func faultsHaveAPlace(_ text: String, _ index: Int, _ likeness: Double) throws {
    let verdict = try Self.verdict(BarFormat(), text)
    #expect(verdict.fault?.index == index)
    #expect(verdict.likeness == likeness)
  }

  @Test func isNotMistakenForAnotherFormat() throws {
    let line = "2026-03-01T12:00:00Z|WARN|disk almost full"
    #expect(try Self.verdict(BarFormat(), line).plausibility ?? 0 >= 0.5)
    for format in FormatRegistry.formats {
      #expect(try Self.verdict(format, line).plausibility ?? 0 < 0.5, "\(format.name)")
    }
    for other in ["{\"a\":\"b|c|d\"}", "level=info msg=\"a|b|c\"", "a|b|c"] {
      #expect(try Self.verdict(BarFormat(), other).plausibility ?? 0 < 0.5, "\(other)")
    }
  }

  @Test func textIsSearchedForAndTheRestIsNot() {
    let format = BarFormat()
    let schema = Schema(columns: format.columns)
    let options = ReaderOptions().format
    let level = format.probes(
      .texts(column: 1, [Array("WARN".utf8), Array("ERROR".utf8)]), schema, options)
    #expect(level?.probes.map(\.needle.literal.text) == ["WARN", "ERROR"])
    let message = format.probes(.containsText(column: 2, Array("disk".utf8)), schema, options)
    #expect(message?.probes.map(\.needle.literal.text) == ["disk"])
    let time = format.probes(.timestamp(column: 0, 0...1), schema, options)
    #expect(time == nil)
  }
}
