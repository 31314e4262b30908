import Testing

@testable import Spalt

/// Filters over records: operators, NULL, columns of every type.
@Suite struct EvaluationTests {
  static let lines = """
    {"status":200,"ms":1.5,"level":"INFO","msg":"ready","ok":true,"ts":"2026-01-01T00:00:00Z"}
    {"status":500,"ms":99.25,"level":"ERROR","msg":"timeout while waiting for upstream","ok":false,"ts":"2026-01-31T23:59:59.5Z"}
    {"status":404,"ms":null,"level":null,"msg":null,"ok":null,"ts":null}
    {"status":null,"ms":-3.0,"level":"error","msg":"Größe überschritten","ok":true,"ts":"2026-03-01T12:00:00+02:00"}
    {"status":503,"ms":0.0,"level":"WARN","msg":"","ok":false,"ts":"1999-12-31T23:59:59Z"}

    """

  @Test(arguments: [
    ("status >= 500", [1, 4]), ("500 <= status", [1, 4]), ("status = 500", [1]),
    ("status <> 500", [0, 2, 4]), ("status < 404", [0]), ("status <= 404", [0, 2]),
    ("status > 404", [1, 4]), ("status != 200 AND status != 404", [1, 4]),
    ("status BETWEEN 404 AND 500", [1, 2]), ("status NOT BETWEEN 404 AND 500", [0, 4]),
    ("status BETWEEN 500 AND 404", []), ("status NOT BETWEEN 500 AND 404", [0, 1, 2, 4]),
    ("status IN (200, 503, 7)", [0, 4]), ("status NOT IN (200, 503)", [1, 2]),
    ("status IN (200, NULL)", [0]), ("status NOT IN (200, NULL)", []),
    ("status IN (status + 0, 1)", [0, 1, 2, 4]), ("status NOT IN (status, 1)", []),
    ("status IS NULL", [3]), ("status IS NOT NULL", [0, 1, 2, 4]), ("status ISNULL", [3]),
    ("status > 403.5", [1, 2, 4]), ("status = 403.5", []), ("status <> 403.5", [0, 1, 2, 4]),
    ("status <= 404.5", [0, 2]), ("status >= 1e300", []), ("status < 9.3e18", [0, 1, 2, 4]),
    ("status = '500'", [1]), ("status IN ('500', '503')", [1, 4]),
    ("status + 3 = 503", [1]), ("status / 200 = 2.5", [1]), ("status // 200 = 2", [1, 2, 4]),
    ("status % 100 = 3", [4]), ("-status = -500", [1]), ("status / 0 > 1e308", [0, 1, 2, 4]),
    ("status % 7.5 = 5", [0, 1]), ("status - ms > 400", [1, 4]),
    ("status = status", [0, 1, 2, 4]), ("status IS DISTINCT FROM 500", [0, 2, 3, 4]),
    ("status IS NOT DISTINCT FROM NULL", [3]), ("status IS NOT DISTINCT FROM 500", [1]),
  ])
  func integers(_ text: String, _ expected: [Int]) throws {
    #expect(try rows(text, Self.lines) == expected)
  }

  @Test(arguments: [
    ("ms > 0", [0, 1]), ("ms >= 0", [0, 1, 4]), ("ms < 0", [3]), ("ms <= 0", [3, 4]),
    ("ms = 0", [4]), ("ms = -0.0", [4]), ("ms <> 0", [0, 1, 3]), ("ms < -0.0", [3]),
    ("ms BETWEEN 0 AND 1.5", [0, 4]), ("ms IN (1.5, -3, 8)", [0, 3]), ("ms < 'inf'", [0, 1, 3, 4]),
    ("ms < 'NaN'", [0, 1, 3, 4]), ("ms > 'NaN'", []), ("ms = ms", [0, 1, 3, 4]),
    ("ms < status", [0, 1, 4]), ("abs(ms) = 3", [3]), ("round(ms) = 2", [0]),
    ("round(ms, 1) = 99.3", [1]), ("floor(ms) = 99", [1]), ("ceil(ms) = 100", [1]),
    ("ms::INT = 2", [0]), ("ms * 2 = 3", [0]), ("ms + NULL IS NULL", [0, 1, 2, 3, 4]),
  ])
  func doubles(_ text: String, _ expected: [Int]) throws {
    #expect(try rows(text, Self.lines) == expected)
  }

