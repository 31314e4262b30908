/// Functions by name.
extension FilterBuilder {
  /// The number of arguments that each function takes.
  private static let argumentCounts: [String: ClosedRange<Int>] = [
    "lower": 1...1, "lcase": 1...1, "upper": 1...1, "ucase": 1...1, "length": 1...1, "len": 1...1,
    "char_length": 1...1, "strlen": 1...1, "octet_length": 1...1, "substr": 2...3,
    "substring": 2...3, "contains": 2...2, "starts_with": 2...2, "prefix": 2...2,
    "ends_with": 2...2,
    "suffix": 2...2, "trim": 1...2, "ltrim": 1...2, "rtrim": 1...2, "replace": 3...3,
    "concat": 1...1000, "coalesce": 1...1000, "ifnull": 2...2, "nullif": 2...2, "abs": 1...1,
    "round": 1...2, "floor": 1...1, "ceil": 1...1, "ceiling": 1...1, "greatest": 1...1000,
    "least": 1...1000, "date_trunc": 2...2, "datetrunc": 2...2, "date_part": 2...2,
    "datepart": 2...2, "epoch": 1...1, "epoch_ms": 1...1, "to_timestamp": 1...1, "now": 0...0,
    "current_timestamp": 0...0, "regexp_matches": 2...3, "regexp_full_match": 2...3,
    "severity": 1...1, "year": 1...1, "quarter": 1...1, "month": 1...1, "week": 1...1, "day": 1...1,
    "hour": 1...1, "minute": 1...1, "second": 1...1, "millisecond": 1...1, "microsecond": 1...1,
    "dayofweek": 1...1, "isodow": 1...1, "dayofyear": 1...1,
  ]

  mutating func call(
    _ name: String, _ nameRange: Range<Int>, _ syntaxes: [Syntax], _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    guard let counts = Self.argumentCounts[name] else {
      throw failure(nameRange, "there is no function '\(name)'")
    }
    guard counts.contains(syntaxes.count) else {
      let wanted =
        counts.count == 1 ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
      throw failure(range, "\(name) takes \(wanted) arguments, not \(syntaxes.count)")
    }
    switch name {
    case "now", "current_timestamp":
      return addConstant(.timestamp(nowNanoseconds), .timestamp, range)
    case "regexp_matches", "regexp_full_match":
      return try regexCall(name, syntaxes, range)
    case "date_trunc", "datetrunc", "date_part", "datepart":
      return try datePartCall(name, syntaxes, range)
    default: break
    }
    let arguments = try bind(syntaxes)
    switch name {
    case "coalesce", "ifnull":
      let children = try unify(arguments, "combine", range)
      return add(.coalesce, type(children[0]), children, range)
    case "greatest", "least":
      let children = try unify(arguments, "compare", range)
      let operation = Operation.extremum(isGreatest: name == "greatest")
      return add(operation, type(children[0]), children, range)
    case "nullif": return try nullIf(arguments, range)
    case "abs", "round", "floor", "ceil", "ceiling":
      return try numberCall(name, arguments, range)
    case "concat":
      var children: [Int] = []
      for argument in arguments { children.append(try text(argument)) }
      return add(.function(.concat), .text, children, range)
    case "epoch", "epoch_ms", "to_timestamp":
      return try timeCall(name, arguments[0], range)
    case "severity": return try severity(arguments[0], range)
    default: break
    }
    if let part = Calendar.Part(named: name) {
      let time = try timeArgument(arguments[0], name)
      return add(.function(.datePart(part)), .int64, [time], range)
    }
    return try textCall(name, arguments, range)
  }

  // MARK: - Text

  private mutating func textCall(
    _ name: String, _ arguments: [Int], _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    var children: [Int] = []
    for (position, argument) in arguments.enumerated() {
      let isNumber = position > 0 && (name == "substr" || name == "substring")
      children.append(
        isNumber
          ? try integerArgument(argument, name) : try textArgument(argument, name))
    }
    switch name {
    case "lower", "lcase": return add(.function(.lower), .text, children, range)
    case "upper", "ucase": return add(.function(.upper), .text, children, range)
    case "length", "len", "char_length": return add(.function(.length), .int64, children, range)
    case "strlen", "octet_length": return add(.function(.byteLength), .int64, children, range)
    case "substr", "substring": return add(.function(.substring), .text, children, range)
    case "replace": return add(.function(.replace), .text, children, range)
    case "trim", "ltrim", "rtrim":
      let function = Function.trim(isLeading: name != "rtrim", isTrailing: name != "ltrim")
      return add(.function(function), .text, children, range)
    default: break
    }
    if case .text(let needle) = constant(children[1]), constant(children[0]) == nil {
      let pattern =
        switch name {
        case "contains": LikePattern(containing: needle)
        case "prefix", "starts_with": LikePattern(prefix: needle)
        default: LikePattern(suffix: needle)
        }
      return add(.like(pattern, negated: false), .bool, [children[0]], range)
    }
    let function: Function =
      switch name {
      case "contains": .contains
      case "prefix", "starts_with": .startsWith
      default: .endsWith
      }
    return add(.function(function), .bool, children, range)
  }

