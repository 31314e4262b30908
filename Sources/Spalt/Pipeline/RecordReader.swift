/// Reads the records of one or more inputs, batch by batch, in order:
///
///     var reader = try RecordReader(paths: ["app.log"])
///     while let batch = try reader.next() {
///       …
///     }
///
/// Decoding runs on threads of the reader's own, ahead of the caller by a few batches. Destroying the
/// reader stops them.
public struct RecordReader: ~Copyable {
  /// The columns, fixed before the first batch.
  public let schema: Schema
  /// What became of the input so far.
  public private(set) var statistics = BatchStatistics()
  /// The inputs as they were given.
  public let paths: [String]
  /// The index in `paths` of the input that the last batch came from.
  public private(set) var inputIndex = 0

  /// What makes text of the batches, if the reader was asked for text.
  public let formatter: (any BatchFormatter)?
  /// Names that were asked for and that the beginning of the input does not have.
  public let unseenNames: [String]
  /// The formats that the beginning of the input has.
  public let formatNames: [String]
  /// The inputs at whose beginning the columns were found out, if all of them were taken for plain text
  /// because no other format fits; else none.
  public let pathsTakenForText: [String]
  /// Columns of Arrow inputs whose types Spalt does not read: they are left out.
  public let unreadableColumns: [UnreadableColumn]
  /// All columns that the beginning of the input has, or those of the schema that was given.
  public let inputSchema: Schema
  /// The columns that tell the time and the level of a record, if the selection asked for that.
  public let timeColumnName, levelColumnName: String?
  /// The texts that a record must hold to be wanted and that are searched for in the raw bytes, or `none`.
  public let searchDescription: String
  /// Number of decoding threads.
  public var threadCount: Int { options.threadCount }
  /// Whether the reader was interrupted before the end of its inputs.
  public private(set) var wasInterrupted = false

  /// What tells of the reader's memory, on any thread.
  public let memoryMonitor: MemoryMonitor

  private let options: ReaderOptions
  private let pipeline: DecodePipeline
  private let interrupter: ReaderInterrupter
  private let arenas: ArenaPool
  private let detections: FormatDetections
  /// Of all columns, those included that only a filter reads.
  private let columnNames: [String]
  private var lineCount = 0
  /// Records of each input that batches have held, or that a filter ruled out.
  private var recordCounts: [Int] = []
  /// The piece that the last batch was made of, and its records.
  private var lastTicket = 0
  private var lastRecordCount = 0

  /// Opens the inputs, `-` being standard input, infers the schema and begins to decode.
  ///
  /// An input that cannot be opened or read does not keep the others from being read; `next` throws its
  /// error when they have ended.
  /// - Throws: `SpaltError` when no input can be opened, or an option makes no sense.
  public init(paths: [String], options: ReaderOptions = ReaderOptions()) throws(SpaltError) {
    try self.init(inputs: paths.map { InputPath($0) }, options: options)
  }

