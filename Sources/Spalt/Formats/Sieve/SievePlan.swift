/// Which conditions of a filter are looked for in the raw bytes, for all formats that inputs may have.
struct SievePlans: Sendable {
  private let conditions: [NecessaryCondition]
  private let schema: Schema
  private let options: FormatOptions
  /// The plans for inputs that were sampled; nil where searching does not pay.
  private var sampled: [InputFormats: SievePlan?] = [:]

  init(_ conditions: [NecessaryCondition], _ schema: Schema, _ options: FormatOptions) {
    self.conditions = NecessaryCondition.merged(conditions)
    self.schema = schema
    self.options = options
  }

  /// Chooses among the conditions by what they rule out of a sample. `visit` shows the sample's pieces of
  /// these formats, as often as it is asked.
  mutating func sample(
    _ formats: InputFormats, pool: ChunkPool, _ visit: SievePlan.Sample
  ) throws(SpaltError) {
    sampled[formats] = .some(
      try SievePlan(probes(formats), kernels: options.kernels, pool, visit))
  }

  /// The conditions as bytes tell them, whatever format of `formats` a line has.
  private func probes(_ formats: InputFormats) -> [ProbedCondition] {
    conditions.compactMap { condition in
      let members = FormatRegistry.formats.indices.filter { formats.contains($0) }
      return .any(members.map { probes(condition, FormatRegistry.formats[$0]) })
    }
  }

  private func probes(
    _ condition: NecessaryCondition, _ format: any LogFormat
  ) -> ProbedCondition? {
    switch condition {
    case .any(let conditions): .any(conditions.map { probes($0, format) })
    // Lines keep their text as it is, whatever the format of the other lines.
    case .texts(let column, let texts) where column == schema.lineColumn:
      .any(texts.map { ProbedCondition(containing: $0) })
    case .containsText(let column, let text) where column == schema.lineColumn:
      ProbedCondition(containing: text)
    default: format.probes(condition, schema, options)
    }
  }

  private func plan(_ formats: InputFormats) -> SievePlan? {
    sampled[formats] ?? SievePlan(probes(formats))
  }

  /// The texts that are searched for in inputs that were sampled.
  var description: String {
    let texts = sampled.values.compactMap { $0?.description }.sorted()
    return texts.isEmpty ? "none" : texts.joined(separator: " or ")
  }

  /// Whether there is anything to search for.
  var isEmpty: Bool { conditions.isEmpty }

  /// A sieve for one worker, for pieces of these formats.
  func makeSieve(_ formats: InputFormats, pool: ChunkPool) throws(SpaltError) -> LineSieve {
    let plan = plan(formats)
    return try LineSieve(
      condition: plan?.condition ?? ProbedCondition(probes: []), others: plan?.others ?? [],
      kernels: options.kernels, pool: pool)
  }
}

/// Which condition the search is for, and which others lines have to meet besides.
struct SievePlan: Sendable {
  let condition: ProbedCondition
  let others: [ProbedCondition]

  /// Shows a sample: pieces, and in how many of their first bytes lines begin that count.
  typealias Sample = (
    _ body: (borrowing SourcePiece, _ remaining: Int) throws(SpaltError) -> Void
  ) throws(SpaltError) -> Void

  /// The plan for conditions of which nothing is known: the first is searched for. Nil when there are none.
  init?(_ conditions: [ProbedCondition]) {
    guard let first = conditions.first else { return nil }
    condition = first
    others = Array(conditions.dropFirst())
  }

  /// The plan that rules out most of a sample, or nil when bytes do not tell, or rule out so little that
  /// looking does not pay.
  init?(
    _ conditions: [ProbedCondition], kernels: ScanKernels, _ pool: ChunkPool, _ sample: Sample
  ) throws(SpaltError) {
    guard !conditions.isEmpty else { return nil }
    var best = (index: 0, lineCount: Int.max)
    var lineCount = 0
    for index in conditions.indices {
      let counts = try Self.count(conditions[index], kernels, pool, sample)
      lineCount = counts.lines
      if counts.passed < best.lineCount { best = (index, counts.passed) }
    }
    guard lineCount == 0 || best.lineCount * 2 <= lineCount else { return nil }
    condition = conditions[best.index]
    others = conditions.enumerated().filter { $0.offset != best.index }.map(\.element)
  }

  /// How many lines of a sample meet a condition, of how many.
  private static func count(
    _ condition: ProbedCondition, _ kernels: ScanKernels, _ pool: ChunkPool, _ sample: Sample
  ) throws(SpaltError) -> (passed: Int, lines: Int) {
    var passed = 0
    var lineCount = 0
    var sieve = try LineSieve(condition: condition, others: [], kernels: kernels, pool: pool)
    try sample { piece, remaining in
      let cursor = ByteCursor(piece.segment.view).lines(beginningBefore: remaining, kernels)
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
    return (passed, lineCount)
  }

  /// The texts that are searched for.
  var description: String {
    condition.probes.map { $0.needle.literal.text }.joined(separator: " or ")
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
