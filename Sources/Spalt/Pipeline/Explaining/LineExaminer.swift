/// Tries formats on single lines and says what they make of them: the same as a decoder does, but slowly and
/// with all that there is to say.
struct LineExaminer: ~Copyable {
  /// What a format makes of a line.
  enum Judgement {
    case record(plausibility: Double)
    case refused(RecordFault, plausibility: Double?)
  }

  /// The most fields of a line that are listed.
  private static let fieldLimit = 1000
  /// Cells of a terminal that a value may take.
  private static let valueCellCount = 100

  let kernels: ScanKernels
  private let maximumRecordByteCount: Int
  private let timestamps: TimestampReader
  private let scanners: [any RecordScanner]
  private var record: ScannedRecord

  init(_ options: ReaderOptions, _ arenas: ArenaPool) throws(SpaltError) {
    var tree = FieldTree()
    let scanners = FormatRegistry.formats.map { $0.makeScanner(&tree, options.format) }
    tree.fix()
    let record = try ScannedRecord(tree: tree, arenas: arenas)
    self.scanners = scanners
    self.record = record
    kernels = options.kernels
    maximumRecordByteCount = options.maximumRecordByteCount
    timestamps = options.timestamps
  }

  /// Tells what a line is, and why.
  mutating func explanation(
    _ cursor: borrowing ByteCursor, _ line: LineSpan, number: Int, _ formats: InputFormats
  ) throws(SpaltError) -> LineExplanation {
    let content = cursor.limited(to: line.contentEnd)
    let first = content.skipWhiteSpace(from: line.start)
    var verdicts: [FormatVerdict] = []
    let outcome: LineExplanation.Content
    if isTooLong(line) {
      let fault = RecordFault(reason: .tooLong, index: line.start)
      outcome = .rejected(refusal(content, line.start, fault, by: nil))
    } else if first >= line.contentEnd, !formats.isText {
      outcome = .blank
    } else {
      verdicts = try self.verdicts(content, line.start, first, formats)
      outcome = try self.content(content, line.start, first, verdicts)
    }
    return LineExplanation(
      number: number, offset: cursor.offset(of: line.start),
      byteCount: line.contentEnd - line.start, content: outcome, verdicts: verdicts)
  }

  private func isTooLong(_ line: LineSpan) -> Bool {
    line.contentEnd - line.start > maximumRecordByteCount
  }

  /// Whether a line holds one or more records of a format, and nothing else.
  mutating func accepts(
    _ cursor: borrowing ByteCursor, _ line: LineSpan, _ format: Int, _ formats: InputFormats
  ) throws(SpaltError) -> Bool {
    guard !isTooLong(line) else { return false }
    let content = cursor.limited(to: line.contentEnd)
    let first = content.skipWhiteSpace(from: line.start)
    guard first < line.contentEnd || formats.isText else { return false }
    if case .record = try judge(content, first, format, formats) { return true }
    return false
  }

  // MARK: - Verdicts

  /// What all formats make of a line, those of the input first. Of plain text, only when it is one of them:
  /// every line would be a record.
  private mutating func verdicts(
    _ line: borrowing ByteCursor, _ start: Int, _ first: Int, _ formats: InputFormats
  ) throws(SpaltError) -> [FormatVerdict] {
    var verdicts: [FormatVerdict] = []
    let own = formats.indexes
    for format in own + FormatRegistry.formats.indices.filter({ !own.contains($0) }) {
      let isOfInput = own.contains(format)
      if !isOfInput, FormatRegistry.formats[format].recordIsLine { continue }
      let outcome: FormatVerdict.Outcome
      switch try judge(line, first, format, formats) {
      case .record(let plausibility): outcome = .record(plausibility: plausibility)
      case .refused(let fault, let plausibility):
        outcome = .refused(refusal(line, start, fault, by: format, plausibility))
      }
      verdicts.append(
        FormatVerdict(
          formatName: FormatRegistry.names[format], isFormatOfInput: isOfInput, outcome: outcome))
    }
    return verdicts
  }

  private mutating func judge(
    _ line: borrowing ByteCursor, _ first: Int, _ format: Int, _ formats: InputFormats
  ) throws(SpaltError) -> Judgement {
    guard !FormatRegistry.formats[format].recordIsLine else { return .record(plausibility: 1) }
    guard first < line.end else {
      return .refused(RecordFault(reason: .unexpectedEnd, index: first), plausibility: nil)
    }
    var plausibility = 1.0
    do throws(RecordScanFailure) {
      var position = first
      while position < line.end {
        position = try scan(line, from: position, format)
        plausibility = min(plausibility, record.plausibility)
      }
    } catch {
      switch error {
      case .fault(let fault): return .refused(fault, plausibility: nil)
      case .system(let error): throw error
      }
    }
    // A format that was asked for need not look likely.
    let isAsked = !formats.areDetected && formats.contains(format)
    guard isAsked || plausibility >= FormatDetection.leastPlausibility else {
      return .refused(
        RecordFault(reason: .unlikely, index: first), plausibility: plausibility)
    }
    return .record(plausibility: plausibility)
  }

