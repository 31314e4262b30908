import Spalt

/// One run of `spalt parse`.
struct ParseRun {
  private let command: ParseCommand
  private let inputs: [InputPath]
  private let paths: [String]
  private var rowCount = 0
  private var rejectsWriter: RejectsWriter?

  init(_ command: ParseCommand) throws(SpaltError) {
    self.command = command
    inputs = command.files.isEmpty ? ["-"] : command.files.map(RawArguments.path)
    paths = inputs.map(\.description)
    for target in [command.output, command.rejects].compactMap({ $0 }).map(OutputTarget.file) {
      for path in paths where target.overwrites(path) {
        throw .usage("\(path): is an input, so it is not written to")
      }
    }
    rejectsWriter = try command.rejects.map { (path) throws(SpaltError) in
      try RejectsWriter(path: path)
    }
  }

  mutating func execute() throws {
    var selection = RecordSelection()
    if let text = command.where { selection.condition = try Expression(text) }
    var reader = try RecordReader(
      inputs: inputs, options: command.readerOptions, selection: selection,
      format: command.count ? nil : OutputFormat(command.to))
    let target = command.output.map(OutputTarget.file) ?? .standardOutput
    if let formatter = reader.formatter {
      var sink = try TextSink(formatter: formatter, target: target)
      try pump(&reader, &sink)
    } else {
      var sink = NullSink()
      try pump(&reader, &sink)
      if command.count { try target.write("\(rowCount)\n") }
    }
    if command.exitStatus, rowCount == 0 { throw ExitStatus.nothingMatched }
  }

  /// Moves all batches from the reader to the sink, and reports.
  private mutating func pump<Sink: BatchSink & ~Copyable>(
    _ reader: inout RecordReader, _ sink: inout Sink
  ) throws {
    var verdict: ExitStatus?
    do {
      while verdict == nil, var batch = try reader.next() {
        if let limit = command.limit { batch.truncate(to: limit - rowCount) }
        try sink.write(batch)
        rowCount += batch.rowCount
        verdict = try note(batch, reader)
        if rowCount == command.limit { break }
      }
    } catch {
      // What was decoded before the damage is good: it is written before the error is reported.
      try sink.finish()
      try rejectsWriter?.finish()
      throw error
    }
    try sink.finish()
    try rejectsWriter?.finish()
    Report(statistics: reader.statistics, paths: paths).printOddities()
    if let format = command.stats {
      StatisticsReport(reader, outputByteCount: sink.byteCount, rowCount: rowCount)
        .print(as: format)
    }
    if verdict == nil, let limit = command.maxRejects, limit.isExceeded(by: reader.statistics) {
      verdict = .tooManyRejects
    }
    if let verdict { throw verdict }
  }

  /// Notes a batch's rejects; gives the status to end with if there are too many.
  private mutating func note(
    _ batch: borrowing RecordBatch, _ reader: borrowing RecordReader
  ) throws(SpaltError) -> ExitStatus? {
    guard !batch.rejects.isEmpty else { return nil }
    let path = paths[reader.inputIndex]
    for reject in batch.rejects {
      try rejectsWriter?.write(reject, path: path, batch)
      if command.onError == .fail {
        Console.error("spalt: \(Report.describe(reject, path: path))")
        return .tooManyRejects
      }
    }
    if case .count(let limit)? = command.maxRejects, reader.statistics.rejectedCount > limit {
      return .tooManyRejects
    }
    return nil
  }
}
