import ArgumentParser
import Spalt

/// `spalt parse`: reads logs, and writes or counts their records.
struct ParseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parse",
    abstract: "Read logs, and write or count their records.",
    discussion: """
      Several files are read in the order given, as one input with one schema. Without a file, or \
      for '-', standard input is read. Data goes to standard output, everything else to standard \
      error.

      Exit status: 0 done; 1 nothing matched, with --exit-status; 2 wrong usage or input that \
      cannot be read; 3 more rejected records than --max-rejects, or any with --on-error fail; \
      4 an assertion such as --require-zero-copy failed.
      """
  )

  @Argument(help: "Files to read; '-' is standard input.")
  var files: [String] = []

  @Option(name: [.short, .customLong("format")], help: "Input format.")
  var format = InputFormat.auto

  @Option(
    name: [.customShort("O"), .customLong("to")],
    help: "Output format: ndjson, raw (records as they stood), none.")
  var to = SinkFormat.ndjson

  @Option(name: [.short, .long], help: "Write to a file instead of standard output.")
  var output: String?

  @Option(help: "Keep the records for which this SQL expression is true.")
  var `where`: String?

  @Option(help: "Columns to write, separated by commas: a,b.c,d.")
  var select: String?

  @Option(
    name: [.customShort("n", allowingJoined: true), .customLong("limit")],
    help: "Stop after so many records.")
  var limit: Int?

  @Flag(name: [.short, .long], help: "Print the number of records instead of the records.")
  var count = false

  @Option(
    name: [.customShort("j", allowingJoined: true), .customLong("threads")],
    help: "Decoding threads.")
  var threads = 1

  @Option(help: "How files get into memory.")
  var io = InputMode.auto

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Fault mapped pages in ahead of the decoder.", visibility: .hidden))
  var populate = false

  @Option(help: ArgumentHelp("Size of the pieces of input.", visibility: .hidden))
  var piece = ByteSize(byteCount: 2 << 20)

  @Option(help: "Limit for all memory but the page cache.")
  var memory = ByteSize(byteCount: 256 << 20)

  @Option(help: "Longest record.")
  var maxRecord = ByteSize(byteCount: 16 << 20)

  @Option(help: "The most columns that a schema may have.")
  var maxColumns = 1000

  @Option(help: "What to do with a line that is no record.")
  var onError = ErrorPolicy.skip

  @Option(help: "Write what was rejected to a file, as NDJSON.")
  var rejects: String?

  @Option(help: "More rejected records than this, or this share (5%), end in status 3.")
  var maxRejects: RejectLimit?

  @Option(help: "Print what was done to standard error: text or json.")
  var stats: StatisticsFormat?

  @Flag(help: "Make any byte that is copied between source and batch an error. Implies --io mmap.")
  var requireZeroCopy = false

  @Flag(help: "End in status 1 when no record was found.")
  var exitStatus = false

  mutating func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit must not be negative.") }
    if requireZeroCopy, io == .read {
      throw ValidationError("--require-zero-copy maps files, so --io read contradicts it.")
    }
  }

  mutating func run() throws {
    do {
      var run = try ParseRun(self)
      try run.execute()
    } catch let error as SpaltError {
      if error.isClosedPipe { throw ExitStatus.done }
      Console.error("spalt: \(error)")
      if case .copied = error { throw ExitStatus.assertionFailed }
      throw ExitStatus.failure
    }
  }

  /// The library's options for these arguments.
  var readerOptions: ReaderOptions {
    var options = ReaderOptions()
    options.inputMode = io
    options.selectedColumns = select.map(Self.names)
    options.representation = count ? .none : to.representation
    options.keepsRejectedLines = onError == .keep
    options.maximumRecordByteCount = maxRecord.byteCount
    options.maximumColumnCount = maxColumns
    options.memoryByteCount = memory.byteCount
    options.threadCount = threads
    options.populatesMappings = populate
    options.pieceByteCount = piece.byteCount
    options.requiresZeroCopy = requireZeroCopy
    return options
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
