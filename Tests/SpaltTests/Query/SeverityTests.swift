import Testing

@testable import Spalt

/// Ranks of the words and numbers that loggers use.
@Suite struct SeverityTests {
  @Test(arguments: [
    ("trace", 10), ("debug", 20), ("info", 30), ("notice", 35), ("warn", 40), ("warning", 40),
    ("err", 50), ("error", 50), ("crit", 60), ("critical", 60), ("fatal", 60), ("alert", 70),
    ("emerg", 80), ("emergency", 80), ("panic", 80),
  ])
  func words(_ word: String, _ rank: Int64) {
    #expect(Severity.rank(word) == rank)
    #expect(Severity.rank(word.uppercased()) == rank)
    #expect(Severity.rank(word.prefix(1).uppercased() + word.dropFirst()) == rank)
    #expect(Severity.rank(word + "x") == nil)
    #expect(Severity.rank(String(word.dropLast()) + "\u{1}") == nil)
  }

  @Test func numbers() {
    let ranks: [Int64: Int64] = [
      0: 80, 1: 70, 2: 60, 3: 50, 4: 40, 5: 35, 6: 30, 7: 20, 10: 10, 20: 20, 30: 30, 40: 40,
      50: 50,
      60: 60,
    ]
    for number: Int64 in -5...100 {
      #expect(Severity.rank(number) == ranks[number])
      #expect(Severity.rank("\(number)") == ranks[number])
    }
    for text in ["", "5x", "007", "1.5", "e", "emergencyy", "information"] {
      #expect(Severity.rank(text) == nil)
    }
  }

  @Test func asAFunction() throws {
    let lines = """
      {"l":"INFO","n":3,"j":50}
      {"l":"Error","n":6,"j":"fatal"}
      {"l":"?","n":8,"j":[]}
      {"l":null,"n":null,"j":null}

      """
    #expect(try rows("severity(l) >= severity('warn')", lines) == [1])
    #expect(try rows("severity(n) = 50", lines) == [0])
    #expect(try rows("severity(j) >= 50", lines) == [0, 1])
    #expect(try rows("severity(l) IS NULL AND severity(n) IS NULL", lines) == [2, 3])
    #expect(complaint("severity(1.5) = 1", lines).hasPrefix("severity takes VARCHAR, not DOUBLE"))
  }
}
