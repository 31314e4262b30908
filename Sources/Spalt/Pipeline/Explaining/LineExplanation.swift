/// What one line of an input is, and why.
public struct LineExplanation: Sendable {
  /// What the line is for a reader with the same options.
  public enum Content: Sendable {
    /// Nothing but white space.
    case blank
    /// One record, or several where the format allows that.
    case record(formatName: String, records: [[ExplainedField]])
    /// No record, for this reason.
    case rejected(RecordRefusal)
  }

  /// The line's number, counted from 1.
  public let number: Int
  /// Absolute offset in the source of its first byte.
  public let offset: Int
  /// Length in bytes, without the line's end.
  public let byteCount: Int
  public let content: Content
  /// What each format makes of the line, those of the input first. None for a line that nobody looks into:
  /// a blank one, or one that is too long.
  public let verdicts: [FormatVerdict]
}

/// What a format makes of a line.
public struct FormatVerdict: Sendable {
  public enum Outcome: Sendable {
    /// A record, and how sure that is, from 0 to 1.
    case record(plausibility: Double)
    case refused(RecordRefusal)
  }

  public let formatName: String
  /// Whether lines of the input may have this format.
  public let isFormatOfInput: Bool
  public let outcome: Outcome
}

/// Why a line is no record of a format.
public struct RecordRefusal: Sendable {
  /// The format that refused the line; nil when it was not looked into.
  public let formatName: String?
  public let reason: RejectReason
  /// Absolute offset in the source of the byte at fault.
  public let offset: Int
  /// How well the line looks like a damaged record of the format, from 0 to 1.
  public let likeness: Double
  /// How sure it is that the line is a record, when that is not enough.
  public let plausibility: Double?
  /// What stands around the byte at fault; nil when the line is too long to be looked at.
  public let excerpt: TextExcerpt?
}

/// A field of a record, as people look at it.
public struct ExplainedField: Sendable {
  /// The name of its column.
  public let name: TextExcerpt
  /// The type of a column that held nothing but this value; nil when that cannot be said.
  public let type: ColumnType?
  /// What stands in the record, in words: `number`, `string`.
  public let kind: String
  /// The value as it stands in the input.
  public let value: TextExcerpt
  /// Whether a later value of the same record has the same name, and is the one that counts.
  public let isReplaced: Bool
  /// Whether the field only has a column of its own when somebody asks for it.
  public let isSurplus: Bool
}

extension LineExplanation {
  /// Finds a line of an input, and tells what it is.
  ///
  /// Reads the input up to the line. O(bytes before the line).
  /// - Parameters:
  ///   - number: the line's number, counted from 1.
  ///   - input: where the input is found; `-` is standard input.
  ///   - options: how it is read.
  /// - Throws: `SpaltError` as `RecordReader` does, and when the input has no such line.
  public init(
    line number: Int, of input: InputPath, options: ReaderOptions = ReaderOptions()
  ) throws(SpaltError) {
    var session = try ExplainingSession(input, options)
    // Lines that end before the piece.
    var lineCount = 0
    while let piece = try session.inputs.next() {
      guard piece.rows == nil else { throw InputExplanation.columnarError(input.description) }
      if let oversized = piece.oversized {
        lineCount += 1
        guard lineCount == number else { continue }
        self.init(oversized, number: number)
        return
      }
      let count = ByteCursor(piece.segment.view).lineCount(options.kernels)
      if lineCount + count >= number {
        self = try session.examiner.explanation(
          ofLine: number - lineCount, number: number, in: piece)
        return
      }
      lineCount += count
    }
    try session.throwFailure()
    let end = lineCount == 0 ? "it is empty" : "the last one is line \(lineCount)"
    throw .input(
      path: input.isStandardInput ? "standard input" : input.description,
      reason: "there is no line \(number); \(end)")
  }

  /// A line that is longer than it may be.
  init(_ oversized: OversizedRecord, number: Int) {
    let refusal = RecordRefusal(
      formatName: nil, reason: .tooLong, offset: oversized.offset, likeness: 0, plausibility: nil,
      excerpt: nil)
    self.init(
      number: number, offset: oversized.offset, byteCount: oversized.byteCount,
      content: oversized.isBlank ? .blank : .rejected(refusal), verdicts: [])
  }
}

extension ByteCursor {
  /// Number of lines; the last one need not have an end. O(bytes), vectorised.
  fileprivate func lineCount(_ kernels: ScanKernels) -> Int {
    guard end > 0 else { return 0 }
    let lineFeedCount = kernels.count(of: JSONByte.lineFeed, self, in: 0..<end)
    return byte(at: end - 1) == JSONByte.lineFeed ? lineFeedCount : lineFeedCount + 1
  }
}

extension LineExaminer {
  /// Tells what line `index`, counted from 1, of a piece is.
  fileprivate mutating func explanation(
    ofLine index: Int, number: Int, in piece: borrowing SourcePiece
  ) throws(SpaltError) -> LineExplanation {
    let cursor = ByteCursor(piece.segment.view)
    var start = 0
    for _ in 1..<index {
      start = kernels.firstIndex(of: JSONByte.lineFeed, cursor, in: start..<cursor.end) + 1
    }
    if start == 0 { start = ByteOrderMark.byteCount(cursor) }
    return try explanation(
      cursor, cursor.line(from: start, kernels), number: number, piece.formats)
  }
}
