import Spalt

/// One run of `spalt parse`.
struct ParseRun {
  private let command: ParseCommand
  private let inputs: [InputPath]
  private let paths: [String]
  /// Folders that could not be read.
  private var folderFailures: [SpaltError] = []
  private var rowCount = 0
  /// Rejects among and before the records that were taken.
  private var rejectCount = 0
  private var rejectsWriter: RejectsWriter?
  private var progress: Progress
  private let interrupter = ReaderInterrupter()
  var trace: MemoryTrace?
  let monitor = MemoryMonitor()

  init(_ command: ParseCommand) throws(SpaltError) {
    self.command = command
    Interrupts.watch { [interrupter] in interrupter.interrupt() }
    var inputs: [InputPath] =
      command.files.isEmpty ? ["-"] : command.files.map(RawArguments.path)
    if command.isRecursive {
      var failures: [SpaltError] = []
      inputs = inputs.flatMap { $0.expanded(&failures) }
      folderFailures = failures
    }
    self.inputs = inputs
    paths = inputs.map(\.description)
    if let output = command.output.path, let rejects = command.rejection.rejects,
      output == rejects || OutputTarget.file(output).overwrites(rejects)
    {
      throw .usage("--output and --rejects are one file: \(rejects)")
    }
    let targets = [command.output.path, command.rejection.rejects, command.trace.traceMemory]
    for target in targets.compactMap({ $0 }) {
      for path in paths where OutputTarget.file(target).overwrites(path) {
        throw .usage("\(path): is an input, so it is not written to")
      }
    }
    try Self.checkTrace(command)
    rejectsWriter = try command.rejection.rejects.map { (path) throws(SpaltError) in
      try RejectsWriter(path: path)
    }
    progress = Progress(
      mode: command.progress, totalByteCount: InputSizes.totalByteCount(of: inputs),
      printsToTerminal: command.output.path == nil && !command.records.count
        && command.output.format != .none && Terminal.isStandardOutput)
  }

  mutating func execute() throws {
    let zone = try command.output.zone()
    let options = try command.readerOptions()
    let selection = try command.records.selection(
      zone: zone ?? options.assumedTimeZone ?? TimeZoneRules.utc)
    let format = OutputFormat(
      command.output.format, timeZone: zone, arrow: command.output.arrow)
    trace = try command.trace.begin(monitor)
    var reader = try RecordReader(
      inputs: inputs, options: options, selection: selection,
      format: command.records.count ? nil : format, interrupter: interrupter, monitor: monitor)
    noteUnseenNames(reader)
    let target = command.output.path.map(OutputTarget.file) ?? .standardOutput
    if command.records.count {
      var sink = NullSink()
      try pump(&reader, &sink) { rowCount throws(SpaltError) in
        try target.write("\(rowCount)\n")
      }
    } else if format.format.isArrow {
      var sink = try ArrowSink(
        schema: reader.schema, formatNames: reader.formatNames, format: format, target: target,
        flushesBatches: InputSizes.totalByteCount(of: inputs) == nil,
        dictionaryByteCount: command.dictionaryByteCount)
      try pump(&reader, &sink)
    } else if let formatter = reader.formatter {
      var sink = try TextSink(
        formatter: formatter, target: target,
        flushesBatches: InputSizes.totalByteCount(of: inputs) == nil)
      try pump(&reader, &sink)
    } else if format.format == .table {
      var sink = try table(reader, target, format)
      try pump(&reader, &sink)
    } else {
      var sink = NullSink()
      try pump(&reader, &sink)
    }
    if command.exitStatus, rowCount == 0 { throw ExitStatus.nothingMatched }
  }

  private func table(
    _ reader: borrowing RecordReader, _ target: OutputTarget, _ format: OutputFormat
  ) throws(SpaltError) -> TableSink {
    let isTerminal = command.output.path == nil && Terminal.isStandardOutput
    let levelName =
      (try? reader.schema.levelColumn(named: command.records.levelColumn)).flatMap { $0 }
    return try TableSink(
      schema: reader.schema, target: target,
      options: TableOptions(
        width: isTerminal ? Terminal.columnCount() : nil,
        usesColor: command.output.color.usesColor(isTerminal: isTerminal),
        levelColumn: levelName, timeText: format.timeText))
  }

  /// Says which names the input does not have, as far as it is known.
  private func noteUnseenNames(_ reader: borrowing RecordReader) {
    let names =
      reader.inputSchema.columns.map(\.name) + Provenance.allCases.map(\.rawValue)
    let place = command.columns.schema == nil ? "beginning of the input" : "schema"
    for name in reader.unseenNames {
      Console.error(
        """
        spalt: no column '\(name)' in the \(place)\
        \(Suggestions.question(for: name, among: names))
        """)
    }
    if command.columns.select == nil {
      for column in reader.unreadableColumns {
        Console.error("spalt: column '\(column.name)' is a \(column.typeName): left out")
      }
    }
    if !reader.unseenNames.isEmpty { notePlainText(reader.pathsTakenForText) }
  }

  /// Says that inputs have no columns because they were taken for plain text.
  private func notePlainText(_ paths: [String]) {
    guard let first = paths.first else { return }
    let isOne = paths.count == 1
    let name = first == "-" ? "standard input" : first
    let subject = isOne ? "\(name) was" : "\(name) and \(paths.count - 1) more were"
    let command = first == "-" ? "spalt explain" : "spalt explain \(first)"
    Console.error(
      "spalt: \(subject) taken for plain text; say what it is with -f, or see why with '\(command)'"
    )
  }