  private mutating func integerArgument(
    _ node: Int, _ user: String
  ) throws(ExpressionError) -> Int {
    switch type(node) {
    case .int64, .null, .literal, .json, .bool: return try coerce(node, to: .int64)
    default:
      throw failure(range(node), "\(user) takes BIGINT here, not \(type(node).name); cast it")
    }
  }

  mutating func concatenate(
    _ parts: [Int], _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    var children: [Int] = []
    for part in parts { children.append(try text(part)) }
    return add(.function(.concatenate), .text, children, range)
  }

  private mutating func regexCall(
    _ name: String, _ syntaxes: [Syntax], _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    let subject = try textArgument(try bind(syntaxes[0]), name)
    var ignoresCase = false
    if syntaxes.count == 3 {
      let options = try constantText(syntaxes[2], "the options") ?? []
      for option in options {
        switch option {
        case UInt8(ascii: "i"): ignoresCase = true
        case UInt8(ascii: "c"): ignoresCase = false
        default: throw failure(syntaxes[2].range, "the options may be 'i' and 'c'")
        }
      }
    }
    return try regex(
      subject, syntaxes[1], ignoresCase: ignoresCase, isWhole: name == "regexp_full_match",
      negated: false, range)
  }

  // MARK: - Choices

  private mutating func nullIf(
    _ arguments: [Int], _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    let compared = try unify(arguments, "compare", range)
    var value = arguments[0]
    if type(value) == .literal || type(value) == .json { value = try coerce(value, to: .text) }
    return add(.nullIf, type(value), [value, compared[0], compared[1]], range)
  }

  private mutating func severity(_ node: Int, _ range: Range<Int>) throws(ExpressionError) -> Int {
    let argument = type(node) == .int64 ? node : try textArgument(node, "severity")
    return add(.function(.severity), .int64, [argument], range)
  }

  // MARK: - Times

  mutating func timeArgument(_ node: Int, _ user: String) throws(ExpressionError) -> Int {
    switch type(node) {
    case .timestamp, .literal, .json, .null: return try coerce(node, to: .timestamp)
    default:
      throw failure(range(node), "\(user) takes TIMESTAMP, not \(type(node).name); cast it")
    }
  }

  private mutating func timeCall(
    _ name: String, _ argument: Int, _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    if name == "to_timestamp" {
      let seconds = try numberArgument(argument, name)
      let number = try coerce(seconds, to: .float64)
      return add(.function(.timeFromSeconds), .timestamp, [number], range)
    }
    if name == "epoch_ms", type(argument) == .int64 {
      return add(.function(.timeFromMilliseconds), .timestamp, [argument], range)
    }
    let time = try timeArgument(argument, name)
    return name == "epoch"
      ? add(.function(.epoch), .float64, [time], range)
      : add(.function(.epochMilliseconds), .int64, [time], range)
  }

  private mutating func datePartCall(
    _ name: String, _ syntaxes: [Syntax], _ range: Range<Int>
  ) throws(ExpressionError) -> Int {
    let bytes = try constantText(syntaxes[0], "the part of a time") ?? []
    guard let part = Calendar.Part(named: String(decoding: bytes, as: UTF8.self)) else {
      throw failure(syntaxes[0].range, "not a part of a time, such as 'hour' or 'month'")
    }
    let time = try timeArgument(try bind(syntaxes[1]), name)
    if name == "date_trunc" || name == "datetrunc" {
      guard part != .epoch else { throw failure(syntaxes[0].range, "a time has no such beginning") }
      return add(.function(.dateTrunc(part)), .timestamp, [time], range)
    }
    return part == .epoch
      ? add(.function(.epoch), .float64, [time], range)
      : add(.function(.datePart(part)), .int64, [time], range)
  }
}
