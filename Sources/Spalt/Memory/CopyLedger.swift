/// Why bytes were copied between the source and a batch.
public enum CopyReason: Int, CaseIterable, BitwiseCopyable, Sendable {
  /// A string held escapes and was decoded into the arena.
  case escapeDecoded
  /// A record began in one chunk and ended in the next; only `read` input does that.
  case recordSpansChunks
  /// A codec keeps a window of its own.
  case codecWindow
  /// A string held ill-formed UTF-8, which was replaced by U+FFFD.
  case transcoded
  /// A value without a column, or that did not fit its column's type, went to `_extra`.
  case extraCollected
  /// Text that was put between quotes, to stand among JSON values.
  case quoted
  /// The values of a column lay where none of their size may lie, so that nobody could look at them in place.
  case misaligned

  /// The reason's name, as `--stats` prints it.
  public var name: String { String(describing: self) }
}

/// Where along the data path bytes were counted.
public enum LedgerStage: Int, CaseIterable, BitwiseCopyable, Sendable {
  case input, decode, sink

  /// The stage's name, as `--stats` prints it.
  public var name: String { String(describing: self) }
}

/// Counts what became of the input's bytes, stage by stage, with four verbs: *viewed* (still where
/// they were), *inlined* (strings of at most 12 bytes, which live in the view itself), *decoded*
/// (numbers and times), and *copied*, each with a reason.
///
/// Every worker counts in a ledger of its own and hands what it counted on with each batch, so no
/// counter is shared between threads.
public struct CopyLedger: BitwiseCopyable, Sendable {
  /// The counters of one stage, in bytes.
  public struct Stage: BitwiseCopyable, Sendable {
    public internal(set) var viewedByteCount: UInt64 = 0
    public internal(set) var inlinedByteCount: UInt64 = 0
    public internal(set) var decodedByteCount: UInt64 = 0
    private var copied = InlineArray<7, UInt64>(repeating: 0)

    init() {}

    /// Bytes copied for one reason.
    public func copiedByteCount(_ reason: CopyReason) -> UInt64 { copied[reason.rawValue] }

    /// Bytes copied for any reason.
    public var copiedByteCount: UInt64 {
      CopyReason.allCases.reduce(0) { $0 + copied[$1.rawValue] }
    }

    mutating func addCopied(_ byteCount: Int, _ reason: CopyReason) {
      copied[reason.rawValue] &+= UInt64(byteCount)
    }

    mutating func add(_ other: Stage) {
      viewedByteCount &+= other.viewedByteCount
      inlinedByteCount &+= other.inlinedByteCount
      decodedByteCount &+= other.decodedByteCount
      for index in copied.indices { copied[index] &+= other.copied[index] }
    }
  }

  /// The first copied byte that was seen, for the message of `--require-zero-copy`.
  public struct Copy: BitwiseCopyable, Sendable {
    public let stage: LedgerStage
    public let reason: CopyReason
    /// Absolute offset in the source.
    public let offset: Int
    /// The index of the column whose values were copied, if only those of one were; else -1.
    public var column = -1
  }

  /// From the source to the pieces that decoders see.
  public internal(set) var input = Stage()
  /// From pieces to the columns of batches.
  public internal(set) var decode = Stage()
  /// From batches to the output; what sinks do is listed apart and is never an error.
  public internal(set) var sink = Stage()
  /// The first copy between source and batch, if any.
  public internal(set) var firstCopy: Copy?

  /// A ledger that has counted nothing.
  public init() {}

  /// Bytes copied between source and batch.
  public var copiedByteCount: UInt64 { input.copiedByteCount + decode.copiedByteCount }

  mutating func countDecodeCopy(
    _ byteCount: Int, _ reason: CopyReason, at offset: Int, column: Int = -1
  ) {
    decode.addCopied(byteCount, reason)
    if firstCopy == nil {
      firstCopy = Copy(stage: .decode, reason: reason, offset: offset, column: column)
    }
  }

  mutating func countInputCopy(_ byteCount: Int, _ reason: CopyReason, at offset: Int) {
    input.addCopied(byteCount, reason)
    if firstCopy == nil { firstCopy = Copy(stage: .input, reason: reason, offset: offset) }
  }

  /// Adds what another ledger counted later in the input.
  mutating func add(_ other: CopyLedger) {
    input.add(other.input)
    decode.add(other.decode)
    sink.add(other.sink)
    if firstCopy == nil { firstCopy = other.firstCopy }
  }

  /// The counters of one stage.
  public func stage(_ stage: LedgerStage) -> Stage {
    switch stage {
    case .input: input
    case .decode: decode
    case .sink: sink
    }
  }
}
