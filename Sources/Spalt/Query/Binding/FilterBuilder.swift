/// Binds an expression to the columns of a schema: finds its columns, gives every part a type, and
/// computes what does not depend on a record.
struct FilterBuilder {
  let schema: Schema
  let nowNanoseconds: Int64
  private(set) var nodes: [FilterNode] = []
  var patterns: [RegexPattern] = []
  /// The text that is being bound, and its index among the texts of the expression.
  private var text = ""
  private var part = 0
  private let folder: ConstantFolder

  init(schema: Schema, nowNanoseconds: Int64) {
    self.schema = schema
    self.nowNanoseconds = nowNanoseconds
    folder = ConstantFolder()
  }

  /// Binds one text of an expression as a condition; gives the index of its node.
  mutating func bindCondition(
    _ expression: Expression.Part, index: Int
  ) throws(ExpressionError) -> Int {
    text = expression.text
    part = index
    let node = try bind(expression.syntax)
    return try condition(node)
  }

  // MARK: - Nodes

  func type(_ node: Int) -> ValueType { nodes[node].type }
  func constant(_ node: Int) -> Constant? { nodes[node].constant }
  func range(_ node: Int) -> Range<Int> { nodes[node].source.range }

  func failure(_ range: Range<Int>, _ message: String) -> ExpressionError {
    ExpressionError(text: text, range: range, message: message)
  }

  /// Adds a node; one that depends on no record becomes a constant, unless computing it fails: then it
  /// fails for the first record that needs it.
  mutating func add(
    _ operation: Operation, _ type: ValueType, _ children: [Int], _ range: Range<Int>
  ) -> Int {
    let source = NodeSource(part: part, range: range)
    var node = FilterNode(operation: operation, type: type, children: children, source: source)
    let isKnown =
      !children.isEmpty && children.allSatisfy { nodes[$0].constant != nil }
    if isKnown, let constant = folder.fold(node, children.map { nodes[$0] }, patterns) {
      node = FilterNode(
        operation: .constant(constant), type: type, children: [], source: source)
    }
    nodes.append(node)
    return nodes.count - 1
  }

  mutating func addConstant(_ constant: Constant, _ type: ValueType, _ range: Range<Int>) -> Int {
    add(.constant(constant), type, [], range)
  }

  // MARK: - Binding

  mutating func bind(_ syntaxes: [Syntax]) throws(ExpressionError) -> [Int] {
    var bound: [Int] = []
    bound.reserveCapacity(syntaxes.count)
    for syntax in syntaxes { bound.append(try bind(syntax)) }
    return bound
  }

  mutating func bind(_ syntax: Syntax) throws(ExpressionError) -> Int {
    let range = syntax.range
    switch syntax.kind {
    case .column(let keys): return try column(keys, range)
    case .literal(let literal): return self.literal(literal, range)
    case .negate(let part): return try negate(part, range)
    case .not(let part): return add(.not, .bool, [try condition(try bind(part))], range)
    case .all(let parts): return try junction(.all, parts, range)
    case .any(let parts): return try junction(.any, parts, range)
    case .compare(let comparison, let left, let right):
      return try compare(comparison, try bind(left), try bind(right), range)
    case .arithmetic(let arithmetic, let left, let right):
      return try self.arithmetic(arithmetic, try bind(left), try bind(right), range)
    case .concatenate(let left, let right):
      return try concatenate([try bind(left), try bind(right)], range)
    case .isNull(let part, let negated):
      return isNull(try bind(part), negated: negated, range)
    case .isTruth(let part, let value, let negated):
      let condition = try condition(try bind(part))
      return add(.isTruth(value, negated: negated), .bool, [condition], range)
    case .isDistinct(let left, let right, let negated):
      let children = try unify([try bind(left), try bind(right)], "compare", range)
      return add(.isDistinct(negated: negated), .bool, children, range)
    case .between(let value, let lower, let upper, let negated):
      return try between(try bind([value, lower, upper]), negated: negated, range)
    case .inList(let value, let items, let negated):
      return try inList(try bind(value), try bind(items), negated: negated, range)
    case .like, .regex: return try match(syntax)
    case .cast(let part, let target, let isTry):
      return try cast(try bind(part), target, isTry: isTry, range)
    case .choice(let operand, let arms, let otherwise):
      return try choice(operand, arms, otherwise, range)
    case .call(let name, let nameRange, let arguments):
      return try call(name, nameRange, arguments, range)
    }
  }

  private mutating func column(
    _ keys: [String], _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    let name = Expression.columnName(keys)
    // A schema that was given may spell a name in quotes that needs none.
    guard let index = schema.index(of: name) ?? schema.index(of: keys.joined(separator: ".")) else {
      throw failure(range, "there is no column '\(name)'")
    }
    return add(.column(index), ValueType(schema.columns[index].type), [], range)
  }

  private mutating func literal(_ literal: Syntax.Literal, _ range: Range<Int>) -> Int {
    switch literal {
    case .null: return addConstant(.null, .null, range)
    case .bool(let value): return addConstant(.bool(value), .bool, range)
    case .integer(let digits):
      if let value = Int64(digits) { return addConstant(.int64(value), .int64, range) }
      let value = NumberText.float64(Array(digits.utf8)) ?? .infinity
      return addConstant(.float64(value), .float64, range)
    case .float64(let value): return addConstant(.float64(value), .float64, range)
    case .string(let text): return addConstant(.text(Array(text.utf8)), .literal, range)
    case .timestamp(let time): return addConstant(.timestamp(time), .timestamp, range)
    case .interval(let interval): return addConstant(.interval(interval), .interval, range)
    case .now: return addConstant(.timestamp(nowNanoseconds), .timestamp, range)
    }
  }

  private mutating func junction(
    _ operation: Operation, _ parts: [Syntax], _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    var children: [Int] = []
    for part in parts { children.append(try condition(try bind(part))) }
    return add(operation, .bool, children, range)
  }

  mutating func isNull(_ node: Int, negated: Bool, _ range: Range<Int>) -> Int {
    // JSON's null is NULL, too.
    let child = type(node) == .json ? add(.jsonText, .text, [node], self.range(node)) : node
    return add(.isNull(negated: negated), .bool, [child], range)
  }

  /// A value as a condition.
  mutating func condition(_ node: Int) throws(ExpressionError) -> Int {
    switch type(node) {
    case .bool: return node
    case .null, .literal, .json, .int64, .float64: return try coerce(node, to: .bool)
    default:
      throw failure(range(node), "a condition must be BOOLEAN, not \(type(node).name)")
    }
  }

  private mutating func choice(
    _ operand: Syntax?, _ arms: [Syntax.Arm], _ otherwise: Syntax?, _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    let subject: Int? = if let operand { try bind(operand) } else { nil }
    var conditions: [Int] = []
    var values: [Int] = []
    for arm in arms {
      let bound = try bind(arm.condition)
      if let subject {
        conditions.append(try compare(.equal, subject, bound, arm.condition.range))
      } else {
        conditions.append(try condition(bound))
      }
      values.append(try bind(arm.value))
    }
    if let otherwise {
      values.append(try bind(otherwise))
    } else {
      values.append(addConstant(.null, .null, range))
    }
    values = try unify(values, "combine", range)
    var children: [Int] = []
    for (condition, value) in zip(conditions, values) { children += [condition, value] }
    children.append(values[values.count - 1])
    return add(.choice, type(values[0]), children, range)
  }
}
