import Testing

@testable import Spalt

/// Every record for which a filter is true meets all of its necessary conditions: random filters over
/// random records.
@Suite struct ConditionSoundnessTests {
  private static let tests = [
    "n = 3", "n <> 3", "n > 2", "n <= -1", "n BETWEEN -1 AND 3", "n NOT BETWEEN 0 AND 2",
    "n IN (1, 3, NULL)",
    "n NOT IN (1, 2)", "n > 0.5", "n = 1.5", "n IS NULL", "n IS NOT NULL", "n IS DISTINCT FROM 3",
    "n + 1 > 3",
    "x < 0", "x <= 0", "x > 0", "x >= -0.0", "x = 0", "x <> 0.5", "x BETWEEN -1 AND 0.5",
    "x IN (0, 0.5)", "x > n", "-x > 0",
    "s = 'ab'", "s <> 'ab'", "s IN ('a', 'longer than twelve', NULL)", "s NOT IN ('a', 'b')",
    "s > 'a'", "s = ''",
    "s LIKE '%b%'", "s LIKE 'a_'", "s NOT LIKE '%b%'", "s ILIKE 'AB%'", "contains(s, 'ng')",
    "contains(s, '')",
    "starts_with(s, 'a')", "ends_with(s, 'b')", "s ~ 'a+b'", "s ~ '(lo|sh)' ", "s !~ 'b'",
    "lower(s) = 'ab'", "s || 'x' = 'abx'",
    "b", "NOT b", "b IS TRUE", "b IS NOT TRUE", "b = false", "t >= '2026-01-02'",
    "t < '2026-01-02'", "t = '2026-01-01'",
    "coalesce(n, 3) = 3", "coalesce(b, true)", "CASE WHEN b THEN n = 3 ELSE s = 'ab' END", "TRUE",
    "NULL", "nullif(n, 3) IS NULL",
  ]

  private static func filter(_ depth: Int, _ generator: inout some RandomNumberGenerator) -> String
  {
    guard depth > 0, let kind = (0..<8).randomElement(using: &generator) else {
      return tests.randomElement(using: &generator) ?? "TRUE"
    }
    let first = filter(depth - 1, &generator)
    let second = filter(depth - 1, &generator)
    switch kind {
    case 0, 1: return "(\(first) AND \(second))"
    case 2, 3, 4: return "(\(first) OR \(second))"
    case 5: return "(NOT \(first))"
    case 6:
      return "((\(first)) IS \(["TRUE", "NOT TRUE", "FALSE", "NULL"].randomElement() ?? "TRUE"))"
    default: return "((\(first)) = (\(second)))"
    }
  }

  /// Records whose first one says the types.
  private static func records(_ generator: inout some RandomNumberGenerator) -> String {
    var lines = "{\"n\":3,\"x\":0.5,\"s\":\"ab\",\"b\":true,\"t\":\"2026-01-01T00:00:00Z\"}\n"
    let values = [
      ("n", ["null", "-2", "-1", "0", "1", "2", "3", "9223372036854775806"]),
      ("x", ["null", "0.0", "-0.0", "0.5", "-0.5", "5e-324", "-5e-324", "1e300"]),
      (
        "s",
        [
          "null", "\"\"", "\"a\"", "\"ab\"", "\"AB\"", "\"aab\"", "\"longer than twelve\"",
          "\"shorter text\"",
        ]
      ),
      ("b", ["null", "true", "false"]),
      (
        "t",
        [
          "null", "\"2026-01-01T00:00:00Z\"", "\"2026-01-02T00:00:00Z\"",
          "\"1969-01-01T00:00:00Z\"",
        ]
      ),
    ]
    for _ in 0..<200 {
      let fields = values.map { name, choices in
        "\"\(name)\":\(choices.randomElement(using: &generator) ?? "null")"
      }
      lines += "{" + fields.joined(separator: ",") + "}\n"
    }
    return lines
  }

  private func isMet(_ condition: NecessaryCondition, _ cells: [Cell]) -> Bool {
    switch condition {
    case .int64(let column, let range):
      if case .int64(let value) = cells[column] { return range.contains(value) }
    case .timestamp(let column, let range):
      if case .timestamp(let value) = cells[column] { return range.contains(value) }
    case .float64(let column, let range):
      if case .float64(let bits) = cells[column] { return range.contains(Double(bitPattern: bits)) }
    case .texts(let column, let texts):
      if case .text(let text) = cells[column] { return texts.contains(text) }
    case .containsText(let column, let part):
      guard case .text(let text) = cells[column], !part.isEmpty else { return false }
      return text.indices.contains { text[$0...].starts(with: part) }
    case .isNotNull(let column): return cells[column] != .null
    // An expression alone does not make one.
    case .severity: return false
    case .any(let conditions): return conditions.contains { isMet($0, cells) }
    }
    return false
  }

  @Test func selectedRecordsMeetAllConditions() throws {
    var generator = SystemRandomNumberGenerator()
    let lines = Self.records(&generator)
    let cells = try Snapshot.read(lines).rows
    var conditionCount = 0
    for round in 0..<400 {
      let text =
        round < Self.tests.count
        ? Self.tests[round] : Self.filter(Int.random(in: 1...3), &generator)
      let result = try evaluate(text, lines)
      conditionCount += result.conditions.count
      for row in result.rows {
        for condition in result.conditions where !isMet(condition, cells[row]) {
          Issue.record("\(text): \(condition) is not met by \(cells[row])")
        }
      }
    }
    #expect(conditionCount > 100)
  }
}