  /// As `init(paths:options:)`, for paths that need not be text.
  /// - Parameters:
  ///   - paths: where the inputs are found; `-` is standard input.
  ///   - options: how they are read.
  ///   - selection: which records are wanted; the others are not in the batches.
  ///   - format: makes text of the batches on the reader's threads, for a `TextSink` to write.
  ///   - interrupter: ends the reader from another thread, also while it waits for its first input.
  ///   - monitor: tells of the reader's memory, from the beginning.
  public init(
    inputs paths: [InputPath], options: ReaderOptions = ReaderOptions(),
    selection: RecordSelection = RecordSelection(), format: OutputFormat? = nil,
    interrupter: ReaderInterrupter = ReaderInterrupter(), monitor: MemoryMonitor = MemoryMonitor()
  ) throws(SpaltError) {
    var options = try options.prepared(for: paths)
    // A piece, the columns of its batches, their text, and what is waiting.
    let pressure = MemoryPressure(
      expectedByteCount: 6 * options.pieceByteCount, stall: monitor.stalls.memory)
    let chunks = ChunkPool(
      budget: MemoryBudget(limitByteCount: options.memoryByteCount, pressure: pressure),
      hardens: options.hardens)
    let arenas = ArenaPool(chunkPool: chunks)
    monitor.watch(arenas, interrupter)
    if options.collectsMemoryReport { options.residency = monitor.residency }
    let detections = FormatDetections()
    let inputs = try Self.inputs(paths, options, arenas, detections, interrupter)
    let plan = try ReadPlan(inputs, options, selection, arenas)
    if inputs.hasOnlyFailures { throw Self.error(inputs.failures) }
    // Before threads open further inputs.
    let pathsTakenForText =
      plan.isTakenForText ? detections.all.keys.sorted().map { paths[$0].description } : []
    let formatter = format?.formatter(for: plan.schema, formatNames: plan.formatNames)
    let provenance = ProvenanceWriter(
      layout: plan.decode.layout, paths: paths, kernels: options.kernels)
    let narrowsViews = options.preparesExport
    let pipeline = DecodePipeline(
      inputs: inputs, queueCapacity: options.threadCount + 1, budget: chunks.budget,
      stalls: monitor.stalls, processors: options.pinsThreads ? Processors.usable : []
    ) { () throws(SpaltError) in
      PieceWorker(
        decoder: try plan.makeDecoder(arenas: arenas),
        columnar: plan.makeColumnarDecoder(arenas: arenas, formatter: formatter),
        evaluator: try plan.makeEvaluator(arenas: arenas), formatter: formatter,
        provenance: provenance, layout: plan.decode.layout, arenas: arenas,
        narrowsViews: narrowsViews)
    }
    try pipeline.start(threadCount: options.threadCount)
    self.pipeline = pipeline
    memoryMonitor = monitor
    self.interrupter = interrupter
    schema = plan.schema
    columnNames = plan.decode.schema.columns.map(\.name)
    inputSchema = plan.inputSchema
    unreadableColumns = plan.unreadableColumns
    formatNames = plan.formatNames
    unseenNames = plan.decode.unseenNames
    self.pathsTakenForText = pathsTakenForText
    searchDescription = plan.searchDescription
    timeColumnName = plan.bound.timeColumnName
    levelColumnName = plan.bound.levelColumnName
    self.formatter = formatter
    self.detections = detections
    self.paths = paths.map(\.description)
    self.options = options
    self.arenas = arenas
  }

  /// The inputs, with whatever finds out their formats.
  static func inputs(
    _ paths: [InputPath], _ options: ReaderOptions, _ arenas: ArenaPool,
    _ detections: FormatDetections, _ interrupter: ReaderInterrupter
  ) throws(SpaltError) -> InputSequence {
    let asked = options.formatName.flatMap(FormatRegistry.index(named:))
    let known = asked.map { InputFormats(only: $0) } ?? options.split?.formats
    let inspector = known == nil ? try FormatDetector(options, arenas, detections) : nil
    var input = options.input
    input.columnar = Self.columnarInputs(known)
    return InputSequence(
      paths, options: input, kernels: options.kernels, pool: arenas.chunkPool,
      formats: known ?? InputFormats(only: 0), inspector: inspector, interrupter: interrupter)
  }

  /// Which inputs are taken for columns, if it is known which formats they have, or not.
  private static func columnarInputs(_ known: InputFormats?) -> ColumnarInputs {
    guard let known else { return .detected(ArrowFormat()) }
    return known.contains(FormatRegistry.columnarIndex) ? .all(ArrowFormat()) : .none
  }

  deinit { close() }

  /// Ends reading and waits for the threads. What the reader counted until then can still be asked for.
  public func close() {
    interrupter.interrupt()
    pipeline.stop(isInterrupted: true)
  }

