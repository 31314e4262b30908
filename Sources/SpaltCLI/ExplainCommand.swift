import ArgumentParser
import Spalt

/// `spalt explain`: shows why a log is taken for what it is.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show which format a log has and why, or what a line of it is.",
    usage: "spalt explain [<options>] [<file>]",
    discussion: HelpText.explain
  )

  @Argument(help: "File to look at; '-' is standard input.", completion: .file())
  var file = "-"

  @Option(name: .shortAndLong, help: "Explain this line, counted from 1.")
  var line: Int?

  @Option(name: [.short, .customLong("format")], help: "Input format; auto finds it out.")
  var format = InputFormat.auto

  @Flag(help: "Decode the escapes of access logs, such as \\x16.")
  var decodeEscapes = false

  @Option(help: "How files get into memory.")
  var io = InputMode.auto

  @Option(help: "Longest record.")
  var maxRecord = ByteSize(byteCount: 16 << 20)

  @OptionGroup(title: "Compressed files")
  var compression: CompressionArguments

  mutating func validate() throws {
    if let line, line < 1 { throw ValidationError("--line counts from 1.") }
  }

  mutating func run() throws {
    try PlainOutput.run { () throws(SpaltError) in
      let input = RawArguments.path(file)
      let readerOptions = try readerOptions()
      guard let line else {
        return InputExplanationText(try InputExplanation(of: input, options: readerOptions)).text
      }
      return LineExplanationText(
        try LineExplanation(line: line, of: input, options: readerOptions)
      ).text
    }
  }

  private func readerOptions() throws(SpaltError) -> ReaderOptions {
    var options = ReaderOptions()
    try compression.apply(to: &options)
    options.inputMode = io
    options.formatName = format.name
    options.decodesEscapes = decodeEscapes
    options.maximumRecordByteCount = maxRecord.byteCount
    return options
  }
}
