@testable import Spalt

/// Lines such as `2026-03-01T12:00:00Z|WARN|disk almost full`: a time, a level or `-`, and a message, which
/// may itself hold bars.
struct BarFormat: LogFormat {
  var name: String { "bar" }
  var summary: String { "time|level|message" }
  /// A value's text is the value: there are no quotes and no escapes.
  var tokenSyntax: TokenSyntax { .plain }
  /// The columns do not depend on what stands in the input.
  var columns: [ColumnDefinition] {
    [
      ColumnDefinition(name: "time", type: .timestamp),
      ColumnDefinition(name: "level", type: .string),
      ColumnDefinition(name: "message", type: .string),
    ]
  }

  func makeScanner(_ tree: inout FieldTree, _ options: FormatOptions) -> any RecordScanner {
    BarScanner(&tree, options.kernels)
  }

  /// A line that has one of its two bars may have lost the rest.
  func likeness(_ line: borrowing ByteCursor, from start: Int, _ fault: RecordFault) -> Double {
    fault.index > start ? 0.2 : 0
  }

  /// Text stands in a line as it is, so it can be searched for.
  func probes(
    _ condition: NecessaryCondition, _ schema: Schema, _ options: FormatOptions
  ) -> ProbedCondition? {
    switch condition {
    case .texts(let column, let texts) where schema.isFromInput(column):
      .any(texts.map { ProbedCondition(containing: $0) })
    case .containsText(let column, let text) where schema.isFromInput(column):
      ProbedCondition(containing: text)
    default: nil
    }
  }
}

/// Finds the two bars of a line.
struct BarScanner: RecordScanner {
  private let kernels: ScanKernels
  private let time: Int
  private let level: Int
  private let message: Int

  init(_ tree: inout FieldTree, _ kernels: ScanKernels) {
    self.kernels = kernels
    time = tree.node(Array("time".utf8))
    level = tree.node(Array("level".utf8))
    message = tree.node(Array("message".utf8))
  }

  func scan(
    _ line: borrowing ByteCursor, from start: Int, into record: inout ScannedRecord
  ) throws(RecordScanFailure) -> Int {
    let timeEnd = try bar(line, from: start, orFaultAt: start)
    let levelEnd = try bar(line, from: timeEnd + 1, orFaultAt: line.end)
    try record.append(time, .text, start..<timeEnd)
    let levelRange = timeEnd + 1..<levelEnd
    // A field that is not added is null.
    if levelRange.count != 1 || line.byte(at: timeEnd + 1) != UInt8(ascii: "-") {
      try record.append(level, .text, levelRange)
    }
    try record.append(message, .text, levelEnd + 1..<line.end)
    let isTime = line.scanTimestamp(at: start, byteCount: timeEnd - start) != nil
    record.plausibility = isTime ? 0.9 : 0.1
    return line.end
  }

  /// The index of the first bar from `start` on.
  private func bar(
    _ line: borrowing ByteCursor, from start: Int, orFaultAt fault: Int
  ) throws(RecordScanFailure) -> Int {
    let index = kernels.firstIndex(of: UInt8(ascii: "|"), line, in: start..<line.end)
    guard index < line.end else {
      throw .fault(RecordFault(reason: .unexpectedEnd, index: fault))
    }
    return index
  }
}
