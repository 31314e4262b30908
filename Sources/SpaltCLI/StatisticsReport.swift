import Spalt

/// The figures behind `--stats`.
struct StatisticsReport {
  private let statistics: BatchStatistics
  private let sections: [(name: String, figures: [(name: String, value: Value)])]

  enum Value {
    case number(Int)
    case real(Double)
    case text(String)
  }

  init(_ reader: borrowing RecordReader, outputByteCount: Int, rowCount: Int) {
    let statistics = reader.statistics
    self.statistics = statistics
    let stalls = reader.stallNanoseconds
    let pool = reader.poolTelemetry
    sections = [
      (
        "records",
        [
          ("count", .number(statistics.recordCount)), ("written", .number(rowCount)),
          ("ruled_out", .number(statistics.ruledOutCount)),
          ("rejected", .number(statistics.rejectedCount)),
          ("blank_lines", .number(statistics.blankCount)),
          ("by_learned_shape", .number(statistics.learnedShapeCount)),
          ("lines", .number(statistics.lineCount)),
        ]
      ),
      (
        "bytes",
        [
          ("input", .number(statistics.byteCount)),
          ("records", .number(statistics.recordByteCount)),
          ("ruled_out", .number(statistics.ruledOutByteCount)),
          ("rejected", .number(statistics.rejectedByteCount)),
          ("blank", .number(statistics.blankByteCount)),
          ("separators", .number(statistics.separatorByteCount)),
          ("output", .number(outputByteCount)),
        ]
      ),
      ("copy_ledger_input", Self.ledger(statistics.ledger.input)),
      ("copy_ledger_decode", Self.ledger(statistics.ledger.decode)),
      (
        "oddities",
        [
          ("duplicate_keys", .number(statistics.duplicateKeys.count)),
          ("lone_surrogates", .number(statistics.loneSurrogates.count)),
          ("transcoded_strings", .number(statistics.transcodedStrings.count)),
          ("misfits", .number(statistics.misfits.count)),
          ("unknown_keys", .number(statistics.unknownKeys.count)),
        ]
      ),
      (
        "memory",
        [
          ("high_water", .number(reader.memoryHighWaterByteCount)),
          ("pool_hit_rate", .real(pool.hitRate)), ("chunks_mapped", .number(pool.mappedCount)),
          ("decoder_stall_ns", .number(Int(stalls.decoders))),
          ("consumer_stall_ns", .number(Int(stalls.consumer))),
        ]
      ),
      (
        "run",
        [
          ("io", .text(reader.inputModeNames.joined(separator: ","))),
          ("kernel", .text(ScanKernels.current.name)),
          ("columns", .number(reader.schema.columns.count)),
          ("threads", .number(reader.threadCount)),
          ("time_column", .text(reader.timeColumnName ?? "none")),
          ("level_column", .text(reader.levelColumnName ?? "none")),
          ("searches_for", .text(reader.searchDescription)),
        ]
      ),
    ]
  }

  private static func ledger(_ stage: CopyLedger.Stage) -> [(name: String, value: Value)] {
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
      "\(section.name)\n"
        + section.figures.map { figure in
          let name = figure.name
          return "  \(name)\(String(repeating: " ", count: max(1, 28 - name.count)))"
            + Self.text(figure.value)
        }.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private var json: String {
    let body = sections.map { section in
      let figures = section.figures.map { "\"\($0.name)\":\(Self.json($0.value))" }
      return "\"\(section.name)\":{\(figures.joined(separator: ","))}"
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
