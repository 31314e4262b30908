/// Appends samples of a reader's memory to a file while the reader runs: NDJSON, a `MemoryReport` in each line.
///
/// A thread of its own takes the samples, so a run that is stuck goes on being sampled. Lines are written whole.
/// Should that fail, the reader is not disturbed; `finish` says so.
public final class MemoryTrace {
  private let writer: TraceWriter
  /// Closed to end the thread.
  private let pipe: Syscalls.Pipe
  private var thread: PipelineThread?

  /// Begins to trace, with a first sample.
  /// - Parameters:
  ///   - monitor: of the reader.
  ///   - path: the file, which is made unless it exists.
  ///   - intervalNanoseconds: the time between samples, a millisecond or more.
  /// - Throws: `SpaltError.system` when the file cannot be opened or there is no thread.
  public init(
    of monitor: MemoryMonitor, to path: String, everyNanoseconds intervalNanoseconds: UInt64
  ) throws(SpaltError) {
    do throws(SystemError) {
      let writer = TraceWriter(
        monitor, descriptor: try Syscalls.openForAppending(path), path: path)
      let pipe = try Syscalls.makePipe()
      do throws(SystemError) {
        thread = try PipelineThread {
          writer.run(until: pipe.readingDescriptor, everyNanoseconds: intervalNanoseconds)
        }
      } catch {
        Self.close(pipe)
        throw error
      }
      self.writer = writer
      self.pipe = pipe
    } catch { throw .system(error) }
  }

  deinit { stop() }

  /// Takes a last sample and ends the trace.
  /// - Throws: `SpaltError.system` when a sample could not be written.
  public func finish() throws(SpaltError) {
    stop()
    if let failure = writer.failure { throw .system(failure) }
  }

  private func stop() {
    guard let thread = thread.take() else { return }
    Syscalls.close(pipe.writingDescriptor)
    thread.join()
    Syscalls.close(pipe.readingDescriptor)
    writer.write(isLast: true)
  }

  private static func close(_ pipe: Syscalls.Pipe) {
    Syscalls.close(pipe.readingDescriptor)
    Syscalls.close(pipe.writingDescriptor)
  }
}

/// Writes the samples of a trace.
private final class TraceWriter: Sendable {
  private struct State: Sendable {
    var sampleCount = 0
    var failure: SystemError?
  }

  private let monitor: MemoryMonitor
  private let descriptor: Int32
  private let path: String
  private let state = Guarded(State())

  init(_ monitor: MemoryMonitor, descriptor: Int32, path: String) {
    self.monitor = monitor
    self.descriptor = descriptor
    self.path = path
  }

  deinit { Syscalls.close(descriptor) }

  var failure: SystemError? { state.withLock { $0.failure } }

  /// Takes samples until the other end of a pipe is closed.
  func run(until pipe: Int32, everyNanoseconds interval: UInt64) {
    var next = monotonicNanoseconds()
    repeat {
      write(isLast: false)
      // A sample that was late does not delay those behind it, nor are several taken at once.
      next = max(next &+ interval, monotonicNanoseconds())
    } while failure == nil && !Self.wait(until: next, orEndOf: pipe)
  }

  /// Waits until a time; true when the pipe's other end was closed before.
  private static func wait(until time: UInt64, orEndOf pipe: Int32) -> Bool {
    while true {
      let now = monotonicNanoseconds()
      guard now < time else { return Syscalls.waitForEnd(of: pipe, milliseconds: 0) }
      // Rounded up, and at most a day at once.
      let milliseconds = min((time - now + 999_999) / 1_000_000, 86_400_000)
      if Syscalls.waitForEnd(of: pipe, milliseconds: Int32(milliseconds)) { return true }
    }
  }

  /// Appends a sample, unless one before could not be written.
  func write(isLast: Bool) {
    guard failure == nil else { return }
    let number = state.withLock { state in
      defer { state.sampleCount += 1 }
      return state.sampleCount
    }
    let figures =
      [Figure("sample", number)] + monitor.report.flatFigures + [Figure("last", .truth(isLast))]
    do {
      try Syscalls.writeAll(descriptor, text: Figure.json(figures) + "\n", path: path)
    } catch { state.withLock { $0.failure = error } }
  }
}
