import Spalt

/// What a reader is told: the options of the header, by their names.
struct OpenOptions: Sendable {
  private(set) var reader = Self.defaults
  private(set) var stream = StreamOptions()
  private(set) var usesFaultGuard = false
  private var selection = RecordSelection()
  private var since: String?
  private var until: String?

  private static var defaults: ReaderOptions {
    var options = ReaderOptions()
    options.threadCount = ReaderOptions.usableProcessorCount
    options.memoryByteCount = unlimitedByteCount
    return options
  }

  /// More than there is, and little enough to add to.
  private static let unlimitedByteCount = 1 << 60

  /// Which records are wanted. Times are relative to now, and without an offset in the zone that is assumed.
  func recordSelection() throws(SpaltError) -> RecordSelection {
    var selection = selection
    selection.nowNanoseconds = TimePoint.nowNanoseconds
    selection.sinceNanoseconds = try time(since, "since", selection.nowNanoseconds)
    selection.untilNanoseconds = try time(until, "until", selection.nowNanoseconds)
    return selection
  }

  private func time(
    _ text: String?, _ name: String, _ now: Int64
  ) throws(SpaltError) -> Int64? {
    guard let text else { return nil }
    let zone = reader.assumedTimeZone ?? TimeZoneRules.utc
    do {
      return try TimePoint.nanoseconds(text, nowNanoseconds: now, zone: zone)
    } catch .usage(let reason) { throw .usage("\(name): \(reason)") }
  }

  /// All names, for suggestions.
  private static let names = [
    "format", "where", "select", "since", "until", "level", "time-column", "time-unit",
    "level-column", "limit", "on-error", "schema", "assume-tz", "max-columns", "decode-escapes",
    "validate", "threads", "memory", "max-record", "io", "verify", "lz4-dictionary",
    "require-zero-copy", "strings", "fault-guard",
  ]

  /// Sets an option; nil sets its default.
  mutating func set(_ name: String, _ value: String?) throws(SpaltError) {
    if try setSelection(name, value) { return }
    if try setReading(name, value) { return }
    if try setResource(name, value) { return }
    throw .usage(
      "there is no option '\(name)'\(Suggestions.question(for: name, among: Self.names))")
  }

  /// Sets an option that says which records are wanted; false when it is none.
  private mutating func setSelection(
    _ name: String, _ value: String?
  ) throws(SpaltError) -> Bool {
    switch name {
    case "where":
      selection.condition = try value.map { (text) throws(SpaltError) in try Expression(text) }
    case "since":
      _ = try time(value, name, selection.nowNanoseconds)
      since = value
    case "until":
      _ = try time(value, name, selection.nowNanoseconds)
      until = value
    case "level":
      selection.minimumSeverity = try value.map { (text) throws(SpaltError) in
        guard let severity = RecordSelection.severity(text) else {
          throw .usage("level: '\(text)' is no level")
        }
        return severity
      }
    case "time-column": selection.timeColumn = value
    case "level-column": selection.levelColumn = value
    case "time-unit":
      selection.timeUnit = try value.map { (text) throws(SpaltError) in
        try OptionText(name, text).choice()
      }
    case "limit":
      stream.limit =
        try value.map { (text) throws(SpaltError) in
          try OptionText(name, text).number(atLeast: 0)
        } ?? .max
    default: return false
    }
    return true
  }

  /// Sets an option that says how input is understood; false when it is none.
  private mutating func setReading(
    _ name: String, _ value: String?
  ) throws(SpaltError) -> Bool {
    let text = value.map { OptionText(name, $0) }
    switch name {
    case "format":
      let names = ["auto"] + FormatDescription.all.map(\.name)
      if let value, !names.contains(value) {
        throw .usage("format: there is no '\(value)'; there are \(names.joined(separator: ", "))")
      }
      reader.formatName = value == "auto" ? nil : value
    case "select":
      let names = text?.list
      if let names, names.isEmpty { throw .usage("select: names no column") }
      reader.selectedColumns = names
    case "on-error":
      stream.rejects = try text?.choice() ?? .skip
      reader.continuesAfterDamage = value == "skip" || value == "keep"
    case "schema":
      reader.schema = try value.map { (path) throws(SpaltError) in
        try Schema(readingFileAt: path)
      }
    case "assume-tz":
      reader.assumedTimeZone = try value.map { (name) throws(SpaltError) in
        try name == "local" ? TimeZoneRules.local() : TimeZoneRules.named(name)
      }
    case "max-columns":
      reader.maximumColumnCount =
        try text?.number(atLeast: 1) ?? Self.defaults.maximumColumnCount
    case "decode-escapes": reader.decodesEscapes = try text?.truth() ?? false
    case "validate": reader.validates = try text?.truth() ?? false
    case "strings": stream.strings = try text?.choice() ?? .utf8View
    default: return false
    }
    return true
  }

  /// Sets an option that says what may be used; false when it is none.
  private mutating func setResource(
    _ name: String, _ value: String?
  ) throws(SpaltError) -> Bool {
    let text = value.map { OptionText(name, $0) }
    switch name {
    case "threads":
      reader.threadCount = try text?.number(atLeast: 1) ?? Self.defaults.threadCount
    case "memory":
      reader.memoryByteCount = try text?.byteCount() ?? Self.unlimitedByteCount
    case "max-record":
      reader.maximumRecordByteCount =
        try text?.byteCount() ?? Self.defaults.maximumRecordByteCount
    case "io": reader.inputMode = try text?.choice() ?? .auto
    case "verify": reader.verifiesChecksums = try text?.truth() ?? true
    case "lz4-dictionary":
      reader.lz4Dictionary = []
      if let value { try reader.readLZ4Dictionary(fileAt: value) }
    case "require-zero-copy": reader.requiresZeroCopy = try text?.truth() ?? false
    case "fault-guard": usesFaultGuard = try text?.truth() ?? false
    default: return false
    }
    // What needs nothing but itself is wrong at once, and not only when something is opened.
    try reader.check()
    return true
  }
}