  /// The next batch, or nil when all inputs have ended or the reader was interrupted.
  /// - Throws: `SpaltError` for memory beyond the budget, a copied byte when none is allowed, and bytes
  ///   that do not add up; at the end, for inputs that could not be read, or that changed meanwhile.
  public mutating func next() throws(SpaltError) -> RecordBatch? {
    while let delivery = try pipeline.queue.take() {
      let (inputIndex, ticket) = (delivery.inputIndex, delivery.ticket)
      let batch = delivery.takeBatch()
      let byteCount = batch.statistics.byteCount
      let changed = pipeline.changedInputs
      if changed.withholds(inputIndex: inputIndex, ticket: ticket, byteCount: byteCount) {
        continue
      }
      // The text of a batch was made, and checked, before.
      if !batch.isFormatted {
        do { try batch.verify() } catch {
          changed.note(
            error, inputIndex: inputIndex, byteCount: byteCount, withholdingFrom: ticket)
          continue
        }
      }
      return try take(batch, inputIndex, ticket)
    }
    try finish()
    return nil
  }

  private mutating func take(
    _ taken: consuming RecordBatch, _ newInputIndex: Int, _ ticket: Int
  ) throws(SpaltError) -> RecordBatch {
    var batch = taken
    lastTicket = ticket
    if newInputIndex != inputIndex {
      inputIndex = newInputIndex
      lineCount = 0
    }
    batch.moveRejects(byLines: lineCount)
    lineCount += batch.statistics.lineCount
    statistics.add(batch.statistics)
    while recordCounts.count <= inputIndex { recordCounts.append(0) }
    lastRecordCount = batch.statistics.recordCount + batch.statistics.ruledOutCount
    recordCounts[inputIndex] += lastRecordCount
    memoryMonitor.note(statistics)
    if options.requiresZeroCopy, let copy = statistics.ledger.firstCopy {
      throw .copied(
        path: paths[inputIndex],
        copy: SpaltError.CopyDescription(
          stage: copy.stage, reason: copy.reason, offset: copy.offset,
          column: copy.column >= 0 ? columnNames[copy.column] : nil))
    }
    return batch
  }

  /// Leaves the input that the last batch came from, because `RecordBatch.verify` has failed for it: no more batches of
  /// it come, and `next` throws the error when the others have ended.
  /// - Parameters:
  ///   - error: what `verify` threw.
  ///   - isUsed: whether something was made of the batch before that is good, so that its records count.
  public mutating func leaveInput(_ error: SpaltError, isUsed: Bool) {
    pipeline.changedInputs.note(
      error, inputIndex: inputIndex, byteCount: 0, withholdingFrom: lastTicket)
    if !isUsed, recordCounts.indices.contains(inputIndex) {
      recordCounts[inputIndex] -= lastRecordCount
      lastRecordCount = 0
    }
  }

  /// Waits for the threads and checks that every byte is accounted for.
  private mutating func finish() throws(SpaltError) {
    pipeline.stop()
    wasInterrupted = interrupter.isInterrupted
    let handedOut = pipeline.handedOutByteCounts.reduce(0, +)
    let expected = handedOut - pipeline.changedInputs.withheldByteCount
    guard statistics.byteCount == expected, statistics.accountedByteCount == expected else {
      throw .unaccounted(
        path: paths.joined(separator: ", "), inputByteCount: handedOut,
        accountedByteCount: statistics.accountedByteCount)
    }
    let counts = recordCounts
    let failures = pipeline.failures.map { Self.counting(counts, $0) }
    if !failures.isEmpty { throw Self.error(failures) }
  }

  /// A failure that says how many records came before it, if that is of interest.
  private static func counting(_ recordCounts: [Int], _ failure: InputFailure) -> InputFailure {
    guard case .changed(let path, var change) = failure.error,
      recordCounts.indices.contains(failure.inputIndex)
    else { return failure }
    change.goodRecordCount = recordCounts[failure.inputIndex]
    return InputFailure(
      inputIndex: failure.inputIndex, error: .changed(path: path, change))
  }

  private static func error(_ failures: [InputFailure]) -> SpaltError {
    failures.count == 1 ? failures[0].error : .inputs(failures.map(\.error))
  }

