/// A chunk that nobody has leased.
struct FreeChunk: BitwiseCopyable, Sendable {
  var address: UInt
  var byteCount: Int
  /// Address of its header.
  var header: UInt
  /// When the last and the first of its bytes were given back.
  var releasedNanoseconds: UInt64
  var oldestNanoseconds: UInt64

  var end: UInt { address + UInt(byteCount) }
}

/// Unused chunks, in the order of their addresses: neighbours become one chunk again, and a chunk that is too
/// large is split.
struct FreeChunks: Sendable {
  private(set) var chunks: [FreeChunk] = []
  /// The back that they lie in.
  private let home: Int

  init(home: Int) {
    self.home = home
    chunks.reserveCapacity(64)
  }

  /// Takes a chunk of at least `byteCount` bytes: the smallest, if it is at most 1/32 too large.
  ///
  /// Otherwise, one is split of which at least as much again stays here, or else the smallest; the rest gets a
  /// header from `headers`. Without headers no chunk is split, and one that is more than 1/8 too large is left
  /// alone.
  mutating func take(_ byteCount: Int, _ headers: ChunkHeaders?) -> FreeChunk? {
    guard let smallest = smallest(byteCount) else { return nil }
    let surplus = chunks[smallest].byteCount - byteCount
    guard let headers else {
      return surplus <= byteCount / 8 ? chunks.remove(at: smallest) : nil
    }
    if surplus <= byteCount / 32 { return chunks.remove(at: smallest) }
    // Chunks of a few sizes come and go; taking a piece of one that is a little larger would only mean that the
    // next request of its size finds none.
    let index = self.smallest(2 * byteCount) ?? smallest
    var chunk = chunks[index]
    chunk.byteCount = byteCount
    chunks[index].address += UInt(byteCount)
    chunks[index].byteCount -= byteCount
    chunks[index].header = headers.make(home: home)
    return chunk
  }

  /// Index of the smallest chunk of at least `byteCount` bytes.
  private func smallest(_ byteCount: Int) -> Int? {
    var best: Int?
    var bestByteCount = Int.max
    for index in chunks.indices {
      let candidate = chunks[index].byteCount
      if candidate >= byteCount, candidate < bestByteCount {
        best = index
        bestByteCount = candidate
      }
    }
    return best
  }

  /// Puts a chunk in. With `headers`, to which some go back, it becomes one with its neighbours.
  mutating func insert(_ chunk: FreeChunk, _ headers: ChunkHeaders?) {
    var low = 0
    var high = chunks.count
    while low < high {
      let middle = (low + high) / 2
      if chunks[middle].address < chunk.address { low = middle + 1 } else { high = middle }
    }
    precondition(
      (low == 0 || chunks[low - 1].end <= chunk.address)
        && (low == chunks.count || chunk.end <= chunks[low].address),
      "a chunk was given back that lies in the pool")
    guard let headers else { return chunks.insert(chunk, at: low) }
    let joinsPrevious = low > 0 && chunks[low - 1].end == chunk.address
    let joinsNext = low < chunks.count && chunk.end == chunks[low].address
    switch (joinsPrevious, joinsNext) {
    case (false, false): chunks.insert(chunk, at: low)
    case (true, false):
      chunks[low - 1].absorb(chunk)
      headers.retire(chunk.header)
    case (false, true):
      let next = chunks[low]
      chunks[low] = chunk
      chunks[low].absorb(next)
      headers.retire(next.header)
    case (true, true):
      let next = chunks.remove(at: low)
      chunks[low - 1].absorb(chunk)
      chunks[low - 1].absorb(next)
      headers.retire(chunk.header)
      headers.retire(next.header)
    }
  }

  /// Takes the chunk that has not been used for the longest time; only the last `byteCount` bytes of it, if it
  /// is larger and there are `headers` to split it.
  mutating func takeOldest(_ byteCount: Int, _ headers: ChunkHeaders?) -> FreeChunk? {
    guard
      let oldest = chunks.indices.min(by: {
        chunks[$0].releasedNanoseconds < chunks[$1].releasedNanoseconds
      })
    else { return nil }
    guard let headers, chunks[oldest].byteCount > byteCount else {
      return chunks.remove(at: oldest)
    }
    var chunk = chunks[oldest]
    chunks[oldest].byteCount -= byteCount
    chunk.address = chunks[oldest].end
    chunk.byteCount = byteCount
    chunk.header = headers.make(home: home)
    return chunk
  }
}

extension FreeChunk {
  /// Takes the memory of the chunk behind this one over.
  fileprivate mutating func absorb(_ next: FreeChunk) {
    byteCount += next.byteCount
    releasedNanoseconds = max(releasedNanoseconds, next.releasedNanoseconds)
    oldestNanoseconds = min(oldestNanoseconds, next.oldestNanoseconds)
  }
}
