/// Comparisons, `BETWEEN`, `IN`, `LIKE` and regular expressions.
extension FilterBuilder {
  mutating func compare(
    _ comparison: Comparison, _ left: Int, _ right: Int, _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    if type(left) == .null || type(right) == .null { return addConstant(.null, .bool, range) }
    if let node = compareIntegers(comparison, left, right, range) { return node }
    let children = try unify([left, right], "compare", range)
    if constant(children[0]) != nil, constant(children[1]) == nil {
      return compare(comparison.mirrored, children[1], toConstant: children[0], range)
    }
    return compare(comparison, children[0], toConstant: children[1], range)
  }

  /// A comparison of values of one type, the second of which may be a constant.
  private mutating func compare(
    _ comparison: Comparison, _ value: Int, toConstant other: Int, _ range: Range<Int>
  ) -> Int {
    guard constant(value) == nil, let constant = constant(other) else {
      return add(.compare(comparison), .bool, [value, other], range)
    }
    switch constant {
    case .null: return addConstant(.null, .bool, range)
    case .text(let text) where comparison == .equal || comparison == .notEqual:
      let set = TextSet([text], hasNull: false)
      return add(.textSet(set, negated: comparison == .notEqual), .bool, [value], range)
    default:
      guard let key = Self.orderKey(constant) else {
        return add(.compare(comparison), .bool, [value, other], range)
      }
      return compare(comparison, value, toKey: key, range)
    }
  }

  /// The integer by which integers, times and doubles are ordered.
  private static func orderKey(_ constant: Constant) -> Int64? {
    switch constant {
    case .int64(let value), .timestamp(let value): value
    case .float64(let value): NumberText.orderKey(value)
    default: nil
    }
  }

  /// A comparison of integers, times or doubles with an order key, as a test for a range.
  private mutating func compare(
    _ comparison: Comparison, _ value: Int, toKey key: Int64, _ range: Range<Int>
  ) -> Int {
    switch comparison {
    case .equal: return inRange(value, key, key, negated: false, range)
    case .notEqual: return inRange(value, key, key, negated: true, range)
    case .lessOrEqual: return inRange(value, .min, key, negated: false, range)
    case .greaterOrEqual: return inRange(value, key, .max, negated: false, range)
    case .less: return inRange(value, key, .max, negated: true, range)
    case .greater: return inRange(value, .min, key, negated: true, range)
    }
  }

  /// The test for a range, as a positive one where that is possible.
  private mutating func inRange(
    _ value: Int, _ lower: Int64, _ upper: Int64, negated: Bool, _ range: Range<Int>
  ) -> Int {
    var operation = Operation.range(lower: lower, upper: upper, negated: negated)
    if negated, lower == .min, upper < .max {
      operation = .range(lower: upper + 1, upper: .max, negated: false)
    } else if negated, upper == .max, lower > .min {
      operation = .range(lower: .min, upper: lower - 1, negated: false)
    } else if lower > upper {
      operation = .range(lower: .min, upper: .max, negated: !negated)
    }
    return add(operation, .bool, [value], range)
  }

  /// An integer against a double without a conversion, where that makes no difference: the double is
  /// so small that integers near it are exact as doubles.
  private mutating func compareIntegers(
    _ comparison: Comparison, _ left: Int, _ right: Int, _ range: Range<Int>
  ) -> Int? {
    if type(right) == .int64, type(left) == .float64, constant(left) != nil,
      constant(right) == nil
    {
      return compareIntegers(comparison.mirrored, right, left, range)
    }
    guard type(left) == .int64, constant(left) == nil, case .float64(let number) = constant(right),
      number.magnitude < 0x1p53
    else { return nil }
    let floor = Int64(number.rounded(.down))
    if Double(floor) == number { return compare(comparison, left, toKey: floor, range) }
    switch comparison {
    case .equal: return inRange(left, .min, .max, negated: true, range)
    case .notEqual: return inRange(left, .min, .max, negated: false, range)
    case .less, .lessOrEqual: return inRange(left, .min, floor, negated: false, range)
    case .greater, .greaterOrEqual: return inRange(left, floor + 1, .max, negated: false, range)
    }
  }

  mutating func between(
    _ parts: [Int], negated: Bool, _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    let children = try unify(parts, "compare", range)
    if constant(children[0]) == nil, let lower = constant(children[1]).flatMap(Self.orderKey),
      let upper = constant(children[2]).flatMap(Self.orderKey)
    {
      return inRange(children[0], lower, upper, negated: negated, range)
    }
    return add(.between(negated: negated), .bool, children, range)
  }

