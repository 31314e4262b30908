import Foundation
import Testing

@testable import Spalt

/// How readers end: early, for want of memory, and when the system fails them.
@Suite struct ReaderLifeTests {
  private static func makeFile(lineCount: Int = 3000) throws -> TemporaryFile {
    var generator = LineGenerator(seed: 8)
    generator.oddPercentage = 10
    return try TemporaryFile(generator.lines(lineCount))
  }

  @Test func nothingIsHeldInTheEnd() throws {
    let file = try Self.makeFile(lineCount: 500)
    for mode in [InputMode.mmap, .read] {
      for threadCount in 1...3 {
        var options = ReaderOptions.ndjson
        options.inputMode = mode
        options.threadCount = threadCount
        options.pieceByteCount = 4096
        let pipeline = ManualPipeline(options)
        #expect(try pipeline.run([file.path, file.path]) > 900)
        #expect(pipeline.leaks == [])
      }
    }
  }

  @Test func nothingIsHeldByWhoStopsEarly() throws {
    let file = try Self.makeFile(lineCount: 1000)
    for mode in [InputMode.mmap, .read] {
      for batchLimit in [0, 1, 3] {
        var options = ReaderOptions.ndjson
        options.inputMode = mode
        options.threadCount = 3
        options.pieceByteCount = 256
        options.sampleByteCount = 10_000
        let pipeline = ManualPipeline(options)
        _ = try pipeline.run([file.path], batchLimit: batchLimit)
        #expect(pipeline.leaks == [])
      }
    }
  }

  @Test func aReaderMayBeDroppedAtAnyTime() throws {
    let file = try Self.makeFile(lineCount: 1000)
    for threadCount in 1...3 {
      for batchCount in 0..<4 {
        var options = ReaderOptions.ndjson
        options.threadCount = threadCount
        options.pieceByteCount = 512
        var reader = try RecordReader(paths: [file.path], options: options)
        for _ in 0..<batchCount {
          let isThere = try reader.next() != nil
          #expect(isThere)
        }
      }
    }
  }

  @Test func aBatchOutlivesItsReader() throws {
    func firstBatch(_ path: String) throws -> RecordBatch? {
      var reader = try RecordReader(paths: [path])
      return try reader.next()
    }
    for mode in [0, 1] {
      let file = try TemporaryFile(text: "{\"a\":\"a text of more than twelve bytes\"}\n")
      guard let batch = try firstBatch(file.path) else {
        Issue.record("no batch, \(mode)")
        return
      }
      let text = batch.column(0).text(0)?.makeString()
      #expect(text == "a text of more than twelve bytes")
    }
  }

  @Test func endingTwiceIsHarmless() throws {
    let file = try TemporaryFile(text: "{\"a\":1}\n")
    var reader = try RecordReader(paths: [file.path])
    while try reader.next() != nil {}
    for _ in 0..<3 {
      let isThere = try reader.next() != nil
      #expect(!isThere)
    }
    #expect(reader.statistics.recordCount == 1)
  }

  @Test func droppingAReaderDoesNotWaitForAPipe() throws {
    // The writer says nothing more for eight seconds, and then closes the pipe.
    let fifo = try TemporaryFile(fifo: ())
    startWriter(fifo.path) { descriptor in
      writeAll(Array(String(repeating: "{\"a\":1}\n", count: 10).utf8), to: descriptor)
      usleep(8_000_000)
    }
    let start = ContinuousClock.now
    do {
      var options = ReaderOptions.ndjson
      options.sampleByteCount = 10
      var reader = try RecordReader(paths: [fifo.path], options: options)
      let isThere = try reader.next() != nil
      #expect(isThere)
    }
    #expect(ContinuousClock.now - start < .seconds(4))
  }

  // MARK: - Memory

  @Test func tooLittleMemoryIsAnError() throws {
    let file = try Self.makeFile(lineCount: 200)
    for memoryByteCount in [0, 1 << 10, 100 << 10, 300 << 10, 1 << 20] {
      for mode in [InputMode.mmap, .read] {
        for threadCount in [1, 3] {
          var options = ReaderOptions.ndjson
          options.memoryByteCount = memoryByteCount
          options.inputMode = mode
          options.threadCount = threadCount
          let pipeline = ManualPipeline(options)
          do {
            _ = try pipeline.run([file.path])
            Issue.record("\(memoryByteCount) bytes were enough")
          } catch {
            guard case .memoryBudgetExceeded(_, _, memoryByteCount)? = error as? SpaltError else {
              Issue.record("\(error)")
              continue
            }
          }
          #expect(pipeline.leaks == [])
        }
      }
    }
  }

