/// An output format with its options.
public struct OutputFormat: Sendable {
  /// The format.
  public var format: SinkFormat
  /// The zone in which times are printed; nil prints them as they stood in the input.
  public var timeZone: TimeZoneRules?

  /// `format` with default options.
  public init(_ format: SinkFormat, timeZone: TimeZoneRules? = nil) {
    self.format = format
    self.timeZone = timeZone
  }

  /// Prints times in the zone, if there is one.
  public var timeText: TimeText? {
    guard let timeZone else { return nil }
    return { (nanoseconds, output) throws(SpaltError) in
      var text = TimestampFormatter(zone: timeZone)
      text.format(nanoseconds: nanoseconds)
      try output.append(text.view)
    }
  }

  /// What makes the text of batches of `schema`, or nil when no batch tells its text by itself.
  public func formatter(for schema: Schema) -> (any BatchFormatter)? {
    format.formatter(for: schema, timeText: timeText)
  }
}
