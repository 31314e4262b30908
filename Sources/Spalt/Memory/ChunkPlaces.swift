/// A few chunks that one worker gave back and may take again. Nobody else uses them, so the lock that guards
/// them against the janitor is always free.
struct ChunkFront: Sendable {
  /// Number of fronts of a pool. Workers with higher numbers share.
  static let count = min(64, Syscalls.usableProcessorCount)
  /// Larger chunks lie in the back: they may be what another worker is waiting for.
  static let largestByteCount = 1 << 20

  private var chunks = InlineArray<4, FreeChunk?>(repeating: nil)
  var telemetry = PoolTelemetry()

  init() {}

  /// Takes the smallest chunk of at least `byteCount` bytes and not more than 1/8 more.
  mutating func take(_ byteCount: Int) -> FreeChunk? {
    var best: Int?
    var bestByteCount = byteCount + byteCount / 8 + 1
    for index in chunks.indices {
      guard let chunk = chunks[index] else { continue }
      if chunk.byteCount >= byteCount, chunk.byteCount < bestByteCount {
        best = index
        bestByteCount = chunk.byteCount
      }
    }
    guard let best else { return nil }
    #if !SPALT_NO_TELEMETRY
      telemetry.frontHitCount += 1
      telemetry.largestByteCount = max(telemetry.largestByteCount, bestByteCount)
    #endif
    return chunks[best].take()
  }

  /// Keeps a chunk, if there is room for one of its size.
  mutating func keep(_ chunk: FreeChunk) -> Bool {
    guard chunk.byteCount <= Self.largestByteCount else { return false }
    for index in chunks.indices where chunks[index] == nil {
      chunks[index] = chunk
      return true
    }
    return false
  }

  /// Takes the chunk that was given back first.
  mutating func takeOldest() -> FreeChunk? {
    var oldest: Int?
    for index in chunks.indices {
      guard let chunk = chunks[index] else { continue }
      let other = oldest.flatMap { chunks[$0] }
      if chunk.releasedNanoseconds < other?.releasedNanoseconds ?? .max { oldest = index }
    }
    return oldest.flatMap { chunks[$0].take() }
  }
}

/// The chunks of one node of memory that all workers share.
struct ChunkBack: Sendable {
  private var chunks: FreeChunks
  var telemetry = PoolTelemetry()

  /// The back of node `home`.
  init(home: Int) { chunks = FreeChunks(home: home) }

  /// Number of chunks that lie here.
  var chunkCount: Int { chunks.chunks.count }

  mutating func take(_ byteCount: Int, _ headers: ChunkHeaders?) -> FreeChunk? {
    guard let chunk = chunks.take(byteCount, headers) else { return nil }
    #if !SPALT_NO_TELEMETRY
      telemetry.backHitCount += 1
      telemetry.largestByteCount = max(telemetry.largestByteCount, chunk.byteCount)
    #endif
    return chunk
  }

  mutating func keep(_ chunk: FreeChunk, _ headers: ChunkHeaders?) {
    chunks.insert(chunk, headers)
  }

  mutating func takeOldest(_ byteCount: Int, _ headers: ChunkHeaders?) -> FreeChunk? {
    chunks.takeOldest(byteCount, headers)
  }

  /// Counts a chunk that had to be mapped.
  mutating func countMapped(_ byteCount: Int, _ lifetime: ChunkLifetime) {
    #if !SPALT_NO_TELEMETRY
      telemetry.mappedCount += 1
      if lifetime == .lasting { telemetry.lastingCount += 1 }
      telemetry.largestByteCount = max(telemetry.largestByteCount, byteCount)
    #endif
  }
}