  @Test(arguments: [
    ("level = 'ERROR'", [1]), ("'ERROR' = level", [1]), ("level <> 'ERROR'", [0, 3, 4]),
    ("level IN ('ERROR', 'WARN')", [1, 4]), ("level NOT IN ('ERROR', 'WARN')", [0, 3]),
    ("level IN ('ERROR', NULL)", [1]), ("level NOT IN ('ERROR', NULL)", []),
    ("lower(level) = 'error'", [1, 3]), ("upper(msg) = 'GRÖSSE ÜBERSCHRITTEN'", []),
    ("upper(msg) = 'GRÖẞE ÜBERSCHRITTEN'", [3]), ("level > 'INFO'", [3, 4]),
    ("level BETWEEN 'E' AND 'J'", [0, 1]), ("msg = ''", [4]), ("length(msg) = 19", [3]),
    ("strlen(msg) = 22", [3]), ("msg = 'timeout while waiting for upstream'", [1]),
    ("msg IN ('timeout while waiting for upstream', 'ready')", [0, 1]),
    ("msg LIKE '%waiting%'", [1]), ("msg LIKE 'timeout%'", [1]), ("msg LIKE '%upstream'", [1]),
    ("msg NOT LIKE '%e%'", [4]), ("msg LIKE 't%wait%up%m'", [1]), ("msg LIKE 'Gr__e%'", [3]),
    ("msg ILIKE 'grÖSSE%'", []), ("msg ILIKE 'grÖßE ÜBER%'", [3]), ("msg LIKE '_eady'", [0]),
    ("msg LIKE 'r%y_'", []), ("msg LIKE 'ready'", [0]), ("msg LIKE ''", [4]),
    ("level ILIKE 'error'", [1, 3]), ("level NOT ILIKE '%r%'", [0]),
    ("msg LIKE 't!%' ESCAPE '!'", []), ("contains(msg, 'wait')", [1]),
    ("contains(msg, '')", [0, 1, 3, 4]),
    ("starts_with(msg, 're')", [0]), ("msg ^@ 're'", [0]), ("prefix(msg, 're')", [0]),
    ("ends_with(msg, 'en')", [3]), ("suffix(msg, 'en')", [3]), ("contains(msg, level)", []),
    ("contains(msg || level, level)", [0, 1, 3, 4]),
    ("starts_with(level || msg, level)", [0, 1, 3, 4]),
    ("ends_with(level, 'OR')", [1]), ("ends_with(level || level, level)", [0, 1, 3, 4]),
    ("substr(msg, 1, 5) = 'Größe'", [3]), ("substr(msg, -8) = 'upstream'", [1]),
    ("substring(msg FROM 2 FOR 3) = 'ead'", [0]), ("substr(msg, 9, 17) = 'while waiting for'", [1]),
    ("replace(msg, 'e', 'EE') = 'rEEady'", [0]), ("concat(level, '-', msg) = '-'", [2]),
    ("level || '-' || msg = 'INFO-ready'", [0]), ("level || '-' || msg IS NULL", [2]),
    ("trim('  ' || level || ' ') = level", [0, 1, 3, 4]), ("ltrim(level, 'E') = 'RROR'", [1]),
    ("rtrim(level, 'OR') = 'E'", [1]), ("coalesce(level, 'none') = 'none'", [2]),
    ("nullif(level, 'INFO') IS NULL", [0, 2]), ("nullif(status, 500) IS NULL", [1, 3]),
    ("greatest(level, 'F') = 'F'", [1, 2]), ("least(status, 300) = 300", [1, 2, 3, 4]),
    ("severity(level) >= 40", [1, 3, 4]), ("msg ~ 'time.*up'", [1]), ("msg !~ 'e'", [4]),
    ("level ~* '^err'", [1, 3]), ("level !~* '^err'", [0, 4]), ("msg ~ 'ö.e'", [3]),
    ("regexp_matches(msg, 'wait')", [1]), ("regexp_full_match(msg, 'r.*y')", [0]),
    ("regexp_full_match(msg, 'eady|r')", []), ("regexp_matches(level, 'err', 'i')", [1, 3]),
  ])
  func texts(_ text: String, _ expected: [Int]) throws {
    #expect(try rows(text, Self.lines) == expected)
  }

