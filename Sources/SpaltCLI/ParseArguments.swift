import ArgumentParser
import Spalt

// The options of `spalt parse`, by what they are about.

/// Which records are wanted.
struct RecordArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Records for which this SQL expression is true: \"status >= 500 AND msg ~ 'time.?out'\".")
  var `where`: String?

  @Option(
    parsing: .unconditional,
    help: "Records from this time on: 2026-11-20, 14:30, -3h, yesterday, RFC 3339.")
  var since: String?

  @Option(parsing: .unconditional, help: "Records before this time.")
  var until: String?

  @Option(
    name: [.short, .long],
    help: "Records of this level or a more severe one: warn, ERROR, a number of syslog or pino.")
  var level: String?

  @Option(help: "The column that holds the time; otherwise a usual name, or the first times.")
  var timeColumn: String?

  @Option(help: "What the numbers of --time-column count.")
  var timeUnit: TimeUnit?

  @Option(help: "The column that holds the level; otherwise one with a usual name.")
  var levelColumn: String?

  @Flag(
    name: .customLong("validate"),
    help: "Check every record to its end, also those that a filter rules out before.")
  var validatesAll = false

  @Option(
    name: [.customShort("n", allowingJoined: true), .customLong("limit")],
    help: "Stop after so many records.")
  var limit: Int?

  @Flag(name: [.short, .long], help: "Print the number of records instead of the records.")
  var count = false

  /// The library's selection for these arguments; times without an offset are in `zone`.
  func selection(zone: TimeZoneRules) throws(SpaltError) -> RecordSelection {
    var selection = RecordSelection()
    if let text = `where` { selection.condition = try Expression(text) }
    selection.sinceNanoseconds = try Self.time(since, "--since", selection.nowNanoseconds, zone)
    selection.untilNanoseconds = try Self.time(until, "--until", selection.nowNanoseconds, zone)
    if let level {
      guard let severity = RecordSelection.severity(level) else {
        let words = [
          "trace", "debug", "info", "notice", "warn", "error", "critical", "fatal", "alert",
          "emergency",
        ]
        throw .usage(
          """
          --level: '\(level)' is no level\(Suggestions.question(for: level, among: words)); there are \
          \(words.joined(separator: ", ")), and the numbers of syslog (0 to 7) and pino (10 to 60)
          """)
      }
      selection.minimumSeverity = severity
    }
    selection.timeColumn = timeColumn
    selection.timeUnit = timeUnit
    selection.levelColumn = levelColumn
    return selection
  }

  private static func time(
    _ text: String?, _ option: String, _ now: Int64, _ zone: TimeZoneRules
  ) throws(SpaltError) -> Int64? {
    guard let text else { return nil }
    do {
      return try TimePoint.nanoseconds(text, nowNanoseconds: now, zone: zone)
    } catch .usage(let reason) { throw .usage("\(option): \(reason)") }
  }
}

/// What becomes of the records.
struct OutputArguments: ParsableArguments {
  @Option(
    name: [.customShort("O"), .customLong("to")],
    help: "Output format; table on a terminal, else ndjson. raw: records as they stood.")
  var to: SinkFormat?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: "Write to a file instead of standard output. It gets its name when it is complete.",
    completion: .file())
  var path: String?

  @Option(help: "Colours in tables: when standard output is a terminal, always, or never.")
  var color = ColorChoice.auto

  @Option(
    name: [.customShort("Z"), .customLong("time-zone")],
    help: "Print times in this zone (Europe/Berlin, UTC, +02:00) instead of as they stood.")
  var timeZone: String?

  @Flag(name: .customLong("local"), help: "Print times in the local zone.")
  var usesLocalTime = false

  @Option(help: "Arrow: how string columns are laid out. (default: utf8)")
  var strings: ArrowOptions.Strings?

  @Option(help: "Arrow: how buffers are compressed. (default: none)")
  var compress: ArrowOptions.Compression?

  /// How Arrow is written.
  var arrow: ArrowOptions {
    ArrowOptions(strings: strings ?? .utf8, compression: compress ?? .none)
  }

  /// The format to write.
  var format: SinkFormat {
    to ?? (path == nil && Terminal.isStandardOutput ? .table : .ndjson)
  }

  /// The zone to print times in, if one was asked for.
  func zone() throws(SpaltError) -> TimeZoneRules? {
    if usesLocalTime { return try TimeZoneRules.local() }
    guard let timeZone else { return nil }
    return try TimeZoneRules.named(timeZone)
  }
}

