import Testing

@testable import Spalt

@Suite struct WellKnownColumnsTests {
  /// A schema from texts such as `ts: int64`.
  private func schema(_ columns: String...) -> Schema {
    Schema(
      columns: columns.map { text in
        let parts = text.split(separator: ": ")
        let type = ColumnType.allCases.first { $0.name == parts[1] }
        return ColumnDefinition(name: String(parts[0]), type: type ?? .json)
      })
  }

  @Test func timeByName() throws {
    let all = schema("a: timestamp", "Time: timestamp", "b: int64", "@timestamp: timestamp")
    #expect(try all.timeColumn(named: nil) == 3)
    #expect(try all.timeColumn(named: "a") == 0)
    #expect(try schema("x: timestamp", "EVENTTIME: timestamp").timeColumn(named: nil) == 1)
    // A usual name does not help when there are no times under it.
    #expect(try schema("ts: string", "y: int64", "z: timestamp").timeColumn(named: nil) == 2)
    #expect(try schema("\"@timestamp\": timestamp").timeColumn(named: "@timestamp") == 0)
  }

  @Test func numbersAsTimes() throws {
    let schema = schema("ts: int64", "f: float64", "t: timestamp")
    #expect(try schema.timeColumn(named: "ts", unit: .milliseconds) == 0)
    #expect(try schema.timeColumn(named: "f", unit: .seconds) == 1)
    #expect(try schema.timeColumn(named: nil, unit: .seconds) == 2)
    let error = #expect(throws: SpaltError.self) { try schema.timeColumn(named: "ts") }
    #expect(error?.description.contains("--time-unit") == true)
  }

  @Test func noTime() {
    func message(_ schema: Schema, _ name: String? = nil, _ unit: TimeUnit? = nil) -> String {
      do {
        return "column \(try schema.timeColumn(named: name, unit: unit))"
      } catch { return error.description }
    }
    #expect(message(schema("a: int64")).hasSuffix("--time-column"))
    #expect(message(schema("Time: string")).contains("'Time' is a column of type string"))
    #expect(message(schema("Time: string")).contains("--assume-tz"))
    #expect(
      message(schema("t: int64")).contains("--time-column 't' and --time-unit (s, ms, us, ns)"))
    #expect(message(schema("a: int64"), "b") == "--time-column: there is no column 'b'")
    #expect(message(schema("a: string"), "a", .seconds).contains("--assume-tz"))
    #expect(
      message(schema("a: bool"), "a", .seconds) == "--time-column: 'a' is a column of type bool")
  }

  @Test func level() throws {
    #expect(
      try schema("severity: int64", "a: string", "Level: string").levelColumn(named: nil) == 2)
    #expect(try schema("level: bool", "severity: int64").levelColumn(named: nil) == 1)
    #expect(try schema("\"log.level\": string").levelColumn(named: nil) == 0)
    #expect(try schema("log.level: string").levelColumn(named: nil) == 0)
    #expect(try schema("\"log.level\": string").levelColumn(named: "log.level") == 0)
    #expect(try schema("severityText: string").levelColumn(named: nil) == 0)
    #expect(try schema("level: string", "x: string").levelColumn(named: "x") == 1)
  }

  @Test func noLevel() {
    #expect(throws: SpaltError.self) { try schema("levels: string").levelColumn(named: nil) }
    #expect(throws: SpaltError.usage("--level-column: there is no column 'x'")) {
      try schema("level: string").levelColumn(named: "x")
    }
    #expect(
      throws: SpaltError.usage(
        "--level-column: 'x' is a column of type float64, not of strings or integers")
    ) { try schema("level: string", "x: float64").levelColumn(named: "x") }
  }
}
