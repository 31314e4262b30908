import Foundation

@testable import Spalt

/// The parts of a reader, put together by hand, so that their pools can be looked at afterwards.
struct ManualPipeline {
  let options: ReaderOptions
  let chunks: ChunkPool

  init(_ options: ReaderOptions) {
    self.options = options
    chunks = ChunkPool(budget: MemoryBudget(limitByteCount: options.memoryByteCount))
  }

  /// Reads the inputs, or their first `batchLimit` batches.
  /// - Returns: number of records.
  func run(_ paths: [String], batchLimit: Int = .max) throws -> Int {
    let arenas = ArenaPool(chunkPool: chunks)
    let inputs = InputSequence(
      paths: paths, options: options.input, kernels: options.kernels, pool: chunks)
    let plan = try ReadPlan(inputs, options, RecordSelection(), arenas)
    let provenance = ProvenanceWriter(
      layout: plan.decode.layout, paths: paths.map { InputPath($0) }, kernels: options.kernels)
    let pipeline = DecodePipeline(
      inputs: inputs, queueCapacity: options.threadCount + 1, budget: chunks.budget
    ) { () throws(SpaltError) in
      PieceWorker(
        decoder: try plan.makeDecoder(arenas: arenas),
        columnar: plan.makeColumnarDecoder(arenas: arenas, formatter: nil), evaluator: nil,
        formatter: nil,
        provenance: provenance, layout: plan.decode.layout, arenas: arenas)
    }
    try pipeline.start(threadCount: options.threadCount)
    defer { pipeline.stop() }
    var rowCount = 0
    var batchCount = 0
    while batchCount < batchLimit, let delivery = try pipeline.queue.take() {
      rowCount += delivery.batch.rowCount
      batchCount += 1
    }
    pipeline.stop()
    if let failure = pipeline.failures.first { throw failure.error }
    return rowCount
  }

  /// What is still held when everything has ended; empty when nothing is.
  var leaks: [String] {
    var found: [String] = []
    if chunks.telemetry.liveCount != 0 { found.append("\(chunks.telemetry.liveCount) chunks") }
    chunks.trim(toByteCount: 0)
    let reserved = chunks.budget.reservedByteCount
    if reserved != 0 { found.append("\(reserved) bytes of budget") }
    return found
  }
}

/// The other end of a FIFO: opens it, lets `body` write, and closes it.
func startWriter(_ path: String, _ body: @escaping @Sendable (Int32) -> Void) {
  _ = signal(SIGPIPE, SIG_IGN)
  Thread.detachNewThread {
    let descriptor = unsafe open(path, O_WRONLY)
    body(descriptor)
    _ = close(descriptor)
  }
}

/// Writes all bytes; false when nobody reads any more.
@discardableResult
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  var start = 0
  while start < bytes.count {
    let count = unsafe bytes.withUnsafeBytes {
      unsafe write(descriptor, $0.baseAddress! + start, bytes.count - start)
    }
    if count <= 0 { return false }
    start += count
  }
  return true
}

/// Waits until the reader has taken everything that was written.
func waitUntilTaken(_ descriptor: Int32) {
  for _ in 0..<20_000 {
    var count: Int32 = 0
    guard unsafe ioctl(descriptor, UInt(FIONREAD), &count) == 0, count > 0 else { return }
    usleep(50)
  }
}
