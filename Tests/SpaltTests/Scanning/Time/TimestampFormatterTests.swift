import Testing

@testable import Spalt

@Suite struct TimestampFormatterTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000000001Z"),
      (-1, "1969-12-31T23:59:59.999999999Z"), (120_000_000, "1970-01-01T00:00:00.120Z"),
      (120_000, "1970-01-01T00:00:00.000120Z"), (120_001_000, "1970-01-01T00:00:00.120001Z"),
      (1_709_210_096_789_000_000, "2024-02-29T12:34:56.789Z"),
      (.min, "1677-09-21T00:12:43.145224192Z"), (.max, "2262-04-11T23:47:16.854775807Z"),
      (1_709_251_199_000_000_000, "2024-02-29T23:59:59Z"),
      (1_709_251_200_000_000_000, "2024-03-01T00:00:00Z"),
    ] as [(Int64, String)])
  func inUTC(nanoseconds: Int64, text: String) {
    #expect(TimestampFormatter.string(nanoseconds: nanoseconds) == text)
  }

  @Test(
    arguments: [
      ("Europe/Berlin", "2024-07-01T12:00:00.5Z", "2024-07-01T14:00:00.500+02:00"),
      ("Europe/Berlin", "2024-01-01T23:30:00Z", "2024-01-02T00:30:00+01:00"),
      ("Europe/Berlin", "2024-10-27T00:59:59Z", "2024-10-27T02:59:59+02:00"),
      ("Europe/Berlin", "2024-10-27T01:00:00Z", "2024-10-27T02:00:00+01:00"),
      ("Europe/London", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00+00:00"),
      ("America/New_York", "2024-01-01T00:00:00Z", "2023-12-31T19:00:00-05:00"),
      ("-00:30", "2024-01-01T00:00:00Z", "2023-12-31T23:30:00-00:30"),
      ("Asia/Kathmandu", "2024-01-01T00:00:00Z", "2024-01-01T05:45:00+05:45"),
      // Offsets with seconds are cut to minutes: the instant stays what it is.
      ("Europe/Berlin", "1893-03-31T23:06:31Z", "1893-03-31T23:59:31+00:53"),
      ("Europe/Berlin", "1893-03-31T23:06:32Z", "1893-04-01T00:06:32+01:00"),
      ("America/New_York", "1883-11-18T16:59:59Z", "1883-11-18T12:03:59-04:56"),
      ("+23:59", "2262-04-11T23:47:16.854775807Z", "2262-04-12T23:46:16.854775807+23:59"),
      ("-23:59", "1677-09-21T00:12:43.145224192Z", "1677-09-20T00:13:43.145224192-23:59"),
    ])
  func inZones(zone: String, utc: String, text: String) throws {
    let zone = try TimeZoneRules.named(zone)
    #expect(TimestampFormatter.string(nanoseconds: instant(utc), zone: zone) == text)
    #expect(instant(text) == instant(utc))
  }

  /// Times far apart and close to each other, forwards and backwards, read again.
  @Test(arguments: [
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "-03:30",
  ])
  func readsBack(name: String) throws {
    let zone = try TimeZoneRules.named(name)
    var generator = SeededGenerator(seed: 77)
    var text = TimestampFormatter(zone: zone)
    var wrong: [Int64] = []
    for _ in 0..<20_000 {
      let base = Int64(bitPattern: generator.next())
      for step in 0..<8 {
        let unit: Int64 = [1, 1000, 1_000_000, 1_000_000_000][generator.below(4)]
        let distance = Int64(generator.below(40_000_000_000))
        let sum = base.addingReportingOverflow(step % 2 == 0 ? distance : -distance)
        let nanoseconds = (sum.overflow ? base : sum.partialValue) / unit * unit
        text.format(nanoseconds: nanoseconds)
        let cursor = ByteCursor(text.view)
        let isShort = text.byteCount <= TimestampFormatter.maximumByteCount
        if cursor.scanTimestamp(at: 0, byteCount: text.byteCount) != nanoseconds || !isShort {
          wrong.append(nanoseconds)
        }
        let fresh = TimestampFormatter.string(nanoseconds: nanoseconds, zone: zone)
        if step == 7, text.view.makeString() != fresh { wrong.append(nanoseconds) }
      }
    }
    #expect(wrong.prefix(5) == [])
  }

  @Test func nothingBeforeTheFirstTime() { #expect(TimestampFormatter().byteCount == 0) }
}
