/// Tells of a reader's memory, on any thread, while the reader runs and after its end.
///
/// It keeps the reader's pools, with the unused memory in them, but neither the reader nor its batches.
public final class MemoryMonitor: Sendable {
  private struct Progress: Sendable {
    var inputByteCount = 0
    var recordCount = 0
    var longestRecordByteCount = 0
  }

  private let arenas: ArenaPool
  private let inputStall: StallClock
  /// Of the queue's two ends, and of memory.
  let stalls = StallClocks()
  /// Looks at mapped pages, if that was asked for.
  let residency: ResidencySample?
  private let startNanoseconds = monotonicNanoseconds()
  private let startFaults = Syscalls.pageFaults()
  private let progress = Guarded(Progress())

  init(_ arenas: ArenaPool, _ interrupter: ReaderInterrupter, looksAtPages: Bool) {
    self.arenas = arenas
    inputStall = interrupter.inputStall
    #if SPALT_NO_TELEMETRY
      residency = nil
    #else
      residency = looksAtPages ? ResidencySample() : nil
    #endif
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

  /// The memory now. O(live arenas), and a few system calls.
  public var report: MemoryReport {
    var report = MemoryReport()
    report.elapsedNanoseconds = monotonicNanoseconds() - startNanoseconds
    let progress = progress.withLock { $0 }
    report.inputByteCount = progress.inputByteCount
    report.recordCount = progress.recordCount
    report.longestRecordByteCount = progress.longestRecordByteCount
    let budget = arenas.chunkPool.budget
    report.budget.limitByteCount = budget.limitByteCount
    report.budget.reservedByteCount = budget.reservedByteCount
    report.budget.highWaterByteCount = budget.highWaterByteCount
    report.pool = arenas.chunkPool.telemetry
    report.arenas = arenas.telemetry
    report.liveArenas = arenas.liveArenas
    report.stalls.decoderNanoseconds = stalls.decoders.nanoseconds
    report.stalls.consumerNanoseconds = stalls.consumer.nanoseconds
    report.stalls.inputNanoseconds = inputStall.nanoseconds
    report.stalls.memoryNanoseconds = stalls.memory.nanoseconds
    report.faults = startFaults.flatMap { start in Syscalls.pageFaults()?.since(start) }
    report.resident = ResidentMemory.current()
    if let pages = residency?.pages, pages.sampledCount > 0 { report.pages = pages }
    return report
  }

  /// What is still out. A defect when the reader is closed or destroyed and all of its batches are gone.
  public var leaks: MemoryLeaks { MemoryLeaks(arenas) }
}
