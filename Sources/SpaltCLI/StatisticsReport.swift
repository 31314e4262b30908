import Spalt

/// The figures behind `--stats`.
struct StatisticsReport {
  private let sections: [Section]

  /// A part of the report under a name of its own.
  private enum Section {
    case figures(_ name: String, [Figure])
    case formats(FormatReport)
  }

  private typealias Figure = (name: String, value: Value)

  enum Value {
    case number(Int)
    case real(Double)
    case text(String)
  }

  init(
    _ reader: borrowing RecordReader, formats: FormatReport, outputByteCount: Int, rowCount: Int
  ) {
    let statistics = reader.statistics
    let compression = Self.compression(reader)
    sections = [
      .figures("records", Self.records(statistics, rowCount: rowCount)),
      .figures("bytes", Self.bytes(statistics, outputByteCount: outputByteCount)),
      .figures("copy_ledger_input", Self.ledger(statistics.ledger.input)),
      .figures("copy_ledger_decode", Self.ledger(statistics.ledger.decode)),
      .figures("oddities", Self.oddities(statistics)), .figures("memory", Self.memory(reader)),
      .figures("run", Self.run(reader)),
    ] + (compression.isEmpty ? [] : [.figures("compression", compression)]) + [.formats(formats)]
  }

  private static func records(_ statistics: BatchStatistics, rowCount: Int) -> [Figure] {
    [
      ("count", .number(statistics.recordCount)), ("written", .number(rowCount)),
      ("ruled_out", .number(statistics.ruledOutCount)),
      ("rejected", .number(statistics.rejectedCount)),
      ("repaired", .number(statistics.repairedRecords.count)),
      ("blank_lines", .number(statistics.blankCount)),
      ("by_learned_shape", .number(statistics.learnedShapeCount)),
      ("lines", .number(statistics.lineCount)),
    ]
  }

  private static func bytes(_ statistics: BatchStatistics, outputByteCount: Int) -> [Figure] {
    [
      ("input", .number(statistics.byteCount)),
      ("records", .number(statistics.recordByteCount)),
      ("ruled_out", .number(statistics.ruledOutByteCount)),
      ("rejected", .number(statistics.rejectedByteCount)),
      ("blank", .number(statistics.blankByteCount)),
      ("separators", .number(statistics.separatorByteCount)),
      ("output", .number(outputByteCount)),
    ]
  }

  /// None when no input is compressed. `compressed` is `lost` and what was decoded; what is missing of the
  /// content at a gap is not known.
  private static func compression(_ reader: borrowing RecordReader) -> [Figure] {
    guard let compression = reader.compression else { return [] }
    return [
      ("inputs", .number(compression.inputCount)),
      ("codecs", .text(compression.codecNames.joined(separator: ","))),
      ("compressed", .number(compression.compressedByteCount)),
      ("content", .number(compression.contentByteCount)),
      ("frames", .number(compression.frameCount)), ("blocks", .number(compression.blockCount)),
      ("gaps", .number(compression.damageCount)), ("lost", .number(compression.lostByteCount)),
    ]
  }

  private static func oddities(_ statistics: BatchStatistics) -> [Figure] {
    [
      ("duplicate_keys", .number(statistics.duplicateKeys.count)),
      ("lone_surrogates", .number(statistics.loneSurrogates.count)),
      ("transcoded_strings", .number(statistics.transcodedStrings.count)),
      ("misfits", .number(statistics.misfits.count)),
      ("unknown_keys", .number(statistics.unknownKeys.count)),
    ]
  }

  private static func memory(_ reader: borrowing RecordReader) -> [Figure] {
    let stalls = reader.stallNanoseconds
    let pool = reader.poolTelemetry
    return [
      ("high_water", .number(reader.memoryHighWaterByteCount)),
      ("pool_hit_rate", .real(pool.hitRate)), ("chunks_mapped", .number(pool.mappedCount)),
      ("decoder_stall_ns", .number(Int(stalls.decoders))),
      ("consumer_stall_ns", .number(Int(stalls.consumer))),
    ]
  }

  private static func run(_ reader: borrowing RecordReader) -> [Figure] {
    [
      ("io", .text(reader.inputModeNames.joined(separator: ","))),
      ("kernel", .text(ScanKernels.current.name)),
      ("columns", .number(reader.schema.columns.count)),
      ("threads", .number(reader.threadCount)),
      ("time_column", .text(reader.timeColumnName ?? "none")),
      ("level_column", .text(reader.levelColumnName ?? "none")),
      ("searches_for", .text(reader.searchDescription)),
    ]
  }

  private static func ledger(_ stage: CopyLedger.Stage) -> [Figure] {
    [
      ("viewed", .number(Int(stage.viewedByteCount))),
      ("inlined", .number(Int(stage.inlinedByteCount))),
      ("decoded", .number(Int(stage.decodedByteCount))),
      ("copied", .number(Int(stage.copiedByteCount))),
    ]
      + CopyReason.allCases.filter { stage.copiedByteCount($0) > 0 }.map {
        ("copied_\($0.name)", .number(Int(stage.copiedByteCount($0))))
      }
  }

  func print(as format: StatisticsFormat) {
    switch format {
    case .text: Console.error(text, hasLines: true)
    case .json: Console.error(json)
    }
  }

  private var text: String {
    sections.map { section in
      switch section {
      case .figures(let name, let figures):
        let lines = figures.map { Self.line($0.name, Self.text($0.value)) }
        return ([name] + lines).joined(separator: "\n")
      case .formats(let formats): return "formats\n\(formats.text)"
      }
    }.joined(separator: "\n")
  }

  /// A name and what is said of it.
  static func line(_ name: String, _ value: String) -> String {
    "  \(name)\(String(repeating: " ", count: max(1, 28 - name.count)))\(value)"
  }

  private var json: String {
    let body = sections.map { section in
      switch section {
      case .figures(let name, let figures):
        let members = figures.map { "\"\($0.name)\":\(Self.json($0.value))" }
        return "\"\(name)\":{\(members.joined(separator: ","))}"
      case .formats(let formats): return "\"formats\":\(formats.json)"
      }
    }
    return "{\(body.joined(separator: ","))}"
  }

  private static func text(_ value: Value) -> String {
    switch value {
    case .number(let number): String(number)
    case .real(let real): String(real)
    case .text(let text): text
    }
  }

  private static func json(_ value: Value) -> String {
    switch value {
    case .number(let number): String(number)
    case .real(let real): String(real)
    case .text(let text): JSONEscaping.quoted(text)
    }
  }
}
