import Testing

@testable import Spalt

/// Precedence, literals, names, and what is said about text that is no expression.
@Suite struct ParserTests {
  /// An expression with all of its parentheses.
  private func dump(_ syntax: Syntax) -> String {
    func list(_ parts: [Syntax], _ separator: String) -> String {
      "(" + parts.map { dump($0) }.joined(separator: separator) + ")"
    }
    switch syntax.kind {
    case .column(let keys): return Expression.columnName(keys)
    case .literal(let literal):
      switch literal {
      case .null: return "NULL"
      case .bool(let value): return value ? "TRUE" : "FALSE"
      case .integer(let digits): return digits
      case .float64(let value): return "\(value)"
      case .string(let text): return "'\(text)'"
      case .timestamp(let time): return "t\(time)"
      case .interval(let interval):
        return "i\(interval.months)/\(interval.days)/\(interval.nanoseconds)"
      case .now: return "now"
      }
    case .negate(let part): return "(-\(dump(part)))"
    case .not(let part): return "(NOT \(dump(part)))"
    case .all(let parts): return list(parts, " AND ")
    case .any(let parts): return list(parts, " OR ")
    case .compare(let comparison, let left, let right):
      return "(\(dump(left)) \(comparison) \(dump(right)))"
    case .arithmetic(let operation, let left, let right):
      return "(\(dump(left)) \(operation.symbol) \(dump(right)))"
    case .concatenate(let left, let right): return list([left, right], " || ")
    case .isNull(let part, let negated): return "(\(dump(part)) IS\(negated ? " NOT" : "") NULL)"
    case .isTruth(let part, let value, let negated):
      return "(\(dump(part)) IS\(negated ? " NOT" : "") \(value ? "TRUE" : "FALSE"))"
    case .isDistinct(let left, let right, let negated):
      return list([left, right], negated ? " SAME " : " DISTINCT ")
    case .between(let value, let lower, let upper, let negated):
      return list([value, lower, upper], negated ? " NOT-BETWEEN " : " BETWEEN ")
    case .inList(let value, let items, let negated):
      return "(\(dump(value))\(negated ? " NOT" : "") IN \(list(items, ", ")))"
    case .like(let value, let pattern, let escape, let ignoresCase, let negated):
      let word = (negated ? " NOT" : "") + (ignoresCase ? " ILIKE " : " LIKE ")
      return "(\(dump(value))\(word)\(dump(pattern))\(escape.map { " ESCAPE " + dump($0) } ?? ""))"
    case .regex(let value, let pattern, let ignoresCase, let negated):
      return list([value, pattern], " \(negated ? "!" : "")~\(ignoresCase ? "*" : "") ")
    case .cast(let part, let target, let isTry):
      return "\(isTry ? "try" : "cast")(\(dump(part)) \(target))"
    case .choice(let operand, let arms, let otherwise):
      let shown = arms.map { "\(dump($0.condition)):\(dump($0.value))" }.joined(separator: ",")
      return "case(\(operand.map { dump($0) } ?? "");\(shown);\(otherwise.map { dump($0) } ?? ""))"
    case .call(let name, _, let arguments): return name + list(arguments, ", ")
    }
  }

