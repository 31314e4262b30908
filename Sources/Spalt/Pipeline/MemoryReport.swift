/// A reader's memory at one moment: what it holds, how well its pools work, where it waits.
///
/// The parts are taken one after another while the reader runs, so that they may differ by a batch.
public struct MemoryReport: Sendable {
  /// The limit for all memory but the page cache, in bytes, and what of it is taken.
  public struct Budget: Sendable {
    public var limitByteCount = 0
    public var reservedByteCount = 0
    /// The most that was ever reserved at once.
    public var highWaterByteCount = 0
  }

  /// Time that the stages spent waiting, in nanoseconds; that of several threads is added up. Waits that are
  /// not over count until now.
  public struct Stalls: Sendable {
    /// Workers for their turn to deliver a batch, or for room in the queue.
    public var decoderNanoseconds: UInt64 = 0
    /// The consumer for a batch.
    public var consumerNanoseconds: UInt64 = 0
    /// Workers for a pipe.
    public var inputNanoseconds: UInt64 = 0
    /// Workers for memory within the budget.
    public var memoryNanoseconds: UInt64 = 0
  }

  /// Time since the reader began, in nanoseconds.
  public var elapsedNanoseconds: UInt64 = 0
  /// Bytes of input (decompressed, where it is compressed) and records in the batches that were taken.
  public var inputByteCount = 0
  public var recordCount = 0
  /// The longest record that was decoded, in bytes.
  public var longestRecordByteCount = 0
  public var budget = Budget()
  public var pool = PoolTelemetry()
  public var arenas = ArenaTelemetry()
  /// The arenas that are out.
  public var liveArenas: [LiveArena] = []
  public var stalls = Stalls()
  /// Page faults of the process since the reader began; nil when the system does not say.
  public var faults: PageFaults?
  /// What of the process is resident; nil when the system does not say.
  public var resident: ResidentMemory?
  /// Whether mapped pages were in memory when they were needed; nil unless
  /// `ReaderOptions.collectsMemoryReport` is set and an input is mapped and not compressed.
  public var pages: PageResidency?

  /// Nothing counted yet.
  public init() {}

  /// The verdict on the pool.
  public var health: MemoryHealth { MemoryHealth(pool) }
}

extension RecordReader {
  /// The reader's memory now. O(live arenas), and a few system calls.
  public var memoryReport: MemoryReport { memoryMonitor.report }
}
