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
  private let filter: Filter?
  private let sieve: SievePlan?
  private let learnsShapes: Bool
  private let kernels: ScanKernels

  init(
    _ inputs: InputSequence, _ options: ReaderOptions, _ selection: RecordSelection,
    _ arenas: ArenaPool
  ) throws(SpaltError) {
    var sampler = try SchemaSampler(options: options, arenas: arenas)
    if options.schema == nil {
      try inputs.sample(byteCount: options.sampleByteCount) {
        (piece, remaining) throws(SpaltError) in
        try sampler.add(piece, remainingByteCount: remaining)
      }
    }
    let known = try sampler.known()
    inputSchema = Schema(columns: known.map(\.column))
    // Of an input without a byte no record is wanted or unwanted, and no column tells a time.
    let hasRecords = options.schema != nil || inputs.hasSample
    bound = hasRecords ? try BoundSelection(selection, inputSchema) : BoundSelection()
    let expression = bound.expression
    decode = try sampler.plan(known: known, filterNames: expression?.columnNames ?? [])
    let schema = decode.schema
    let filter = try expression.map { (expression) throws(SpaltError) in
      try Filter(expression, schema: schema, nowNanoseconds: selection.nowNanoseconds)
    }
    self.filter = filter
    kernels = options.kernels
    learnsShapes = options.learnsShapes
    sieve =
      options.validates || schema.provenance.values.contains(.record)
      ? nil
      : try SievePlan(
        (filter?.necessaryConditions ?? []) + bound.conditions(schema), schema, inputs, options,
        arenas)
  }

  /// What is searched for in the raw bytes, in words.
  var searchDescription: String { sieve?.description ?? "none" }

  /// A decoder for one worker.
  func makeDecoder(
    arenas: ArenaPool
  ) throws(SpaltError) -> any (RecordDecoder & ~Copyable) {
    let decoder = try NDJSONDecoder(
      plan: decode, usesShapes: learnsShapes, kernels: kernels, arenas: arenas)
    guard let sieve else { return decoder }
    return SievedDecoder(
      decoder, sieve: try sieve.makeSieve(kernels: kernels, pool: arenas.chunkPool))
  }

  /// An evaluator for one worker, if records are filtered.
  func makeEvaluator(arenas: ArenaPool) throws(SpaltError) -> FilterEvaluator? {
    guard let filter else { return nil }
    return try FilterEvaluator(
      filter, rowCapacity: decode.layout.rowCapacity, chunkPool: arenas.chunkPool)
  }
}

/// Which conditions of a filter are looked for in the raw bytes, and which one first.
struct SievePlan: Sendable {
  private let condition: ProbedCondition
  private let others: [ProbedCondition]

  /// How much of the input is looked at to choose, in bytes.
  private static let sampleByteCount = 1 << 20

  /// The plan for a filter, or nil when bytes do not tell, or rule out so little that looking does not pay.
  init?(
    _ conditions: [NecessaryCondition], _ schema: Schema, _ inputs: InputSequence,
    _ options: ReaderOptions, _ arenas: ArenaPool
  ) throws(SpaltError) {
    let conditions = NecessaryCondition.merged(conditions).compactMap {
      JSONProbes.condition($0, schema)
    }
    guard !conditions.isEmpty else { return nil }
    var best = (index: 0, lineCount: Int.max)
    var lineCount = 0
    for index in conditions.indices {
      var passed = 0
      lineCount = 0
      var sieve = try LineSieve(
        condition: conditions[index], others: [], kernels: options.kernels,
        pool: arenas.chunkPool)
      let byteCount = min(Self.sampleByteCount, options.sampleByteCount)
      try inputs.revisitSample(byteCount: byteCount) { piece, remaining in
        let cursor = ByteCursor(piece.segment.view).lines(
          beginningBefore: remaining, options.kernels)
        sieve.clear()
        var position = 0
        while position < cursor.end {
          let line = sieve.next(cursor, from: position)
          lineCount += line.skippedLineFeedCount
          if line.start < line.end {
            passed += 1
            lineCount += 1
          }
          position = line.end
        }
      }
      if passed < best.lineCount { best = (index, passed) }
    }
    guard lineCount == 0 || best.lineCount * 2 <= lineCount else { return nil }
    condition = conditions[best.index]
    others = conditions.enumerated().filter { $0.offset != best.index }.map(\.element)
  }

  /// The texts that are searched for.
  var description: String {
    condition.probes.map { $0.needle.literal.text }.joined(separator: " or ")
  }

  /// A sieve for one worker.
  func makeSieve(
    kernels: ScanKernels, pool: ChunkPool
  ) throws(SpaltError) -> LineSieve {
    try LineSieve(condition: condition, others: others, kernels: kernels, pool: pool)
  }
}

extension ByteCursor {
  /// The same bytes without the lines that begin at `limit` or later: so the size of the pieces does not
  /// decide what is looked at.
  @_lifetime(copy self)
  fileprivate func lines(beginningBefore limit: Int, _ kernels: ScanKernels) -> ByteCursor {
    guard limit > 0, limit < end else { return limited(to: end) }
    let lineFeed = kernels.firstIndex(of: 0x0A, self, in: limit - 1..<end)
    return limited(to: min(lineFeed + 1, end))
  }
}
