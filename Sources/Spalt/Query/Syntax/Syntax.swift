/// A part of an expression as it is written, before names and types have a meaning.
struct Syntax: Sendable {
  indirect enum Kind: Sendable {
    /// The keys of a column's name.
    case column([String])
    case literal(Literal)
    case negate(Syntax)
    case not(Syntax)
    case all([Syntax])
    case any([Syntax])
    case compare(Comparison, Syntax, Syntax)
    case arithmetic(Arithmetic, Syntax, Syntax)
    case concatenate(Syntax, Syntax)
    case isNull(Syntax, negated: Bool)
    /// `IS TRUE` and the like.
    case isTruth(Syntax, Bool, negated: Bool)
    case isDistinct(Syntax, Syntax, negated: Bool)
    case between(Syntax, Syntax, Syntax, negated: Bool)
    case inList(Syntax, [Syntax], negated: Bool)
    case like(Syntax, Syntax, escape: Syntax?, ignoresCase: Bool, negated: Bool)
    case regex(Syntax, Syntax, ignoresCase: Bool, negated: Bool)
    case cast(Syntax, CastTarget, isTry: Bool)
    case choice(operand: Syntax?, [Arm], otherwise: Syntax?)
    /// A function's name in small letters, and where it stands.
    case call(String, Range<Int>, [Syntax])
  }

  /// `WHEN condition THEN value`.
  struct Arm: Sendable {
    let condition: Syntax
    let value: Syntax
  }

  enum Literal: Sendable {
    case null
    case bool(Bool)
    /// Digits without a sign.
    case integer(String)
    case float64(Double)
    case string(String)
    case timestamp(Int64)
    case interval(Interval)
    /// The time when the run began.
    case now
  }

  /// How deep an expression may nest, so that nothing that walks it runs out of stack.
  static let maximumDepth = 250

  let kind: Kind
  /// Where it stands, in bytes of the expression.
  let range: Range<Int>
  let depth: Int

  init(_ kind: Kind, _ range: Range<Int>) {
    self.kind = kind
    self.range = range
    depth = 1 + kind.children.reduce(0) { max($0, $1.depth) }
  }
}

extension Syntax.Kind {
  /// The parts, in the order in which they stand.
  var children: [Syntax] {
    switch self {
    case .column, .literal: []
    case .negate(let part), .not(let part), .isNull(let part, _), .isTruth(let part, _, _),
      .cast(let part, _, _):
      [part]
    case .all(let parts), .any(let parts), .call(_, _, let parts): parts
    case .compare(_, let first, let second), .arithmetic(_, let first, let second),
      .concatenate(let first, let second), .isDistinct(let first, let second, _),
      .regex(let first, let second, _, _):
      [first, second]
    case .between(let value, let lower, let upper, _): [value, lower, upper]
    case .inList(let value, let items, _): [value] + items
    case .like(let value, let pattern, let escape, _, _):
      [value, pattern] + (escape.map { [$0] } ?? [])
    case .choice(let operand, let arms, let otherwise):
      (operand.map { [$0] } ?? []) + arms.flatMap { [$0.condition, $0.value] }
        + (otherwise.map { [$0] } ?? [])
    }
  }
}

/// An order or equality of two values.
enum Comparison: Sendable, Equatable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual

  /// The comparison that holds with both sides exchanged.
  var mirrored: Comparison {
    switch self {
    case .equal, .notEqual: self
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }
}

enum Arithmetic: Sendable, Equatable {
  case add, subtract, multiply, divide, divideWhole, remainder

  var symbol: String {
    switch self {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .divideWhole: "//"
    case .remainder: "%"
    }
  }
}

/// What a cast can make of a value.
enum CastTarget: Sendable, Equatable {
  /// An integer of that many bits.
  case integer(bitCount: Int)
  case float64
  case text
  case bool
  case timestamp
  /// The midnight at which the day begins.
  case date
  case interval
}
