import Foundation
import Testing

/// `--since`, `--until` and what tells the time of a record.
struct TimeFilterTests {
  private static let log = Data(
    """
    {"n":1,"ts":"2024-03-31T00:59:59.999999999Z","e":1711846799}
    {"n":2,"ts":"2024-03-31T01:00:00Z","e":1711846800}
    {"n":3,"ts":"2024-03-31T03:00:00.250+02:00","e":1711846800}
    {"n":4,"e":null}
    {"n":5,"ts":null}
    {"n":6,"ts":"2024-10-27T02:30:00+01:00","e":1729992600}

    """.utf8)

  private func numbers(_ arguments: [String], input: Data = log) throws -> [Int] {
    try Program.run(arguments + ["-O", "csv", "--select", "n"], input: input).lines.dropFirst()
      .compactMap { Int($0) }
  }

  @Test(arguments: [
    (["--since", "2024-03-31T01:00:00Z"], [2, 3, 6]), (["--until", "2024-03-31T01:00:00Z"], [1]),
    (["--since", "2024-03-31T01:00:00Z", "--until", "2024-03-31T01:00:00.250Z"], [2]),
    (["--since", "2024-03-31T01:00:00.000000001Z"], [3, 6]),
    (["--since=2024-03-31 03:00", "-Z", "Europe/Berlin"], [2, 3, 6]),
    (["--since=2024-03-31 03:00", "--assume-tz", "Europe/Berlin"], [2, 3, 6]),
    (["--since=2024-03-31 03:00"], [6]), (["--since", "2024-10-27"], [6]),
    (["--since", "@1711846800", "--until=@1711846801"], [2, 3]), (["--since", "-3h"], []),
    (["--since=-3h"], []), (["--until", "-3h"], [1, 2, 3, 6]),
    (["--until", "yesterday"], [1, 2, 3, 6]),
    (["--until", "3 days ago"], [1, 2, 3, 6]), (["--since", "today"], []),
  ])
  func points(arguments: [String], expected: [Int]) throws {
    #expect(try numbers(arguments) == expected)
    #expect(try Program.output(arguments + ["-c"], input: Self.log) == "\(expected.count)\n")
  }

  @Test func pointsRelativeToNow() throws {
    let formatter = ISO8601DateFormatter()
    let lines = [-7200.0, -60, 7200].enumerated().map { index, seconds in
      "{\"n\":\(index),\"time\":\"\(formatter.string(from: Date(timeIntervalSinceNow: seconds)))\"}\n"
    }
    let input = Data(lines.joined().utf8)
    #expect(try numbers(["--since", "-1h"], input: input) == [1, 2])
    #expect(try numbers(["--since", "-3h", "--until", "+1h"], input: input) == [0, 1])
    #expect(try numbers(["--since", "yesterday"], input: input) == [0, 1, 2])
  }

  @Test(arguments: ["3h", "last week", "2024-13-01", "", "@x"])
  func whatIsNoPointInTime(text: String) throws {
    for option in ["--since", "--until"] {
      let outcome = try Program.run([option, text], input: Self.log)
      #expect(outcome.status == 2)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errorText.hasPrefix("spalt: \(option): '\(text)' is no point in time"))
    }
  }

  @Test(arguments: [("s", 1.0), ("ms", 1e3), ("us", 1e6), ("ns", 1e9)])
  func numbersWithAUnit(unit: String, factor: Double) throws {
    let lines = (0..<4).map {
      "{\"n\":\($0),\"at\":\(1_711_846_799 * Int(factor) + $0 * Int(factor))}\n"
    }
    let input = Data(lines.joined().utf8)
    let column = ["--time-column", "at", "--time-unit", unit]
    let range = ["--since", "2024-03-31T01:00:00Z", "--until", "2024-03-31T01:00:02Z"]
    #expect(try numbers(column + range, input: input) == [1, 2])
    #expect(try numbers(column + ["--since", "@1711846800.5"], input: input) == [2, 3])
    #expect(try numbers(column + ["--until", "@1711846800.5"], input: input) == [0, 1])
  }

  @Test func secondsWithAFraction() throws {
    let input = Data("{\"n\":1,\"at\":1711846800.25}\n{\"n\":2,\"at\":1711846800.75}\n".utf8)
    let column = ["--time-column", "at", "--time-unit", "s"]
    #expect(try numbers(column + ["--since", "2024-03-31T01:00:00.5Z"], input: input) == [2])
    #expect(try numbers(column + ["--until", "2024-03-31T01:00:00.5Z"], input: input) == [1])
  }