  mutating func inList(
    _ value: Int, _ items: [Int], negated: Bool, _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    let children = try unify([value] + items, "compare", range)
    if children.count == 2 {
      return compareUnified(negated ? .notEqual : .equal, children[0], children[1], range)
    }
    guard constant(children[0]) == nil else {
      return add(.inList(negated: negated), .bool, children, range)
    }
    var texts: [[UInt8]] = []
    var keys: [Int64] = []
    var hasNull = false
    for child in children.dropFirst() {
      guard let constant = constant(child) else {
        return add(.inList(negated: negated), .bool, children, range)
      }
      if case .text(let text) = constant {
        texts.append(text)
      } else if let key = Self.orderKey(constant) {
        keys.append(key)
      } else if constant == .null {
        hasNull = true
      } else {
        return add(.inList(negated: negated), .bool, children, range)
      }
    }
    if type(children[0]) == .text {
      let set = TextSet(texts, hasNull: hasNull)
      return add(.textSet(set, negated: negated), .bool, [children[0]], range)
    }
    guard !keys.isEmpty else {
      return add(.inList(negated: negated), .bool, children, range)
    }
    let set = IntegerSet(values: Array(Set(keys)).sorted(), hasNull: hasNull)
    return add(.integerSet(set, negated: negated), .bool, [children[0]], range)
  }

  /// As `compare`, for values that are of one type already.
  private mutating func compareUnified(
    _ comparison: Comparison, _ left: Int, _ right: Int, _ range: Range<Int>
  ) -> Int {
    if constant(left) != nil, constant(right) == nil {
      return compare(comparison.mirrored, right, toConstant: left, range)
    }
    return compare(comparison, left, toConstant: right, range)
  }

  // MARK: - Patterns

  mutating func match(_ syntax: Syntax) throws(ExpressionError) -> Int {
    switch syntax.kind {
    case .like(let value, let pattern, let escape, let ignoresCase, let negated):
      let subject = try textArgument(try bind(value), "LIKE")
      let boundPattern = try textArgument(try bind(pattern), "LIKE")
      let escapeByte = try self.escape(escape)
      guard let constant = constant(boundPattern) else {
        let operation = Operation.likeValue(
          escape: escapeByte, ignoresCase: ignoresCase, negated: negated)
        return add(operation, .bool, [subject, boundPattern], syntax.range)
      }
      guard case .text(let bytes) = constant else { return addConstant(.null, .bool, syntax.range) }
      let compiled: LikePattern
      do {
        compiled = try LikePattern(bytes, escape: escapeByte, ignoresCase: ignoresCase)
      } catch {
        throw failure(pattern.range, "\(error)")
      }
      if let only = compiled.onlyText {
        let set = TextSet([only], hasNull: false)
        return add(.textSet(set, negated: negated), .bool, [subject], syntax.range)
      }
      return add(.like(compiled, negated: negated), .bool, [subject], syntax.range)
    case .regex(let value, let pattern, let ignoresCase, let negated):
      let subject = try textArgument(try bind(value), "~")
      return try regex(
        subject, pattern, ignoresCase: ignoresCase, isWhole: false, negated: negated, syntax.range)
    default: return try bind(syntax)
    }
  }

  /// The escape character of `LIKE`; nil when there is none.
  private mutating func escape(_ syntax: Syntax?) throws(ExpressionError) -> UInt8? {
    guard let syntax, let text = try constantText(syntax, "the escape character"), !text.isEmpty
    else { return nil }
    guard text.count == 1, text[0] < 0x80 else {
      throw failure(syntax.range, "the escape character must be one ASCII character")
    }
    return text[0]
  }

  mutating func regex(
    _ subject: Int, _ pattern: Syntax, ignoresCase: Bool, isWhole: Bool, negated: Bool,
    _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    guard let bytes = try constantText(pattern, "a regular expression") else {
      return addConstant(.null, .bool, range)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    var options = RegexPattern.Options()
    options.ignoresCase = ignoresCase
    do {
      patterns.append(
        try RegexPattern(isWhole ? "\\A(?:\(text))\\z" : text, options: options))
    } catch {
      throw failure(pattern.range, "\(error)")
    }
    return add(.regex(patterns.count - 1, negated: negated), .bool, [subject], range)
  }

  /// The text of a constant; nil for NULL.
  mutating func constantText(
    _ syntax: Syntax, _ what: String
  ) throws(ExpressionError) -> [UInt8]? {
    let node = try bind(syntax)
    switch constant(node) {
    case .text(let bytes): return bytes
    case .null: return nil
    default: throw failure(syntax.range, "\(what) must be a constant VARCHAR")
    }
  }

  /// A value that must be text.
  mutating func textArgument(_ node: Int, _ user: String) throws(ExpressionError) -> Int {
    switch type(node) {
    case .text, .literal, .json, .null: return try coerce(node, to: .text)
    default:
      throw failure(range(node), "\(user) takes VARCHAR, not \(type(node).name); cast it")
    }
  }
}
