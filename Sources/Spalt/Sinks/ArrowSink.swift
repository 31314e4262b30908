/// Turns each batch into one encapsulated Arrow message: on a reader's threads, so that many encode.
struct ArrowFormatter: BatchFormatter {
  let encoder: ArrowEncoder

  func format(
    _ batch: borrowing RecordBatch, to output: inout TextBuffer
  ) throws(SpaltError) {
    try encoder.append(
      batch, [ArrowDictionaryBuilder?](repeating: nil, count: encoder.schema.fields.count),
      to: &output)
  }
}

/// Writes batches as an Arrow IPC file or stream, one record batch message for each batch that has records.
///
/// A reader that was asked for the format encodes the batches on its threads. Only dictionaries need all
/// batches in their order: they are made here.
///
/// A *stream* has each dictionary before the first batch, and what later batches add to it before those, as
/// delta dictionaries. A *file* has each dictionary once and whole, behind the batches, where the footer
/// says: readers of files load dictionaries first, wherever they are, and not all of them know deltas.
///
/// The batches must come from a reader with the representation `values`.
public struct ArrowSink: ~Copyable, BatchSink {
  private let encoder: ArrowEncoder
  private let isFile: Bool
  private let flushesBatches: Bool
  private let dictionaries: [ArrowDictionaryBuilder?]
  private var batchBlocks: [ArrowBlock] = []
  private var output: OutputBuffer
  private var text: TextBuffer

  /// Begins to write to a target: the schema.
  /// - Parameters:
  ///   - schema: that of the batches.
  ///   - formatNames: the formats of the input, for the metadata of the fields.
  ///   - format: `arrow` or `arrowStream`, with its options.
  ///   - target: a file, which gets its name when it is complete, or standard output.
  ///   - flushesBatches: whether to write each batch at once, for input that comes slowly.
  ///   - dictionaryByteCount: what the dictionaries may take of memory.
  /// - Throws: `SpaltError.usage` when the target is a terminal.
  public init(
    schema: Schema, formatNames: [String], format: OutputFormat, target: OutputTarget,
    flushesBatches: Bool = false, dictionaryByteCount: Int = 64 << 20
  ) throws(SpaltError) {
    precondition(format.format.isArrow, "another format")
    let encoder = format.arrowEncoder(for: schema, formatNames: formatNames)
    let isFile = format.format == .arrow
    let text = TextBuffer(pool: ChunkPool(budget: MemoryBudget()))
    let dictionaries = try encoder.makeDictionaries(
      ChunkPool(budget: MemoryBudget(limitByteCount: dictionaryByteCount)))
    var output = try target.open()
    if output.isTerminal {
      throw .usage(
        "\(format.format.rawValue) is not for terminals; write it to a file with -o, or to a pipe")
    }
    if isFile { try output.append(ArrowFraming.fileStart) }
    try output.append(encoder.schemaMessage(at: output.totalByteCount))
    self.encoder = encoder
    self.isFile = isFile
    self.flushesBatches = flushesBatches
    self.dictionaries = dictionaries
    self.output = output
    self.text = text
  }

  public var byteCount: Int { output.totalByteCount }

  public mutating func write(_ batch: borrowing RecordBatch) throws(SpaltError) {
    guard batch.rowCount > 0 else { return }
    if batch.isFormatted {
      try append(batch.formattedText)
    } else {
      let counts = dictionaries.map { $0?.count ?? 0 }
      do {
        text.clear()
        try encoder.append(batch, dictionaries, to: &text)
        try batch.verify()
      } catch {
        for (dictionary, count) in zip(dictionaries, counts) {
          try dictionary?.forget(beyond: count)
        }
        throw error
      }
      if !isFile { try writeDictionaries(isFirst: batchBlocks.isEmpty) }
      let block = try Self.move(text, to: &output)
      if isFile || batchBlocks.isEmpty { batchBlocks.append(block) }
    }
    if flushesBatches { try output.flush() }
  }

  /// Writes a message, and notes where it is.
  private mutating func append(_ message: borrowing ByteView) throws(SpaltError) {
    let block = ArrowBlock(message, offset: output.totalByteCount)
    // Of a stream it is enough to know that there was one.
    if isFile || batchBlocks.isEmpty { batchBlocks.append(block) }
    try output.append(message)
  }

  /// Writes the message in a text.
  /// - Returns: where it is.
  private static func move(
    _ message: borrowing TextBuffer, to output: inout OutputBuffer
  ) throws(SpaltError) -> ArrowBlock {
    let block = ArrowBlock(message.view, offset: output.totalByteCount)
    try output.append(message.view)
    return block
  }

  /// Writes the texts of dictionaries that were not written yet; every dictionary, if they are the first.
  /// - Returns: where the messages are.
  @discardableResult
  private mutating func writeDictionaries(isFirst: Bool) throws(SpaltError) -> [ArrowBlock] {
    var blocks: [ArrowBlock] = []
    var message = TextBuffer(pool: text.pool)
    for case .some(let dictionary) in dictionaries {
      let written = dictionary.writtenCount
      guard isFirst || dictionary.count > written else { continue }
      message.clear()
      try encoder.append(dictionary, from: written, isDelta: !isFirst, to: &message)
      dictionary.writtenCount = dictionary.count
      blocks.append(try Self.move(message, to: &output))
    }
    return blocks
  }

  /// Writes what is held back, and the end: of a file, its dictionaries and the footer. A regular file then
  /// gets its name. A sink that is destroyed before, or in which a write failed, leaves what stood under that
  /// name as it was.
  public mutating func finish() throws(SpaltError) {
    let dictionaryBlocks = isFile ? try writeDictionaries(isFirst: true) : []
    try output.append(ArrowFraming.endOfStream)
    if isFile {
      var footer = FlatBufferBuilder()
      footer.footer(encoder.schema, dictionaries: dictionaryBlocks, batches: batchBlocks)
      try output.append(footer.bytes)
      let byteCount = UInt32(footer.bytes.count)
      try output.append((0..<4).map { UInt8(truncatingIfNeeded: byteCount >> (8 * $0)) })
      try output.append(ArrowFraming.magic)
    }
    try output.finish()
  }
}
