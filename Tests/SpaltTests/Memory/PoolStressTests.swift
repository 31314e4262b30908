import Synchronization
import Testing

@testable import Spalt

/// Eight threads that lease, hand on and give back chunks and segments of random sizes.
///
/// How long it takes is said by `SPALT_POOL_SECONDS`; without that, each thread does a fixed number of steps.
@Suite struct PoolStressTests {
  private static let threadCount = 8
  private static let stepCount = 60

  /// Chunks and segments on their way from one thread to another.
  private final class Exchange: Sendable {
    struct Chunk: Sendable {
      let descriptor: ChunkDescriptor
      let mark: UInt64
    }
    private let chunks = Guarded<[Chunk]>([])
    private let segments = Guarded<[SharedSegment]>([])
    let faults = Atomic<Int>(0)
    let refusals = Atomic<Int>(0)

    func put(_ chunk: Chunk) { chunks.withLock { $0.append(chunk) } }
    func put(_ segment: SharedSegment) { segments.withLock { $0.append(segment) } }

    /// One of the chunks, if there are more than `limit`.
    func takeChunk(_ random: inout SeededGenerator, above limit: Int = 0) -> Chunk? {
      let number = random.below(1 << 20)
      return chunks.withLock { $0.count > limit ? $0.remove(at: number % $0.count) : nil }
    }

    func takeSegment(_ random: inout SeededGenerator, above limit: Int = 0) -> SharedSegment? {
      let number = random.below(1 << 20)
      return segments.withLock { $0.count > limit ? $0.remove(at: number % $0.count) : nil }
    }
  }

  /// What one thread works with.
  private struct Worker {
    let pool: ChunkPool
    let arenas: ArenaPool
    let segments: SegmentPool
    let exchange: Exchange
    var random: SeededGenerator
    var number: UInt64

    /// A number of bytes from 1 to 64 MiB; small ones as often as large ones.
    mutating func randomByteCount() -> Int {
      let power = random.below(27)
      return min(64 << 20, 1 << power + random.below(1 << power))
    }

    /// Writes a mark of its own into every page, so that a chunk that two threads hold shows.
    func mark(_ chunk: ChunkDescriptor, _ mark: UInt64) {
      for offset in stride(from: 0, to: chunk.byteCount, by: 4096) {
        unsafe chunk.base.storeBytes(
          of: mark &+ UInt64(offset), toByteOffset: offset, as: UInt64.self)
      }
    }

    func isIntact(_ chunk: ChunkDescriptor, _ mark: UInt64) -> Bool {
      for offset in stride(from: 0, to: chunk.byteCount, by: 4096) {
        let found = unsafe chunk.base.load(fromByteOffset: offset, as: UInt64.self)
        if found != mark &+ UInt64(offset) { return false }
      }
      return true
    }

    mutating func step() {
      number += 1
      do {
        switch random.below(5) {
        case 0, 1: try makeChunk()
        case 2: try makeSegment()
        case 3: try makeBatch()
        default: giveBack(above: 0)
        }
      } catch {
        exchange.refusals.add(1, ordering: .relaxed)
        giveBack(above: 0)
      }
      giveBack(above: 12)
    }

    private mutating func makeChunk() throws(SpaltError) {
      var chunk = try pool.leaseDescriptor(byteCount: randomByteCount())
      mark(chunk, number)
      if random.below(4) == 0 {
        chunk = pool.shrink(chunk, toByteCount: 1 + random.below(chunk.byteCount))
      }
      if random.below(2) == 0 {
        return exchange.put(Exchange.Chunk(descriptor: chunk, mark: number))
      }
      if !isIntact(chunk, number) { exchange.faults.add(1, ordering: .relaxed) }
      pool.giveBack(chunk)
    }

    private mutating func makeSegment() throws(SpaltError) {
      let chunk = try pool.leaseDescriptor(byteCount: randomByteCount())
      mark(chunk, number)
      let whole = segments.segment(
        of: chunk, byteCount: chunk.byteCount, offset: Int(number), from: pool)
      let part = segments.segment(
        of: whole, 4096..<chunk.byteCount, offset: Int(number))
      exchange.put(SharedSegment(part))
    }

    /// What becomes of a batch: columns, texts, and a buffer that grows.
    private mutating func makeBatch() throws(SpaltError) {
      var slab = try ColumnSlab(pool: pool, byteCount: 1 << 16 + random.below(1 << 21))
      slab.fill(0..<1 << 16, with: UInt8(truncatingIfNeeded: number))
      var texts = arenas.lease(.batch)
      let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 5000)
      for _ in 0..<random.below(40) { _ = try texts.append(ByteView(bytes.span)) }
      var output = Spalt.TextBuffer(pool: pool)
      for _ in 0..<random.below(60) { try output.append(bytes) }
      texts.seal()
      let sealed = slab.seal()
      if sealed.view(0..<1 << 16).array.contains(where: { $0 != bytes[0] }) {
        exchange.faults.add(1, ordering: .relaxed)
      }
    }

    /// Takes what another thread made, looks at it, and gives it back.
    mutating func giveBack(above limit: Int) {
      if let chunk = exchange.takeChunk(&random, above: limit) {
        if !isIntact(chunk.descriptor, chunk.mark) { exchange.faults.add(1, ordering: .relaxed) }
        pool.giveBack(chunk.descriptor)
      }
      if let segment = exchange.takeSegment(&random, above: limit) {
        let view = segment.view()
        if view.byteCount >= 8,
          view.load(at: 0, as: UInt64.self) != UInt64(view.offset) &+ 4096
        {
          exchange.faults.add(1, ordering: .relaxed)
        }
      }
    }
  }

  @Test(arguments: [false, true])
  func threadsNeverShareAChunk(_ hardens: Bool) throws {
    let budget = MemoryBudget(limitByteCount: 1 << 30)
    let exchange = Exchange()
    let seconds = Syscalls.environmentValue("SPALT_POOL_SECONDS").flatMap(UInt64.init) ?? 0
    do {
      let pool = ChunkPool(budget: budget, hardens: hardens)
      let arenas = ArenaPool(chunkPool: pool)
      let segments = SegmentPool()
      let end = monotonicNanoseconds() + seconds * 1_000_000_000
      var threads = RingBuffer<PipelineThread>(capacity: Self.threadCount)
      for number in 0..<Self.threadCount {
        // Two of the threads are no workers: they stand for consumers.
        let thread = try PipelineThread(worker: number < 6 ? number : nil) {
          var worker = Worker(
            pool: pool, arenas: arenas, segments: segments, exchange: exchange,
            random: SeededGenerator(seed: UInt64(600 + number)), number: UInt64(number) << 40)
          var steps = 0
          while seconds == 0 ? steps < Self.stepCount : monotonicNanoseconds() < end {
            worker.step()
            steps += 1
          }
        }
        threads.append(thread)
      }
      while let thread = threads.popFirst() { thread.join() }
      var rest = Worker(
        pool: pool, arenas: arenas, segments: segments, exchange: exchange,
        random: SeededGenerator(seed: 1), number: 0)
      for _ in 0..<100 { rest.giveBack(above: 0) }
      let telemetry = pool.telemetry
      #expect(telemetry.liveCount == 0)
      #expect(telemetry.liveByteCount == 0)
      #expect(telemetry.reusedCount > 0)
      #expect(arenas.liveCount == 0)
      #expect(budget.reservedByteCount == telemetry.retainedByteCount)
    }
    #expect(exchange.faults.load(ordering: .relaxed) == 0)
    #expect(budget.reservedByteCount == 0)
  }
}