  @Test(arguments: [
    ("a OR b AND c", "(a OR (b AND c))"), ("a AND b OR c AND d", "((a AND b) OR (c AND d))"),
    ("a AND b AND c", "(a AND b AND c)"), ("(a OR b) AND c", "((a OR b) AND c)"),
    ("NOT a = b", "(NOT (a equal b))"), ("NOT a AND b", "((NOT a) AND b)"),
    ("NOT NOT a", "(NOT (NOT a))"), ("NOT a IS NULL", "(NOT (a IS NULL))"),
    ("a = b IS NULL", "((a equal b) IS NULL)"), ("a = NOT b = c", "(a equal (NOT (b equal c)))"),
    ("a IS NULL IS NULL", "((a IS NULL) IS NULL)"), ("a = b IN (c)", "(a equal (b IN (c)))"),
    ("a < b + c * d", "(a less (b + (c * d)))"), ("a - b - c", "((a - b) - c)"),
    ("a / b // c % d", "(((a / b) // c) % d)"), ("-a * b", "((-a) * b)"),
    ("-a::INT", "(-cast(a integer(bitCount: 32)))"), ("a * -b", "(a * (-b))"), ("+a", "a"),
    ("a || b = c || d", "((a || b) equal (c || d))"), ("a || b + c", "(a || (b + c))"),
    ("a ~ b || c", "((a ~ b) || c)"), ("a !~* 'x' AND b", "((a !~* 'x') AND b)"),
    ("a BETWEEN 1 AND 2 AND b", "((a BETWEEN 1 BETWEEN 2) AND b)"),
    ("a NOT BETWEEN b + 1 AND c || d", "(a NOT-BETWEEN (b + 1) NOT-BETWEEN (c || d))"),
    ("a BETWEEN 1 AND 2 = b", "((a BETWEEN 1 BETWEEN 2) equal b)"),
    ("a LIKE 'x' ESCAPE '!'", "(a LIKE 'x' ESCAPE '!')"), ("a not ilike b", "(a NOT ILIKE b)"),
    ("a IS DISTINCT FROM b = c", "(a DISTINCT (b equal c))"),
    ("a IS NOT DISTINCT FROM 1 AND b", "((a SAME 1) AND b)"),
    ("a IN (1, 2) IS TRUE", "((a IN (1, 2)) IS TRUE)"),
    ("a NOT IN (1)", "(a NOT IN (1))"),
    ("a::BIGINT::TEXT", "cast(cast(a integer(bitCount: 64)) text)"),
    ("CAST(a AS DECIMAL(10,2))", "cast(a float64)"),
    ("try_cast(a + 1 as double precision)", "try((a + 1) float64)"),
    ("a::TIMESTAMP WITH TIME ZONE > b", "(cast(a timestamp) greater b)"),
    ("CASE WHEN a THEN 1 ELSE 2 END + 1", "(case(;a:1;2) + 1)"),
    ("case a when 1 then 'x' end", "case(a;1:'x';)"),
    ("substring(a FROM 2 FOR 3)", "substring(a, 2, 3)"),
    ("extract(year from a)", "date_part('year', a)"),
    ("a ^@ 'x'", "starts_with(a, 'x')"), ("f(a, b = c)", "f(a, (b equal c))"), ("now()", "now()"),
    ("a == 1", "(a equal 1)"), ("a <> 1 OR a != 2", "((a notEqual 1) OR (a notEqual 2))"),
  ])
  func precedence(_ text: String, _ expected: String) throws {
    #expect(dump(try Expression(text).parts[0].syntax) == expected)
  }

  @Test(arguments: [
    ("1", "1"), ("1_000", "1000"), ("1.5", "1.5"), (".5", "0.5"), ("5.", "5.0"), ("1e3", "1000.0"),
    ("2.5E-1", "0.25"), ("'it''s'", "'it's'"), ("''", "''"), ("TRUE", "TRUE"), ("null", "NULL"),
    ("TIMESTAMP '1970-01-01 00:00:01'", "t1000000000"), ("DATE '1970-01-02'", "t86400000000000"),
    ("INTERVAL '3 hours'", "i0/0/10800000000000"), ("interval 3 hours", "i0/0/10800000000000"),
    ("INTERVAL '1' DAY", "i0/1/0"), ("INTERVAL '1 year 2 months 3 days'", "i14/3/0"),
    ("INTERVAL '-1 day 02:30:00'", "i0/-1/9000000000000"),
    ("INTERVAL '1.5 days'", "i0/1/43200000000000"),
    ("INTERVAL '1.5 months'", "i1/15/0"), ("INTERVAL '1h30m'", "i0/0/5400000000000"),
    ("INTERVAL '2 weeks'", "i0/14/0"),
    ("current_timestamp", "now"), ("a -- the rest\n", "a"), ("/* x */ a /* y */", "a"),
  ])
  func literals(_ text: String, _ expected: String) throws {
    #expect(dump(try Expression(text).parts[0].syntax) == expected)
  }

