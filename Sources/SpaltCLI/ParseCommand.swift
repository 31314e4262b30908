import ArgumentParser
import Spalt

/// `spalt parse`: reads logs, and writes or counts their records.
struct ParseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parse",
    abstract: "Read logs, and write or count their records.",
    discussion: HelpText.parse
  )

  @Argument(help: "Files to read; '-' is standard input.", completion: .file())
  var files: [String] = []

  @Flag(
    name: [.customShort("r"), .customLong("recursive")],
    help: "Read the files in folders, too, in the order of their names.")
  var isRecursive = false

  @Option(
    name: [.short, .customLong("format")],
    help: "Input format; auto finds it out, file by file.")
  var format = InputFormat.auto

  @Flag(help: "Decode the escapes of access logs, such as \\x16; the text is then copied.")
  var decodeEscapes = false

  @OptionGroup(title: "Which records")
  var records: RecordArguments

  @OptionGroup(title: "Output")
  var output: OutputArguments

  @OptionGroup(title: "Records that are none")
  var rejection: RejectArguments

  @OptionGroup(title: "Compressed files")
  var compression: CompressionArguments

  @OptionGroup(title: "Schema")
  var columns: SchemaArguments

  @OptionGroup(title: "Resources")
  var resources: ResourceArguments

  @Option(help: "Show progress on standard error: when it is a terminal, not at all, or as JSON.")
  var progress = ProgressMode.auto

  @Option(help: "Print what was done to standard error: text or json.")
  var stats: StatisticsFormat?

  @OptionGroup(title: "Memory trace")
  var trace: TraceArguments

  @Flag(help: "Make any byte that is copied between source and batch an error. Implies --io mmap.")
  var requireZeroCopy = false

  @Flag(help: "End in status 1 when no record was found.")
  var exitStatus = false

  mutating func validate() throws {
    if let limit = records.limit, limit < 0 {
      throw ValidationError("--limit must not be negative.")
    }
    if let list = columns.select, Self.names(list).isEmpty {
      throw ValidationError("--select names no column.")
    }
    if requireZeroCopy, resources.io == .read {
      throw ValidationError("--require-zero-copy maps files, so --io read contradicts it.")
    }
    if trace.every != nil, trace.traceMemory == nil {
      throw ValidationError("--every says how often --trace-memory takes a sample.")
    }
    if !output.format.isArrow, output.strings != nil || output.compress != nil {
      throw ValidationError("--strings and --compress are for --to arrow and arrow-stream.")
    }
    if output.timeZone != nil, output.usesLocalTime {
      throw ValidationError("--time-zone and --local contradict each other.")
    }
  }

  mutating func run() throws {
    do {
      var run = try ParseRun(self)
      defer { run.reportLeaks() }
      try run.execute()
    } catch let error as SpaltError {
      if error.isClosedPipe { throw ExitStatus.done }
      for error in error.all {
        Console.error("spalt: \(error)", hasLines: error.pointsAtText)
      }
      if case .copied = error { throw ExitStatus.assertionFailed }
      throw ExitStatus.failure
    }
  }

  /// The library's options for these arguments.
  func readerOptions() throws(SpaltError) -> ReaderOptions {
    var options = ReaderOptions()
    options.inputMode = resources.io
    options.selectedColumns = columns.select.map(Self.names)
    if let path = columns.schema { options.schema = try Schema(readingFileAt: path) }
    if let zone = columns.assumedTimeZone {
      options.assumedTimeZone = try TimeZoneRules.named(zone)
    }
    options.formatName = format.name
    options.decodesEscapes = decodeEscapes
    try compression.apply(to: &options)
    options.continuesAfterDamage = rejection.continuesAfterDamage
    options.validates = records.validatesAll
    options.keepsTimeValues = output.timeZone != nil || output.usesLocalTime
    options.representation = records.count ? .none : output.format.representation
    options.keepsRejectedLines = rejection.onError == .keep
    options.maximumRecordByteCount = resources.maxRecord.byteCount
    options.maximumColumnCount = columns.maxColumns
    options.memoryByteCount = resources.memory.byteCount - dictionaryByteCount
    options.threadCount = resources.threads ?? ReaderOptions.usableProcessorCount
    options.pinsThreads = resources.pinsThreads
    options.hardens = resources.hardens
    options.populatesMappings = resources.populate
    options.pieceByteCount = resources.piece.byteCount
    options.requiresZeroCopy = requireZeroCopy
    options.collectsMemoryReport = stats != nil || trace.traceMemory != nil
    return options
  }

  /// What of the memory is for the dictionaries of Arrow output.
  var dictionaryByteCount: Int {
    output.format.isArrow && output.strings == .dictionary && !records.count
      ? resources.memory.byteCount / 4 : 0
  }

  /// The names in a list that is separated by commas; a comma in double quotes belongs to its name.
  static func names(_ list: String) -> [String] {
    var names = [""]
    var isQuoted = false
    for character in list {
      if character == "\"" { isQuoted.toggle() }
      if character == ",", !isQuoted {
        names.append("")
      } else {
        names[names.count - 1].append(character)
      }
    }
    return names.filter { !$0.isEmpty }
  }
}

extension SpaltError {
  /// Each of the things that went wrong.
  fileprivate var all: [SpaltError] {
    if case .inputs(let errors) = self { return errors }
    return [self]
  }

  /// Whether the description has a line with a caret under the text at fault.
  fileprivate var pointsAtText: Bool {
    if case .expression = self { return true }
    return false
  }
}
