extension MemoryReport {
  /// The report as `--stats` prints it. The documentation explains every figure.
  public var sections: [FigureSection] {
    [
      FigureSection("memory", memoryFigures), FigureSection("pool", poolFigures),
      FigureSection("arenas", arenaFigures), FigureSection("stalls", stallFigures),
      FigureSection("faults", faultFigures),
    ]
  }

  /// The report without sections, as `--trace-memory` writes it: `pool_hit_rate`.
  public var flatFigures: [Figure] {
    [
      Figure("elapsed_ms", Int(elapsedNanoseconds / 1_000_000)), Figure("bytes", inputByteCount),
      Figure("records", recordCount),
    ]
      + sections.flatMap { section in
        section.figures.map { Figure("\(section.name)_\($0.name)", $0.value) }
      }
  }

  private var memoryFigures: [Figure] {
    [
      Figure("health", health.description), Figure("limit", budget.limitByteCount),
      Figure("reserved", budget.reservedByteCount),
      Figure("high_water", budget.highWaterByteCount),
      Figure("largest_record", longestRecordByteCount),
      Figure("rss_anon", resident?.anonymousByteCount),
      Figure("rss_file", resident?.fileByteCount),
      Figure("cold_page_share", pages?.coldShare),
      Figure("pages_looked_at", pages?.sampledCount ?? 0),
    ]
  }

  private var poolFigures: [Figure] {
    [
      Figure("requests", pool.requestCount), Figure("front_hits", pool.frontHitCount),
      Figure("back_hits", pool.backHitCount), Figure("mapped", pool.mappedCount),
      Figure("lasting", pool.lastingCount), Figure("hit_rate", pool.hitRate),
      Figure("reuse_rate", pool.reuseRate), Figure("fragmentation", pool.fragmentation),
      Figure("live_chunks", pool.liveCount), Figure("live", pool.liveByteCount),
      Figure("live_high_water", pool.liveHighWaterByteCount),
      Figure("retained", pool.retainedByteCount),
      Figure("retained_high_water", pool.retainedHighWaterByteCount),
      Figure("largest_chunk", pool.largestByteCount),
      Figure("requests_measured", pool.leaseLatency.count),
      Figure("request_p50_ns", Self.percentile(pool.leaseLatency, 0.5)),
      Figure("request_p99_ns", Self.percentile(pool.leaseLatency, 0.99)),
      Figure("returned_chunks", pool.returnDelay.count),
      Figure("return_p50_ns", Self.percentile(pool.returnDelay, 0.5)),
      Figure("return_p99_ns", Self.percentile(pool.returnDelay, 0.99)),
    ]
  }

  /// Nil when there is no sample.
  private static func percentile(_ histogram: LatencyHistogram, _ share: Double) -> Int? {
    histogram.count == 0 ? nil : Int(histogram.nanoseconds(atPercentile: share))
  }

  private var arenaFigures: [Figure] {
    [
      Figure("live", arenas.liveCount), Figure("high_water_count", arenas.highWaterCount),
      Figure("leased", arenas.leasedCount), Figure("reused", arenas.reusedCount),
      Figure("reserved", Int(arenas.reservedByteCount)), Figure("used", Int(arenas.usedByteCount)),
      Figure("high_water", arenas.highWaterByteCount),
      Figure("largest_block", arenas.largestBlockByteCount),
      Figure("live_by_owner", .list(liveByOwner)),
    ]
  }

  /// What each owner has out, the owners in the order of their names.
  private var liveByOwner: [[Figure]] {
    let owners = Dictionary(grouping: liveArenas) { "\($0.owner) (\($0.tier))" }
    return owners.sorted { $0.key < $1.key }.map { name, arenas in
      let oldest = arenas.map(\.ageNanoseconds).max() ?? 0
      return [
        Figure("owner", name), Figure("arenas", arenas.count),
        Figure("reserved", arenas.reduce(0) { $0 + $1.reservedByteCount }),
        Figure("used", arenas.reduce(0) { $0 + $1.usedByteCount }),
        Figure("oldest_ms", Int(oldest / 1_000_000)),
      ]
    }
  }

  private var stallFigures: [Figure] {
    [
      Figure("decoders_ns", Int(stalls.decoderNanoseconds)),
      Figure("consumer_ns", Int(stalls.consumerNanoseconds)),
      Figure("input_ns", Int(stalls.inputNanoseconds)),
      Figure("memory_ns", Int(stalls.memoryNanoseconds)),
    ]
  }

  private var faultFigures: [Figure] {
    [Figure("minor", faults?.minorCount), Figure("major", faults?.majorCount)]
  }
}
