/// A condition on one column that every record meets for which a filter is true.
///
/// It is necessary, not sufficient: a decoder may rule out a record that does not meet it, and leaves
/// the rest to the filter.
indirect enum NecessaryCondition: Sendable, Equatable {
  /// An integer column's value lies in this range.
  case int64(column: Int, ClosedRange<Int64>)
  /// A floating-point column's value lies in this range. A NaN counts as greater than any number: it
  /// lies in every range that reaches to infinity.
  case float64(column: Int, ClosedRange<Double>)
  /// A timestamp column's value, in nanoseconds since 1970-01-01T00:00:00Z, lies in this range.
  case timestamp(column: Int, ClosedRange<Int64>)
  /// A string column's value is one of these.
  case texts(column: Int, [[UInt8]])
  /// A string column's value contains these bytes, of which there is at least one.
  case containsText(column: Int, [UInt8])
  case isNotNull(column: Int)
  /// A string or integer column whose level has at least this rank (`Severity`).
  case severity(column: Int, minimum: Int64)
  /// One of these is met.
  case any([NecessaryCondition])
}

extension NecessaryCondition {
  /// The same conditions, with one range where several were given for a column.
  static func merged(_ conditions: [NecessaryCondition]) -> [NecessaryCondition] {
    conditions.reduce(into: []) { result, condition in
      for index in result.indices {
        guard let both = result[index].intersection(condition) else { continue }
        result[index] = both
        return
      }
      result.append(condition)
    }
  }

  /// One condition that says the same as both, if there is one.
  private func intersection(_ other: NecessaryCondition) -> NecessaryCondition? {
    switch (self, other) {
    case (.int64(let one, let first), .int64(let two, let second))
    where one == two && first.overlaps(second):
      return .int64(column: one, first.clamped(to: second))
    case (.float64(let one, let first), .float64(let two, let second))
    where one == two && first.overlaps(second):
      return .float64(column: one, first.clamped(to: second))
    case (.timestamp(let one, let first), .timestamp(let two, let second))
    where one == two && first.overlaps(second):
      return .timestamp(column: one, first.clamped(to: second))
    default: return self == other ? self : nil
    }
  }
}

/// Finds what of a bound expression can be said of single columns.
struct ConditionFinder {
  /// The most values of a set that become conditions one by one.
  private static let maximumSetCount = 64

  let nodes: [FilterNode]
  let patterns: [RegexPattern]

  /// Conditions that hold for every record for which `node` is true.
  func conditions(_ index: Int) -> [NecessaryCondition] {
    let node = nodes[index]
    switch node.operation {
    case .all: return node.children.flatMap { conditions($0) }
    case .any: return alternatives(node.children)
    case .isTruth(true, negated: false): return conditions(node.children[0])
    case .isNull(negated: true): return notNull(node.children)
    case .column(let column): return [.isNotNull(column: column)]
    case .range(let lower, let upper, let negated):
      guard !negated, lower <= upper else { return notNull(node.children) }
      return ranges(node.children[0], [lower...upper])
    case .integerSet(let set, negated: false):
      return ranges(node.children[0], set.values.map { $0...$0 })
    case .textSet(let set, negated: false):
      guard let column = plainTextColumn(node.children[0]), !set.texts.isEmpty else {
        return notNull(node.children)
      }
      return [.texts(column: column, set.texts)]
    case .like(let pattern, negated: false):
      return contains(node.children[0], pattern.requiredLiterals)
    case .regex(let pattern, negated: false):
      return contains(node.children[0], patterns[pattern].requiredLiterals)
    case .compare, .textSet, .integerSet, .like, .regex:
      return notNull(node.children)
    default: return []
    }
  }

  /// One condition of each arm, all of which together are necessary; none when an arm has none.
  private func alternatives(_ arms: [Int]) -> [NecessaryCondition] {
    var chosen: [NecessaryCondition] = []
    for arm in arms {
      if nodes[arm].constant == .bool(false) || nodes[arm].isNullConstant { continue }
      guard let strongest = conditions(arm).min(by: { rank($0) < rank($1) }) else { return [] }
      if case .any(let inner) = strongest {
        chosen += inner
      } else {
        chosen.append(strongest)
      }
    }
    return chosen.isEmpty ? [] : chosen.count == 1 ? chosen : [.any(chosen)]
  }

  /// How much a condition is likely to rule out; less is more.
  private func rank(_ condition: NecessaryCondition) -> Int {
    switch condition {
    case .texts: 0
    case .int64(_, let range), .timestamp(_, let range):
      range.lowerBound == range.upperBound ? 0 : 2
    case .float64(_, let range): range.lowerBound == range.upperBound ? 0 : 2
    case .containsText: 1
    case .any, .severity: 3
    case .isNotNull: 4
    }
  }

  private func notNull(_ children: [Int]) -> [NecessaryCondition] {
    children.compactMap { child in nodes[child].column.map { .isNotNull(column: $0) } }
  }

  private func plainTextColumn(_ index: Int) -> Int? {
    nodes[index].type == .text ? nodes[index].column : nil
  }

  private func contains(_ subject: Int, _ literals: [[UInt8]]) -> [NecessaryCondition] {
    guard let column = plainTextColumn(subject) else { return [] }
    let conditions = literals.filter { !$0.isEmpty }
      .map { NecessaryCondition.containsText(column: column, $0) }
    return conditions.isEmpty ? [.isNotNull(column: column)] : conditions
  }

  /// Ranges of order keys as conditions on a column of numbers or times.
  private func ranges(_ index: Int, _ keys: [ClosedRange<Int64>]) -> [NecessaryCondition] {
    guard let column = nodes[index].column, let first = keys.first, let last = keys.last else {
      return []
    }
    let used =
      keys.count <= Self.maximumSetCount ? keys : [first.lowerBound...last.upperBound]
    let conditions = used.compactMap { range($0, column, nodes[index].type) }
    guard conditions.count == used.count else { return [.isNotNull(column: column)] }
    return conditions.count == 1 ? conditions : [.any(conditions)]
  }

  private func range(
    _ keys: ClosedRange<Int64>, _ column: Int, _ type: ValueType
  ) -> NecessaryCondition? {
    switch type {
    case .int64: return .int64(column: column, keys)
    case .timestamp: return .timestamp(column: column, keys)
    case .float64:
      // Keys beyond those of the infinities belong to NaN.
      let infinity = NumberText.orderKey(.infinity)
      let lower = max(keys.lowerBound, NumberText.orderKey(-.infinity))
      guard lower <= infinity, lower <= keys.upperBound else { return nil }
      // Below the key of 0 stands that of -0, which is the same number.
      let upper = keys.upperBound == -1 ? -2 : min(keys.upperBound, infinity)
      return .float64(
        column: column,
        NumberText.float64(ofOrderKey: lower)...NumberText.float64(ofOrderKey: upper))
    default: return nil
    }
  }
}
