import Foundation
import Testing

@testable import Spalt

@Suite struct TimePointTests {
  /// A Friday afternoon in Berlin: 15:04:05.678 local time.
  private static let now = instant("2026-11-20T14:04:05.678Z")

  private func read(
    _ text: String, zone: String = "Europe/Berlin", now: Int64 = now
  ) throws -> String {
    let zone = try TimeZoneRules.named(zone)
    return TimestampFormatter.string(
      nanoseconds: try TimePoint.nanoseconds(text, nowNanoseconds: now, zone: zone))
  }

  @Test(
    arguments: [
      ("2026-11-20T14:30:00Z", "2026-11-20T14:30:00Z"),
      ("2026-11-20t14:30:00.5z", "2026-11-20T14:30:00.500Z"),
      ("2026-11-20T14:30:00+05:30", "2026-11-20T09:00:00Z"),
      ("2026-11-20 14:30:00-05:00", "2026-11-20T19:30:00Z"),
      ("2026-11-20T14:30Z", "2026-11-20T14:30:00Z"),
      ("2026-11-20T14:30+01:00", "2026-11-20T13:30:00Z"),
      ("2026-11-20T14:30:00", "2026-11-20T13:30:00Z"),
      ("2026-11-20 14:30", "2026-11-20T13:30:00Z"),
      ("  2026-11-20 14:30\t", "2026-11-20T13:30:00Z"),
      ("2026-07-20 14:30:15.25", "2026-07-20T12:30:15.250Z"),
      ("2026-11-20", "2026-11-19T23:00:00Z"), ("2026-07-20", "2026-07-19T22:00:00Z"),
      // The hour that exists twice, and the one that does not.
      ("2026-10-25 02:30", "2026-10-25T00:30:00Z"), ("2026-03-29 02:30", "2026-03-29T01:30:00Z"),
      ("14:30", "2026-11-20T13:30:00Z"), ("00:00", "2026-11-19T23:00:00Z"),
      ("23:59:59.9", "2026-11-20T22:59:59.900Z"), ("14:30Z", "2026-11-20T14:30:00Z"),
      ("now", "2026-11-20T14:04:05.678Z"), ("NOW", "2026-11-20T14:04:05.678Z"),
      ("today", "2026-11-19T23:00:00Z"), ("Yesterday", "2026-11-18T23:00:00Z"),
      ("tomorrow", "2026-11-20T23:00:00Z"),
      ("-3h", "2026-11-20T11:04:05.678Z"), ("-15m", "2026-11-20T13:49:05.678Z"),
      ("-90s", "2026-11-20T14:02:35.678Z"), ("-1h30m", "2026-11-20T12:34:05.678Z"),
      ("3h ago", "2026-11-20T11:04:05.678Z"), ("1h30m ago", "2026-11-20T12:34:05.678Z"),
      ("1 hour 30 minutes ago", "2026-11-20T12:34:05.678Z"), ("+10m", "2026-11-20T14:14:05.678Z"),
      ("-2d", "2026-11-18T14:04:05.678Z"), ("-1w", "2026-11-13T14:04:05.678Z"),
      ("2 weeks ago", "2026-11-06T14:04:05.678Z"), ("-1d2h", "2026-11-19T12:04:05.678Z"),
      // Across the change of clocks: the same time of the day, and an hour that counts.
      ("-27d", "2026-10-24T13:04:05.678Z"), ("-648h", "2026-10-24T14:04:05.678Z"),
      ("@0", "1970-01-01T00:00:00Z"), ("@1700000000", "2023-11-14T22:13:20Z"),
      ("@1700000000.25", "2023-11-14T22:13:20.250Z"),
      ("@-1.5", "1969-12-31T23:59:58.500Z"), ("@0.1234567899", "1970-01-01T00:00:00.123456789Z"),
    ])
  func points(text: String, utc: String) throws { #expect(try read(text) == utc) }

  @Test func daysDependOnTheZone() throws {
    let now = instant("2026-11-20T23:30:00Z")
    #expect(try read("today", zone: "UTC", now: now) == "2026-11-20T00:00:00Z")
    #expect(try read("today", zone: "Asia/Kathmandu", now: now) == "2026-11-20T18:15:00Z")
    #expect(try read("14:30", zone: "Asia/Kathmandu", now: now) == "2026-11-21T08:45:00Z")
    #expect(try read("14:30", zone: "-05:00", now: now) == "2026-11-20T19:30:00Z")
    // A day that begins at one o'clock.
    #expect(try read("2018-11-04", zone: "America/Sao_Paulo") == "2018-11-04T03:00:00Z")
    let inside = instant("2018-11-04T15:00:00Z")
    #expect(try read("today", zone: "America/Sao_Paulo", now: inside) == "2018-11-04T03:00:00Z")
    // The second of two hours stays the second one when no days are counted.
    let second = instant("2026-10-25T01:30:00Z")
    #expect(try read("-10m", now: second) == "2026-10-25T01:20:00Z")
  }

  @Test(arguments: [
    "", " ", "-", "+", "ago", "h ago", "-h", "-3", "-3x", "-3M", "-3H", "3h", "--3h", "-3h -2h",
    "-1h30",
    "2026", "2026-11", "2026-11-31", "2026-1-2", "2026/11/20", "20261120", "2026-11-20T",
    "2026-11-20T14",
    "2026-11-20T14:30:", "2026-11-20T14:30:0", "2026-11-20T25:00", "2026-11-20_14:30", "14", "14:",
    "14:3", "24:30", "14:60", "noon", "@", "@x", "@1.", "@.5", "@--1", "@1e9", "-1234567890s",
    "nów",
    "-1s-1s", "3h ago ago", "14:30:00 ago", "0000-01-01",
  ])
  func noPoints(text: String) throws {
    let error = #expect(throws: SpaltError.self) { try read(text) }
    let message = try #require(error?.description)
    #expect(message.contains("'\(text)' is no point in time"))
    #expect(message.contains(TimePoint.forms))
  }

  @Test(arguments: [
    "@9223372037", "@-9223372037", "@99999999999999999999", "-999999999w", "+99999w",
  ])
  func outsideOfTheRange(text: String) throws {
    let error = #expect(throws: SpaltError.self) { try read(text) }
    #expect(error?.description.contains("1677 to 2262") == true)
  }

  @Test func aForgottenSign() throws {
    let error = #expect(throws: SpaltError.self) { try read("3h") }
    #expect(error?.description.contains("did you mean '-3h'?") == true)
  }

  @Test func theFormsOfTheMessageAreRead() throws {
    for form in TimePoint.forms.split(separator: ", ") {
      #expect(throws: Never.self) { try read(form.filter { $0 != "'" }) }
    }
  }

  @Test func nowIsNow() {
    let before = Int64(time(nil))
    let now = TimePoint.nowNanoseconds / 1_000_000_000
    #expect(now >= before && now <= Int64(time(nil)))
  }

  @Test func theEndsOfTheRange() throws {
    for now in [Int64.min, .max] {
      for zone in ["UTC", "+23:59", "-23:59", "Europe/Berlin"] {
        #expect(
          try read("now", zone: zone, now: now) == TimestampFormatter.string(nanoseconds: now))
        for text in ["today", "yesterday", "tomorrow", "-1d", "+1d", "-1s", "+1s", "12:00"] {
          _ = try? read(text, zone: zone, now: now)
        }
      }
    }
  }
}
