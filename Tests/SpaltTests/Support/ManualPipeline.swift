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
    let plan = try plan(inputs, arenas)
    let options = options
    let pipeline = DecodePipeline(
      inputs: inputs, layout: plan.layout, arenas: arenas, queueCapacity: options.threadCount + 1
    ) { () throws(SpaltError) in
      try NDJSONDecoder(
        plan: plan, usesShapes: options.learnsShapes, kernels: options.kernels, arenas: arenas)
    }
    try pipeline.start(threadCount: options.threadCount)
    defer { pipeline.stop() }
    var rowCount = 0
    var batchCount = 0
    while batchCount < batchLimit, let delivery = try pipeline.queue.take() {
      rowCount += delivery.batch.rowCount
      batchCount += 1
    }
    return rowCount
  }

  private func plan(_ inputs: InputSequence, _ arenas: ArenaPool) throws -> DecodePlan {
    var sampler = try SchemaSampler(options: options, arenas: arenas)
    try inputs.sample(byteCount: options.sampleByteCount) {
      (piece, remaining) throws(SpaltError) in
      try sampler.add(piece, remainingByteCount: remaining)
    }
    return try sampler.plan()
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
