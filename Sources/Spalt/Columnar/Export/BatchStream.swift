/// What becomes of lines that are no records.
package enum RejectPolicy: String, CaseIterable, Sendable { case skip, keep, fail }

/// How a stream of batches is read, beside what the reader's options say.
package struct StreamOptions: Sendable {
  package var strings = ExportedStrings.utf8View
  package var rejects = RejectPolicy.skip
  /// The most records that are handed out.
  package var limit = Int.max

  package init() {}
}

/// What a stream has come to so far.
package struct StreamReport: Sendable {
  package var statistics = BatchStatistics()
  package var compressedByteCount = 0
  package var rowCount = 0
  package var batchCount = 0
  /// Bytes that were copied because strings were asked for as `utf8`.
  package var contiguousByteCount = 0
  package var memoryByteCount = 0
  package var memoryHighWaterByteCount = 0
}

/// The batches of a reader, one after the other, as structures of the Arrow C data interface.
///
/// `next` is for one thread at a time; should several call it, they take turns. Everything else may be called at any time.
package final class BatchStream: @unchecked Sendable {  // the reader is used under the monitor only
  package let schema: Schema
  package let strings: ExportedStrings
  private let options: StreamOptions
  private let monitor = Monitor()
  private let interrupter: ReaderInterrupter
  private let memory: MemoryMonitor
  private let latest = Guarded(StreamReport())
  // Under the monitor:
  private var reader: RecordReader
  private var counted = StreamReport()
  private var failure: SpaltError?
  private var hasEnded = false
  private var isCancelled: Bool { interrupter.isInterrupted }

  /// Opens an input, or a part of it.
  package init(
    input: InputPath, options: ReaderOptions, selection: RecordSelection, stream: StreamOptions
  ) throws(SpaltError) {
    var options = options
    options.representation = .values
    options.preparesExport = stream.strings == .utf8View
    options.keepsRejectedLines = stream.rejects == .keep
    interrupter = ReaderInterrupter()
    memory = MemoryMonitor()
    let reader = try RecordReader(
      inputs: [input], options: options, selection: selection, interrupter: interrupter,
      monitor: memory)
    schema = reader.schema
    strings = stream.strings
    self.options = stream
    self.reader = reader
  }

  /// Ends the stream early.
  package func cancel() { interrupter.interrupt() }

  /// Whether it was cancelled before its end.
  package var wasCancelled: Bool { isCancelled }

  /// The counts as of the last batch, and the memory as of now.
  package var report: StreamReport {
    var report = latest.withLock { $0 }
    let budget = memory.budget
    report.memoryByteCount = budget?.reservedByteCount ?? 0
    report.memoryHighWaterByteCount = budget?.highWaterByteCount ?? 0
    return report
  }

  /// The next batch that has records; nil when there are no more.
  /// - Throws: `SpaltError`, and the same again when it is called again.
  package func next() throws(SpaltError) -> ExportedBatch? {
    monitor.lock()
    defer { monitor.unlock() }
    if let failure { throw failure }
    do throws(SpaltError) { return try nextBatch() } catch {
      failure = error
      throw error
    }
  }

  private func nextBatch() throws(SpaltError) -> ExportedBatch? {
    while !hasEnded {
      guard var batch = try reader.next() else {
        hasEnded = true
        publish()
        return nil
      }
      try truncate(&batch)
      defer { publish() }
      guard batch.rowCount > 0 else { continue }
      counted.rowCount += batch.rowCount
      counted.batchCount += 1
      if strings == .utf8View { return try batch.export() }
      return try copied(batch)
    }
    return nil
  }

  /// Leaves out what is beyond the limit, or behind a reject that ends the stream.
  private func truncate(_ batch: inout RecordBatch) throws(SpaltError) {
    if options.rejects == .fail, let first = batch.rejects.first {
      failure = .input(
        path: reader.paths[reader.inputIndex],
        reason: """
          line \(first.line), offset \(first.faultOffset): not a record: \(first.reason.description)
          """)
      var count = 0
      while count < batch.rowCount, batch.recordBytes(count).offset < first.offset { count += 1 }
      batch.truncate(to: count)
    }
    if batch.rowCount >= options.limit - counted.rowCount {
      batch.truncate(to: options.limit - counted.rowCount)
      hasEnded = true
    }
    if batch.rowCount == 0, let failure { throw failure }
  }

  /// Copies the texts, and checks then that they were the file's.
  private func copied(_ batch: consuming RecordBatch) throws(SpaltError) -> ExportedBatch {
    let parts = batch.parts()
    let array = try parts.exported(.utf8)
    try parts.input.verify()
    counted.contiguousByteCount += array.copiedByteCount
    return ExportedBatch(array)
  }

  private func publish() {
    counted.statistics = reader.statistics
    counted.compressedByteCount = reader.compressedByteCount
    let counted = counted
    latest.withLock { $0 = counted }
  }
}

extension ExportedArray {
  /// The bytes of contiguous texts.
  fileprivate var copiedByteCount: Int {
    children.reduce(0) {
      $0 + ($1.buffers.count == 3 && !$1.hasViews ? $1.buffers[2].byteCount : 0)
    }
  }
}