  /// Scans one record of a line; gives the index of the next one, or the line's end.
  private mutating func scan(
    _ line: borrowing ByteCursor, from start: Int, _ format: Int
  ) throws(RecordScanFailure) -> Int {
    record.begin()
    let end = line.skipWhiteSpace(
      from: try scanners[format].scan(line, from: start, into: &record))
    let mayGoOn =
      FormatRegistry.formats[format].allowsSeveralRecordsPerLine
      && line.byte(at: start) == JSONByte.openBrace && line.byte(at: end) == JSONByte.openBrace
    guard end >= line.end || mayGoOn else {
      throw .fault(RecordFault(reason: .trailingContent, index: end))
    }
    return end
  }

  private func refusal(
    _ line: borrowing ByteCursor, _ start: Int, _ fault: RecordFault, by format: Int?,
    _ plausibility: Double? = nil
  ) -> RecordRefusal {
    let first = line.skipWhiteSpace(from: start)
    return RecordRefusal(
      formatName: format.map { FormatRegistry.names[$0] }, reason: fault.reason,
      offset: line.offset(of: fault.index),
      likeness: format.map { FormatRegistry.formats[$0].likeness(line, from: first, fault) } ?? 0,
      plausibility: plausibility,
      excerpt: TextExcerpt(line, from: start, around: fault.index))
  }

  // MARK: - Fields

  /// What a line is after all: a record of the first of the input's formats that accepts it, or no record for
  /// the reason of the one that it looks like most.
  private mutating func content(
    _ line: borrowing ByteCursor, _ start: Int, _ first: Int, _ verdicts: [FormatVerdict]
  ) throws(SpaltError) -> LineExplanation.Content {
    var best: RecordRefusal?
    for verdict in verdicts where verdict.isFormatOfInput {
      switch verdict.outcome {
      case .record:
        let format = FormatRegistry.index(named: verdict.formatName) ?? 0
        return .record(
          formatName: verdict.formatName, records: try records(line, start, first, format))
      case .refused(let refusal):
        if best.map({ refusal.likeness > $0.likeness }) ?? true { best = refusal }
      }
    }
    let unlikely = RecordFault(reason: .unlikely, index: first)
    return .rejected(best ?? refusal(line, start, unlikely, by: nil))
  }

  /// The fields of a line's records, of a format that accepts it.
  private mutating func records(
    _ line: borrowing ByteCursor, _ start: Int, _ first: Int, _ format: Int
  ) throws(SpaltError) -> [[ExplainedField]] {
    if FormatRegistry.formats[format].recordIsLine {
      return [[Self.lineField(line, start)]]
    }
    var records: [[ExplainedField]] = []
    var room = Self.fieldLimit
    do throws(RecordScanFailure) {
      var position = first
      while position < line.end, room > 0 {
        position = try scan(line, from: position, format)
        let fields = fields(line, format, limit: room)
        room -= max(1, fields.count)
        records.append(fields)
      }
    } catch {
      // The line was accepted before, so no record of it is at fault.
      if case .system(let error) = error { throw error }
    }
    return records
  }

  private static func lineField(_ line: borrowing ByteCursor, _ start: Int) -> ExplainedField {
    ExplainedField(
      name: TextExcerpt(Schema.lineName), type: .string, kind: ScannedKind.text.words,
      value: TextExcerpt(beginningOf: start..<line.end, line, cellCount: valueCellCount),
      isReplaced: false, isSurplus: false)
  }

  /// The first fields of the record that was scanned.
  private func fields(
    _ line: borrowing ByteCursor, _ format: Int, limit: Int
  ) -> [ExplainedField] {
    var inference = SchemaInference(timestamps: timestamps)
    inference.add(record, line)
    let declared = FormatRegistry.formats[format].columns
    return (0..<min(limit, record.fields.count)).map { index in
      let field = record.fields[index]
      let name = record.tree.name(of: Int(field.node))
      let type = declared.first { $0.name == name }?.type
      let value =
        field.kind == .flag
        ? TextExcerpt("true")
        : TextExcerpt(beginningOf: field.range, line, cellCount: Self.valueCellCount)
      return ExplainedField(
        name: TextExcerpt(name),
        type: type ?? (field.isReplaced ? nil : inference.columnType(ofNode: Int(field.node))),
        kind: field.kind.words, value: value, isReplaced: field.isReplaced,
        isSurplus: field.isSurplus)
    }
  }
}

extension ScannedKind {
  /// What stands in a field, in words.
  fileprivate var words: String {
    switch self {
    case .string, .looseString: "string"
    case .number: "number"
    case .true, .false: "truth value"
    case .null: "null"
    case .array: "array"
    case .emptyObject: "object"
    case .word: "word"
    case .flag: "bare key"
    case .text: "text"
    case .escapedText: "text with escapes"
    case .logTime: "time"
    }
  }
}

extension InputFormats {
  /// The formats' numbers, the one to try first before the others.
  var indexes: [Int] {
    [Int(first)] + FormatRegistry.formats.indices.filter { contains($0) && $0 != Int(first) }
  }

  /// Whether every line is a record of plain text.
  fileprivate var isText: Bool { FormatRegistry.formats[Int(first)].recordIsLine }
}