  /// How each input got into memory, `mmap` or `read`. Complete when the last batch was delivered.
  public var inputModeNames: [String] { pipeline.modeNames }

  /// Why each input is mapped or read, in words: `local file`, `on a remote file system (nfs)`.
  public var inputModeReasons: [String] { pipeline.modeReasons }

  /// Bytes of the inputs that the batches so far came from, about: those of compressed inputs are counted as
  /// they are stored. What `InputPath` sizes are to be compared with.
  public var inputByteCount: Int {
    let totals = pipeline.contentTotals.current
    return max(0, statistics.byteCount - totals.contentByteCount) + totals.compressedByteCount
  }

  /// Bytes of compressed inputs that were decoded so far, as they are stored. May be asked for at any time.
  var compressedByteCount: Int { pipeline.contentTotals.current.compressedByteCount }

  /// What became of compressed inputs; nil when there were none. Complete when the last batch was delivered.
  public var compression: CompressionStatistics? {
    let reports = pipeline.contentReports
    return reports.isEmpty ? nil : CompressionStatistics(reports)
  }

  /// Where compressed inputs are damaged, if reading went on behind it (`ReaderOptions.continuesAfterDamage`);
  /// at most 100 places an input. Complete when the last batch was delivered.
  public var damages: [SpaltError] {
    options.continuesAfterDamage ? pipeline.contentReports.flatMap(\.errors) : []
  }

  /// What was found out about the formats of the inputs that were begun, by their index in `paths`; empty
  /// when the format was given. Complete when the last batch was delivered.
  public var formatDetections: [Int: FormatDetection] { detections.all }

  /// Counters of the memory that the reader took.
  public var poolTelemetry: PoolTelemetry { arenas.chunkPool.telemetry }

  /// The most memory that was reserved at once, in bytes.
  public var memoryHighWaterByteCount: Int { arenas.chunkPool.budget.highWaterByteCount }

  /// Time that decoders waited for the consumer, and the consumer for decoders, in nanoseconds.
  public var stallNanoseconds: (decoders: UInt64, consumer: UInt64) {
    (pipeline.queue.workerStallNanoseconds, pipeline.queue.consumerStallNanoseconds)
  }
}

extension Delivery {
  consuming func takeBatch() -> RecordBatch { batch }
}

extension ReaderOptions {
  /// The options, checked, with what follows from them for these inputs.
  fileprivate func prepared(for paths: [InputPath]) throws(SpaltError) -> ReaderOptions {
    try check()
    var options = self
    if options.requiresZeroCopy { options.inputMode = .mmap }
    if let split = options.split {
      try split.check(paths, options)
      options.schema = options.schema ?? split.schema
    }
    return options
  }

  package func check() throws(SpaltError) {
    guard threadCount >= 1, threadCount <= 1024 else {
      throw .usage("the number of threads must be from 1 to 1024")
    }
    guard maximumRecordByteCount >= 1, maximumRecordByteCount <= 256 << 20 else {
      throw .usage("the longest record must be from 1 byte to 256 MiB")
    }
    if let formatName, FormatRegistry.index(named: formatName) == nil {
      let names = FormatRegistry.names.joined(separator: ", ")
      throw .usage("there is no format '\(formatName)'; there are \(names)")
    }
    guard pieceByteCount >= 64, pieceByteCount <= 64 << 20 else {
      throw .usage("pieces must be from 64 bytes to 64 MiB")
    }
  }

  var input: InputOptions {
    var input = InputOptions()
    input.mode = inputMode
    input.pieceByteCount = pieceByteCount
    input.maximumRecordByteCount = maximumRecordByteCount
    input.verifiesChecksums = verifiesChecksums
    input.continuesAfterDamage = continuesAfterDamage
    input.decodesInRuns = threadCount > 1
    input.lz4Dictionary = lz4Dictionary
    input.populates = populatesMappings
    input.residency = residency
    input.split = split
    return input
  }
}
