import Testing

@testable import Spalt

/// Timestamps without an offset, with `ReaderOptions.assumedTimeZone`.
@Suite struct AssumedZoneTests {
  private func options(_ zone: String?) throws -> ReaderOptions {
    var options = ReaderOptions.ndjson
    options.assumedTimeZone = try zone.map { (name) throws in try TimeZoneRules.named(name) }
    return options
  }

  @Test func withoutAZoneTheyAreStrings() throws {
    let text = "{\"ts\":\"2024-02-29 23:59:59.123\"}\n{\"ts\":\"2024-02-29T23:59:59Z\"}\n"
    let snapshot = try Snapshot.read(text, try options(nil))
    #expect(snapshot.columnTexts == ["ts: string", "_extra: json"])
    #expect(snapshot.texts("ts") == ["2024-02-29 23:59:59.123", "2024-02-29T23:59:59Z"])
  }

  @Test func withAZoneTheyAreTimestamps() throws {
    let text = """
      {"ts":"2024-02-29 23:59:59.123"}
      {"ts":"2024-02-29T23:59:59Z"}
      {"ts":null}
      {"ts":"2024-02-29T23:59:59-01:00"}
      {"ts":"2024-07-01T12:00:00"}
      {"ts":"2024-10-27T02:30:00,5"}
      {"ts":"2024-10-27T02:30:00+01:00"}
      {"ts":"2024-03-31 02:30:00"}

      """
    for learnsShapes in [true, false] {
      var options = try options("Europe/Berlin")
      options.learnsShapes = learnsShapes
      let snapshot = try Snapshot.read(text, options)
      #expect(snapshot.columnTexts == ["ts: timestamp", "_extra: json"])
      let utc = [
        "2024-02-29T22:59:59.123Z", "2024-02-29T23:59:59Z", nil, "2024-03-01T00:59:59Z",
        "2024-07-01T10:00:00Z",
        // The hour that exists twice: the first one is meant, unless the stamp says otherwise.
        "2024-10-27T00:30:00.5Z", "2024-10-27T01:30:00Z",
        // The hour that does not exist.
        "2024-03-31T01:30:00Z",
      ]
      #expect(snapshot.column("ts") == utc.map { $0.map { .timestamp(instant($0)) } ?? .null })
      #expect(snapshot.statistics.misfits.count == 0)
    }
  }

  @Test func otherTextsStayStrings() throws {
    for value in ["2024-02-29", "2024-02-29 23:59", "23:59:59", "2024-02-30 00:00:00"] {
      let text = "{\"ts\":\"2024-02-29 23:59:59\"}\n{\"ts\":\"\(value)\"}\n"
      let snapshot = try Snapshot.read(text, try options("UTC"))
      #expect(snapshot.columnTexts == ["ts: string", "_extra: json"])
    }
  }

  @Test func aGivenSchemaNeedsTheZoneToo() throws {
    let text = "{\"ts\":\"2024-02-29 23:59:59\"}\n"
    var options = try options("+02:00")
    options.schema = Schema(columns: [
      ColumnDefinition(name: "ts", type: .timestamp), ColumnDefinition(name: "_extra", type: .json),
    ])
    #expect(
      try Snapshot.read(text, options).column("ts") == [.timestamp(instant("2024-02-29T21:59:59Z"))]
    )
    options.assumedTimeZone = nil
    let without = try Snapshot.read(text, options)
    #expect(without.column("ts") == [.null])
    #expect(without.texts("_extra") == ["{\"ts\":\"2024-02-29 23:59:59\"}"])
    #expect(without.statistics.misfits.count == 1)
  }

  @Test func textThatIsPrintedStaysAsItStood() throws {
    var options = try options("Europe/Berlin")
    options.representation = .text
    let snapshot = try Snapshot.read("{\"ts\":\"2024-02-29 23:59:59\"}\n", options)
    #expect(snapshot.columnTexts == ["ts: timestamp", "_extra: json"])
    #expect(snapshot.column("ts") == [.token(Array("\"2024-02-29 23:59:59\"".utf8))])
  }

  /// Lines with stamps of many kinds, around the changes of clocks; every way of reading gives the same.
  @Test(arguments: ["Europe/Berlin", "Australia/Lord_Howe", "UTC", "-09:30"])
  func everyWayReadsTheSame(name: String) throws {
    let zone = try TimeZoneRules.named(name)
    var generator = SeededGenerator(seed: 9)
    var text = ""
    var expected: [Cell] = []
    for index in 0..<3000 {
      let seconds =
        clock("2024-01-01T00:00:00") + Int64(index * 11_000 + generator.below(11_000))
      let stamp = TimestampFormatter.string(nanoseconds: seconds * 1_000_000_000 + 5_000_000)
      var value = stamp
      var nanoseconds = instant(stamp)
      switch generator.below(4) {
      case 0: break
      case 1: value = "not a time"
      default:
        value = String(stamp.dropLast()).replacing("T", with: generator.below(2) == 0 ? " " : "T")
        nanoseconds += (zone.utcSeconds(ofLocal: seconds) - seconds) * 1_000_000_000
      }
      let isTime = value != "not a time"
      text += "{\"n\":\(index),\"ts\":\"\(value)\",\"level\":\"info\"}\n"
      expected.append(isTime ? .timestamp(nanoseconds) : .null)
    }
    var base = ReaderOptions.plain()
    base.assumedTimeZone = zone
    base.schema = Schema(columns: [
      ColumnDefinition(name: "n", type: .int64), ColumnDefinition(name: "ts", type: .timestamp),
      ColumnDefinition(name: "level", type: .string), ColumnDefinition(name: "_extra", type: .json),
    ])
    let file = try TemporaryFile(text: text)
    let plain = try Snapshot.read([file.path], base)
    #expect(plain.column("ts") == expected)
    for options in ReaderOptions.variants(of: base, count: 8, seed: 4) {
      let snapshot = try Snapshot.read([file.path], options)
      #expect(snapshot.differences(from: plain) == [], "\(options.summary)")
      #expect((snapshot.statistics.learnedShapeCount > 0) == options.learnsShapes)
    }
  }
}
