/// What a reader decides before its first batch: the schema, which records are wanted, and how they are
/// found.
struct ReadPlan: Sendable {
  let decode: DecodePlan
  /// All columns that the input is known to have.
  let inputSchema: Schema
  /// The columns that were asked for.
  var schema: Schema { decode.layout.visibleSchema }
  /// Which records are wanted, and which columns tell.
  let bound: BoundSelection
  /// Whether all that was sampled was taken for plain text because nothing else fits.
  let isTakenForText: Bool
  /// Columns of the inputs at whose beginnings the columns were found out whose values are not read.
  let unreadableColumns: [UnreadableColumn]
  /// The formats of what was sampled.
  let formatNames: [String]
  private let filter: Filter?
  private let sieves: SievePlans?
  private let columnConditions: [NecessaryCondition]
  private let learnsShapes: Bool
  private let formatOptions: FormatOptions

  init(
    _ inputs: InputSequence, _ options: ReaderOptions, _ selection: RecordSelection,
    _ arenas: ArenaPool
  ) throws(SpaltError) {
    var sampler = try SchemaSampler(options: options, arenas: arenas)
    // With a schema at hand, what is still to be found out is which format the first input has, and for a part of
    // an input, what is best searched for.
    let sampleByteCount =
      options.schema == nil
      ? options.sampleByteCount
      : max(inputs.inspectedByteCount, options.split == nil ? 0 : Self.sieveSampleByteCount)
    if let formats = options.split?.formats { sampler.note(formats) }
    try inputs.sample(byteCount: min(sampleByteCount, options.sampleByteCount)) {
      (piece, remaining) throws(SpaltError) in
      try sampler.add(piece, remainingByteCount: remaining)
    }
    let known = try sampler.known()
    inputSchema = Schema(columns: known.map(\.column))
    // Of an input without a byte no record is wanted or unwanted, and no column tells a time.
    let hasRecords = options.schema != nil || inputs.hasSample
    isTakenForText = sampler.isTakenForText
    do {
      bound = hasRecords ? try BoundSelection(selection, inputSchema) : BoundSelection()
    } catch { throw isTakenForText ? error.notingPlainText : error }
    let expression = bound.expression
    unreadableColumns = sampler.unreadable
    try Self.check(
      (options.selectedColumns ?? []) + (expression?.columnNames ?? []), sampler.unreadable)
    let seenFormats = sampler.seenFormats
    formatNames = FormatRegistry.names.indices.filter { index in
      index == FormatRegistry.columnarIndex
        ? sampler.hasDeclaredRows : seenFormats.contains { $0.contains(index) }
    }.map { FormatRegistry.names[$0] }
    decode = try sampler.plan(known: known, filterNames: expression?.columnNames ?? [])
    let schema = decode.schema
    let filter = try expression.map { (expression) throws(SpaltError) in
      try Filter(expression, schema: schema, nowNanoseconds: selection.nowNanoseconds)
    }
    self.filter = filter
    formatOptions = options.format
    learnsShapes = options.learnsShapes
    let conditions = (filter?.necessaryConditions ?? []) + bound.conditions(schema)
    let numbersRecords = schema.provenance.values.contains(.record)
    columnConditions =
      options.validates || numbersRecords ? [] : NecessaryCondition.merged(conditions)
    sieves =
      options.validates || numbersRecords || conditions.isEmpty
      ? nil
      : try Self.sieves(conditions, schema, seenFormats, inputs, options, arenas.chunkPool)
  }

  /// Refuses names of columns whose values are not read.
  private static func check(
    _ names: [String], _ unreadable: [UnreadableColumn]
  ) throws(SpaltError) {
    for name in names {
      guard let column = unreadable.first(where: { $0.isMeant(by: name) }) else { continue }
      throw .usage("column '\(column.name)' is a \(column.typeName), which is not read")
    }
  }

  /// How much of the input is looked at to choose what is searched for, in bytes.
  private static let sieveSampleByteCount = 1 << 20

  private static func sieves(
    _ conditions: [NecessaryCondition], _ schema: Schema, _ seenFormats: [InputFormats],
    _ inputs: InputSequence, _ options: ReaderOptions, _ pool: ChunkPool
  ) throws(SpaltError) -> SievePlans {
    var plans = SievePlans(conditions, schema, options.format)
    let byteCount = min(sieveSampleByteCount, options.sampleByteCount)
    for formats in seenFormats {
      try plans.sample(formats, pool: pool) { (body) throws(SpaltError) in
        try inputs.revisitSample(byteCount: byteCount) { (piece, remaining) throws(SpaltError) in
          if piece.formats == formats { try body(piece, remaining) }
        }
      }
    }
    return plans
  }

  /// What is searched for in the raw bytes, in words.
  var searchDescription: String { sieves?.description ?? "none" }

  /// A decoder for one worker.
  func makeDecoder(
    arenas: ArenaPool
  ) throws(SpaltError) -> any (RecordDecoder & ~Copyable) {
    let decoder = try LineDecoder(
      plan: decode, walks: learnsShapes, options: formatOptions, arenas: arenas)
    guard let sieves else { return decoder }
    return try SievedDecoder(decoder, sieves, pool: arenas.chunkPool)
  }

  /// A decoder of columns for one worker.
  func makeColumnarDecoder(
    arenas: ArenaPool, formatter: (any BatchFormatter)?
  ) -> ArrowDecoder {
    ArrowDecoder(
      plan: decode, conditions: columnConditions, printsInput: formatter is RawFormatter,
      arenas: arenas)
  }

  /// An evaluator for one worker, if records are filtered.
  func makeEvaluator(arenas: ArenaPool) throws(SpaltError) -> FilterEvaluator? {
    guard let filter else { return nil }
    return try FilterEvaluator(
      filter, rowCapacity: decode.layout.rowCapacity, chunkPool: arenas.chunkPool)
  }
}

extension SpaltError {
  /// The error, with what may be behind it when a column is missing.
  fileprivate var notingPlainText: SpaltError {
    guard case .usage(let reason) = self else { return self }
    return .usage(
      """
      \(reason); the input was taken for plain text: say what it is with -f, or see why with \
      'spalt explain'
      """)
  }
}
