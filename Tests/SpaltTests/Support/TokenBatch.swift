import Foundation

@testable import Spalt

/// Batches made by hand, without a decoder: rows of different formats with tokens of their own.
struct TokenBatch {
  /// A record: its format's index, and the token of each column, nil where it lacks the field.
  typealias Row = (format: Int, tokens: [String?])

  static let syntaxes: [TokenSyntax] = [.json, .logfmt, .plain]
  static let names = ["ndjson", "logfmt", "text"]

  let schema: Schema
  var rows: [Row] = []
  /// Whether tokens that are too long for their views lie in the arena, as if they had been made.
  var isMade = false
  /// Bytes of the input behind the last token.
  var padding = 64

  init(_ columns: [(String, ColumnType)], _ rows: [Row] = []) {
    schema = Schema(columns: columns.map { ColumnDefinition(name: $0.0, type: $0.1) })
    self.rows = rows
  }

  /// The batch: each record is its tokens, separated by spaces.
  func make(
    pool: ChunkPool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
  ) throws -> RecordBatch { try decoded(pool: pool).seal() }

  /// As `make`, before the batch is sealed.
  func decoded(
    pool: ChunkPool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
  ) throws -> DecodedBatch {
    let layout = BatchLayout(
      schema: schema, uses: schema.columns.map { _ in .token }, tokenSyntaxes: Self.syntaxes,
      formatNames: Self.names)
    precondition(rows.count <= layout.rowCapacity, "more rows than a batch can hold")
    var input: [UInt8] = []
    var places: [[Range<Int>?]] = []
    var starts = [0]
    for row in rows {
      var ranges: [Range<Int>?] = []
      for token in row.tokens {
        let start = input.count
        input += Array((token ?? "").utf8)
        ranges.append(token == nil ? nil : start..<input.count)
        input.append(0x20)
      }
      places.append(ranges)
      starts.append(input.count)
    }
    input += Array(repeating: 0x0A, count: padding)
    if padding == 0 { input.removeLast() }
    let piece = try makePiece(input, from: pool)
    var builder = try RecordBatchBuilder(layout: layout, arenas: ArenaPool(chunkPool: pool))
    builder.rowCount = rows.count
    for (row, ranges) in places.enumerated() {
      for (column, range) in ranges.enumerated() {
        try store(
          range, layout.columns[column].tokensStart + row * 16, piece, &builder.slab,
          &builder.notes)
      }
      let writer = builder.slab.writer
      writer.store(UInt32(starts[row]), at: layout.recordStartsStart + row * 4)
      writer.store(
        UInt32(starts[row + 1] - starts[row] - 1), at: layout.recordByteCountsStart + row * 4)
      writer.fill(UInt8(rows[row].format), at: layout.rowFormatsStart + row, count: 1)
    }
    return builder.finish(segment: piece.segment.share())
  }

  private func store(
    _ range: Range<Int>?, _ view: Int, _ piece: borrowing SourcePiece,
    _ slab: inout ColumnSlab, _ notes: inout BatchNotes
  ) throws {
    let writer = slab.writer
    guard let range else { return writer.clearView(at: view) }
    guard !range.isEmpty else { return writer.storeEmptyText(at: view) }
    let cursor = ByteCursor(piece.segment.view)
    if isMade {
      let token = cursor.view(at: range.lowerBound, byteCount: range.count)
      notes.storeMadeText(try notes.texts.append(token), at: view, writer)
    } else {
      writer.storeView(
        at: view, cursor, start: range.lowerBound, byteCount: range.count, bufferIndex: 0,
        bufferOffset: UInt32(range.lowerBound))
    }
  }

  /// What a formatter makes of the batch, without its header.
  func text(_ formatter: any BatchFormatter) throws -> String {
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
    var output = Spalt.TextBuffer(pool: pool)
    try formatter.format(try make(pool: pool), to: &output)
    return output.view.makeString()
  }

  /// What a table of the batch looks like.
  func table(_ options: TableOptions = TableOptions()) throws -> String {
    let path = TemporaryFile.newPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var sink = try TableSink(schema: schema, target: .file(path), options: options)
    try sink.write(try make())
    try sink.finish()
    return try String(contentsOfFile: path, encoding: .utf8)
  }
}
