/// Makes the plan for an input from a sample of it, or from a schema that was given.
struct SchemaSampler: ~Copyable {
  private let options: ReaderOptions
  private var scanner: JSONRecordScanner
  private var inference = SchemaInference()

  init(options: ReaderOptions, arenas: ArenaPool) throws(SpaltError) {
    self.options = options
    scanner = try JSONRecordScanner(tree: FieldTree(), kernels: options.kernels, arenas: arenas)
    scanner.tree.fix()
    scanner.forgetsLateNodes = false
  }

  /// Takes the records into account that begin in the first `remainingByteCount` bytes of a piece.
  mutating func add(
    _ piece: borrowing SourcePiece, remainingByteCount: Int
  ) throws(SpaltError) {
    guard piece.oversized == nil else { return }
    let cursor = ByteCursor(piece.segment.view)
    var position = ByteOrderMark.byteCount(cursor)
    while position < min(cursor.end, remainingByteCount) {
      let lineEnd = options.kernels.firstIndex(
        of: JSONByte.lineFeed, cursor, in: position..<cursor.end)
      let hasReturn = lineEnd > position && cursor.byte(at: lineEnd - 1) == 0x0D
      if lineEnd - position - (hasReturn ? 1 : 0) <= options.maximumRecordByteCount {
        try add(cursor.limited(to: lineEnd), from: position)
      }
      position = lineEnd + 1
    }
  }

  /// Takes the records of one line into account, up to the first that is broken.
  private mutating func add(
    _ line: borrowing ByteCursor, from start: Int
  ) throws(SpaltError) {
    var position = line.skipWhiteSpace(from: start)
    while position < line.end {
      let end: Int
      do {
        end = try scanner.scan(line, from: position)
      } catch RecordScanFailure.system(let error) {
        throw error
      } catch { return }
      inference.add(scanner, line)
      position = line.skipWhiteSpace(from: end)
    }
  }

  /// The plan for what was sampled.
  consuming func plan() throws(SpaltError) -> DecodePlan {
    var tree = scanner.tree
    let schema: Schema
    if let given = options.schema {
      schema = given
      try DecodePlan.bind(given, &tree, keepsLines: options.keepsRejectedLines)
    } else if let names = options.selectedColumns {
      schema = try DecodePlan.schema(
        selecting: names, ofSample: inference, &tree, keepsLines: options.keepsRejectedLines)
    } else {
      schema = DecodePlan.schema(
        ofSample: inference, &tree, keepsLines: options.keepsRejectedLines,
        maximumColumnCount: options.maximumColumnCount)
    }
    tree.fix()
    return DecodePlan(
      schema: schema, tree: tree, use: options.representation.columnUse,
      keepsLines: options.keepsRejectedLines,
      maximumRecordByteCount: options.maximumRecordByteCount)
  }
}

extension ReaderOptions.Representation {
  /// What decoders keep of a column.
  var columnUse: ColumnUse {
    switch self {
    case .values: .value
    case .text: .token
    case .none: []
    }
  }
}
