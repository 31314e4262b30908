import Testing

@testable import Spalt

@Suite struct PosixTimeZoneTests {
  @Test(
    arguments: [
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2024-03-31T00:59:59", 3600),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2024-03-31T01:00:00", 7200),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2024-10-27T01:00:00", 3600),
      ("UTC0", "2024-07-01T00:00:00", 0),
      ("<+0545>-5:45", "2024-07-01T00:00:00", 20_700),
      ("LMT-0:53:28", "1800-07-01T00:00:00", 3208),
      // Without days, as in the United States.
      ("EST5EDT", "2024-03-10T06:59:59", -18_000),
      ("EST5EDT", "2024-03-10T07:00:00", -14_400),
      ("EST5EDT", "2024-11-03T06:00:00", -18_000),
      // Days counted with and without 29 February: 1 March is J60, and 60 in leap years.
      ("AAA0BBB,J60/0,J300/0", "2024-02-29T23:59:59", 0),
      ("AAA0BBB,J60/0,J300/0", "2024-03-01T00:00:00", 3600),
      ("AAA0BBB,J60/0,J300/0", "2023-03-01T00:00:00", 3600),
      ("AAA0BBB,J59/0,J300/0", "2024-02-28T00:00:00", 3600),
      ("AAA0BBB,59/0,300/0", "2024-02-28T23:59:59", 0),
      ("AAA0BBB,59/0,300/0", "2024-02-29T00:00:00", 3600),
      ("AAA0BBB,59/0,300/0", "2023-03-01T00:00:00", 3600),
      ("AAA0BBB,0/0,J365/25", "2024-12-31T23:59:59", 3600),
      // Daylight saving time all year (RFC 8536, section 3.3.1).
      ("EST5EDT,0/0,J365/25", "2024-12-31T12:00:00", -14_400),
      ("EST5EDT,0/0,J365/25", "2025-01-01T05:00:00", -14_400),
      ("XXX3EDT4,0/0,J365/23", "2024-07-01T00:00:00", -14_400),
      ("XXX3EDT4,0/0,J365/23", "2025-01-01T03:00:00", -14_400),
      // Hours before and behind the day.
      ("IST-2IDT,M3.4.4/26,M10.5.0", "2024-03-28T23:59:59", 7200),
      ("IST-2IDT,M3.4.4/26,M10.5.0", "2024-03-29T00:00:00", 10_800),
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2024-03-31T00:59:59", -7200),
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2024-03-31T01:00:00", -3600),
      // The southern hemisphere, and an offset of its own for the summer.
      ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2024-01-01T00:00:00", 39_600),
      ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2024-07-01T00:00:00", 37_800),
    ] as [(String, String, Int32)])
  func offset(text: String, utc: String, offsetSeconds: Int32) throws {
    let zone = try #require(posixRules(text))
    #expect(zone.offsetSeconds(atUTC: clock(utc)) == offsetSeconds)
  }

  @Test(arguments: [
    "", "C", "CE-1", "CET", "CET-", "CET-25", "CET-1:60", "CET-1:00:60", "<CET-1", "<>-1", "<CE>-1",
    "CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,", "CET-1CEST,M0.5.0,M10.5.0",
    "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
    "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J300", "CET-1CEST,J366,J300", "CET-1CEST,366,300",
    "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-1CEST,M3.5,M10.5.0",
    "CET-1CEST,M3.5.0,M10.5.0,M11.1.0", "1CET", "CET-1 CEST", "Europe/Berlin",
  ])
  func malformed(text: String) { #expect(PosixTimeZone(text.utf8) == nil) }

  @Test func aFooterSaysWhatTheTableSays() throws {
    // The same rules, once as table and footer, and once as the footer alone.
    for (name, text) in [
      ("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"), ("America/New_York", "EST5EDT"),
      ("Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"),
    ] {
      let zone = try TimeZoneRules.named(name)
      let rule = try #require(posixRules(text))
      let seconds = stride(from: clock("2009-01-01T00:00:00"), to: 9_000_000_000, by: 286_413)
      let wrong = seconds.filter {
        zone.offsetSeconds(atUTC: $0) != rule.offsetSeconds(atUTC: $0)
          || zone.utcSeconds(ofLocal: $0) != rule.utcSeconds(ofLocal: $0)
      }
      #expect(wrong.prefix(5) == [], "\(name)")
    }
  }

  @Test func dates() {
    var date = CivilDate(year: 1599, month: 12, day: 31)
    var wrong: [Int64] = []
    for days in date.daysSince1970...date.daysSince1970 + 160_000 {
      let found = CivilDate(daysSince1970: days)
      if found != date || found.daysSince1970 != days { wrong.append(days) }
      let length =
        [31, CivilDate.isLeapYear(date.year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][
          Int(date.month) - 1]
      if date.day < length {
        date = CivilDate(year: date.year, month: date.month, day: date.day + 1)
      } else if date.month < 12 {
        date = CivilDate(year: date.year, month: date.month + 1, day: 1)
      } else {
        date = CivilDate(year: date.year + 1, month: 1, day: 1)
      }
    }
    #expect(wrong == [])
    #expect(CivilDate(daysSince1970: 0) == CivilDate(year: 1970, month: 1, day: 1))
    #expect(CivilDate(year: -4, month: 2, day: 29).daysSince1970 == -720_930)
  }
}
