import Testing

@testable import Spalt

/// Columns of JSON text: values of several types, or a name that the sample lacks.
@Suite struct JSONColumnTests {
  static let lines = """
    {"v":1,"k":0}
    {"v":"1","k":1}
    {"v":"a\\"\\u00e9 longer than twelve","k":2}
    {"v":null,"k":3}
    {"v":[1, 2],"k":4}
    {"v":true,"k":5}
    {"v":2.5,"k":6}
    {"v":"2026-01-01T00:00:00Z","k":7}
    {"k":8}
    {"v":"ERROR","k":9}
    {"v":"null","k":10}
    {"v":"","k":11}

    """

  @Test(arguments: [
    ("v = 1", [0, 1]), ("v >= 2", [6]), ("v = '1'", [0, 1]), ("v = 'ERROR'", [9]),
    ("v <> 'ERROR'", [0, 1, 2, 4, 5, 6, 7, 10, 11]),
    ("v IS NULL", [3, 8]), ("v IS NOT NULL", [0, 1, 2, 4, 5, 6, 7, 9, 10, 11]),
    ("v = 'null'", [10]), ("v = ''", [11]),
    ("v = 'a\"é longer than twelve'", [2]), ("v LIKE '%é longer%'", [2]), ("v = '[1, 2]'", [4]),
    ("v = true", [0, 1, 5]),
    ("v", [0, 1, 5]), ("v > 2.25", [6]), ("v > TIMESTAMP '2025-01-01'", [7]),
    ("v < '2'", [0, 1, 11]),
    ("length(v) = 1", [0, 1]), ("upper(v) = 'TRUE'", [5]), ("severity(v) = 50", [9]),
    ("v IN ('ERROR', 'null')", [9, 10]),
    ("v IN (1, 2)", [0, 1]), ("v || 'x' = '1x'", [0, 1]),
    ("v = v", [0, 1, 2, 4, 5, 6, 7, 9, 10, 11]), ("v + 1 = 2", [0, 1]),
    ("v + 0.5 = 3", [6]), ("TRY_CAST(v AS BIGINT) = 1", [0, 1]),
    ("TRY_CAST(v AS BOOLEAN)", [0, 1, 5]), ("-v = -2.5", [6]),
    ("abs(v) = 2.5", [6]), ("v ~ '^[a-z]+$'", [5, 10]), ("v BETWEEN 0 AND 2", [0, 1]),
    ("v IS DISTINCT FROM 1", [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    ("coalesce(v, 'none') = 'none'", [3, 8]), ("year(v) = 2026", [7]),
    ("v + INTERVAL 1 DAY = '2026-01-02'", [7]),
    ("v = k", [1]), ("_extra IS NULL", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    ("nullif(v, 'ERROR') IS NULL", [3, 8, 9]),
    ("CASE WHEN k = 0 THEN v ELSE 'x' END = '1'", [0]), ("v::VARCHAR = '2.5'", [6]), ("NOT v", []),
  ])
  func mixedTypes(_ text: String, _ expected: [Int]) throws {
    #expect(try rows(text, Self.lines) == expected)
  }

  @Test func nestedAndQuotedNames() throws {
    let lines = """
      {"http":{"path":"/a","a.b":1},"x\\"y":2,"größe":3,"":4}
      {"http":{"path":"/b","a.b":2},"x\\"y":3,"größe":4,"":5}

      """
    #expect(try rows("http.path = '/b'", lines) == [1])
    #expect(try rows("\"http\".\"path\" = '/b'", lines) == [1])
    #expect(try rows("http.\"a.b\" = 1", lines) == [0])
    #expect(try rows("\"x\"\"y\" = 3 AND größe = 4 AND \"\" = 5", lines) == [1])
    #expect(
      complaint("http.\"path.x\" = 1", lines).hasPrefix("there is no column 'http.\"path.x\"'"))
    #expect(complaint("Http.path = '/b'", lines).hasPrefix("there is no column 'Http.path'"))
    #expect(try evaluate("größe > 3 AND größe < http.\"a.b\" + 9", lines).columns == [1, 3])
  }

  /// Columns that are selected but that the sample lacks hold JSON text.
  @Test func columnsThatTheSampleLacks() throws {
    var options = ReaderOptions.ndjson
    options.selectedColumns = ["late", "k"]
    options.sampleByteCount = 8
    let lines =
      "{\"k\":1}\n{\"k\":2,\"late\":500}\n{\"k\":3,\"late\":\"500\"}\n{\"k\":4,\"late\":\"x\"}\n"
    #expect(try evaluate("late = 500", lines, options: options).rows == [1, 2])
    #expect(try evaluate("late >= 'x'", lines, options: options).rows == [3])
  }
}
