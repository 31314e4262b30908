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

  /// Takes the smallest chunk of at least `byteCount` bytes.
  ///
  /// What a chunk has beyond that stays here, as a chunk with a header from `headers`, if it is more than 1/32
  /// of what is wanted. Without headers no chunk is split, and one that is more than 1/8 too large is left
  /// alone.
  mutating func take(_ byteCount: Int, _ headers: ChunkHeaders?) -> FreeChunk? {
    var best: Int?
    var bestByteCount = Int.max
    for index in chunks.indices {
      let candidate = chunks[index].byteCount
      if candidate >= byteCount, candidate < bestByteCount {
        best = index
        bestByteCount = candidate
      }
    }
    guard let best else { return nil }
    var chunk = chunks[best]
    if let headers {
      guard chunk.byteCount - byteCount > byteCount / 32 else { return chunks.remove(at: best) }
      chunk.byteCount = byteCount
      chunks[best].address += UInt(byteCount)
      chunks[best].byteCount -= byteCount
      chunks[best].header = headers.make(home: home)
      return chunk
    }
    guard chunk.byteCount - byteCount <= byteCount / 8 else { return nil }
    return chunks.remove(at: best)
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
