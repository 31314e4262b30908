import Foundation
import Testing

@testable import Spalt

/// Every zone of the system's database against Python's `zoneinfo`.
@Suite(.enabled(if: Tools.python != nil, "python3 is not installed"))
struct TimeZoneDifferentialTests {
  @Test func everyZone() throws {
    let outcome = try Program.execute(
      Tools.python ?? "python3", [Samples.oracle("zones.py")],
      environment: ["PYTHONDONTWRITEBYTECODE": "1"], timeoutSeconds: 120)
    try #require(outcome.status == 0, "\(outcome.errorText)")
    var zones: [Substring: TimeZoneRules] = [:]
    var wrong: [Substring] = []
    var count = 0
    for line in outcome.text.split(separator: "\n") {
      let parts = line.split(separator: " ")
      let seconds = try #require(Int64(parts[2]))
      let zone = try zones[parts[1]] ?? TimeZoneRules.named(String(parts[1]))
      zones[parts[1]] = zone
      let found =
        parts[0] == "utc"
        ? Int64(zone.offsetSeconds(atUTC: seconds)) : zone.utcSeconds(ofLocal: seconds)
      if String(found) != parts[3] { wrong.append(line) }
      count += 1
    }
    #expect(wrong.prefix(10) == [], "\(wrong.count) of \(count)")
    #expect(zones.count > 300 && count > 20_000)
  }
}
