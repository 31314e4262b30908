import Spalt

/// The figures behind `--stats`.
struct StatisticsReport {
  private let sections: [FigureSection]
  private let formats: FormatReport

  init(
    _ reader: borrowing RecordReader, formats: FormatReport, outputByteCount: Int, rowCount: Int
  ) {
    let statistics = reader.statistics
    let compression = Self.compression(reader)
    self.formats = formats
    sections =
      [
        FigureSection("records", Self.records(statistics, rowCount: rowCount)),
        FigureSection("bytes", Self.bytes(statistics, outputByteCount: outputByteCount)),
        FigureSection("copy_ledger_input", Self.ledger(statistics.ledger.input)),
        FigureSection("copy_ledger_decode", Self.ledger(statistics.ledger.decode)),
        FigureSection("oddities", Self.oddities(statistics)),
      ] + reader.memoryReport.sections + [FigureSection("run", Self.run(reader))]
      + (compression.isEmpty ? [] : [FigureSection("compression", compression)])
  }

  private static func records(_ statistics: BatchStatistics, rowCount: Int) -> [Figure] {
    [
      Figure("count", statistics.recordCount), Figure("written", rowCount),
      Figure("ruled_out", statistics.ruledOutCount),
      Figure("rejected", statistics.rejectedCount),
      Figure("repaired", statistics.repairedRecords.count),
      Figure("blank_lines", statistics.blankCount),
      Figure("by_learned_shape", statistics.learnedShapeCount),
      Figure("lines", statistics.lineCount),
    ]
  }

  private static func bytes(_ statistics: BatchStatistics, outputByteCount: Int) -> [Figure] {
    [
      Figure("input", statistics.byteCount),
      Figure("records", statistics.recordByteCount),
      Figure("ruled_out", statistics.ruledOutByteCount),
      Figure("rejected", statistics.rejectedByteCount),
      Figure("blank", statistics.blankByteCount),
      Figure("separators", statistics.separatorByteCount),
      Figure("output", outputByteCount),
    ]
  }

  /// None when no input is compressed. `compressed` is `lost` and what was decoded; what is missing of the
  /// content at a gap is not known.
  private static func compression(_ reader: borrowing RecordReader) -> [Figure] {
    guard let compression = reader.compression else { return [] }
    return [
      Figure("inputs", compression.inputCount),
      Figure("codecs", compression.codecNames.joined(separator: ",")),
      Figure("compressed", compression.compressedByteCount),
      Figure("content", compression.contentByteCount),
      Figure("frames", compression.frameCount), Figure("blocks", compression.blockCount),
      Figure("gaps", compression.damageCount), Figure("lost", compression.lostByteCount),
    ]
  }

  private static func oddities(_ statistics: BatchStatistics) -> [Figure] {
    [
      Figure("duplicate_keys", statistics.duplicateKeys.count),
      Figure("lone_surrogates", statistics.loneSurrogates.count),
      Figure("transcoded_strings", statistics.transcodedStrings.count),
      Figure("misfits", statistics.misfits.count),
      Figure("unknown_keys", statistics.unknownKeys.count),
    ]
  }

  private static func run(_ reader: borrowing RecordReader) -> [Figure] {
    [
      Figure("io", reader.inputModeNames.joined(separator: ",")),
      Figure("io_because", reader.inputModeReasons.joined(separator: ", ")),
      Figure("kernel", ScanKernels.current.name),
      Figure("columns", reader.schema.columns.count),
      Figure("threads", reader.threadCount),
      Figure("time_column", reader.timeColumnName ?? "none"),
      Figure("level_column", reader.levelColumnName ?? "none"),
      Figure("searches_for", reader.searchDescription),
    ]
  }

  private static func ledger(_ stage: CopyLedger.Stage) -> [Figure] {
    [
      Figure("viewed", Int(stage.viewedByteCount)),
      Figure("inlined", Int(stage.inlinedByteCount)),
      Figure("decoded", Int(stage.decodedByteCount)),
      Figure("copied", Int(stage.copiedByteCount)),
    ]
      + CopyReason.allCases.filter { stage.copiedByteCount($0) > 0 }.map {
        Figure("copied_\($0.name)", Int(stage.copiedByteCount($0)))
      }
  }

  func print(as format: StatisticsFormat) {
    switch format {
    case .text: Console.error(text, hasLines: true)
    case .json: Console.error(json)
    }
  }

  private var text: String {
    (sections.map(\.text) + ["formats", formats.text]).joined(separator: "\n")
  }

  private var json: String {
    "{\((sections.map(\.json) + ["\"formats\":\(formats.json)"]).joined(separator: ","))}"
  }
}
