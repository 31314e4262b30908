/// An output format with its options.
public struct OutputFormat: Sendable {
  /// The format.
  public var format: SinkFormat
  /// The zone in which times are printed; nil prints them as they stood in the input.
  public var timeZone: TimeZoneRules?
  /// How Arrow is written.
  public var arrow = ArrowOptions()

  /// `format` with default options.
  public init(
    _ format: SinkFormat, timeZone: TimeZoneRules? = nil, arrow: ArrowOptions = ArrowOptions()
  ) {
    self.format = format
    self.timeZone = timeZone
    self.arrow = arrow
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

  /// What makes the text, or the message, of batches of `schema`; nil when no batch tells it by itself.
  /// `formatNames` are the formats of the input.
  public func formatter(
    for schema: Schema, formatNames: [String] = []
  ) -> (any BatchFormatter)? {
    guard format.isArrow else { return format.formatter(for: schema, timeText: timeText) }
    guard arrow.strings != .dictionary else { return nil }
    return ArrowFormatter(encoder: arrowEncoder(for: schema, formatNames: formatNames))
  }

  /// What makes Arrow messages of batches of `schema`.
  func arrowEncoder(for schema: Schema, formatNames: [String]) -> ArrowEncoder {
    ArrowEncoder(
      schema, formatNames: formatNames, options: arrow, zone: timeZone?.arrowName ?? "UTC")
  }
}

extension TimeZoneRules {
  /// What Arrow calls the zone: a name of the time zone database, or an offset. Nil for rules that have
  /// neither, such as those of a file.
  fileprivate var arrowName: String? {
    let bytes = Array(name.utf8)
    let isName = bytes.first.map { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A } ?? false
    let isKnown = !bytes.contains(UInt8(ascii: ",")) && (try? Self.named(name)) != nil
    let isOffset = bytes.count == 6 && (bytes[0] == 0x2B || bytes[0] == 0x2D) && bytes[3] == 0x3A
    return isName && isKnown || isOffset ? name : nil
  }
}
