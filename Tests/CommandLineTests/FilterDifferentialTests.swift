import Foundation
import Testing

/// What `--where` selects, against DuckDB: the same records for hundreds of random expressions, and an
/// error where DuckDB has one.
@Suite(.enabled(if: DuckDB.python != nil, "duckdb cannot be installed here"))
struct FilterDifferentialTests {
  private static let seed = 1
  private static let expressionCount = 500

  /// What DuckDB makes of an expression: the records that it selects, or an error.
  private struct Answer: Decodable {
    let expression: String
    let ids: [Int]?
    let error: String?

    enum CodingKeys: String, CodingKey {
      case expression = "where"
      case ids, error
    }
  }

  /// Writes the records to `path`; gives the expressions and what each selects.
  private func answers(_ path: String) throws -> [Answer] {
    let outcome = try Program.execute(
      DuckDB.python ?? "",
      [
        Samples.oracle("duckdb_filters.py"), String(Self.seed), String(Self.expressionCount), path,
      ],
      environment: ["PYTHONDONTWRITEBYTECODE": "1"], timeoutSeconds: 120)
    try #require(outcome.status == 0, "\(outcome.errorText)")
    return try outcome.output.lines.map { try JSONDecoder().decode(Answer.self, from: $0) }
  }

  /// Without `--validate`, records that a filter rules out are not looked at to their ends; the result
  /// must not show it.
  @Test(arguments: [[], ["--validate"], ["--io", "read", "-j", "2"]])
  func sameRecords(options: [String]) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("records.ndjson")
    let answers = try answers(path)
    var mistakes: [String] = []
    for answer in answers {
      // The expression may begin with a sign, so it must not be an argument of its own.
      let outcome = try Program.run(
        ["parse", path, "--where=" + answer.expression, "--select", "id", "--to", "ndjson"]
          + options)
      if let mistake = mistake(outcome, answer) {
        mistakes.append("\(answer.expression)\n  \(mistake)")
      }
    }
    #expect(
      mistakes.isEmpty,
      "\(mistakes.count) of \(answers.count):\n\(mistakes.prefix(60).joined(separator: "\n"))")
  }

  /// What is wrong with a run, or nil.
  private func mistake(_ outcome: Outcome, _ answer: Answer) -> String? {
    guard let ids = answer.ids else {
      return outcome.status == 2
        ? nil : "status \(outcome.status), but DuckDB fails: \(answer.error ?? "")"
    }
    guard outcome.status == 0 else {
      return "status \(outcome.status): \(outcome.errorText.prefix(300))"
    }
    let expected = ids.map { "{\"id\":\($0)}" }
    let found = outcome.lines
    guard found != expected else { return nil }
    let missing = Set(expected).subtracting(found).sorted().prefix(3)
    let extra = Set(found).subtracting(expected).sorted().prefix(3)
    return "\(found.count) records, not \(expected.count); missing \(missing), too many \(extra)"
  }

  /// The expressions are worth something: most select some records and not others, and some fail.
  @Test func expressionsDiffer() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("records.ndjson")
    let answers = try answers(path)
    let recordCount = try Data(contentsOf: URL(fileURLWithPath: path)).lines.count
    #expect(recordCount == 3000)
    #expect(answers.count == Self.expressionCount)
    #expect(Set(answers.map(\.expression)).count == answers.count)
    let selective = answers.filter { $0.ids.map { !$0.isEmpty && $0.count < recordCount } ?? false }
    #expect(selective.count >= 350)
    #expect(answers.filter { $0.error != nil }.count >= 30)
  }
}
