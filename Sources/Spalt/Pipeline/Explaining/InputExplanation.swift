/// Which formats an input has, how that was found out, and the first lines that are no records.
public struct InputExplanation: Sendable {
  /// The input as it was given.
  public let path: String
  /// What was found out about the input's formats; nil when the format was given.
  public private(set) var detection: FormatDetection?
  /// The formats that a line may have, the foremost first.
  public private(set) var formatNames: [String] = []
  /// Lines that were looked at, blank ones included.
  public private(set) var lineCount = 0
  /// Lines that hold nothing but records.
  public private(set) var recordLineCount = 0
  public private(set) var blankCount = 0
  public private(set) var rejectedCount = 0
  /// Whether the input goes on behind these lines.
  public private(set) var isPartial = false
  /// The first lines that are no records of the input's formats.
  public private(set) var rejects: [LineExplanation] = []

  private let rejectLimit: Int

  /// Looks at the first `options.sampleByteCount` bytes of an input.
  /// - Parameters:
  ///   - input: where the input is found; `-` is standard input.
  ///   - options: how it is read.
  ///   - rejectLimit: how many of the lines that are no records are explained.
  /// - Throws: `SpaltError` as `RecordReader` does.
  public init(
    of input: InputPath, options: ReaderOptions = ReaderOptions(), rejectLimit: Int = 3
  ) throws(SpaltError) {
    path = input.description
    self.rejectLimit = rejectLimit
    var session = try ExplainingSession(input, options)
    var current: Int?
    var byteCount = 0
    while !isPartial, let piece = try session.inputs.next() {
      guard piece.rows == nil else { throw Self.columnarError(path) }
      isPartial = byteCount >= options.sampleByteCount
      if !isPartial { try add(piece, &current, &session.examiner) }
      byteCount += piece.sourceByteCount
    }
    try session.throwFailure()
    detection = session.detections.all[0]
    formatNames = session.formats.indexes.map { FormatRegistry.names[$0] }
  }

  /// Takes all lines of a piece into account. `current` is the format of the last record.
  private mutating func add(
    _ piece: borrowing SourcePiece, _ current: inout Int?, _ examiner: inout LineExaminer
  ) throws(SpaltError) {
    if let oversized = piece.oversized {
      lineCount += 1
      if oversized.isBlank { blankCount += 1 } else { rejectedCount += 1 }
      if !oversized.isBlank, rejects.count < rejectLimit {
        rejects.append(LineExplanation(oversized, number: lineCount))
      }
      return
    }
    let cursor = ByteCursor(piece.segment.view)
    var position = ByteOrderMark.byteCount(cursor)
    while position < cursor.end {
      let line = cursor.line(from: position, examiner.kernels)
      lineCount += 1
      if let format = current, try examiner.accepts(cursor, line, format, piece.formats) {
        recordLineCount += 1
      } else {
        let explanation = try examiner.explanation(
          cursor, line, number: lineCount, piece.formats)
        add(explanation, &current)
      }
      position = line.end
    }
  }

  static func columnarError(_ path: String) -> SpaltError {
    .input(
      path: path,
      reason: "holds columns, not lines, so there is nothing to explain; 'spalt schema' shows them")
  }

  private mutating func add(_ line: LineExplanation, _ current: inout Int?) {
    switch line.content {
    case .blank: blankCount += 1
    case .record(let name, _):
      recordLineCount += 1
      current = FormatRegistry.index(named: name)
    case .rejected:
      rejectedCount += 1
      if rejects.count < rejectLimit { rejects.append(line) }
    }
  }
}

/// One input that is looked at closely.
struct ExplainingSession: ~Copyable {
  let inputs: InputSequence
  let detections: FormatDetections
  var examiner: LineExaminer
  private let given: Int?

  init(_ input: InputPath, _ options: ReaderOptions) throws(SpaltError) {
    try options.check()
    let chunks = ChunkPool(budget: MemoryBudget(limitByteCount: options.memoryByteCount))
    let arenas = ArenaPool(chunkPool: chunks)
    let detections = FormatDetections()
    let inputs = try RecordReader.inputs(
      [input], options, arenas, detections, ReaderInterrupter())
    let examiner = try LineExaminer(options, arenas)
    self.inputs = inputs
    self.detections = detections
    self.examiner = examiner
    given = options.formatName.flatMap(FormatRegistry.index(named:))
  }

  /// The formats that lines of the input may have, once it was opened.
  var formats: InputFormats {
    detections.all[0]?.formats ?? InputFormats(only: given ?? FormatRegistry.textIndex)
  }

  /// Throws what kept the input from being read to its end.
  func throwFailure() throws(SpaltError) {
    if let failure = inputs.failures.first { throw failure.error }
  }
}
