import Foundation
import Testing

@testable import Spalt

/// What happens when the budget is used up: threads wait as long as somebody may give memory back, and then fail.
@Suite struct MemoryPressureTests {
  private static func lines(_ count: Int) -> [UInt8] {
    var generator = LineGenerator(seed: 12)
    return generator.lines(count)
  }

  private static func options(memory: Int, threadCount: Int, piece: Int = 64 << 10) -> ReaderOptions
  {
    var options = ReaderOptions.ndjson
    options.memoryByteCount = memory
    options.threadCount = threadCount
    options.pieceByteCount = piece
    options.sampleByteCount = piece
    return options
  }

  /// However many threads there are, what is enough for one is enough.
  @Test func aBudgetForOnePieceIsEnoughForManyThreads() throws {
    let file = try TemporaryFile(Self.lines(6000))
    var least = 0
    for memory in stride(from: 4 << 20, to: 64 << 20, by: 1 << 20) {
      if (try? Self.count(file.path, Self.options(memory: memory, threadCount: 1))) != nil {
        least = memory
        break
      }
    }
    try #require(least > 0)
    let expected = try Self.count(file.path, Self.options(memory: 64 << 20, threadCount: 1))
    for mode in [InputMode.mmap, .read] {
      for threadCount in [2, 4, 8] {
        // Each thread has tables of its own.
        var options = Self.options(
          memory: least + threadCount * (3 << 20), threadCount: threadCount)
        options.inputMode = mode
        #expect(try Self.count(file.path, options) == expected)
      }
    }
  }

  private static func count(_ path: String, _ options: ReaderOptions) throws -> Int {
    var reader = try RecordReader(paths: [path], options: options)
    var count = 0
    while let batch = try reader.next() { count += batch.rowCount }
    #expect(reader.memoryHighWaterByteCount <= options.memoryByteCount)
    return count
  }

  /// Who keeps batches and asks for more gets an error, and no deadlock.
  @Test(arguments: [1, 2, 4]) func keptBatchesEndInAnError(threadCount: Int) throws {
    let file = try TemporaryFile(Self.lines(30_000))
    let options = Self.options(memory: 40 << 20, threadCount: threadCount)
    var reader = try RecordReader(paths: [file.path], options: options)
    let kept = KeptBatches()
    var error: SpaltError?
    do {
      while let batch = try reader.next() { kept.add(batch) }
    } catch let thrown { error = thrown }
    guard case .memoryBudgetExceeded(let needed, let used, let limit)? = error else {
      Issue.record("\(String(describing: error)) after \(kept.count) batches")
      return
    }
    #expect(needed > 0 && needed + used > limit && limit == 40 << 20)
    #expect(kept.count > 2)
    #expect(reader.memoryHighWaterByteCount <= 40 << 20)
  }

  /// Batches that another thread gives back later are waited for.
  @Test func keptBatchesThatAreGivenBackAreWaitedFor() throws {
    let file = try TemporaryFile(Self.lines(30_000))
    let options = Self.options(memory: 40 << 20, threadCount: 2)
    var reader = try RecordReader(paths: [file.path], options: options)
    var rowCount = 0
    let kept = KeptBatches()
    while let batch = try reader.next() {
      rowCount += batch.rowCount
      kept.add(batch)
      // A consumer that is slow to let go, but does.
      if kept.count == 4 { kept.removeAll() }
    }
    #expect(rowCount == (try Self.count(file.path, options)))
  }

  @Test func aSleepyConsumerKeepsMemoryFlat() throws {
    let file = try TemporaryFile(Self.lines(20_000))
    let options = Self.options(memory: 64 << 20, threadCount: 4)
    var reader = try RecordReader(paths: [file.path], options: options)
    var highWater = 0
    var count = 0
    while let batch = try reader.next() {
      count += 1
      if count % 10 == 1 { Thread.sleep(forTimeInterval: 0.02) }
      if count == 20 { highWater = reader.memoryHighWaterByteCount }
      _ = batch.rowCount
    }
    // What the first batches took is what all take: the queue is bounded.
    #expect(highWater > 0)
    #expect(reader.memoryHighWaterByteCount <= highWater * 2)
  }

  /// A record that does not fit says what it needed.
  @Test func tooLittleForOneRecordIsAnError() throws {
    let long = "{\"a\":\"" + String(repeating: "x", count: 12 << 20) + "\"}\n"
    let file = try TemporaryFile(text: String(repeating: "{\"a\":1}\n", count: 100) + long)
    var options = Self.options(memory: 8 << 20, threadCount: 2)
    options.inputMode = .read
    #expect {
      _ = try Self.count(file.path, options)
    } throws: { error in
      guard case SpaltError.memoryBudgetExceeded(let needed, _, let limit) = error else {
        return false
      }
      return needed >= 8 << 20 && limit == 8 << 20
    }
  }

  // MARK: - The rule itself

  @Test func whoWaitsGetsWhatIsReleased() throws {
    let pressure = MemoryPressure(expectedByteCount: 0)
    let budget = MemoryBudget(limitByteCount: 1 << 20, pressure: pressure)
    let pool = ChunkPool(budget: budget)
    pressure.join()
    pressure.join()
    for _ in 0..<50 {
      let first = try pool.leaseDescriptor(byteCount: 1 << 20)
      let isDone = DispatchSemaphore(value: 0)
      let failure = Guarded<SpaltError?>(nil)
      Thread.detachNewThread {
        do {
          pool.giveBack(try pool.leaseDescriptor(byteCount: 256 << 10))
        } catch let error as SpaltError {
          failure.withLock { $0 = error }
        } catch {}
        isDone.signal()
      }
      pool.giveBack(first)
      isDone.wait()
      #expect(failure.withLock { $0 } == nil)
    }
  }

  @Test func whoeverComesFirstFailsWhenAllWait() throws {
    let pressure = MemoryPressure(expectedByteCount: 0)
    let budget = MemoryBudget(limitByteCount: 1 << 20, pressure: pressure)
    let pool = ChunkPool(budget: budget)
    let held = try pool.leaseDescriptor(byteCount: 1 << 20)
    let failed = Guarded<[Int]>([])
    let isDone = DispatchGroup()
    for _ in 0..<3 { pressure.join() }
    for ticket in 0..<3 {
      isDone.enter()
      Thread.detachNewThread {
        pressure.begin(ticket: ticket)
        do {
          pool.giveBack(try pool.leaseDescriptor(byteCount: 64 << 10))
        } catch { failed.withLock { $0.append(ticket) } }
        pressure.end()
        pressure.leave()
        isDone.leave()
      }
    }
    isDone.wait()
    // Nobody releases anything, so one after the other fails, in the order of their work.
    #expect(failed.withLock { $0 } == [0, 1, 2])
    pool.giveBack(held)
  }
}

/// Batches that somebody holds on to.
private final class KeptBatches {
  private var batches: [Kept] = []
  var count: Int { batches.count }
  func add(_ batch: consuming RecordBatch) { batches.append(Kept(batch)) }
  func removeAll() { batches = [] }

  private final class Kept {
    private let batch: RecordBatch
    init(_ batch: consuming RecordBatch) { self.batch = batch }
  }
}