  @Test func memoryStaysWithinItsBudget() throws {
    let file = try Self.makeFile()
    for mode in [InputMode.mmap, .read] {
      var options = ReaderOptions.ndjson
      options.inputMode = mode
      options.pieceByteCount = 1 << 16
      options.memoryByteCount = 24 << 20
      var reader = try RecordReader(paths: [file.path], options: options)
      while try reader.next() != nil {}
      #expect(reader.memoryHighWaterByteCount <= options.memoryByteCount)
      #expect(reader.memoryHighWaterByteCount > 0)
      #expect(reader.poolTelemetry.reusedCount > 0)
    }
  }

  #if DEBUG
    // MARK: - Failing calls

    /// Runs the pipeline with the n-th call of a name failing, for every n until all calls succeed.
    private static func faults(_ call: String, _ mode: InputMode, code: Int32) throws -> [String] {
      let file = try Self.makeFile(lineCount: 300)
      var found: [String] = []
      var strikeCount = 0
      for callsBefore in 0..<200 {
        var options = ReaderOptions.ndjson
        options.inputMode = mode
        options.threadCount = 1 + callsBefore % 2
        options.pieceByteCount = 1 << 14
        options.sampleByteCount = callsBefore % 3 == 0 ? 1 << 20 : 100
        let pipeline = ManualPipeline(options)
        FaultInjection.arm(call, after: callsBefore, code: code)
        var isStruck = false
        do {
          if try pipeline.run([file.path, file.path]) < 500 { found.append("records are missing") }
        } catch SpaltError.changed(let path, let change) {
          isStruck = true
          let error = SystemError(call: call, subject: path, code: code)
          if path != file.path || change.kind != .unreadable(error) { found.append("\(change)") }
        } catch SpaltError.system(let error) {
          isStruck = true
          if error.call != call || error.code != code { found.append("\(error)") }
          if error.subject != file.path, error.subject != "memory" { found.append("\(error)") }
        } catch {
          isStruck = true
          found.append("\(error)")
        }
        FaultInjection.disarm()
        found += pipeline.leaks.map { "\(call) \(callsBefore): \($0)" }
        if isStruck { strikeCount += 1 } else if callsBefore > 40 { break }
      }
      if strikeCount < 2 { found.append("\(call) failed \(strikeCount) times only") }
      return found
    }

    // Each in a process of its own, because a fault strikes whoever calls next.

    @Test func failingToOpen() async {
      await #expect(processExitsWith: .success) {
        var found = try ReaderLifeTests.faults("open", .auto, code: EMFILE)
        found += try ReaderLifeTests.faults("fstat", .auto, code: EIO)
        #expect(found == [])
      }
    }

    @Test func failingToMap() async {
      await #expect(processExitsWith: .success) {
        let found = try ReaderLifeTests.faults("mmap", .mmap, code: ENOMEM)
        #expect(found == [])
      }
    }

    @Test func failingToRead() async {
      await #expect(processExitsWith: .success) {
        let found = try ReaderLifeTests.faults("read", .read, code: EIO)
        #expect(found == [])
      }
    }

    @Test func failingToStartThreads() async {
      await #expect(processExitsWith: .success) {
        let file = try ReaderLifeTests.makeFile(lineCount: 300)
        var options = ReaderOptions.ndjson
        options.threadCount = 1000
        options.memoryByteCount = 16 << 30
        // No address space for so many stacks.
        var limit = rlimit(rlim_cur: 6 << 30, rlim_max: 6 << 30)
        _ = unsafe setrlimit(__rlimit_resource_t(9), &limit)
        let pipeline = ManualPipeline(options)
        var found: SpaltError?
        do { _ = try pipeline.run([file.path]) } catch { found = error as? SpaltError }
        #expect(
          found
            == .system(SystemError(call: "pthread_create", subject: "worker thread", code: EAGAIN)))
        #expect(pipeline.leaks == [])
      }
    }

    @Test func failuresComeInTheirTurn() async {
      await #expect(processExitsWith: .success) {
        // The second file cannot be opened: all records of the first are delivered before the error.
        let one = try TemporaryFile(text: String(repeating: "{\"a\":1}\n", count: 1000))
        for threadCount in 1...3 {
          var options = ReaderOptions.ndjson
          options.threadCount = threadCount
          options.pieceByteCount = 100
          options.sampleByteCount = 10
          FaultInjection.arm("open", after: 1, code: EACCES)
          var reader = try RecordReader(paths: [one.path, one.path], options: options)
          var rowCount = 0
          var found: SpaltError?
          do throws(SpaltError) {
            while let batch = try reader.next() { rowCount += batch.rowCount }
          } catch { found = error }
          #expect(rowCount == 1000)
          #expect(found == .system(SystemError(call: "open", subject: one.path, code: EACCES)))
          FaultInjection.disarm()
        }
      }
    }
  #endif
}
