/// Something worth reporting that is no error: how often, and where first.
public struct Occurrences: BitwiseCopyable, Sendable {
  public private(set) var count = 0
  /// Absolute offset of the first one.
  public private(set) var firstOffset = -1

  /// Nothing seen yet.
  public init() {}

  mutating func add(at offset: Int) {
    if count == 0 { firstOffset = offset }
    count += 1
  }

  mutating func add(_ other: Occurrences) {
    if count == 0 { firstOffset = other.firstOffset }
    count += other.count
  }
}

/// What became of a run of input: counts of records and bytes, oddities, and the copy ledger.
///
/// The bytes obey an identity that is checked at the end of every run:
/// `byteCount = recordByteCount + ruledOutByteCount + rejectedByteCount + blankByteCount
/// + separatorByteCount`.
public struct BatchStatistics: BitwiseCopyable, Sendable {
  /// Bytes of input that were taken from the source.
  public internal(set) var byteCount = 0
  public internal(set) var recordCount = 0
  public internal(set) var recordByteCount = 0
  /// The longest record that was decoded, in bytes. Those that were ruled out or rejected do not count.
  public internal(set) var longestRecordByteCount = 0
  /// Records that a filter ruled out before all of their fields were looked at.
  public internal(set) var ruledOutCount = 0
  public internal(set) var ruledOutByteCount = 0
  public internal(set) var rejectedCount = 0
  public internal(set) var rejectedByteCount = 0
  /// Lines of nothing but white space.
  public internal(set) var blankCount = 0
  public internal(set) var blankByteCount = 0
  /// Line ends, a byte order mark, and white space between values on one line.
  public internal(set) var separatorByteCount = 0
  /// Line ends in these bytes.
  public internal(set) var lineCount = 0
  /// Records that a learned shape decoded.
  public internal(set) var learnedShapeCount = 0
  /// Records that were broken in a way that could be repaired.
  public internal(set) var repairedRecords = Occurrences()
  /// Keys that stood twice in one object; the last value won.
  public internal(set) var duplicateKeys = Occurrences()
  /// Surrogates without their other half, decoded as U+FFFD.
  public internal(set) var loneSurrogates = Occurrences()
  /// Strings with ill-formed UTF-8, decoded with U+FFFD.
  public internal(set) var transcodedStrings = Occurrences()
  /// Values whose key has no column.
  public internal(set) var unknownKeys = Occurrences()
  /// Values that do not fit their column's type.
  public internal(set) var misfits = Occurrences()
  public internal(set) var ledger = CopyLedger()

  /// Nothing counted yet.
  public init() {}

  /// Bytes that the counts explain; equal to `byteCount` when nothing was lost.
  public var accountedByteCount: Int {
    recordByteCount + ruledOutByteCount + rejectedByteCount + blankByteCount + separatorByteCount
  }

  mutating func add(_ other: BatchStatistics) {
    byteCount += other.byteCount
    recordCount += other.recordCount
    recordByteCount += other.recordByteCount
    longestRecordByteCount = max(longestRecordByteCount, other.longestRecordByteCount)
    ruledOutCount += other.ruledOutCount
    ruledOutByteCount += other.ruledOutByteCount
    rejectedCount += other.rejectedCount
    rejectedByteCount += other.rejectedByteCount
    blankCount += other.blankCount
    blankByteCount += other.blankByteCount
    separatorByteCount += other.separatorByteCount
    lineCount += other.lineCount
    learnedShapeCount += other.learnedShapeCount
    repairedRecords.add(other.repairedRecords)
    duplicateKeys.add(other.duplicateKeys)
    loneSurrogates.add(other.loneSurrogates)
    transcodedStrings.add(other.transcodedStrings)
    unknownKeys.add(other.unknownKeys)
    misfits.add(other.misfits)
    ledger.add(other.ledger)
  }
}
