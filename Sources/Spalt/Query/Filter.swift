/// An expression bound to the columns of a schema: names found, types checked, constants computed.
/// Immutable, and shared by all workers; each evaluates it with a `FilterEvaluator` of its own.
final class Filter: Sendable {
  /// Indexes in the schema of the columns whose values it reads, in rising order.
  let columns: [Int]
  /// Conditions on single columns, each of which every record meets for which the filter is true. Not
  /// everything that a filter says can be said so.
  let necessaryConditions: [NecessaryCondition]
  let program: FilterProgram

  /// Binds `expression` to `schema`, with `now()` at `nowNanoseconds` since 1970-01-01T00:00:00Z.
  /// - Throws: `SpaltError.expression` for a name that is no column, types that do not go together, and
  ///   patterns that are none.
  init(_ expression: Expression, schema: Schema, nowNanoseconds: Int64) throws(SpaltError) {
    var builder = FilterBuilder(schema: schema, nowNanoseconds: nowNanoseconds)
    var roots: [Int] = []
    do {
      for (index, part) in expression.parts.enumerated() {
        roots.append(try builder.bindCondition(part, index: index))
      }
    } catch {
      throw .expression(error)
    }
    let nodes = builder.nodes
    roots = Self.conjuncts(of: roots, nodes)
    let finder = ConditionFinder(nodes: nodes, patterns: builder.patterns)
    necessaryConditions = roots.flatMap { finder.conditions($0) }
    program = FilterProgram(
      nodes: nodes, roots: roots, patterns: builder.patterns, texts: expression.parts.map(\.text))
    columns = Set(program.usedNodes.compactMap { nodes[$0].column }).sorted()
  }

  /// The parts that must all hold, without those that always do.
  private static func conjuncts(of roots: [Int], _ nodes: [FilterNode]) -> [Int] {
    var conjuncts: [Int] = []
    for root in roots {
      if case .all = nodes[root].operation {
        conjuncts += Self.conjuncts(of: nodes[root].children, nodes)
      } else if nodes[root].constant != .bool(true) {
        conjuncts.append(root)
      }
    }
    return conjuncts
  }
}

/// The nodes of a bound expression, with a place for the values of each.
struct FilterProgram: Sendable {
  /// Rows that are looked at together: their values stay in the first-level cache.
  static let blockRowCount = 1024
  static let maskByteCount = blockRowCount / 8
  /// The bits of the rows that are looked at: those of the batch that no conjunct has ruled out yet.
  static let rootMask = 0

  private(set) var nodes: [FilterNode]
  /// All of them must be true.
  let roots: [Int]
  let patterns: [RegexPattern]
  /// The texts of the expression, for messages.
  let texts: [String]
  /// What the registers take in all.
  private(set) var registerByteCount = FilterProgram.maskByteCount
  /// Nodes that the roots depend on.
  private(set) var usedNodes: [Int] = []

  init(nodes: [FilterNode], roots: [Int], patterns: [RegexPattern], texts: [String]) {
    self.nodes = nodes
    self.roots = roots
    self.patterns = patterns
    self.texts = texts
    var isUsed = [Bool](repeating: false, count: nodes.count)
    for root in roots { isUsed[root] = true }
    for index in nodes.indices.reversed() where isUsed[index] {
      for child in nodes[index].children { isUsed[child] = true }
    }
    usedNodes = nodes.indices.filter { isUsed[$0] }
    for index in usedNodes where nodes[index].column == nil {
      let maskByteCount = Self.maskByteCount
      self.nodes[index].registers = NodeRegisters(
        valid: registerByteCount, values: registerByteCount + maskByteCount * 3,
        masks: registerByteCount + maskByteCount)
      registerByteCount +=
        maskByteCount * 3 + nodes[index].type.bitWidth * Self.blockRowCount / 8
    }
  }
}
