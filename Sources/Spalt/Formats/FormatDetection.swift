/// Which formats an input has, by its first lines.
///
/// Every line is scanned by every format. One that accepts a line gets the line's plausibility, one that
/// refuses it the line's likeness to a damaged record; the sums over the number of lines are the scores.
/// Blank lines are not counted, nor are indented ones that no format accepts: they belong to the line before,
/// as those of a stack trace do.
public struct FormatDetection: Sendable {
  /// How well a format fits.
  public struct Candidate: Sendable {
    /// What the format is called.
    public let name: String
    /// From 0 to 1.
    public let score: Double
    /// Lines that are records of this format.
    public let recordCount: Int
    let formatIndex: Int
  }

  /// All formats, the best first.
  public let candidates: [Candidate]
  /// Lines that were looked at and counted.
  public let lineCount: Int

  /// How plausible a line must at least be to be a record of a format that nobody asked for.
  static let leastPlausibility = 0.5
  /// The score of plain text: what another format must reach.
  static let textScore = 0.2
  /// How much of an input is looked at, in bytes.
  static let byteCount = 256 << 10

  /// The formats that the input's lines may have: the best one, and all others of which there was a record.
  var formats: InputFormats {
    let best = candidates[0].formatIndex
    guard best != FormatRegistry.textIndex, best != FormatRegistry.columnarIndex else {
      return InputFormats(only: best)
    }
    var members: UInt64 = 0
    for candidate in candidates where candidate.recordCount > 0 {
      members |= 1 << UInt64(candidate.formatIndex)
    }
    return InputFormats(detected: best, members: members)
  }
}

/// Finds out which formats inputs have.
final class FormatDetector: InputInspector {
  private var record: ScannedRecord
  private let scanners: [any RecordScanner]
  private let kernels: ScanKernels
  private let maximumRecordByteCount: Int
  private var sums: [Double] = []
  private var recordCounts: [Int] = []
  private var lineCount = 0
  /// Whether there was a line that is not blank, counted or not.
  private var hasLines = false
  /// What was found, input by input.
  private let detections: FormatDetections

  init(
    _ options: ReaderOptions, _ arenas: ArenaPool, _ detections: FormatDetections
  ) throws(SpaltError) {
    var tree = FieldTree()
    scanners = FormatRegistry.formats.map { $0.makeScanner(&tree, options.format) }
    tree.fix()
    record = try ScannedRecord(tree: tree, arenas: arenas)
    kernels = options.kernels
    maximumRecordByteCount = options.maximumRecordByteCount
    self.detections = detections
    begin()
  }

  var byteCount: Int { FormatDetection.byteCount }

  func begin() {
    sums = Array(repeating: 0, count: scanners.count)
    recordCounts = Array(repeating: 0, count: scanners.count)
    lineCount = 0
    hasLines = false
  }

  func look(
    at piece: borrowing SourcePiece, remainingByteCount: Int
  ) throws(SpaltError) {
    guard piece.hasRecords else { return }
    let cursor = ByteCursor(piece.segment.view)
    let limit = min(cursor.end, remainingByteCount)
    var position = ByteOrderMark.byteCount(cursor)
    while position < limit {
      let line = cursor.line(from: position, kernels)
      if line.contentEnd - line.start <= maximumRecordByteCount {
        try add(cursor.limited(to: line.contentEnd), from: line.start)
      }
      position = line.end
    }
  }

  /// Takes one line into account.
  private func add(_ line: borrowing ByteCursor, from start: Int) throws(SpaltError) {
    let first = line.skipWhiteSpace(from: start)
    guard first < line.end else { return }
    hasLines = true
    var scores = sums
    var isRecord = false
    for index in scanners.indices where index != FormatRegistry.textIndex {
      do throws(RecordScanFailure) {
        record.begin()
        let end = line.skipWhiteSpace(
          from: try scanners[index].scan(line, from: first, into: &record))
        if end < line.end, !canGoOn(line, at: end, index) {
          throw .fault(RecordFault(reason: .trailingContent, index: end))
        }
        scores[index] += record.plausibility
        if record.plausibility >= FormatDetection.leastPlausibility {
          recordCounts[index] += 1
          isRecord = true
        }
      } catch {
        switch error {
        case .fault(let fault):
          scores[index] += FormatRegistry.formats[index].likeness(line, from: first, fault)
        case .system(let error): throw error
        }
      }
    }
    guard isRecord || first == start else { return }
    lineCount += 1
    sums = scores
  }

  /// Whether another record may follow on the same line.
  private func canGoOn(_ line: borrowing ByteCursor, at index: Int, _ format: Int) -> Bool {
    FormatRegistry.formats[format].allowsSeveralRecordsPerLine
      && line.byte(at: index) == JSONByte.openBrace
  }

  func finish(inputIndex: Int) -> InputFormats {
    let detection = detection
    detections.set(detection, ofInput: inputIndex)
    return detection.formats
  }

  func finishColumns(inputIndex: Int) -> InputFormats {
    let candidates = [(FormatRegistry.columnarIndex, 1.0), (FormatRegistry.textIndex, 0)].map {
      FormatDetection.Candidate(
        name: FormatRegistry.names[$0], score: $1, recordCount: 0, formatIndex: $0)
    }
    let detection = FormatDetection(candidates: candidates, lineCount: 0)
    detections.set(detection, ofInput: inputIndex)
    return detection.formats
  }

  /// What was found in the input that was looked at.
  var detection: FormatDetection {
    var candidates = scanners.indices.map { index in
      var score = lineCount == 0 ? 0 : sums[index] / Double(lineCount)
      if index == FormatRegistry.textIndex {
        score = hasLines ? FormatDetection.textScore : 0
      }
      return FormatDetection.Candidate(
        name: FormatRegistry.names[index], score: score, recordCount: recordCounts[index],
        formatIndex: index)
    }
    candidates.sort { ($1.score, $0.formatIndex) < ($0.score, $1.formatIndex) }
    return FormatDetection(candidates: candidates, lineCount: lineCount)
  }
}

/// What was found out about the formats of inputs, for whoever reports it.
final class FormatDetections: Sendable {
  private let found = Guarded<[Int: FormatDetection]>([:])

  /// What was found in each input, by its number.
  var all: [Int: FormatDetection] { found.withLock { $0 } }

  func set(_ detection: FormatDetection, ofInput index: Int) {
    found.withLock { $0[index] = detection }
  }
}
