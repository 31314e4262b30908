/// Arithmetic with numbers, times and intervals.
extension FilterBuilder {
  mutating func arithmetic(
    _ operation: Arithmetic, _ left: Int, _ right: Int, _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    if type(left) == .null, type(right) == .null { return addConstant(.null, .int64, range) }
    if let node = try timeArithmetic(operation, left, right, range) { return node }
    let children = try numbers([left, right], operation, range)
    if operation == .divide {
      // Division is always of doubles; `//` is that of integers.
      let first = try coerce(children[0], to: .float64)
      let second = try coerce(children[1], to: .float64)
      return add(.arithmetic(.divide), .float64, [first, second], range)
    }
    return add(.arithmetic(operation), type(children[0]), children, range)
  }

  /// Both as integers, or both as doubles.
  private mutating func numbers(
    _ children: [Int], _ operation: Arithmetic, _ range: Range<Int>
  ) throws(ExpressionError) -> [Int] {
    let types = children.map { type($0) }
    for (child, type) in zip(children, types) {
      switch type {
      case .int64, .float64, .bool, .null, .literal, .json: continue
      default:
        let other = types[0] == type ? types[types.count - 1] : types[0]
        throw failure(
          range,
          "cannot compute \(types[0].name) \(operation.symbol) \(types[1].name)"
            + (self.type(child).isText && other.isNumber ? "; cast the text" : ""))
      }
    }
    // Of what is neither, text included, doubles are made.
    let target: ValueType =
      types.contains(.float64) || !(types.contains(.int64) || types.contains(.bool))
      ? .float64 : .int64
    var numbers: [Int] = []
    for child in children { numbers.append(try coerce(child, to: target)) }
    return numbers
  }

  /// Times and intervals; nil when neither side is one.
  private mutating func timeArithmetic(
    _ operation: Arithmetic, _ left: Int, _ right: Int, _ range: Range<Int>
  ) throws(ExpressionError) -> Int? {
    let types = (type(left), type(right))
    let isTime = { (type: ValueType) in type == .timestamp || type == .interval }
    guard isTime(types.0) || isTime(types.1) else { return nil }
    var children: [Int]
    let result: ValueType
    switch (operation, types.0, types.1) {
    case (.subtract, .timestamp, .timestamp):
      (children, result) = ([left, right], .interval)
    case (.subtract, .timestamp, .json):
      (children, result) = ([left, try coerce(right, to: .timestamp)], .interval)
    case (.subtract, .json, .timestamp):
      (children, result) = ([try coerce(left, to: .timestamp), right], .interval)
    case (.add, .timestamp, .interval), (.subtract, .timestamp, .interval):
      (children, result) = ([left, right], .timestamp)
    case (.add, .timestamp, .literal), (.subtract, .timestamp, .literal),
      (.add, .timestamp, .null), (.subtract, .timestamp, .null):
      (children, result) = ([left, try coerce(right, to: .interval)], .timestamp)
    case (.add, .interval, .timestamp):
      (children, result) = ([right, left], .timestamp)
    case (.add, .interval, .json), (.add, .interval, .literal):
      (children, result) = ([try coerce(right, to: .timestamp), left], .timestamp)
    case (.add, .json, .interval), (.subtract, .json, .interval), (.add, .literal, .interval),
      (.subtract, .literal, .interval):
      (children, result) = ([try coerce(left, to: .timestamp), right], .timestamp)
    case (.add, .interval, .interval), (.subtract, .interval, .interval):
      (children, result) = ([left, right], .interval)
    case (.multiply, .interval, .int64):
      (children, result) = ([left, right], .interval)
    case (.multiply, .int64, .interval):
      (children, result) = ([right, left], .interval)
    case (_, _, .null), (_, .null, _):
      return addConstant(.null, isTime(types.0) ? types.0 : types.1, range)
    default:
      throw failure(
        range, "cannot compute \(types.0.name) \(operation.symbol) \(types.1.name)")
    }
    return add(.arithmetic(operation), result, children, range)
  }

  mutating func negate(_ syntax: Syntax, _ range: Range<Int>) throws(ExpressionError) -> Int {
    // The smallest integer is written as the negation of one that does not fit.
    if case .literal(.integer(let digits)) = syntax.kind, let value = Int64("-" + digits) {
      return addConstant(.int64(value), .int64, range)
    }
    let node = try bind(syntax)
    switch type(node) {
    case .interval, .float64: return add(.negate, type(node), [node], range)
    case .int64, .bool:
      return add(.negate, .int64, [try coerce(node, to: .int64)], range)
    case .null: return addConstant(.null, .int64, range)
    case .json, .literal: return add(.negate, .float64, [try coerce(node, to: .float64)], range)
    default: throw failure(range, "cannot negate \(type(node).name)")
    }
  }

  /// A value that must be a number.
  mutating func numberArgument(_ node: Int, _ user: String) throws(ExpressionError) -> Int {
    switch type(node) {
    case .int64, .float64: return node
    case .json, .literal: return try coerce(node, to: .float64)
    case .bool, .null: return try coerce(node, to: .int64)
    default:
      throw failure(range(node), "\(user) takes a number, not \(type(node).name); cast it")
    }
  }

  mutating func numberCall(
    _ name: String, _ arguments: [Int], _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    var children = [try numberArgument(arguments[0], name)]
    let type = type(children[0])
    if arguments.count == 2 {
      let digits = try numberArgument(arguments[1], name)
      guard self.type(digits) == .int64 else {
        throw failure(self.range(digits), "the number of digits must be BIGINT")
      }
      children.append(digits)
    }
    switch name {
    case "abs": return add(.function(.absolute), type, children, range)
    case "round": return add(.function(.round), type, children, range)
    default:
      let number = try coerce(children[0], to: .float64)
      return add(.function(name == "floor" ? .floor : .ceiling), .float64, [number], range)
    }
  }
}
