import Testing

@testable import Spalt

/// Three-valued logic, by truth tables; with constants, and with values of records.
@Suite struct LogicTests {
  static let values: [(text: String, value: Bool?)] = [
    ("TRUE", true), ("FALSE", false), ("NULL", nil),
  ]

  /// A record with a field for each truth value; `n` is null, and a boolean in the second record.
  static let record = """
    {"t":true,"f":false,"n":null}
    {"t":null,"f":null,"n":true}
    """

  private func fromRecord(_ text: String) throws -> Bool? {
    let all = try rows("(\(text)) IS TRUE", Self.record + "\n")
    if all.contains(0) { return true }
    return try rows("(\(text)) IS FALSE", Self.record + "\n").contains(0) ? false : nil
  }

  private func field(_ value: Bool?) -> String { value.map { $0 ? "t" : "f" } ?? "n" }

  private func and(_ first: Bool?, _ second: Bool?) -> Bool? {
    if first == false || second == false { return false }
    return first == nil || second == nil ? nil : true
  }

  private func not(_ value: Bool?) -> Bool? { value.map { !$0 } }

  @Test func conjunctionAndDisjunction() throws {
    for first in Self.values {
      for second in Self.values {
        let both = and(first.value, second.value)
        let either = not(and(not(first.value), not(second.value)))
        #expect(try truth("\(first.text) AND \(second.text)") == both)
        #expect(try truth("\(first.text) OR \(second.text)") == either)
        let fields = (field(first.value), field(second.value))
        #expect(try fromRecord("\(fields.0) AND \(fields.1)") == both, "\(fields)")
        #expect(try fromRecord("\(fields.0) OR \(fields.1)") == either, "\(fields)")
        #expect(try fromRecord("NOT (\(fields.0) AND \(fields.1))") == not(both), "\(fields)")
        #expect(try fromRecord("\(fields.0) = \(fields.1)") == equal(first.value, second.value))
        #expect(
          try fromRecord("\(fields.0) IS DISTINCT FROM \(fields.1)")
            == (first.value != second.value))
      }
    }
  }

  private func equal(_ first: Bool?, _ second: Bool?) -> Bool? {
    guard let first, let second else { return nil }
    return first == second
  }

  @Test func tests() throws {
    for (_, value) in Self.values {
      let name = field(value)
      #expect(try fromRecord("NOT \(name)") == not(value))
      #expect(try fromRecord("\(name) IS NULL") == (value == nil))
      #expect(try fromRecord("\(name) IS NOT NULL") == (value != nil))
      #expect(try fromRecord("\(name) IS TRUE") == (value == true))
      #expect(try fromRecord("\(name) IS NOT TRUE") == (value != true))
      #expect(try fromRecord("\(name) IS FALSE") == (value == false))
      #expect(try fromRecord("\(name) IS NOT FALSE") == (value != false))
      #expect(try fromRecord("\(name) IS NOT UNKNOWN") == (value != nil))
    }
  }

  /// Every function and operator of NULL is NULL, but for those that look at it.
  @Test(arguments: [
    "n + 1", "n - 1", "n * 1", "n / 1", "n // 1", "n % 1", "-n", "n = 1", "n <> 1", "n < 1",
    "n BETWEEN 1 AND 2", "1 BETWEEN n AND 0 + 2", "n IN (1, 2)", "n IN (1, x)", "abs(n)",
    "round(n)", "round(n, 1)",
    "floor(n)", "ceil(n)", "n::DOUBLE", "n::VARCHAR", "TRY_CAST(n AS BOOLEAN)", "s || 'x'",
    "'x' || s", "s LIKE '%'",
    "s ILIKE 'x_'", "s ~ 'x'", "s !~ 'x'", "lower(s)", "upper(s)", "length(s)", "strlen(s)",
    "substr(s, 1)",
    "substr('abc', n)", "contains(s, 'x')", "contains('x', s)", "starts_with(s, 'x')",
    "ends_with(x::VARCHAR, s)",
    "trim(s)", "trim('x', s)", "replace(s, 'a', 'b')", "replace('x', s, 'b')",
    "date_trunc('day', t)",
    "year(t)", "epoch(t)", "epoch_ms(t)", "t + INTERVAL 1 DAY", "t - t", "to_timestamp(n)",
    "severity(s)", "severity(n)",
    "nullif(n, 1)", "nullif(x, 1)", "coalesce(n, NULL)", "greatest(n, NULL)", "least(n, n)",
    "CASE WHEN n = 1 THEN 1 END",
    "CASE n WHEN 1 THEN 1 END", "regexp_full_match(s, 'x')", "TRY_CAST(s AS TIMESTAMP)", "NULL + n",
  ])
  func ofNull(_ text: String) throws {
    let lines = """
      {"n":null,"s":null,"t":null,"x":1}
      {"n":1,"s":"x","t":"2026-01-01T00:00:00Z","x":1}

      """
    #expect(try rows("(\(text)) IS NULL", lines).contains(0))
    // Nothing that depends on a record was taken for a constant.
    #expect(try evaluate("(\(text)) IS NULL", lines).columns.isEmpty == false)
  }
}
