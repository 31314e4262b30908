/// The parts of an expression that are no operators: literals, names, calls, `CASE`, casts.
extension Parser {
  /// Words that are no column's name unless they stand in double quotes.
  private static let reserved: Set<String> = [
    "AND", "OR", "NOT", "IN", "IS", "LIKE", "ILIKE", "BETWEEN", "WHEN", "THEN", "ELSE", "END",
  ]

  mutating func primary() throws(ExpressionError) -> Syntax {
    let token = next
    let start = token.range.lowerBound
    switch token.kind {
    case .number:
      take()
      return try make(.literal(try number(token)), from: start)
    case .string:
      take()
      return try make(.literal(.string(token.text)), from: start)
    case .symbol:
      guard takeSymbol("(") else { throw unexpected() }
      let inner = try expression(.lowest)
      try expectSymbol(")")
      return Syntax(inner.kind, start..<end)
    case .quotedWord: return try column(from: start)
    case .word: return try word(token, from: start)
    case .end: throw unexpected()
    }
  }

  private func number(_ token: Token) throws(ExpressionError) -> Syntax.Literal {
    if token.text.allSatisfy(\.isNumber) { return .integer(token.text) }
    guard let value = NumberText.float64(Array(token.text.utf8)) else {
      throw failure("not a number", token.range)
    }
    return .float64(value)
  }

  /// Something that begins with a word.
  private mutating func word(_ token: Token, from start: Int) throws(ExpressionError) -> Syntax {
    let upper = token.text.uppercased()
    if let syntax = try constant(upper, from: start) { return syntax }
    if upper == "CASE" {
      take()
      return try choice(from: start)
    }
    if peek(1).isSymbol("(") {
      switch upper {
      case "CAST", "TRY_CAST": return try castCall(isTry: upper == "TRY_CAST", from: start)
      case "EXTRACT": return try extract(from: start)
      case "SUBSTRING": return try substring(from: start)
      default: break
      }
      guard !Self.reserved.contains(upper) else { throw unexpected() }
      return try call(token, from: start)
    }
    guard !Self.reserved.contains(upper) else { throw unexpected() }
    return try column(from: start)
  }

  /// A literal that begins with a word, or nil when the word is none that begins one.
  private mutating func constant(
    _ word: String, from start: Int
  ) throws(ExpressionError) -> Syntax? {
    let isBeforeString = peek(1).kind == .string
    let kind: Syntax.Literal
    switch word {
    case "NULL": kind = .null
    case "TRUE": kind = .bool(true)
    case "FALSE": kind = .bool(false)
    case "CURRENT_TIMESTAMP":
      take()
      if takeSymbol("(") { try expectSymbol(")") }
      return try make(.literal(.now), from: start)
    case "TIMESTAMP" where isBeforeString, "TIMESTAMPTZ" where isBeforeString,
      "DATE" where isBeforeString:
      take()
      let token = take()
      guard let time = TimestampText.nanoseconds(Array(token.text.utf8)) else {
        throw failure("not a time", token.range)
      }
      let literal = word == "DATE" ? Calendar.dayStart(time) : time
      return try make(.literal(.timestamp(literal)), from: start)
    case "INTERVAL" where isBeforeString || peek(1).kind == .number:
      return try interval(from: start)
    default: return nil
    }
    take()
    return try make(.literal(kind), from: start)
  }

  /// `INTERVAL '3 hours'`, `INTERVAL 3 HOURS`, `INTERVAL '3' HOUR`.
  private mutating func interval(from start: Int) throws(ExpressionError) -> Syntax {
    take()
    let token = take()
    var text = token.text
    if next.kind == .word, Interval.isUnit(next.text.lowercased()) {
      text += " " + take().text.lowercased()
    }
    guard let interval = Interval(text) else {
      throw failure("not an interval: write INTERVAL '3 hours'", token.range)
    }
    return try make(.literal(.interval(interval)), from: start)
  }

  /// A column's name: words, plain or in double quotes, with dots between them.
  private mutating func column(from start: Int) throws(ExpressionError) -> Syntax {
    var keys = [take().text]
    while takeSymbol(".") {
      guard next.kind == .word || next.kind == .quotedWord else {
        throw unexpected("expected a name")
      }
      keys.append(take().text)
    }
    return try make(.column(keys), from: start)
  }

  private mutating func call(_ name: Token, from start: Int) throws(ExpressionError) -> Syntax {
    take()
    take()
    let arguments = takeSymbol(")") ? [] : try list(closedBy: ")")
    return try make(.call(name.text.lowercased(), name.range, arguments), from: start)
  }

