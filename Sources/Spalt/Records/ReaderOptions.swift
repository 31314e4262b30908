/// How a reader reads.
public struct ReaderOptions: Sendable {
  /// What batches hold of each column.
  public enum Representation: Sendable {
    /// Typed values, in Arrow layout.
    case values
    /// The text of each value as it stood in the input: what row sinks print.
    case text
    /// Nothing: records are checked and counted, and their bytes can be had.
    case none
  }

  /// What the inputs' format is called; nil when it is to be found out for each input.
  public var formatName: String?
  /// Whether escapes that a web server wrote into its access log are decoded.
  public var decodesEscapes = false
  /// Whether every record is checked to its end, even when a filter could rule it out before.
  public var validates = false
  /// How bytes get into memory.
  public var inputMode = InputMode.auto
  /// Whether checksums of the content of compressed inputs are verified.
  public var verifiesChecksums = true
  /// Whether a compressed input is read on behind damage, at whatever can be read next. Otherwise it ends there,
  /// with an error.
  public var continuesAfterDamage = false
  /// The content of a dictionary that LZ4 frames were compressed with; only its last 64 KiB matter.
  public var lz4Dictionary: [UInt8] = []
  /// The columns that are wanted, in their order; nil for all. Names are dotted paths.
  public var selectedColumns: [String]?
  /// The zone of timestamps that do not say how far they are from UTC. Without one, such texts are
  /// strings. Of a time that clocks showed twice, the first is meant; see `TimeZoneRules`.
  public var assumedTimeZone: TimeZoneRules?
  /// A schema to use instead of one inferred from the input.
  public var schema: Schema?
  /// What batches hold of each column.
  public var representation = Representation.values
  /// With text, whether batches hold the values of timestamps as well, so that they can be printed in
  /// another time zone.
  public var keepsTimeValues = false
  /// Whether a line that is no record becomes a record with its text in the column `line`.
  public var keepsRejectedLines = false
  /// No record may be longer, in bytes; at most 256 MiB.
  public var maximumRecordByteCount = 16 << 20
  /// A limit for all memory but the page cache, in bytes.
  public var memoryByteCount = 256 << 20
  /// Number of processors that this process may run on.
  public static var usableProcessorCount: Int { Syscalls.usableProcessorCount }
  /// Number of decoding threads.
  public var threadCount = 1
  /// Whether each decoding thread is bound to a processor, where the system can do that: Linux can.
  public var pinsThreads = false
  /// Whether sealed batches are read-only memory, and each chunk of memory has a page behind it that nobody may
  /// touch: a stray write ends the process at once. It costs system calls for each batch.
  public var hardens = false
  /// Makes any byte that is copied between source and batch an error.
  public var requiresZeroCopy = false
  /// The most columns that an inferred schema has.
  public var maximumColumnCount = 1000
  /// How much of the input is looked at to infer the schema, in bytes.
  public var sampleByteCount = 8 << 20
  /// The size that pieces of input aim at, in bytes.
  public var pieceByteCount = 2 << 20
  /// False forces the general decoder for every record; the result is the same.
  public var learnsShapes = true
  /// Whether mapped pages are faulted in ahead of the decoder with one call a piece.
  public var populatesMappings = false
  /// Whether the reader finds out, piece by piece, how much of mapped inputs was not in memory when it was
  /// needed: `MemoryReport.pages`. It costs some microseconds for every eighth piece.
  public var collectsMemoryReport = false
  /// Whether batches are prepared for `RecordBatch.export`: string views count from a batch's first record, so that
  /// the data buffers that a consumer gets hold the batch's records and nothing else. Otherwise they hold the whole
  /// piece of input, which is right but more than consumers that copy buffers want.
  public var preparesExport = false
  /// The part of the input that is read; nil for all of it. See `RecordReader.init(split:options:)`.
  public var split: InputSplit?
  /// What does that, when the reader has begun.
  var residency: ResidencySample?
  /// The block kernels to scan with.
  public var kernels = ScanKernels.current

  /// The defaults.
  public init() {}

  /// Takes the dictionary for LZ4 frames from a file.
  /// - Throws: `SpaltError` when it cannot be read, is empty, or longer than 64 MiB.
  public mutating func readLZ4Dictionary(fileAt path: String) throws(SpaltError) {
    let bytes: [UInt8]?
    do { bytes = try WholeFile.bytes(ofFileAt: path, maximumByteCount: 64 << 20) } catch {
      throw .system(error)
    }
    guard let bytes else {
      throw .input(path: path, reason: "longer than 64 MiB, so it is no dictionary")
    }
    if bytes.isEmpty { throw .input(path: path, reason: "empty, so it is no dictionary") }
    lz4Dictionary = bytes
  }

  var timestamps: TimestampReader { TimestampReader(assumedZone: assumedTimeZone) }
}
