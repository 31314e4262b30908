/// Tells of a reader's memory, on any thread: while the reader finds out its schema, while it runs, and after
/// its end.
///
/// It keeps the reader's pools, with the unused memory in them, but neither the reader nor its batches.
public final class MemoryMonitor: Sendable {
  private struct Progress: Sendable {
    var inputByteCount = 0
    var recordCount = 0
    var longestRecordByteCount = 0
  }

  /// What there is of a reader when it begins.
  private struct Watched: Sendable {
    let arenas: ArenaPool
    let inputStall: StallClock
  }

  private let watched = Guarded<Watched?>(nil)
  /// Of the queue's two ends, and of memory.
  let stalls = StallClocks()
  /// Looks at mapped pages, if that was asked for.
  let residency = ResidencySample()
  private let startNanoseconds = monotonicNanoseconds()
  private let startFaults = Syscalls.pageFaults()
  private let progress = Guarded(Progress())

  /// A monitor of the one reader that it is given to. Its clock begins now.
  public init() {}

  /// Watches the reader that these belong to.
  func watch(_ arenas: ArenaPool, _ interrupter: ReaderInterrupter) {
    let new = Watched(arenas: arenas, inputStall: interrupter.inputStall)
    watched.withLock { $0 = new }
  }

  /// Takes what became of the input so far. Once a batch.
  func note(_ statistics: borrowing BatchStatistics) {
    #if !SPALT_NO_TELEMETRY
      let now = Progress(
        inputByteCount: statistics.byteCount, recordCount: statistics.recordCount,
        longestRecordByteCount: statistics.longestRecordByteCount)
      progress.withLock { $0 = now }
    #endif
  }

  /// The budget of the reader, when it has begun.
  var budget: MemoryBudget? { watched.withLock { $0 }?.arenas.chunkPool.budget }

  /// The memory now. O(live arenas), and a few system calls.
  public var report: MemoryReport {
    var report = MemoryReport()
    report.elapsedNanoseconds = monotonicNanoseconds() - startNanoseconds
    let progress = progress.withLock { $0 }
    report.inputByteCount = progress.inputByteCount
    report.recordCount = progress.recordCount
    report.longestRecordByteCount = progress.longestRecordByteCount
    if let watched = watched.withLock({ $0 }) {
      let pool = watched.arenas.chunkPool
      report.budget.limitByteCount = pool.budget.limitByteCount
      report.budget.reservedByteCount = pool.budget.reservedByteCount
      report.budget.highWaterByteCount = pool.budget.highWaterByteCount
      report.pool = pool.telemetry
      report.arenas = watched.arenas.telemetry
      report.liveArenas = watched.arenas.liveArenas
      report.stalls.inputNanoseconds = watched.inputStall.nanoseconds
    }
    report.stalls.decoderNanoseconds = stalls.decoders.nanoseconds
    report.stalls.consumerNanoseconds = stalls.consumer.nanoseconds
    report.stalls.memoryNanoseconds = stalls.memory.nanoseconds
    report.faults = startFaults.flatMap { start in Syscalls.pageFaults()?.since(start) }
    report.resident = ResidentMemory.current()
    let pages = residency.pages
    if pages.sampledCount > 0 { report.pages = pages }
    return report
  }

  /// What is still out; nothing before the reader has begun. A defect when the reader is destroyed and all of its
  /// batches are gone.
  public var leaks: MemoryLeaks {
    watched.withLock { $0 }.map { MemoryLeaks($0.arenas) }
      ?? MemoryLeaks(arenaCount: 0, chunkCount: 0, arenas: [])
  }
}