  @Test func names() throws {
    let text = #"""
      http.path = 'a' AND "a.b".c = 1 AND "say ""hi""" AND end_ts IS NULL AND http.path <> 'b'
      AND größe > 1 AND @timestamp > now() AND timestamp > 1 AND date = interval AND x.end = 1
      AND "end" AND ""
      """#
    #expect(
      try Expression(text).columnNames == [
        "http.path", "\"a.b\".c", "\"say \"\"hi\"\"\"", "end_ts", "größe", "@timestamp",
        "timestamp",
        "date", "interval", "x.end", "end", "\"\"",
      ])
    let both = Expression.and(try Expression("b = a"), try Expression("a < c"))
    #expect(both.columnNames == ["b", "a", "c"])
  }

  @Test(arguments: [
    ("", "the expression is empty\n  \n  ^"),
    ("a = ", "the expression ends too early\n  a = \n      ^"),
    ("a = = b", "this does not fit here\n  a = = b\n      ^"),
    ("a < b < c", "these do not chain: use AND, or parentheses\n  a < b < c\n        ^"),
    (
      "a LIKE b LIKE c",
      "these do not chain: use AND, or parentheses\n  a LIKE b LIKE c\n           ^^^^"
    ),
    ("größe ? 1", "this character has no meaning here\n  größe ? 1\n        ^"),
    ("'Zürich", "this string has no end: a ' is missing\n  'Zürich\n  ^^^^^^^"),
    ("\"a", "this name has no end: a \" is missing\n  \"a\n  ^^"),
    ("a /* b", "this comment has no end\n  a /* b\n    ^^"), ("3h", "not a number\n  3h\n  ^^"),
    ("(a", "expected ) at the end\n  (a\n    ^"), ("a IN 3", "expected ( here\n  a IN 3\n       ^"),
    ("a IS 3", "expected NULL, TRUE, FALSE or DISTINCT FROM here\n  a IS 3\n       ^"),
    (
      "a::money",
      "expected a type, such as BIGINT, DOUBLE, VARCHAR, BOOLEAN or TIMESTAMP here\n  a::money\n     ^^^^^"
    ),
    ("CASE a END", "expected WHEN here\n  CASE a END\n         ^^^"),
    ("TIMESTAMP 'x'", "not a time\n  TIMESTAMP 'x'\n            ^^^"),
    ("INTERVAL 'x'", "not an interval: write INTERVAL '3 hours'\n  INTERVAL 'x'\n           ^^^"),
    ("a b", "this does not fit here\n  a b\n    ^"),
    ("a =\n b c", "this does not fit here\n   b c\n     ^"),
  ])
  func complaints(_ text: String, _ expected: String) {
    #expect(complaint(text) == expected)
  }

  @Test func longExpressionsAreCutAroundTheCaret() {
    let before = String(repeating: "a = 1 AND ", count: 30)
    let shown = complaint(before + "b ? 2 AND " + before)
    let lines = shown.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1].count <= 100)
    #expect(lines[1].hasPrefix("  …") && lines[1].hasSuffix("…"))
    let caret = lines[2].firstIndex(of: "^")
    let column = caret.map { lines[2].distance(from: lines[2].startIndex, to: $0) } ?? 0
    #expect(Array(lines[1])[column] == "?")
  }

  @Test func nestingIsLimited() {
    let parentheses = 100_000
    let count = 10_000
    let deep = [
      String(repeating: "(", count: parentheses) + "a" + String(repeating: ")", count: parentheses),
      String(repeating: "NOT ", count: count) + "a", String(repeating: "- ", count: count) + "a",
      "a" + String(repeating: " + 1", count: count), "a" + String(repeating: "::INT", count: count),
      String(repeating: "CASE WHEN a THEN ", count: count),
      String(repeating: "lower(", count: count), "a" + String(repeating: " IS NULL", count: count),
    ]
    for text in deep {
      #expect(complaint(text).hasPrefix("nested too deeply"), "\(text.prefix(20))")
    }
    #expect(
      complaint(String(repeating: " ", count: 1 << 20) + "a").hasPrefix("the expression is longer"))
  }

  @Test func wideExpressionsAreNotDeep() throws {
    let many = (0..<5000).map { "a = \($0 * 2 + 1)" }.joined(separator: " OR ")
    #expect(try rows(many, "{\"a\":1}\n{\"a\":2}\n{\"a\":9999}\n") == [0, 2])
    let list = (0..<50_000).map { "\($0)" }.joined(separator: ",")
    #expect(
      try rows("a IN (\(list))", "{\"a\":-1}\n{\"a\":2}\n{\"a\":49999}\n{\"a\":50000}\n") == [1, 2])
    let parentheses = String(repeating: "(", count: 200) + "a" + String(repeating: ")", count: 200)
    #expect(try rows("\(parentheses) = 1", "{\"a\":1}\n") == [0])
  }
}
