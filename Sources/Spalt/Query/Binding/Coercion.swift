/// Making values of one type out of values of several, without being told to and by casts.
extension FilterBuilder {
  /// The values as values of one type. Literals, NULL and JSON take the type of the others; of an
  /// integer and a double both become doubles.
  /// - Parameter verb: what is done with them, for the message when there is no such type.
  mutating func unify(
    _ children: [Int], _ verb: String, _ range: Range<Int>
  ) throws(ExpressionError) -> [Int] {
    var common: ValueType?
    for child in children {
      switch type(child) {
      case .null, .literal, .json: continue
      case let next:
        guard let known = common else {
          common = next
          continue
        }
        guard let both = Self.common(known, next) else {
          throw failure(range, "cannot \(verb) \(known.name) with \(next.name); cast one")
        }
        common = both
      }
    }
    var unified: [Int] = []
    for child in children { unified.append(try coerce(child, to: common ?? .text)) }
    return unified
  }

  private static func common(_ first: ValueType, _ second: ValueType) -> ValueType? {
    if first == second { return first }
    switch (first, second) {
    case (.int64, .float64), (.float64, .int64), (.bool, .float64), (.float64, .bool):
      return .float64
    case (.bool, .int64), (.int64, .bool): return .int64
    default: return nil
    }
  }

  /// A value as a value of another type, where SQL does that by itself.
  mutating func coerce(_ node: Int, to target: ValueType) throws(ExpressionError) -> Int {
    let range = range(node)
    switch (type(node), target) {
    case let (from, to) where from == to: return node
    case (.null, _): return addConstant(.null, target, range)
    case (.literal, .text):
      guard let constant = constant(node) else { return node }
      return addConstant(constant, .text, range)
    case (.literal, _): return try typedLiteral(node, target)
    case (.json, .text): return add(.jsonText, .text, [node], range)
    case (.json, _):
      let text = add(.jsonText, .text, [node], range)
      guard let conversion = Self.conversion(fromTextTo: target) else { break }
      return add(.convert(conversion, isTry: true), target, [text], range)
    case (.int64, .float64):
      return add(.convert(.int64ToFloat64, isTry: false), target, [node], range)
    case (.bool, .int64): return add(.convert(.boolToInt64, isTry: false), target, [node], range)
    case (.bool, .float64):
      return add(.convert(.boolToFloat64, isTry: false), target, [node], range)
    case (.int64, .bool): return add(.convert(.int64ToBool, isTry: false), target, [node], range)
    case (.float64, .bool):
      return add(.convert(.float64ToBool, isTry: false), target, [node], range)
    default: break
    }
    throw failure(range, "this must be \(target.name), not \(type(node).name); cast it")
  }

  private static func conversion(fromTextTo target: ValueType) -> Conversion? {
    switch target {
    case .bool: .textToBool
    case .int64: .textToInteger(bitCount: 64)
    case .float64: .textToFloat64
    case .timestamp: .textToTimestamp
    case .interval: .textToInterval
    default: nil
    }
  }

  /// A literal read as the type of what it is used with.
  private mutating func typedLiteral(
    _ node: Int, _ target: ValueType
  ) throws(ExpressionError) -> Int {
    let range = range(node)
    guard case .text(let bytes) = constant(node) else { return node }
    let value: Constant?
    switch target {
    case .bool: value = NumberText.bool(bytes).map { .bool($0) }
    case .int64: value = NumberText.int64(bytes).map { .int64($0) }
    case .float64: value = NumberText.float64(bytes).map { .float64($0) }
    case .timestamp: value = TimestampText.nanoseconds(bytes).map { .timestamp($0) }
    case .interval:
      value = Interval(String(decoding: bytes, as: UTF8.self)).map { .interval($0) }
    default: value = nil
    }
    guard let value else {
      let text = ValueDescription.quoted(ByteView(bytes.span))
      throw failure(range, "cannot convert \(text) to \(target.name)")
    }
    return addConstant(value, target, range)
  }

  /// The text of any value.
  mutating func text(_ node: Int) throws(ExpressionError) -> Int {
    switch type(node) {
    case .bool: return add(.convert(.boolToText, isTry: false), .text, [node], range(node))
    case .int64: return add(.convert(.int64ToText, isTry: false), .text, [node], range(node))
    case .float64: return add(.convert(.float64ToText, isTry: false), .text, [node], range(node))
    case .timestamp:
      return add(.convert(.timestampToText, isTry: false), .text, [node], range(node))
    default: return try coerce(node, to: .text)
    }
  }

  // MARK: - Casts

  mutating func cast(
    _ node: Int, _ target: CastTarget, isTry: Bool, _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    let type = Self.type(of: target)
    var source = node
    switch self.type(node) {
    case .null: return addConstant(.null, type, range)
    case .literal, .json: source = try coerce(node, to: .text)
    default: break
    }
    if target == .text {
      let text = try self.text(source)
      return text
    }
    let conversion: Conversion
    switch (self.type(source), target) {
    case (.int64, .integer(64)), (.float64, .float64), (.bool, .bool), (.timestamp, .timestamp),
      (.interval, .interval):
      return source
    case (.text, .integer(let bitCount)): conversion = .textToInteger(bitCount: bitCount)
    case (.text, .float64): conversion = .textToFloat64
    case (.text, .bool): conversion = .textToBool
    case (.text, .timestamp): conversion = .textToTimestamp
    case (.text, .date): conversion = .textToDate
    case (.text, .interval): conversion = .textToInterval
    case (.int64, .integer(let bitCount)): conversion = .int64ToInteger(bitCount: bitCount)
    case (.float64, .integer(let bitCount)): conversion = .float64ToInteger(bitCount: bitCount)
    case (.bool, .integer): conversion = .boolToInt64
    case (.int64, .float64): conversion = .int64ToFloat64
    case (.bool, .float64): conversion = .boolToFloat64
    case (.int64, .bool): conversion = .int64ToBool
    case (.float64, .bool): conversion = .float64ToBool
    case (.timestamp, .date): conversion = .timestampToDate
    case (let from, _):
      throw failure(range, "there is no cast from \(from.name) to \(type.name)")
    }
    return add(.convert(conversion, isTry: isTry), type, [source], range)
  }

  private static func type(of target: CastTarget) -> ValueType {
    switch target {
    case .integer: .int64
    case .float64: .float64
    case .text: .text
    case .bool: .bool
    case .timestamp, .date: .timestamp
    case .interval: .interval
    }
  }
}
