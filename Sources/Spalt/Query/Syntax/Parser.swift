/// Reads an expression by precedence climbing. The levels are those of PostgreSQL and DuckDB.
struct Parser {
  /// How tightly an operator binds.
  enum Level: Int, Comparable {
    case lowest, or, and, not, `is`, comparison, membership, other, sum, product, sign, cast

    static func < (first: Level, second: Level) -> Bool { first.rawValue < second.rawValue }

    /// The level of the right side of an operator that groups to the left.
    var tighter: Level { Level(rawValue: rawValue + 1) ?? .cast }
  }

  static let maximumByteCount = 1 << 20

  let text: String
  private let tokens: [Token]
  private var position = 0
  private var depth = 0

  private init(_ text: String) throws(ExpressionError) {
    self.text = text
    guard text.utf8.count <= Self.maximumByteCount else {
      throw ExpressionError(
        text: String(text.prefix(60)), range: 0..<0, message: "the expression is longer than 1 MiB")
    }
    tokens = try Tokenizer.tokens(of: text)
  }

  /// The syntax of a whole expression.
  static func parse(_ text: String) throws(ExpressionError) -> Syntax {
    var parser = try Parser(text)
    if parser.next.kind == .end { throw parser.failure("the expression is empty") }
    let syntax = try parser.expression(.lowest)
    guard parser.next.kind == .end else { throw parser.unexpected() }
    return syntax
  }

  // MARK: - Tokens

  var next: Token { tokens[position] }

  func peek(_ distance: Int) -> Token { tokens[min(position + distance, tokens.count - 1)] }

  /// Where the last token ended that was taken.
  var end: Int { position == 0 ? 0 : tokens[position - 1].range.upperBound }

  @discardableResult
  mutating func take() -> Token {
    let token = next
    if position < tokens.count - 1 { position += 1 }
    return token
  }

  mutating func takeKeyword(_ word: String) -> Bool {
    guard next.isKeyword(word) else { return false }
    take()
    return true
  }

  mutating func takeSymbol(_ symbol: String) -> Bool {
    guard next.isSymbol(symbol) else { return false }
    take()
    return true
  }

  mutating func expectKeyword(_ word: String) throws(ExpressionError) {
    guard takeKeyword(word) else { throw unexpected("expected \(word)") }
  }

  mutating func expectSymbol(_ symbol: String) throws(ExpressionError) {
    guard takeSymbol(symbol) else { throw unexpected("expected \(symbol)") }
  }

  func failure(_ message: String, _ range: Range<Int>? = nil) -> ExpressionError {
    ExpressionError(text: text, range: range ?? next.range, message: message)
  }

  func unexpected(_ expectation: String? = nil) -> ExpressionError {
    if next.kind == .end {
      return failure(expectation.map { $0 + " at the end" } ?? "the expression ends too early")
    }
    return failure(expectation.map { $0 + " here" } ?? "this does not fit here")
  }

  /// A part that is complete, and not too deep. Mutating, so that it is called after its arguments were
  /// read.
  mutating func make(_ kind: Syntax.Kind, from start: Int) throws(ExpressionError) -> Syntax {
    let syntax = Syntax(kind, start..<end)
    guard syntax.depth <= Syntax.maximumDepth else { throw tooDeep() }
    return syntax
  }

  private func tooDeep() -> ExpressionError {
    failure("nested too deeply: \(Syntax.maximumDepth) levels are allowed")
  }

  // MARK: - Operators

  /// Reads an expression whose operators all bind at least as tightly as `level`.
  mutating func expression(_ level: Level) throws(ExpressionError) -> Syntax {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Syntax.maximumDepth else { throw tooDeep() }
    let start = next.range.lowerBound
    var left = try prefix()
    // The level of a comparison that just ended: these do not chain.
    var ended: Level?
    while let infix = infixLevel, infix >= level {
      if ended == infix, infix == .comparison || infix == .membership {
        throw failure("these do not chain: use AND, or parentheses")
      }
      ended = nil
      switch infix {
      case .or, .and: left = try chain(left, infix, from: start)
      case .is: left = try isTest(left, from: start)
      case .membership:
        let isList = next.isKeyword("IN") || peek(1).isKeyword("IN")
        left = try membership(left, from: start)
        ended = isList ? nil : infix
      case .cast: left = try castSuffix(left, from: start)
      default:
        left = try binary(left, infix, from: start)
        ended = infix
      }
    }
    return left
  }

  private mutating func prefix() throws(ExpressionError) -> Syntax {
    let start = next.range.lowerBound
    if takeKeyword("NOT") { return try make(.not(try expression(.not)), from: start) }
    if takeSymbol("-") { return try make(.negate(try expression(.sign)), from: start) }
    if takeSymbol("+") { return try expression(.sign) }
    return try primary()
  }