  /// `EXTRACT(part FROM time)`.
  private mutating func extract(from start: Int) throws(ExpressionError) -> Syntax {
    let name = take().range
    take()
    let part = next
    guard part.kind == .word || part.kind == .string else { throw unexpected("expected a part") }
    take()
    let partSyntax = try make(.literal(.string(part.text)), from: part.range.lowerBound)
    try expectKeyword("FROM")
    let time = try expression(.lowest)
    try expectSymbol(")")
    return try make(.call("date_part", name, [partSyntax, time]), from: start)
  }

  /// `SUBSTRING(text, start, length)` or `SUBSTRING(text FROM start FOR length)`.
  private mutating func substring(from start: Int) throws(ExpressionError) -> Syntax {
    let name = take().range
    take()
    var arguments = [try expression(.lowest)]
    if takeKeyword("FROM") {
      arguments.append(try expression(.lowest))
      if takeKeyword("FOR") { arguments.append(try expression(.lowest)) }
      try expectSymbol(")")
    } else if takeSymbol(",") {
      arguments += try list(closedBy: ")")
    } else {
      try expectSymbol(")")
    }
    return try make(.call("substring", name, arguments), from: start)
  }

  private mutating func castCall(
    isTry: Bool, from start: Int
  ) throws(ExpressionError) -> Syntax {
    take()
    take()
    let value = try expression(.lowest)
    try expectKeyword("AS")
    let target = try typeName()
    try expectSymbol(")")
    return try make(.cast(value, target, isTry: isTry), from: start)
  }

  /// `CASE WHEN a THEN b ELSE c END`, `CASE x WHEN a THEN b END`; `CASE` was taken.
  private mutating func choice(from start: Int) throws(ExpressionError) -> Syntax {
    let operand = next.isKeyword("WHEN") ? nil : try expression(.lowest)
    var arms: [Syntax.Arm] = []
    while takeKeyword("WHEN") {
      let condition = try expression(.lowest)
      try expectKeyword("THEN")
      arms.append(Syntax.Arm(condition: condition, value: try expression(.lowest)))
    }
    if arms.isEmpty { throw unexpected("expected WHEN") }
    let otherwise = takeKeyword("ELSE") ? try expression(.lowest) : nil
    try expectKeyword("END")
    return try make(.choice(operand: operand, arms, otherwise: otherwise), from: start)
  }

  // MARK: - Types

  private static let types: [String: CastTarget] = [
    "TINYINT": .integer(bitCount: 8), "INT1": .integer(bitCount: 8),
    "SMALLINT": .integer(bitCount: 16), "INT2": .integer(bitCount: 16),
    "SHORT": .integer(bitCount: 16), "INTEGER": .integer(bitCount: 32),
    "INT": .integer(bitCount: 32), "INT4": .integer(bitCount: 32),
    "SIGNED": .integer(bitCount: 32), "BIGINT": .integer(bitCount: 64),
    "INT8": .integer(bitCount: 64), "LONG": .integer(bitCount: 64), "DOUBLE": .float64,
    "FLOAT": .float64, "FLOAT4": .float64, "FLOAT8": .float64, "REAL": .float64,
    "NUMERIC": .float64, "DECIMAL": .float64, "VARCHAR": .text, "TEXT": .text, "STRING": .text,
    "CHAR": .text, "BOOLEAN": .bool, "BOOL": .bool, "LOGICAL": .bool, "TIMESTAMP": .timestamp,
    "TIMESTAMPTZ": .timestamp, "TIMESTAMP_NS": .timestamp, "DATETIME": .timestamp, "DATE": .date,
    "INTERVAL": .interval,
  ]

  mutating func typeName() throws(ExpressionError) -> CastTarget {
    guard next.kind == .word, let target = Self.types[next.text.uppercased()] else {
      throw unexpected("expected a type, such as BIGINT, DOUBLE, VARCHAR, BOOLEAN or TIMESTAMP")
    }
    let name = take().text.uppercased()
    if name == "DOUBLE" { _ = takeKeyword("PRECISION") }
    if name == "TIMESTAMP", next.isKeyword("WITH") || next.isKeyword("WITHOUT") {
      take()
      try expectKeyword("TIME")
      try expectKeyword("ZONE")
    }
    // A width or a precision changes nothing here.
    if next.isSymbol("("), ["NUMERIC", "DECIMAL", "VARCHAR", "CHAR"].contains(name) {
      take()
      repeat {
        guard take().kind == .number else { throw unexpected("expected a number") }
      } while takeSymbol(",")
      try expectSymbol(")")
    }
    return target
  }
}