/// What becomes of lines that are no records.
struct RejectArguments: ParsableArguments {
  @Option(
    name: .customLong("on-error"),
    help: "What to do with a line that is no record, and at damage of a compressed file.")
  var policy: ErrorPolicy?

  /// What becomes of a line that is no record.
  var onError: ErrorPolicy { policy ?? .skip }

  /// Whether a compressed file is read on behind damage: only when somebody has said so.
  var continuesAfterDamage: Bool { policy == .skip || policy == .keep }

  @Option(help: "Write what was rejected to a file, as NDJSON.", completion: .file())
  var rejects: String?

  @Option(help: "More rejected records than this, or this share (5%), end in status 3.")
  var maxRejects: RejectLimit?
}

/// Which columns there are.
struct SchemaArguments: ParsableArguments {
  @Option(
    help:
      "Columns to write, separated by commas: a,b.c,d; also _file, _line, _offset, _record, _format."
  )
  var select: String?

  @Option(help: "Use this schema, which 'spalt schema' wrote.", completion: .file())
  var schema: String?

  @Option(
    name: .customLong("assume-tz"), help: "The zone of times that stand without an offset.")
  var assumedTimeZone: String?

  @Option(help: "The most columns that a schema may have.")
  var maxColumns = 1000
}

/// What a run may use.
struct ResourceArguments: ParsableArguments {
  @Option(
    name: [.customShort("j", allowingJoined: true), .customLong("threads")],
    help: "Decoding threads; as many as there are processors unless given.")
  var threads: Int?

  @Flag(name: .customLong("pin"), help: "Bind each decoding thread to a processor (Linux).")
  var pinsThreads = false

  @Flag(
    name: .customLong("harden"),
    help: "Make finished batches read-only memory, and put guard pages behind memory.")
  var hardens = false

  @Option(help: "How files get into memory.")
  var io = InputMode.auto

  @Option(help: "Limit for all memory but the page cache.")
  var memory = ByteSize(byteCount: 256 << 20)

  @Option(help: "Longest record.")
  var maxRecord = ByteSize(byteCount: 16 << 20)

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp("Fault mapped pages in ahead of the decoder.", visibility: .hidden))
  var populate = false

  @Option(help: ArgumentHelp("Size of the pieces of input.", visibility: .hidden))
  var piece = ByteSize(byteCount: 2 << 20)
}

/// What is written down about memory while a run goes on.
struct TraceArguments: ParsableArguments {
  @Option(
    help: "Append samples of the run's memory to a file, as NDJSON; 'spalt doctor' reads it.",
    completion: .file())
  var traceMemory: String?

  @Option(help: "Time between two samples: 100ms, 10s, 5m. (default: 10s)")
  var every: TimeSpan?

  /// Begins the trace of a reader, if one was asked for.
  func begin(_ monitor: MemoryMonitor) throws(SpaltError) -> MemoryTrace? {
    guard let traceMemory else { return nil }
    return try MemoryTrace(
      of: monitor, to: traceMemory,
      everyNanoseconds: (every ?? TimeSpan(seconds: 10)).nanoseconds)
  }
}

/// How compressed files are read.
struct CompressionArguments: ParsableArguments {
  @Flag(
    inversion: .prefixedNo, exclusivity: .chooseLast,
    help: "Verify the checksums in compressed files.")
  var verify = true

  @Option(help: "The dictionary that LZ4 files were compressed with.", completion: .file())
  var lz4Dictionary: String?

  /// Tells the library.
  func apply(to options: inout ReaderOptions) throws(SpaltError) {
    options.verifiesChecksums = verify
    if let lz4Dictionary { try options.readLZ4Dictionary(fileAt: lz4Dictionary) }
  }
}