  /// The level of the operator that stands next, or nil when there is none.
  private var infixLevel: Level? {
    let token = next
    switch token.kind {
    case .symbol:
      switch token.text {
      case "=", "==", "<>", "!=", "<", "<=", ">", ">=": return .comparison
      case "~", "!~", "~*", "!~*", "||", "^@": return .other
      case "+", "-": return .sum
      case "*", "/", "//", "%": return .product
      case "::": return .cast
      default: return nil
      }
    case .word:
      switch token.text.uppercased() {
      case "OR": return .or
      case "AND": return .and
      case "IS", "ISNULL", "NOTNULL": return .is
      case "IN", "LIKE", "ILIKE", "BETWEEN": return .membership
      case "NOT":
        let second = peek(1).text.uppercased()
        return peek(1).kind == .word && ["IN", "LIKE", "ILIKE", "BETWEEN"].contains(second)
          ? .membership : nil
      default: return nil
      }
    default: return nil
    }
  }

  /// `a AND b AND c`: as many as there are, in one part.
  private mutating func chain(
    _ first: Syntax, _ level: Level, from start: Int
  ) throws(ExpressionError) -> Syntax {
    var parts = [first]
    let word = level == .and ? "AND" : "OR"
    while takeKeyword(word) { parts.append(try expression(level.tighter)) }
    return try make(level == .and ? .all(parts) : .any(parts), from: start)
  }

  private mutating func binary(
    _ left: Syntax, _ level: Level, from start: Int
  ) throws(ExpressionError) -> Syntax {
    let symbol = take().text
    let right = try expression(level.tighter)
    let kind: Syntax.Kind
    switch symbol {
    case "=", "==": kind = .compare(.equal, left, right)
    case "<>", "!=": kind = .compare(.notEqual, left, right)
    case "<": kind = .compare(.less, left, right)
    case "<=": kind = .compare(.lessOrEqual, left, right)
    case ">": kind = .compare(.greater, left, right)
    case ">=": kind = .compare(.greaterOrEqual, left, right)
    case "~": kind = .regex(left, right, ignoresCase: false, negated: false)
    case "!~": kind = .regex(left, right, ignoresCase: false, negated: true)
    case "~*": kind = .regex(left, right, ignoresCase: true, negated: false)
    case "!~*": kind = .regex(left, right, ignoresCase: true, negated: true)
    case "||": kind = .concatenate(left, right)
    case "^@": kind = .call("starts_with", start..<end, [left, right])
    case "+": kind = .arithmetic(.add, left, right)
    case "-": kind = .arithmetic(.subtract, left, right)
    case "*": kind = .arithmetic(.multiply, left, right)
    case "/": kind = .arithmetic(.divide, left, right)
    case "//": kind = .arithmetic(.divideWhole, left, right)
    default: kind = .arithmetic(.remainder, left, right)
    }
    return try make(kind, from: start)
  }

  private mutating func isTest(
    _ left: Syntax, from start: Int
  ) throws(ExpressionError) -> Syntax {
    if takeKeyword("ISNULL") { return try make(.isNull(left, negated: false), from: start) }
    if takeKeyword("NOTNULL") { return try make(.isNull(left, negated: true), from: start) }
    take()
    let negated = takeKeyword("NOT")
    if takeKeyword("NULL") || takeKeyword("UNKNOWN") {
      return try make(.isNull(left, negated: negated), from: start)
    }
    if takeKeyword("TRUE") { return try make(.isTruth(left, true, negated: negated), from: start) }
    if takeKeyword("FALSE") {
      return try make(.isTruth(left, false, negated: negated), from: start)
    }
    if takeKeyword("DISTINCT") {
      try expectKeyword("FROM")
      let right = try expression(.comparison)
      return try make(.isDistinct(left, right, negated: negated), from: start)
    }
    throw unexpected("expected NULL, TRUE, FALSE or DISTINCT FROM")
  }

  private mutating func membership(
    _ left: Syntax, from start: Int
  ) throws(ExpressionError) -> Syntax {
    let negated = takeKeyword("NOT")
    if takeKeyword("BETWEEN") {
      let lower = try expression(.other)
      try expectKeyword("AND")
      let upper = try expression(.other)
      return try make(.between(left, lower, upper, negated: negated), from: start)
    }
    if takeKeyword("IN") {
      try expectSymbol("(")
      let items = try list(closedBy: ")")
      return try make(.inList(left, items, negated: negated), from: start)
    }
    let ignoresCase = take().isKeyword("ILIKE")
    let pattern = try expression(.other)
    let escape = takeKeyword("ESCAPE") ? try expression(.other) : nil
    return try make(
      .like(left, pattern, escape: escape, ignoresCase: ignoresCase, negated: negated), from: start)
  }

  private mutating func castSuffix(
    _ left: Syntax, from start: Int
  ) throws(ExpressionError) -> Syntax {
    take()
    let target = try typeName()
    return try make(.cast(left, target, isTry: false), from: start)
  }

  /// One expression or several, with commas between them, up to the closing symbol.
  mutating func list(closedBy symbol: String) throws(ExpressionError) -> [Syntax] {
    var items: [Syntax] = []
    repeat { items.append(try expression(.lowest)) } while takeSymbol(",")
    try expectSymbol(symbol)
    return items
  }
}
