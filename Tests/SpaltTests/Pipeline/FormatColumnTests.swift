import Testing

@testable import Spalt

/// The column `_format`.
@Suite struct FormatColumnTests {
  private func formats(
    _ text: String, _ selection: RecordSelection = RecordSelection(),
    _ change: (inout ReaderOptions) -> Void = { _ in }
  ) throws -> [String] {
    let file = try TemporaryFile(text: text)
    var options = ReaderOptions()
    options.formatName = "ndjson"
    options.selectedColumns = ["_format", "a"]
    change(&options)
    var reader = try RecordReader(
      inputs: [InputPath(file.path)], options: options, selection: selection)
    #expect(
      reader.schema.columns.first == ColumnDefinition(name: "_format", type: .string))
    var found: [String] = []
    while let batch = try reader.next() {
      for row in 0..<batch.rowCount {
        found.append(batch.column(0).text(row)?.makeString() ?? "null")
      }
    }
    return found
  }

  @Test func everyRecordHasAFormat() throws {
    #expect(try formats("{\"a\":1}\n\n{\"a\":2}\n") == ["ndjson", "ndjson"])
    #expect(try formats("{\"a\":1}\n") { $0.representation = .text } == ["ndjson"])
  }

  @Test func keptLinesAreText() throws {
    #expect(
      try formats("{\"a\":1}\nbroken\n{\"a\":2}\n") { $0.keepsRejectedLines = true }
        == ["ndjson", "text", "ndjson"])
  }

  @Test func formatsCanBeFilteredOn() throws {
    for (condition, expected) in [
      ("_format = 'text'", ["text"]), ("_format <> 'text'", ["ndjson", "ndjson"]),
      ("_format = 'logfmt'", []), ("_format LIKE 'n%' AND a = 2", ["ndjson"]),
    ] {
      var selection = RecordSelection()
      selection.condition = try Expression(condition)
      let found = try formats("{\"a\":1}\nbroken\n{\"a\":2}\n", selection) {
        $0.keepsRejectedLines = true
      }
      #expect(found == expected, "\(condition)")
    }
  }

  @Test func aKeyOfThatNameIsAColumnLikeAnyOther() throws {
    #expect(
      try formats("{\"_format\":\"own\"}\n") { $0.selectedColumns = ["_format"] } == ["own"])
  }

  /// Rows of several formats, made by hand.
  @Test func namesAreThoseOfTheRows() throws {
    let names = ["ndjson", "a format with a long name", "text"]
    let schema = Schema(
      columns: [ColumnDefinition(name: "_format", type: .string)], extraColumn: nil,
      lineColumn: nil, provenance: [0: .format])
    let layout = BatchLayout(
      schema: schema, uses: [.value], tokenSyntaxes: [.json, .logfmt, .plain], formatNames: names)
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
    let piece = try makePiece(Array("\n".utf8), from: pool)
    var builder = try RecordBatchBuilder(layout: layout, arenas: ArenaPool(chunkPool: pool))
    let formats = (0..<100).map { $0 * $0 % 7 % 3 }
    for (row, format) in formats.enumerated() {
      builder.slab.writer.fill(UInt8(format), at: layout.rowFormatsStart + row, count: 1)
    }
    builder.rowCount = formats.count
    let writer = ProvenanceWriter(layout: layout, paths: [InputPath("x")], kernels: .current)
    try writer.fill(&builder, piece, from: 0)
    let batch = builder.seal(segment: piece.segment.share())
    var found: [String?] = []
    for row in 0..<formats.count { found.append(batch.column(0).text(row)?.makeString()) }
    #expect(found == formats.map { names[$0] })
    #expect(NDJSONFormatter(schema: schema).firstLine(of: batch) == "{\"_format\":\"ndjson\"}")
  }
}

extension NDJSONFormatter {
  /// The text of a batch up to its first line feed.
  fileprivate func firstLine(of batch: borrowing RecordBatch) -> String? {
    var output = Spalt.TextBuffer(pool: ChunkPool(budget: MemoryBudget()))
    try? format(batch, to: &output)
    return output.view.makeString().split(separator: "\n").first.map(String.init)
  }
}
