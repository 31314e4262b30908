import ArgumentParser
import Spalt

/// `spalt schema`: prints the columns of logs.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the columns of logs: types, null counts, samples.",
    usage: "spalt schema [<options>] [<files> ...]",
    discussion: HelpText.schema
  )

  /// How the schema is printed.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Argument(help: "Files to read; '-' is standard input.", completion: .file())
  var files: [String] = []

  @Option(
    name: [.short, .customLong("format")], help: "Input format; auto finds it out, file by file.")
  var format = InputFormat.auto

  @Option(
    name: [.customShort("O"), .customLong("to")],
    help: "Output: text, or json (a schema file).")
  var to = Format.text

  @Option(
    name: [.short, .long], help: "Write to a file instead of standard output.",
    completion: .file())
  var output: String?

  @Option(help: "How much of the input to look at.")
  var sample = ByteSize(byteCount: 8 << 20)

  @Flag(help: "Look at all of the input. What comes from a pipe is then held in memory.")
  var full = false

  @Option(help: "How files get into memory.")
  var io = InputMode.auto

  @Option(help: "Limit for all memory but the page cache.")
  var memory = ByteSize(byteCount: 256 << 20)

  @Option(help: "Longest record.")
  var maxRecord = ByteSize(byteCount: 16 << 20)

  @Option(help: "The most columns that a schema may have.")
  var maxColumns = 1000

  @OptionGroup(title: "Compressed files")
  var compression: CompressionArguments

  mutating func validate() throws {
    if sample.byteCount == 0 { throw ValidationError("--sample must be more than nothing.") }
  }

  mutating func run() throws {
    let target = output.map(OutputTarget.file) ?? .standardOutput
    try PlainOutput.run(target) { () throws(SpaltError) in
      let inputs = files.isEmpty ? ["-"] : files.map(RawArguments.path)
      for input in inputs where target.overwrites(input.description) {
        throw .usage("\(input): is an input, so it is not written to")
      }
      let survey = try SchemaSurvey(inputs: inputs, options: try readerOptions())
      report(survey)
      switch to {
      case .json:
        // An input without records is of no format; what is written then is what was always written.
        let format =
          survey.formatNames.isEmpty ? "ndjson" : survey.formatNames.joined(separator: ",")
        return SchemaFile.text(survey.columns, format: format)
      case .text:
        return SchemaTable(survey.columns).text(
          isForTerminal: output == nil && Console.isTerminal(1))
      }
    }
  }

  private func readerOptions() throws(SpaltError) -> ReaderOptions {
    var options = ReaderOptions()
    try compression.apply(to: &options)
    options.inputMode = io
    options.formatName = format.name
    options.sampleByteCount = full ? .max : sample.byteCount
    options.memoryByteCount = memory.byteCount
    options.maximumRecordByteCount = maxRecord.byteCount
    options.maximumColumnCount = maxColumns
    return options
  }

  /// Says what was looked at, if that was not everything.
  private func report(_ survey: SchemaSurvey) {
    if survey.rejectedCount > 0 { Console.error("spalt: \(survey.rejectedCount) rejected") }
    if survey.isPartial {
      Console.error(
        "spalt: from the first \(survey.recordCount) records; --full looks at all of them")
    }
  }
}

/// A schema as a table of text.
struct SchemaTable {
  private let columns: [ColumnSummary]

  init(_ columns: [ColumnSummary]) { self.columns = columns }

  /// The table, aligned. Line feeds and other control characters in names and samples would break the
  /// lines, so they are escaped; what else a terminal might obey, only for one.
  func text(isForTerminal: Bool) -> String {
    func cell(_ text: String) -> String {
      isForTerminal || text.unicodeScalars.contains { $0.value < 0x20 }
        ? Console.escaped(text, keepsLineFeeds: false) : text
    }
    let rows =
      [["column", "type", "nulls", "samples"]]
      + columns.map { column in
        [
          cell(column.definition.name), column.definition.type.name, String(column.nullCount),
          column.samples.map(cell).joined(separator: " | "),
        ]
      }
    let widths = (0..<3).map { index in rows.map { $0[index].count }.max() ?? 0 }
    return rows.map { row in
      let padded = (0..<3).map { index in
        let space = String(repeating: " ", count: widths[index] - row[index].count)
        return index == 2 ? space + row[index] : row[index] + space
      }
      let line = (padded + [row[3]]).joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n") + "\n"
  }
}