  /// Moves all batches from the reader to the sink, and reports. `conclude` is called with the number of
  /// records before the report.
  private mutating func pump<Sink: BatchSink & ~Copyable>(
    _ reader: inout RecordReader, _ sink: inout Sink,
    conclude: (Int) throws(SpaltError) -> Void = { _ in }
  ) throws {
    // Before anybody prints an error.
    defer { progress.clear() }
    var verdict: ExitStatus?
    var failure: SpaltError?
    do throws(RunFailure) {
      verdict = try move(&reader, &sink)
    } catch {
      switch error {
      case .input(let error): failure = error
      case .output(let error): throw error
      }
    }
    // What was decoded before damage of an input is good: it is written before the error is reported. A run
    // that ended for another reason is half a result, which replaces no file and is no count.
    let isComplete =
      (failure?.concernsInputs ?? true) && verdict == nil && !reader.wasInterrupted
    let leavesFile = command.output.path == nil || isComplete
    if leavesFile { try sink.finish() }
    if isComplete || (leavesFile && reader.wasInterrupted) { try conclude(rowCount) }
    if !reader.wasInterrupted { try rejectsWriter?.finish() }
    reader.close()
    progress.finish()
    let traceFailure = finishTrace()
    report(reader, outputByteCount: sink.byteCount)
    let errors = folderFailures + [failure, traceFailure].compactMap { $0 }
    if reader.wasInterrupted {
      for error in errors { Console.error("spalt: \(error)", hasLines: true) }
      let rest = leavesFile ? "" : "; nothing was written"
      Console.error("spalt: interrupted after \(rowCount) records\(rest)")
      throw ExitStatus.interrupted
    }
    if !errors.isEmpty { throw errors.count == 1 ? errors[0] : SpaltError.inputs(errors) }
    if verdict == nil, case .percent? = command.rejection.maxRejects,
      let limit = command.rejection.maxRejects, limit.isExceeded(by: reader.statistics)
    {
      verdict = .tooManyRejects
    }
    if let verdict { throw verdict }
  }

  /// Moves batches until the input or the limit is reached, or a status to end with.
  private mutating func move<Sink: BatchSink & ~Copyable>(
    _ reader: inout RecordReader, _ sink: inout Sink
  ) throws(RunFailure) -> ExitStatus? {
    var verdict: ExitStatus?
    while verdict == nil, var batch = try next(&reader) {
      let end = truncate(&batch)
      var isWritten = false
      do {
        try sink.write(batch)
        isWritten = true
        rowCount += batch.rowCount
        verdict = try note(batch, reader, upTo: end)
      } catch {
        // The batch was all right when it was handed out, and is not any more: other inputs may be.
        guard case .changed = error else { throw .output(error) }
        reader.leaveInput(error, isUsed: isWritten)
        rejectsWriter?.drop()
      }
      progress.update(
        byteCount: reader.inputByteCount, records: rowCount,
        rejects: reader.statistics.rejectedCount)
      if rowCount == command.records.limit { break }
    }
    return verdict
  }

  /// Leaves out what is beyond the limit, or behind a reject that ends the run.
  /// - Returns: where the rejects end that still count, or nil for all of them.
  private func truncate(_ batch: inout RecordBatch) -> Int? {
    if command.rejection.onError == .fail, let first = batch.rejects.first {
      var count = 0
      while count < batch.rowCount, batch.recordBytes(count).offset < first.offset { count += 1 }
      batch.truncate(to: count)
    }
    guard let limit = command.records.limit, rowCount + batch.rowCount >= limit else { return nil }
    batch.truncate(to: limit - rowCount)
    return batch.rowCount > 0 ? batch.recordBytes(batch.rowCount - 1).offset : 0
  }

  private func next(_ reader: inout RecordReader) throws(RunFailure) -> RecordBatch? {
    do { return try reader.next() } catch { throw .input(error) }
  }

  private func report(_ reader: borrowing RecordReader, outputByteCount: Int) {
    for damage in reader.damages { Console.error("spalt: \(damage); read on behind it") }
    Report(statistics: reader.statistics, paths: paths).printOddities()
    guard let format = command.stats else { return }
    StatisticsReport(
      reader, formats: FormatReport(reader, given: command.format.name),
      outputByteCount: outputByteCount, rowCount: rowCount
    ).print(as: format)
  }

  /// Notes a batch's rejects; gives the status to end with if there are too many.
  private mutating func note(
    _ batch: borrowing RecordBatch, _ reader: borrowing RecordReader, upTo end: Int?
  ) throws(SpaltError) -> ExitStatus? {
    guard !batch.rejects.isEmpty else { return nil }
    let path = paths[reader.inputIndex]
    for reject in batch.rejects where reject.offset < end ?? .max {
      rejectCount += 1
      try rejectsWriter?.write(reject, path: path, batch)
      if command.rejection.onError == .fail {
        try rejectsWriter?.commit(batch)
        progress.clear()
        Console.error("spalt: \(Report.describe(reject, path: path))")
        return .tooManyRejects
      }
    }
    try rejectsWriter?.commit(batch)
    if case .count(let limit)? = command.rejection.maxRejects, rejectCount > limit {
      return .tooManyRejects
    }
    return nil
  }
}

/// Why records stopped moving.
private enum RunFailure: Error {
  /// What was read before is good.
  case input(SpaltError)
  /// Nothing more can be written.
  case output(SpaltError)
}

extension SpaltError {
  /// Whether the error is that inputs could not be read, so that what was read of them is good.
  fileprivate var concernsInputs: Bool {
    switch self {
    case .input, .inputs, .system, .damaged, .changed: true
    default: false
    }
  }
}
