@testable import Spalt

/// A piece of input made of bytes at hand.
func makePiece(
  _ bytes: [UInt8], from pool: ChunkPool, offset: Int = 0
) throws -> SourcePiece {
  let chunk = try pool.leaseDescriptor(byteCount: max(1, bytes.count))
  unsafe UnsafeMutableRawBufferPointer(start: chunk.base, count: bytes.count)
    .copyBytes(from: bytes)
  return SourcePiece(
    segment: SegmentPool().segment(
      of: chunk, byteCount: bytes.count, offset: offset, from: pool),
    inputIndex: 0)
}

extension Snapshot {
  /// Decodes bytes with a decoder of one's own, without a reader and its threads.
  static func decode(
    _ bytes: [UInt8], framing: LineDecoder.Framing, _ options: ReaderOptions = ReaderOptions.ndjson,
    pool: ChunkPool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
  ) throws -> Snapshot {
    let arenas = ArenaPool(chunkPool: pool)
    let piece = try makePiece(bytes, from: pool)
    var sampler = try SchemaSampler(options: options, arenas: arenas)
    if options.schema == nil { try sampler.add(piece, remainingByteCount: bytes.count) }
    let plan = try sampler.plan(known: try sampler.known())
    var decoder = try LineDecoder(
      plan: plan, framing: framing, walks: options.learnsShapes, options: options.format,
      arenas: arenas)
    try decoder.select(piece.formats)
    var snapshot = Snapshot(columns: plan.schema.columns)
    var position = 0
    repeat {
      var builder = try RecordBatchBuilder(layout: plan.layout, arenas: arenas)
      let cursor = ByteCursor(piece.segment.view)
      position = try decoder.decode(cursor, from: position, into: &builder)
      let batch = builder.seal(segment: piece.segment.share())
      snapshot.statistics.add(batch.statistics)
      snapshot.add(batch, inputIndex: 0)
      if snapshot.batchCount > batchLimit { throw EndlessBatches() }
    } while position < bytes.count
    return snapshot
  }
}
