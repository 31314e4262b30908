import Testing

@testable import Spalt

/// What a filter says of single columns; that it says nothing that is not so.
@Suite struct NecessaryConditionTests {
  // Columns: 0 n, 1 x, 2 s, 3 b, 4 t, 5 j.
  static let lines = """
    {"n":1,"x":1.5,"s":"12","b":true,"t":"2026-01-01T00:00:00Z","j":1}
    {"n":2,"x":2.5,"s":"y","b":false,"t":"2026-01-01T00:00:00Z","j":"x"}

    """

  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
  private static let newYear: Int64 = 1_767_225_600_000_000_000

  @Test(
    arguments: [
      ("n = 5", [.int64(column: 0, 5...5)]), ("n >= 5", [.int64(column: 0, 5...Int64.max)]),
      ("5 < n", [.int64(column: 0, 6...Int64.max)]),
      (
        "n < 5 AND x > 1",
        [.int64(column: 0, Int64.min...4), .float64(column: 1, 1.0.nextUp...Double.infinity)]
      ),
      ("n BETWEEN 2 AND 4", [.int64(column: 0, 2...4)]),
      ("n > 4.5", [.int64(column: 0, 5...Int64.max)]),
      ("n <= 4.5", [.int64(column: 0, Int64.min...4)]),
      ("n IN (3, 1)", [.any([.int64(column: 0, 1...1), .int64(column: 0, 3...3)])]),
      ("n IN (3, NULL)", [.int64(column: 0, 3...3)]),
      ("n = 5 OR n > 9", [.any([.int64(column: 0, 5...5), .int64(column: 0, 10...Int64.max)])]),
      ("n IS NOT NULL", [.isNotNull(column: 0)]), ("n <> 5", [.isNotNull(column: 0)]),
      ("n = x", [.isNotNull(column: 1)]),
      ("(n = 5) IS TRUE", [.int64(column: 0, 5...5)]), ("NOT n = 5", []), ("n + 1 = 5", []),
      ("n IS NULL", []),
      ("n = 4.5", [.isNotNull(column: 0)]), ("n BETWEEN 4 AND 2", [.isNotNull(column: 0)]),
      ("n IS DISTINCT FROM 5", []),
      ("n IS NOT DISTINCT FROM 5", []), ("n NOT IN (1, 2)", [.isNotNull(column: 0)]),
      ("n NOT BETWEEN 1 AND 2", [.isNotNull(column: 0)]),
      ("x = 1.5", [.float64(column: 1, 1.5...1.5)]),
      ("x < 0", [.float64(column: 1, -Double.infinity...(-Double.leastNonzeroMagnitude))]),
      ("x <= 0", [.float64(column: 1, -Double.infinity...0)]),
      ("x BETWEEN -1 AND 1", [.float64(column: 1, -1...1)]),
      ("x = 'nan'", [.isNotNull(column: 1)]),
      ("x >= 7", [.float64(column: 1, 7...Double.infinity)]),
      ("t >= '2026-01-01'", [.timestamp(column: 4, newYear...Int64.max)]),
      ("t < '2026-01-01'", [.timestamp(column: 4, Int64.min...newYear - 1)]),
      ("s = 'abc'", [.texts(column: 2, [bytes("abc")])]),
      ("'abc' = s", [.texts(column: 2, [bytes("abc")])]),
      ("s IN ('a', 'b', NULL)", [.texts(column: 2, [bytes("a"), bytes("b")])]),
      ("s LIKE 'abc'", [.texts(column: 2, [bytes("abc")])]),
      ("s <> 'abc'", [.isNotNull(column: 2)]), ("s NOT IN ('a', 'b')", [.isNotNull(column: 2)]),
      ("s > 'abc'", [.isNotNull(column: 2)]),
      ("s LIKE '%abc%'", [.containsText(column: 2, bytes("abc"))]),
      (
        "s LIKE 'ab_c%d'",
        [
          .containsText(column: 2, bytes("ab")), .containsText(column: 2, bytes("c")),
          .containsText(column: 2, bytes("d")),
        ]
      ),
      ("s LIKE '%'", [.isNotNull(column: 2)]), ("s NOT LIKE '%abc%'", [.isNotNull(column: 2)]),
      ("s ILIKE '%abc%'", [.isNotNull(column: 2)]),
      ("contains(s, 'abc')", [.containsText(column: 2, bytes("abc"))]),
      ("starts_with(s, 'abc')", [.containsText(column: 2, bytes("abc"))]),
      ("ends_with(s, 'abc')", [.containsText(column: 2, bytes("abc"))]),
      ("contains(s, '')", [.isNotNull(column: 2)]),
      ("s ~ 'abc'", [.containsText(column: 2, bytes("abc"))]),
      ("s !~ 'abc'", [.isNotNull(column: 2)]), ("s ~ 'a|b'", [.isNotNull(column: 2)]),
      ("lower(s) = 'abc'", []), ("s || 'x' = 'abc'", []), ("contains('abc', s)", []),
      ("b", [.isNotNull(column: 3)]), ("NOT b", []),
      ("b IS TRUE", [.isNotNull(column: 3)]), ("b IS NOT TRUE", []), ("j = 'x'", []), ("j = 1", []),
      ("j IS NOT NULL", []),
      (
        "s = 'a' OR s = 'b' OR n = 1",
        [
          .any([
            .texts(column: 2, [bytes("a")]), .texts(column: 2, [bytes("b")]),
            .int64(column: 0, 1...1),
          ])
        ]
      ),
      ("s = 'a' OR lower(s) = 'b'", []), ("s = 'a' OR NOT b", []), ("s = 'a' OR n IS NULL", []),
      ("n = 1 OR j = 1", []),
      (
        "s = 'a' OR (n > 1 AND contains(s, 'q'))",
        [.any([.texts(column: 2, [bytes("a")]), .containsText(column: 2, bytes("q"))])]
      ),
      (
        "s = 'a' OR (n > 1 AND (x = 1 OR lower(s) = 'b'))",
        [.any([.texts(column: 2, [bytes("a")]), .int64(column: 0, 2...Int64.max)])]
      ),
      ("NOT (s = 'a' OR n = 1)", []), ("NOT (s <> 'a')", []),
      ("CASE WHEN b THEN n = 1 ELSE s = 'a' END", []), ("coalesce(n = 1, true)", []),
      ("s = 'a' OR FALSE", [.texts(column: 2, [bytes("a")])]),
      ("s = 'a' OR NULL", [.texts(column: 2, [bytes("a")])]),
      ("s = 'a' AND TRUE", [.texts(column: 2, [bytes("a")])]),
      ("(n = 1) = (s = 'a')", []), ("(s = 'a') IS NULL", []), ("(s = 'a') IS FALSE", []),
      ("(s = 'a') IS NOT TRUE", []), ("TRUE", []), ("n = 1 OR TRUE", []),
      ("nullif(s, 'a') = 'b'", []), ("greatest(n, 3) = 3", []),
      (
        "(n = 1 AND s = 'a') AND b",
        [.int64(column: 0, 1...1), .texts(column: 2, [bytes("a")]), .isNotNull(column: 3)]
      ),
    ] as [(String, [NecessaryCondition])])
  func conditions(_ text: String, _ expected: [NecessaryCondition]) throws {
    #expect(try evaluate(text, Self.lines).conditions == expected)
  }

  @Test func largeSetsBecomeOneRange() throws {
    let list = (1...100).map { "\($0 * 3)" }.joined(separator: ", ")
    #expect(try evaluate("n IN (\(list))", Self.lines).conditions == [.int64(column: 0, 3...300)])
  }

  @Test func columnsAreThoseThatAreRead() throws {
    #expect(
      try evaluate("t > now() AND n = 1 OR s = 'x' AND n = 2", Self.lines).columns == [0, 2, 4])
    #expect(try evaluate("TRUE", Self.lines).columns == [])
    #expect(try evaluate("TRUE", Self.lines).rows == [0, 1])
    #expect(try evaluate("NULL", Self.lines).rows == [])
    #expect(try evaluate("1", Self.lines).rows == [0, 1])
  }
}
