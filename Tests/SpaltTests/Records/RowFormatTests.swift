import Testing

@testable import Spalt

/// The format of each record of a batch, and tokens that are there, if only as empty texts.
@Suite struct RowFormatTests {
  @Test func emptyTokensAreNotMissing() throws {
    let batch = try TokenBatch(
      [("a", .string), ("b", .string)], [(1, ["", nil]), (0, ["\"\"", "null"]), (2, [nil, ""])]
    ).make()
    let fields = batch.fields
    var found: [Bool] = []
    if let first = batch.tokens(0) {
      for row in 0..<3 { found.append(first.isPresent(row)) }
    }
    #expect(found == [true, true, false])
    for (column, row, expected) in [
      (0, 0, ""), (0, 1, "\"\""), (0, 2, nil), (1, 0, nil), (1, 1, "null"), (1, 2, ""),
    ] {
      let token = fields.token(column, row)?.makeString()
      #expect(token == expected, "\(column), \(row)")
    }
  }

  @Test func columnsWithoutTokensHaveNone() throws {
    let schema = Schema(columns: [ColumnDefinition(name: "a", type: .string)])
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
    let layout = BatchLayout(schema: schema, uses: [.value])
    let piece = try makePiece(Array("x".utf8), from: pool)
    var builder = try RecordBatchBuilder(layout: layout, arenas: ArenaPool(chunkPool: pool))
    builder.rowCount = 1
    let batch = builder.seal(segment: piece.segment.share())
    let hasToken = batch.fields.token(0, 0) != nil
    let hasTokens = batch.fields.hasTokens(0)
    #expect(!hasToken && !hasTokens)
    #expect(batch.formatIndex(0) == 0)
    #expect(batch.tokenSyntax(0) == .json)
  }

  @Test(arguments: [1, 7, 8, 9, 64, 1000])
  func everyRowHasItsFormat(rowCount: Int) throws {
    for odd in [0, rowCount / 2, rowCount - 1] {
      var rows = TokenBatch([("a", .int64)])
      for row in 0..<rowCount { rows.rows.append((row == odd ? 2 : 1, ["\(row)"])) }
      let batch = try rows.make()
      let fields = batch.fields
      var indexes: [Int] = []
      for row in 0..<rowCount { indexes.append(batch.formatIndex(row)) }
      #expect(indexes == (0..<rowCount).map { $0 == odd ? 2 : 1 })
      var syntaxes: [TokenSyntax] = []
      for row in 0..<rowCount { syntaxes.append(fields.tokenSyntax(row)) }
      #expect(syntaxes == (0..<rowCount).map { $0 == odd ? .plain : .logfmt })
      #expect(batch.tokenSyntax(odd) == .plain)
    }
  }

  @Test func rowsOfOneFormatNeedNoLookUp() throws {
    for format in 0..<3 {
      var rows = TokenBatch([("a", .int64)])
      for row in 0..<70 { rows.rows.append((format, ["\(row)"])) }
      let batch = try rows.make()
      let fields = batch.fields
      for row in 0..<70 { #expect(fields.tokenSyntax(row) == TokenBatch.syntaxes[format]) }
    }
  }

  @Test func recordsThatAreKeptKeepTheirFormats() throws {
    var rows = TokenBatch([("a", .int64)])
    for row in 0..<200 { rows.rows.append((row % 7 % 3, ["\(row)"])) }
    var decoded = try rows.decoded()
    let kept = (0..<200).filter { $0 % 5 == 3 || $0 > 180 }
    var selection = [UInt64](repeating: 0, count: 4)
    for row in kept { selection[row / 64] |= 1 << UInt64(row % 64) }
    decoded.keep(selection, count: kept.count)
    let batch = decoded.seal()
    var formats: [Int] = []
    for row in 0..<batch.rowCount { formats.append(batch.formatIndex(row)) }
    #expect(formats == kept.map { $0 % 7 % 3 })
    let fields = batch.fields
    for (row, old) in kept.enumerated() {
      let token = fields.token(0, row)?.makeString()
      #expect(token == "\(old)")
    }
  }

  @Test func runsOfRowsAreFilled() throws {
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 1 << 20))
    var slab = try ColumnSlab(pool: pool, byteCount: 256)
    slab.fill(0..<256, with: 0)
    fill(&slab, 3, at: 5, count: 100)
    fill(&slab, 9, at: 7, count: 0)
    fill(&slab, 4, at: 255, count: 1)
    let bytes = slab.view(0..<256).array
    #expect(bytes == (0..<256).map { $0 == 255 ? 4 : (5..<105).contains($0) ? 3 : 0 })
  }

  private func fill(_ slab: inout ColumnSlab, _ value: UInt8, at offset: Int, count: Int) {
    slab.writer.fill(value, at: offset, count: count)
  }
}
