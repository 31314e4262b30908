/// Turns records into text. Keeps no state from batch to batch, so that workers can format several
/// batches at a time; what belongs before all records is the header.
public protocol BatchFormatter: Sendable {
  /// What is written once, before the first record: a line of column names, or nothing.
  var header: [UInt8] { get }
  /// Appends the text of all records of a batch.
  func format(
    _ batch: borrowing RecordBatch, to output: inout TextBuffer
  ) throws(SpaltError)
}

extension BatchFormatter {
  public var header: [UInt8] { [] }
}

/// Writes the text of batches to a target. Batches that a reader has formatted already are written as
/// they are. What goes to a terminal is made harmless first; pipes and files get what the formatter made.
public struct TextSink: ~Copyable, BatchSink {
  private let formatter: any BatchFormatter
  private var output: TextOutput
  private var text: TextBuffer

  /// A sink that writes what `formatter` makes to `target`. With `flushesBatches` it does so after each
  /// batch, which is for input that comes slowly.
  public init(
    formatter: any BatchFormatter, target: OutputTarget, flushesBatches: Bool = false
  ) throws(SpaltError) {
    try self.init(formatter: formatter, target: target, isTerminal: nil)
    output.flushesBatches = flushesBatches
  }

  /// A sink that takes the target for a terminal or not, as `isTerminal` says; nil asks the system.
  init(
    formatter: any BatchFormatter, target: OutputTarget, isTerminal: Bool?
  ) throws(SpaltError) {
    let pool = ChunkPool(budget: MemoryBudget())
    let text = TextBuffer(pool: pool)
    var output = TextOutput(try target.open(), isTerminal: isTerminal)
    let header = formatter.header
    try output.write(ByteView(header.span))
    self.formatter = formatter
    self.output = output
    self.text = text
  }

  public mutating func write(_ batch: borrowing RecordBatch) throws(SpaltError) {
    if batch.isFormatted {
      try output.write(batch.formattedText)
    } else {
      text.clear()
      try formatter.format(batch, to: &text)
      try batch.verify()
      try Self.move(text, to: &output)
    }
    try output.endBatch()
  }

  private static func move(
    _ text: borrowing TextBuffer, to output: inout TextOutput
  ) throws(SpaltError) {
    try output.write(text.view)
  }

  /// Writes what is held back; a regular file then gets its name. A sink that is destroyed before, or in
  /// which a write failed, leaves what stood under that name as it was.
  public mutating func finish() throws(SpaltError) { try output.finish() }

  public var byteCount: Int { output.byteCount }
}

/// Output that passes a filter if it goes to a terminal.
private struct TextOutput: ~Copyable {
  private var buffer: OutputBuffer
  private var filter = TerminalFilter()
  private let isTerminal: Bool
  var flushesBatches = false

  init(_ buffer: consuming OutputBuffer, isTerminal: Bool?) {
    self.isTerminal = isTerminal ?? buffer.isTerminal
    self.buffer = buffer
  }

  var byteCount: Int { buffer.totalByteCount }

  mutating func write(_ text: borrowing ByteView) throws(SpaltError) {
    if isTerminal {
      try filter.write(text, to: &buffer)
    } else {
      try buffer.append(text)
    }
  }

  /// Whoever sits at a terminal wants to see records when they come.
  mutating func endBatch() throws(SpaltError) {
    if isTerminal || flushesBatches { try buffer.flush() }
  }

  mutating func finish() throws(SpaltError) {
    if isTerminal { try filter.finish(to: &buffer) }
    try buffer.finish()
  }
}
