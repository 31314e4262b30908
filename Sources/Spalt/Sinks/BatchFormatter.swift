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
/// they are.
public struct TextSink: ~Copyable, BatchSink {
  private let formatter: any BatchFormatter
  private var output: OutputBuffer
  private var text: TextBuffer

  /// A sink that writes what `formatter` makes to `target`.
  public init(formatter: any BatchFormatter, target: OutputTarget) throws(SpaltError) {
    let pool = ChunkPool(budget: MemoryBudget())
    let text = TextBuffer(pool: pool)
    var output = try target.open()
    try output.append(formatter.header)
    self.formatter = formatter
    self.output = output
    self.text = text
  }

  public mutating func write(_ batch: borrowing RecordBatch) throws(SpaltError) {
    if batch.isFormatted { return try output.append(batch.formattedText) }
    text.clear()
    try formatter.format(batch, to: &text)
    try Self.move(text, to: &output)
  }

  private static func move(
    _ text: borrowing TextBuffer, to output: inout OutputBuffer
  ) throws(SpaltError) {
    try output.append(text.view)
  }

  public mutating func finish() throws(SpaltError) { try output.flush() }

  public var byteCount: Int { output.totalByteCount }
}
