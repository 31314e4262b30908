import Testing

@testable import Spalt

/// What is refused when an expression is bound, and what fails for a record.
@Suite struct FailureTests {
  static let lines = """
    {"n":1,"x":1.5,"s":"12","b":true,"t":"2026-01-01T00:00:00Z","j":1}
    {"n":9223372036854775807,"x":1e300,"s":"abc","b":false,"t":"2262-01-01T00:00:00Z","j":"x"}

    """

  @Test(arguments: [
    ("m = 1", "there is no column 'm'\n  m = 1\n  ^"),
    ("s = 5", "cannot compare VARCHAR with BIGINT; cast one\n  s = 5\n  ^^^^^"),
    ("t > 5", "cannot compare TIMESTAMP with BIGINT; cast one\n  t > 5\n  ^^^^^"),
    ("s > t", "cannot compare VARCHAR with TIMESTAMP; cast one\n  s > t\n  ^^^^^"),
    ("n = 'five'", "cannot convert 'five' to BIGINT\n  n = 'five'\n      ^^^^^^"),
    ("t > 'soon'", "cannot convert 'soon' to TIMESTAMP\n  t > 'soon'\n      ^^^^^^"),
    ("n IN (1, 'x')", "cannot convert 'x' to BIGINT\n  n IN (1, 'x')\n           ^^^"),
    ("n IN (1, t)", "cannot compare BIGINT with TIMESTAMP; cast one\n  n IN (1, t)\n  ^^^^^^^^^^^"),
    ("s", "a condition must be BOOLEAN, not VARCHAR\n  s\n  ^"),
    ("n = 1 AND t", "a condition must be BOOLEAN, not TIMESTAMP\n  n = 1 AND t\n            ^"),
    ("s + 1 = 2", "cannot compute VARCHAR + BIGINT; cast the text\n  s + 1 = 2\n  ^^^^^"),
    ("t + 1 = t", "cannot compute TIMESTAMP + BIGINT\n  t + 1 = t\n  ^^^^^"),
    ("t + t = t", "cannot compute TIMESTAMP + TIMESTAMP\n  t + t = t\n  ^^^^^"),
    ("-s = 1", "cannot negate VARCHAR\n  -s = 1\n  ^^"),
    ("lower(n) = 'a'", "lower takes VARCHAR, not BIGINT; cast it\n  lower(n) = 'a'\n        ^"),
    ("n LIKE '1%'", "LIKE takes VARCHAR, not BIGINT; cast it\n  n LIKE '1%'\n  ^"),
    ("s LIKE n", "LIKE takes VARCHAR, not BIGINT; cast it\n  s LIKE n\n         ^"),
    (
      "s LIKE 'a!' ESCAPE '!'",
      "the pattern ends with the escape character\n  s LIKE 'a!' ESCAPE '!'\n         ^^^^"
    ),
    (
      "s LIKE 'a' ESCAPE 'xy'",
      "the escape character must be one ASCII character\n  s LIKE 'a' ESCAPE 'xy'\n                    ^^^^"
    ),
    ("s ~ s", "a regular expression must be a constant VARCHAR\n  s ~ s\n      ^"),
    ("abs(s) = 1", "abs takes a number, not VARCHAR; cast it\n  abs(s) = 1\n      ^"),
    ("year(n) = 1", "year takes TIMESTAMP, not BIGINT; cast it\n  year(n) = 1\n       ^"),
    ("substr(s, 'a') = ''", "cannot convert 'a' to BIGINT\n  substr(s, 'a') = ''\n            ^^^"),
    (
      "substr(s, x) = ''",
      "substr takes BIGINT here, not DOUBLE; cast it\n  substr(s, x) = ''\n            ^"
    ),
    ("lower(s, s) = ''", "lower takes 1 arguments, not 2\n  lower(s, s) = ''\n  ^^^^^^^^^^^"),
    ("frob(s) = ''", "there is no function 'frob'\n  frob(s) = ''\n  ^^^^"),
    (
      "date_trunc('dog', t) = t",
      "not a part of a time, such as 'hour' or 'month'\n  date_trunc('dog', t) = t\n             ^^^^^"
    ),
    ("t::INT = 1", "there is no cast from TIMESTAMP to BIGINT\n  t::INT = 1\n  ^^^^^^"),
    (
      "b::TIMESTAMP = t",
      "there is no cast from BOOLEAN to TIMESTAMP\n  b::TIMESTAMP = t\n  ^^^^^^^^^^^^"
    ),
    (
      "CASE WHEN b THEN s ELSE n END = ''",
      "cannot combine VARCHAR with BIGINT; cast one\n  CASE WHEN b THEN s ELSE n END = ''\n  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    ),
    (
      "coalesce(s, 1) = ''",
      "cannot combine VARCHAR with BIGINT; cast one\n  coalesce(s, 1) = ''\n  ^^^^^^^^^^^^^^"
    ),
    (
      "x = '1' AND n = 'é' || 'ü'",
      "cannot compare BIGINT with VARCHAR; cast one\n  x = '1' AND n = 'é' || 'ü'\n              ^^^^^^^^^^^^^^"
    ),
  ])
  func refusals(_ text: String, _ expected: String) {
    #expect(complaint(text, Self.lines) == expected)
  }

  @Test func refusedPatternsNameTheirFault() {
    let shown = complaint("s ~ '(a'", Self.lines)
    #expect(shown.hasSuffix("\n  s ~ '(a'\n      ^^^^"))
    #expect(shown.contains("parenthesis"))
  }

  private static let secondOffset = 67

  @Test(arguments: [
    ("n + 1 > 0", "9223372036854775807 + 1 does not fit BIGINT", "n + 1 > 0", "^^^^^"),
    ("n * 2 > 0", "9223372036854775807 * 2 does not fit BIGINT", "n * 2 > 0", "^^^^^"),
    ("-2 - n < 0", "-2 - 9223372036854775807 does not fit BIGINT", "-2 - n < 0", "^^^^^^"),
    (
      "n // (n - 9223372036854775807) = 0", "division by zero: 9223372036854775807 // 0",
      "n // (n - 9223372036854775807) = 0", "^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    ),
    (
      "s LIKE 'a' || s || CASE WHEN n > 1 THEN '!' ELSE '' END ESCAPE '!'",
      "the pattern ends with the escape character",
      "s LIKE 'a' || s || CASE WHEN n > 1 THEN '!' ELSE '' END ESCAPE '!'",
      "^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    ),
    ("s::INT > 0", "cannot convert 'abc' to BIGINT", "s::INT > 0", "^^^^^^"),
    ("s::DOUBLE > 0", "cannot convert 'abc' to DOUBLE", "s::DOUBLE > 0", "^^^^^^^^^"),
    (
      "n::INT > 0", "cannot convert 9223372036854775807, which needs more than 32 bits, to BIGINT",
      "n::INT > 0", "^^^^^^"
    ),
    ("x::BIGINT > 0", "cannot convert 1e+300 to BIGINT", "x::BIGINT > 0", "^^^^^^^^^"),
    (
      "t + INTERVAL 1 YEAR > t", "the time does not fit TIMESTAMP", "t + INTERVAL 1 YEAR > t",
      "^^^^^^^^^^^^^^^^^^^"
    ),
    ("j::INT = 1", "cannot convert 'x' to BIGINT", "j::INT = 1", "^^^^^^"),
  ])
  func failures(_ text: String, _ message: String, _ shown: String, _ carets: String) throws {
    let offset = Self.lines.split(separator: "\n")[0].utf8.count + 1
    let expected = "\(message), in the record at offset \(offset)\n  \(shown)\n  \(carets)"
    #expect(complaint(text, Self.lines) == expected)
  }

  /// A constant part that fails does so only for a record that needs it.
  @Test func failingConstants() throws {
    #expect(complaint("n = 'abc' || 'd'", Self.lines).hasPrefix("cannot compare"))
    #expect(try rows("b AND n < 5 OR n = 9223372036854775807 + 1", "{\"b\":true,\"n\":1}\n") == [0])
    #expect(complaint("n = 9223372036854775807 + 1", Self.lines).contains("does not fit BIGINT"))
  }

  /// Rows that are decided are not looked at again.
  @Test(arguments: [
    ("s <> 'abc' AND s::INT = 12", [0]), ("s = 'abc' OR s::INT = 12", [0, 1]),
    ("NOT (s = 'abc' OR s::INT = 12)", []), ("n < 5 AND n + 1 = 2", [0]),
    ("CASE WHEN s = 'abc' THEN 0 ELSE s::INT END = 12", [0]),
    ("CASE WHEN n > 5 THEN n ELSE n + 1 END > 0", [0, 1]), ("coalesce(n, n + 1) > 0", [0, 1]),
    ("b AND (n = 7 OR s::INT = 12)", [0]), ("n IN (9223372036854775807, n + 1)", [1]),
    ("TRY_CAST(s AS INT) IS NULL", [1]), ("x < 9 AND x::INT = 2", [0]), ("j = 1", [0]),
    ("j = 'x'", [1]),
    ("(s <> 'abc' AND s::INT = 12) IS TRUE", [0]),
  ])
  func activeRows(_ text: String, _ expected: [Int]) throws {
    #expect(try rows(text, Self.lines) == expected)
  }

  @Test func errorsOfConjunctsNameTheirOwnText() throws {
    let file = try TemporaryFile(text: Self.lines)
    let reader = try RecordReader(paths: [file.path])
    let both = Expression.and(try Expression("n = 1"), try Expression("s = 5"))
    #expect(throws: SpaltError.self) {
      _ = try Filter(both, schema: reader.schema, nowNanoseconds: 0)
    }
    do {
      _ = try Filter(both, schema: reader.schema, nowNanoseconds: 0)
    } catch {
      #expect("\(error)" == "cannot compare VARCHAR with BIGINT; cast one\n  s = 5\n  ^^^^^")
    }
  }

  @Test func hostileTextIsShownEscaped() {
    let lines = "{\"s\":\"a\\u001b[31m\\u202e\(String(repeating: "x", count: 100))\"}\n"
    let shown = complaint("s::INT = 1", lines)
    #expect(shown.hasPrefix("cannot convert 'a\\u{1b}[31m\\u{202e}xxx"))
    #expect(shown.contains("xxx…' to BIGINT"))
  }
}