  @Test func columnsThatHoldNoTimes() throws {
    let cases: [([String], String)] = [
      (["--time-column", "e"], "'e' is a column of type int64; if its numbers are times"),
      (["--time-column", "tss"], "there is no column 'tss'; did you mean 'ts'?"),
    ]
    for (arguments, message) in cases {
      let outcome = try Program.run(arguments + ["--since", "2024-01-01"], input: Self.log)
      #expect(outcome.status == 2)
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.errorText.contains(message), "\(outcome.errorText)")
    }
    let none = try Program.run(["--since", "2024-01-01"], input: Data("{\"time\":5}\n".utf8))
    #expect(none.status == 2)
    #expect(none.errorText.contains("--time-column 'time' and --time-unit"))
  }

  @Test func statisticsNameTheColumns() throws {
    let input = Data(
      "{\"at\":\"2024-01-01T00:00:00Z\",\"ts\":\"2024-01-01T00:00:00Z\",\"lvl\":\"warn\"}\n".utf8)
    func run(_ arguments: [String]) throws -> [String?] {
      let statistics = try Statistics(arguments + ["-c"], input: input)
      return ["time_column", "level_column"].map { statistics.sections["run"]?[$0] as? String }
    }
    #expect(try run([]) == ["none", "none"])
    #expect(try run(["--since", "2024-01-01", "-l", "info"]) == ["ts", "lvl"])
    #expect(try run(["--since", "2024-01-01", "--time-column", "at"]) == ["at", "none"])
  }

  @Test func stampsWithoutAZone() throws {
    let input = Data(
      """
      {"n":1,"ts":"2024-03-31 01:59:59"}
      {"n":2,"ts":"2024-03-31 03:00:00"}
      {"n":3,"ts":"2024-10-27 02:30:00"}
      {"n":4,"ts":"2024-10-27 03:00:00"}

      """.utf8)
    #expect(
      try Program.output(
        ["--assume-tz", "Europe/Berlin", "-Z", "UTC", "-O", "csv", "--select", "ts"], input: input)
          == """
          ts
          2024-03-31T00:59:59Z
          2024-03-31T01:00:00Z
          2024-10-27T00:30:00Z
          2024-10-27T02:00:00Z

          """)
    let arguments = ["--assume-tz", "Europe/Berlin", "--since", "2024-10-27T00:30:00Z"]
    #expect(try numbers(arguments, input: input) == [3, 4])
    let without = try Program.run(["--since", "2024-01-01"], input: input)
    #expect(without.status == 2)
    #expect(without.errorText.contains("--assume-tz"))
  }

  @Test func onlyTimesChangeInAnotherZone() throws {
    let input = Data(
      "{\"ts\":\"2024-07-01T00:00:00.50Z\",\"s\":\"2024\",\"n\":1.50}\n{\"ts\":null,\"n\":2}\n{\"s\":\"x\"}\n"
        .utf8)
    let expected = [
      "ndjson":
        "{\"ts\":\"2024-07-01T02:00:00.500+02:00\",\"s\":\"2024\",\"n\":1.50}\n{\"ts\":null,\"n\":2}\n{\"s\":\"x\"}\n",
      "csv": "ts,s,n\n2024-07-01T02:00:00.500+02:00,2024,1.50\n,,2\n,x,\n",
      "tsv": "ts\ts\tn\n2024-07-01T02:00:00.500+02:00\t2024\t1.50\n\t\t2\n\tx\t\n",
      "logfmt": "ts=2024-07-01T02:00:00.500+02:00 s=2024 n=1.50\nts=null n=2\ns=x\n",
    ]
    for (format, text) in expected {
      let output = try Program.output(
        ["-Z", "Europe/Berlin", "-O", format, "--select", "ts,s,n"], input: input)
      #expect(output == text)
    }
    let local = try Program.run(
      ["--local", "--select", "ts", "-n", "1"], input: input,
      environment: ["TZ": "America/New_York"])
    #expect(local.text.contains("2024-06-30T20:00:00.5"))
    #expect(try Program.run(["--local", "-Z", "UTC"]).status == 2)
    #expect(
      try Program.run(["-Z", "Europe/Berln"]).errorText.contains("did you mean 'Europe/Berlin'?"))
  }
}

/// `-l`.
struct LevelTests {
  private func levels(_ values: [String], _ arguments: [String]) throws -> [String] {
    let input = Data(values.map { "{\"level\":\($0)}\n" }.joined().utf8)
    return try Program.run(arguments + ["-O", "csv", "--select", "level"], input: input).lines
      .dropFirst().map { $0 }
  }

  @Test(arguments: ["warn", "WARN", "Warning", "4", "40"])
  func thatOrMoreSevere(level: String) throws {
    let words = ["info", "WARN", "Error", "fatal", "debug", "strange", "notice", "emerg", "crit"]
    #expect(
      try levels(words.map { "\"\($0)\"" } + ["null"], ["-l", level])
        == ["WARN", "Error", "fatal", "emerg", "crit"])
    #expect(
      try levels(["10", "20", "30", "40", "50", "60"], ["--level", level]) == ["40", "50", "60"])
    #expect(try levels(["0", "3", "4", "5", "7"], ["--level=\(level)"]) == ["0", "3", "4"])
  }

  @Test func columnsOfLevels() throws {
    let input = Data("{\"how_bad\":\"error\",\"f\":1.5}\n".utf8)
    #expect(
      try Program.output(["-l", "warn", "--level-column", "how_bad", "-c"], input: input) == "1\n")
    for (arguments, message) in [
      (["-l", "warn"], "--level-column"), (["-l", "warn", "--level-column", "f"], "float64"),
      (["-l", "warn", "--level-column", "how_bed"], "did you mean 'how_bad'?"),
      (["-l", "wran"], "did you mean 'warn'?"), (["-l", "8"], "'8' is no level"),
    ] {
      let outcome = try Program.run(arguments, input: input)
      #expect(outcome.status == 2)
      #expect(outcome.errorText.contains(message), "\(arguments): \(outcome.errorText)")
    }
  }
}