  @Test(arguments: [
    ("ok", [0, 3]), ("NOT ok", [1, 4]), ("ok = false", [1, 4]), ("ok IS NULL", [2]),
    ("ok IS NOT TRUE", [1, 2, 4]), ("ok IS FALSE", [1, 4]), ("ok = (status < 300)", [0, 1, 4]),
    ("ok IS UNKNOWN", [2]), ("ok::INT = 1", [0, 3]), ("ok OR status = 404", [0, 2, 3]),
    ("ok = 1", [0, 3]), ("status::BOOLEAN", [0, 1, 2, 4]), ("ok > false", [0, 3]),
    ("ok::VARCHAR = 'true'", [0, 3]), ("ok IN (true, NULL)", [0, 3]), ("ok <> true", [1, 4]),
  ])
  func truthValues(_ text: String, _ expected: [Int]) throws {
    #expect(try rows(text, Self.lines) == expected)
  }

  @Test(arguments: [
    ("ts >= '2026-01-01'", [0, 1, 3]), ("ts > '2026-01-01'", [1, 3]),
    ("ts < TIMESTAMP '2000-01-01 00:00:00'", [4]), ("ts = '2026-03-01 10:00:00'", [3]),
    ("ts BETWEEN '2026-01-01' AND '2026-02-01'", [0, 1]),
    ("date_trunc('month', ts) = DATE '2026-01-01'", [0, 1]), ("year(ts) = 2026", [0, 1, 3]),
    ("extract(hour FROM ts) = 10", [3]), ("date_part('second', ts) = 59", [1, 4]),
    ("ts + INTERVAL 1 MONTH = '2026-02-28 23:59:59.5'", [1]),
    ("ts + INTERVAL '1' DAY < '2026-01-03'", [0, 4]),
    ("ts > now() - INTERVAL '30 days'", [3]),
    ("ts > current_timestamp - INTERVAL '2 months'", [1, 3]),
    ("now() - ts < INTERVAL '20 days'", [3]), ("now() - ts > '60 days'", [0, 4]),
    ("epoch(ts) = 946684799", [4]), ("epoch_ms(ts) = 1769903999500", [1]),
    ("ts::DATE = '2026-01-31'", [1]), ("ts::VARCHAR = '2026-01-31 23:59:59.5'", [1]),
    ("to_timestamp(946684799) = ts", [4]), ("epoch_ms(946684799000) = ts", [4]),
    ("'2026-01-01T00:00:00Z'::TIMESTAMP = ts", [0]),
    ("coalesce(ts, TIMESTAMP '2030-01-01') > '2029-01-01'", [2]),
    ("ts IN ('2026-01-01', '1999-12-31 23:59:59')", [0, 4]),
  ])
  func times(_ text: String, _ expected: [Int]) throws {
    #expect(try rows(text, Self.lines) == expected)
  }

  @Test(arguments: [
    (
      "CASE WHEN status >= 500 THEN 'bad' WHEN status >= 400 THEN 'odd' ELSE 'fine' END = 'bad'",
      [1, 4]
    ),
    (
      "CASE WHEN status >= 500 THEN 'bad' WHEN status >= 400 THEN 'odd' ELSE 'fine' END = 'fine'",
      [0, 3]
    ),
    ("CASE WHEN status >= 500 THEN 1 END IS NULL", [0, 2, 3]),
    ("CASE level WHEN 'INFO' THEN ok WHEN 'WARN' THEN NOT ok END", [0, 4]),
    ("CASE WHEN ok THEN status ELSE ms END > 50", [0, 1]),
  ])
  func choices(_ text: String, _ expected: [Int]) throws {
    #expect(try rows(text, Self.lines) == expected)
  }

  @Test func manyBlocksAndBatches() throws {
    let lines = (0..<20_000).map { "{\"n\":\($0),\"s\":\"name-\($0 % 7)-of-some-length\"}\n" }
      .joined()
    #expect(try rows("n % 1000 = 7", lines) == (0..<20).map { $0 * 1000 + 7 })
    #expect(try rows("s = 'name-3-of-some-length'", lines) == (0..<20_000).filter { $0 % 7 == 3 })
    let made = try rows("upper(s) || n::VARCHAR = 'NAME-4-OF-SOME-LENGTH11'", lines)
    #expect(made == [11])
  }
}
