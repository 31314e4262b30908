import Testing

@testable import Spalt

/// Offsets against instants that are known; the command's tests compare whole zones with Python.
@Suite struct TimeZoneRulesTests {
  @Test(
    arguments: [
      ("Europe/Berlin", "2024-03-31T00:59:59", 3600),
      ("Europe/Berlin", "2024-03-31T01:00:00", 7200),
      ("Europe/Berlin", "2024-10-27T00:59:59", 7200),
      ("Europe/Berlin", "2024-10-27T01:00:00", 3600),
      // Local mean time, also before the first transition.
      ("Europe/Berlin", "1850-01-01T00:00:00", 3208),
      ("Europe/Berlin", "1893-03-31T23:06:31", 3208),
      ("Europe/Berlin", "1893-03-31T23:06:32", 3600),
      // Double daylight saving time.
      ("Europe/Berlin", "1945-05-24T00:00:00", 10_800),
      // Behind the last transition of the table.
      ("Europe/Berlin", "2100-07-01T00:00:00", 7200),
      ("Europe/Berlin", "2100-12-01T00:00:00", 3600),
      ("Europe/Berlin", "2262-04-11T00:00:00", 7200),
      ("America/New_York", "1883-11-18T16:59:59", -17_762),
      ("America/New_York", "1883-11-18T17:00:00", -18_000),
      ("America/New_York", "2024-03-10T06:59:59", -18_000),
      ("America/New_York", "2024-03-10T07:00:00", -14_400),
      ("America/New_York", "2024-11-03T05:59:59", -14_400),
      ("America/New_York", "2024-11-03T06:00:00", -18_000),
      ("America/New_York", "2100-03-14T06:59:59", -18_000),
      ("America/New_York", "2100-03-14T07:00:00", -14_400),
      // Half an hour of daylight saving time, south of the equator.
      ("Australia/Lord_Howe", "2024-04-06T14:59:59", 39_600),
      ("Australia/Lord_Howe", "2024-04-06T15:00:00", 37_800),
      ("Australia/Lord_Howe", "2024-10-05T15:29:59", 37_800),
      ("Australia/Lord_Howe", "2024-10-05T15:30:00", 39_600),
      ("Australia/Lord_Howe", "2100-01-01T00:00:00", 39_600),
      ("Asia/Kathmandu", "1985-12-31T18:29:59", 19_800),
      ("Asia/Kathmandu", "1985-12-31T18:30:00", 20_700),
      ("Asia/Kathmandu", "2100-01-01T00:00:00", 20_700),
      // Daylight saving time that is behind standard time, during Ramadan.
      ("Africa/Casablanca", "2024-03-10T01:59:59", 3600),
      ("Africa/Casablanca", "2024-03-10T02:00:00", 0),
      ("Africa/Casablanca", "2024-04-14T01:59:59", 0),
      ("Africa/Casablanca", "2024-04-14T02:00:00", 3600),
      ("Europe/Dublin", "2100-01-01T00:00:00", 0),
      ("Europe/Dublin", "2100-07-01T00:00:00", 3600),
      // A day that was skipped.
      ("Pacific/Apia", "2011-12-30T09:59:59", -36_000),
      ("Pacific/Apia", "2011-12-30T10:00:00", 50_400),
      // Changes at a negative hour of the day, in the footer.
      ("America/Nuuk", "2100-03-28T00:59:59", -7200),
      ("America/Nuuk", "2100-03-28T01:00:00", -3600),
    ] as [(String, String, Int32)])
  func offset(zone: String, utc: String, offsetSeconds: Int32) throws {
    let zone = try TimeZoneRules.named(zone)
    #expect(zone.offsetSeconds(atUTC: clock(utc)) == offsetSeconds)
  }

