@testable import Spalt

/// Seconds from 1970-01-01T00:00:00 to what a clock shows.
func clock(_ text: String) -> Int64 {
  guard let nanoseconds = TimestampOracle.nanoseconds((text + "Z").utf8) else {
    preconditionFailure("'\(text)' is no time")
  }
  return nanoseconds / 1_000_000_000
}

/// Nanoseconds of a timestamp with an offset.
func instant(_ text: String) -> Int64 {
  guard let nanoseconds = TimestampOracle.nanoseconds(text.utf8) else {
    preconditionFailure("'\(text)' is no time")
  }
  return nanoseconds
}

/// Rules from a `TZ` string.
func posixRules(_ text: String) -> TimeZoneRules? {
  guard let rule = PosixTimeZone(text.utf8) else { return nil }
  return TimeZoneRules(
    name: text, transitions: [], offsets: [rule.standardOffsetSeconds], rule: rule)
}
