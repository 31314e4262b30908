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

  private let options: ReaderOptions
  private let pipeline: DecodePipeline
  private let arenas: ArenaPool
  private var lineCount = 0

  /// Opens the inputs, `-` being standard input, infers the schema and begins to decode.
  /// - Throws: `SpaltError` when an input of the sample cannot be opened or read, or an option makes
  ///   no sense.
  public init(paths: [String], options: ReaderOptions = ReaderOptions()) throws(SpaltError) {
    try self.init(inputs: paths.map { InputPath($0) }, options: options)
  }

  /// As `init(paths:options:)`, for paths that need not be text.
  public init(
    inputs paths: [InputPath], options: ReaderOptions = ReaderOptions()
  ) throws(SpaltError) {
    try options.check()
    var options = options
    if options.requiresZeroCopy { options.inputMode = .mmap }
    let chunks = ChunkPool(budget: MemoryBudget(limitByteCount: options.memoryByteCount))
    let arenas = ArenaPool(chunkPool: chunks)
    let inputs = InputSequence(
      paths, options: options.input, kernels: options.kernels, pool: chunks)
    let plan = try Self.plan(inputs, options, arenas)
    let decoderOptions = options
    let pipeline = DecodePipeline(
      inputs: inputs, layout: plan.layout, arenas: arenas,
      queueCapacity: options.threadCount + 1
    ) { () throws(SpaltError) in
      try NDJSONDecoder(
        plan: plan, usesShapes: decoderOptions.learnsShapes, kernels: decoderOptions.kernels,
        arenas: arenas)
    }
    try pipeline.start(threadCount: options.threadCount)
    self.pipeline = pipeline
    schema = plan.schema
    self.paths = paths.map(\.description)
    self.options = options
    self.arenas = arenas
  }

  deinit {
    pipeline.stop()
  }

  /// Infers the schema from the beginnings of the inputs and lays the columns out.
  private static func plan(
    _ inputs: InputSequence, _ options: ReaderOptions, _ arenas: ArenaPool
  ) throws(SpaltError) -> DecodePlan {
    var sampler = try SchemaSampler(options: options, arenas: arenas)
    if options.schema == nil {
      try inputs.sample(byteCount: options.sampleByteCount) {
        (piece, remaining) throws(SpaltError) in
        try sampler.add(piece, remainingByteCount: remaining)
      }
    }
    return try sampler.plan()
  }

  /// The next batch, or nil when all inputs have ended.
  /// - Throws: `SpaltError` for input that cannot be read, memory beyond the budget, a copied byte when
  ///   none is allowed, and bytes that do not add up.
  public mutating func next() throws(SpaltError) -> RecordBatch? {
    guard let delivery = try pipeline.queue.take() else {
      try finish()
      return nil
    }
    let newInputIndex = delivery.inputIndex
    var batch = delivery.takeBatch()
    if newInputIndex != inputIndex {
      inputIndex = newInputIndex
      lineCount = 0
    }
    batch.moveLines(by: lineCount)
    lineCount += batch.statistics.lineCount
    statistics.add(batch.statistics)
    if options.requiresZeroCopy, let copy = statistics.ledger.firstCopy {
      throw .copied(
        path: paths[inputIndex],
        copy: SpaltError.CopyDescription(
          stage: copy.stage, reason: copy.reason, offset: copy.offset))
    }
    return batch
  }

  /// Waits for the threads and checks that every byte is accounted for.
  private mutating func finish() throws(SpaltError) {
    pipeline.stop()
    let handedOut = pipeline.handedOutByteCounts.reduce(0, +)
    guard statistics.byteCount == handedOut, statistics.accountedByteCount == handedOut else {
      throw .unaccounted(
        path: paths.joined(separator: ", "), inputByteCount: handedOut,
        accountedByteCount: statistics.accountedByteCount)
    }
  }

  /// How each input got into memory, `mmap` or `read`. Complete when the last batch was delivered.
  public var inputModeNames: [String] { pipeline.modeNames }

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
  func check() throws(SpaltError) {
    guard threadCount >= 1, threadCount <= 1024 else {
      throw .usage("the number of threads must be from 1 to 1024")
    }
    guard maximumRecordByteCount >= 1, maximumRecordByteCount <= 256 << 20 else {
      throw .usage("the longest record must be from 1 byte to 256 MiB")
    }
    guard pieceByteCount >= 64, pieceByteCount <= 64 << 20 else {
      throw .usage("pieces must be from 64 bytes to 64 MiB")
    }
  }

  var input: InputOptions {
    InputOptions(
      mode: inputMode, pieceByteCount: pieceByteCount,
      maximumRecordByteCount: maximumRecordByteCount, populates: populatesMappings)
  }
}