  @Test(
    arguments: [
      ("Europe/Berlin", "2024-07-01T12:00:00", "2024-07-01T10:00:00"),
      // Shown twice: the earlier instant.
      ("Europe/Berlin", "2024-10-27T01:59:59", "2024-10-26T23:59:59"),
      ("Europe/Berlin", "2024-10-27T02:00:00", "2024-10-27T00:00:00"),
      ("Europe/Berlin", "2024-10-27T02:59:59", "2024-10-27T00:59:59"),
      ("Europe/Berlin", "2024-10-27T03:00:00", "2024-10-27T02:00:00"),
      ("Europe/Berlin", "2100-10-31T02:30:00", "2100-10-31T00:30:00"),
      ("Australia/Lord_Howe", "2024-04-07T01:45:00", "2024-04-06T14:45:00"),
      ("Africa/Casablanca", "2024-03-10T02:30:00", "2024-03-10T01:30:00"),
      // Never shown: as if clocks had not been put forward.
      ("Europe/Berlin", "2024-03-31T01:59:59", "2024-03-31T00:59:59"),
      ("Europe/Berlin", "2024-03-31T02:00:00", "2024-03-31T01:00:00"),
      ("Europe/Berlin", "2024-03-31T02:30:00", "2024-03-31T01:30:00"),
      ("Europe/Berlin", "2024-03-31T03:00:00", "2024-03-31T01:00:00"),
      ("Australia/Lord_Howe", "2024-10-06T02:15:00", "2024-10-05T15:45:00"),
      ("America/Sao_Paulo", "2018-11-04T00:00:00", "2018-11-04T03:00:00"),
      ("Pacific/Apia", "2011-12-29T23:59:59", "2011-12-30T09:59:59"),
      ("Pacific/Apia", "2011-12-30T00:00:00", "2011-12-30T10:00:00"),
      ("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00"),
      ("Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00"),
    ])
  func local(zone: String, local: String, utc: String) throws {
    let zone = try TimeZoneRules.named(zone)
    #expect(zone.utcSeconds(ofLocal: clock(local)) == clock(utc))
  }

  @Test(
    arguments: [
      "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC",
      "+05:30", "Pacific/Apia",
    ])
  func aLookupGivesWhatTheRulesGive(name: String) throws {
    let zone = try TimeZoneRules.named(name)
    var lookup = TimeZoneLookup(zone)
    var generator = SeededGenerator(seed: 5)
    var wrong = 0
    for _ in 0..<4000 {
      // Near to each other, mostly, and between the years 1677 and 2262 otherwise.
      let base = Int64(bitPattern: generator.next()) / 1_000_000_000
      for _ in 0..<3 {
        let seconds = base + Int64(generator.below(40_000_000))
        if lookup.offsetSeconds(atUTC: seconds) != zone.offsetSeconds(atUTC: seconds) { wrong += 1 }
        if lookup.utcSeconds(ofLocal: seconds) != zone.utcSeconds(ofLocal: seconds) { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }

  /// The definition, in the plainest way: the earliest instant at which clocks show a time; when there is
  /// none, the one with the offset that held a day before, which no zone of these changed twice.
  @Test(arguments: [
    "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "America/New_York",
  ])
  func localTimesAreTheEarliestInstants(name: String) throws {
    let zone = try TimeZoneRules.named(name)
    var generator = SeededGenerator(seed: 6)
    var wrong: [Int64] = []
    var doubleCount = 0
    for _ in 0..<40_000 {
      let local = Int64(generator.below(6_000_000_000)) - 500_000_000
      let offsets = [-86_400, 86_400].map { zone.offsetSeconds(atUTC: local + $0) }
      let candidates = Set(offsets.map { local - Int64($0) }).sorted()
      let matching = candidates.filter { $0 + Int64(zone.offsetSeconds(atUTC: $0)) == local }
      if matching.count > 1 { doubleCount += 1 }
      let expected = matching.first ?? local - Int64(offsets[0])
      if zone.utcSeconds(ofLocal: local) != expected { wrong.append(local) }
    }
    #expect(wrong.prefix(5) == [])
    #expect(doubleCount > 0)
  }

  @Test func extremeNumbersAreHarmless() throws {
    for name in ["UTC", "Europe/Berlin", "Asia/Kathmandu", "-23:59", "Africa/Casablanca"] {
      let zone = try TimeZoneRules.named(name)
      let far: Int64 = 1 << 56
      for seconds: Int64 in [.min, .min + 1, .min + 200_000, -far, far, .max - 1, .max] {
        let offset = zone.offsetSeconds(atUTC: seconds)
        #expect(abs(offset) < 100_000)
        let difference = seconds &- zone.utcSeconds(ofLocal: seconds)
        #expect(abs(difference) < 100_000)
      }
    }
  }

  @Test func utc() throws {
    #expect(TimeZoneRules.utc.isUTC && TimeZoneRules.utc.name == "UTC")
    #expect(try TimeZoneRules.named("Etc/GMT-14").offsetSeconds(atUTC: 0) == 14 * 3600)
    #expect(try !TimeZoneRules.named("Etc/GMT-14").isUTC)
    #expect(try !TimeZoneRules.named("Europe/London").isUTC)
    #expect(try TimeZoneRules.named("Zulu").isUTC)
  }
}
