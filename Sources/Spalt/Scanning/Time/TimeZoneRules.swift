/// How far the clocks of a place are ahead of UTC, and when.
///
/// Rules come from the system's time zone database (TZif files, RFC 8536), from a POSIX `TZ` string,
/// or are a fixed offset. They do not change once they are made.
public final class TimeZoneRules: Sendable {
  /// The name by which the rules were asked for, such as `Europe/Berlin`, `UTC` or `+02:00`.
  public let name: String
  /// Whether local time is UTC at all times.
  public let isUTC: Bool

  /// Seconds since 1970 at which the offset may change, ascending.
  private let transitions: [Int64]
  /// The offsets before the first transition, and from each one on.
  private let offsets: [Int32]
  /// What holds from the last transition on, or always when there is none.
  private let rule: PosixTimeZone?

  /// Rules with a table of transitions and with a rule for the time behind them.
  init(name: String, transitions: [Int64], offsets: [Int32], rule: PosixTimeZone?) {
    precondition(offsets.count == transitions.count + 1, "one offset more than transitions")
    var offsets = offsets
    if let rule {
      offsets[transitions.count] = rule.period(atUTC: transitions.last ?? 0).offsetSeconds
    }
    self.name = name
    self.transitions = transitions
    self.offsets = offsets
    self.rule = rule
    isUTC = transitions.isEmpty && offsets == [0] && (rule?.isFixed ?? true)
  }

  /// Rules of one offset.
  convenience init(name: String, offsetSeconds: Int32) {
    self.init(name: name, transitions: [], offsets: [offsetSeconds], rule: nil)
  }

  /// Coordinated universal time.
  public static let utc = TimeZoneRules(name: "UTC", offsetSeconds: 0)

  /// Seconds that local time is ahead of UTC at an instant, given in seconds since 1970. O(log n).
  public func offsetSeconds(atUTC seconds: Int64) -> Int32 {
    period(atUTC: seconds).offsetSeconds
  }

  /// The instant at which local clocks show a time; both in seconds since 1970-01-01T00:00:00.
  ///
  /// A time that clocks show twice, when they are put back, is the earlier of the two instants. A time
  /// that they skip, when they are put forward, is read as if they had not been: 02:30 is what 03:30
  /// is with an hour skipped. O(log n).
  public func utcSeconds(ofLocal seconds: Int64) -> Int64 {
    seconds &- Int64(period(ofLocal: seconds).offsetSeconds)
  }

  /// The period that an instant lies in.
  func period(atUTC seconds: Int64) -> TimeZonePeriod {
    let index = transitionCount(upTo: seconds)
    guard index == transitions.count, let rule else {
      return TimeZonePeriod(
        offsets[index], from: index > 0 ? transitions[index - 1] : .min,
        after: offsets[max(0, index - 1)],
        until: index < transitions.count ? transitions[index] : .max,
        before: offsets[min(offsets.count - 1, index + 1)])
    }
    guard let last = transitions.last else { return rule.period(atUTC: seconds) }
    return rule.period(atUTC: seconds, notBefore: last, after: offsets[index - 1])
  }

  /// The period whose offset a local time is converted with.
  func period(ofLocal seconds: Int64) -> TimeZonePeriod {
    // No offset is greater than the margin, so that the search begins early enough.
    var period = period(atUTC: max(seconds, .min + Self.margin) - Self.margin)
    while seconds >= period.upperLocal, period.upperUTC < .max {
      period = self.period(atUTC: period.upperUTC)
    }
    return period
  }

  private static let margin: Int64 = 2 * UnixTime.secondsPerDay

  /// Number of transitions at or before an instant.
  private func transitionCount(upTo seconds: Int64) -> Int {
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The rules of a zone with the period that was looked up last: for times close to each other a lookup
/// is O(1).
struct TimeZoneLookup {
  let rules: TimeZoneRules
  private(set) var period = TimeZonePeriod.none

  init(_ rules: TimeZoneRules) { self.rules = rules }

  /// As the rules' function of this name.
  @inline(__always)
  mutating func offsetSeconds(atUTC seconds: Int64) -> Int32 {
    if !period.contains(utc: seconds) { period = rules.period(atUTC: seconds) }
    return period.offsetSeconds
  }

  /// As the rules' function of this name.
  @inline(__always)
  mutating func utcSeconds(ofLocal seconds: Int64) -> Int64 {
    if !period.contains(local: seconds) { period = rules.period(ofLocal: seconds) }
    return seconds &- Int64(period.offsetSeconds)
  }
}
