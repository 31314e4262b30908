import Testing

@testable import Spalt

/// Every test runs with each library that this system has.
@Suite struct GzipDecoderTests {
  private static let libraries = InflateLibrary.available
  private static let log = GzipSamples.log(byteCount: 300_000)
  private static let short = GzipSamples.log(byteCount: 700)

  /// Streams that are in order, and what is in them.
  private static let streams: [(name: String, bytes: [UInt8], content: [UInt8])] = [
    ("a member", GzipSamples.member(log), log),
    ("every field", GzipSamples.member(short, header: GzipSamples.fullHeader), short),
    ("nothing", GzipSamples.member([]), []),
    (
      "stored", GzipSamples.member(GzipSamples.noise(byteCount: 100_000)),
      GzipSamples.noise(byteCount: 100_000)
    ),
    ("level 0", GzipSamples.member(log, level: 0), log),
    ("level 1", GzipSamples.member(log, level: 1), log),
    ("fixed codes", GzipSamples.member(log, strategy: 4), log),
    (
      "one byte again and again", GzipSamples.member([UInt8](repeating: 65, count: 200_000)),
      [UInt8](repeating: 65, count: 200_000)
    ),
    (
      "members",
      GzipSamples.member(short) + GzipSamples.member([]) + GzipSamples.member(log)
        + GzipSamples.member(short), short + log + short
    ),
    ("padding", GzipSamples.member(short) + [UInt8](repeating: 0, count: 1000), short),
    ("blocks", GzipSamples.blocked(log, blockByteCount: 65_280), log),
    ("small blocks", GzipSamples.blocked(log, blockByteCount: 999), log),
    (
      "blocks and members",
      GzipSamples.blocked(short, blockByteCount: 100) + GzipSamples.member(short)
        + GzipSamples.blocked(short, blockByteCount: 300), short + short + short
    ),
  ]

  @Test(arguments: libraries)
  func contentIsTheSameForEveryBuffer(_ library: InflateLibrary) throws {
    for stream in Self.streams {
      for bufferByteCount in [97, 4096, 32_768, 65_536, 100_001, 1 << 20] {
        let outcome = try GzipReading(library, bufferByteCount: bufferByteCount).read(stream.bytes)
        #expect(outcome.content == stream.content, "\(stream.name), \(bufferByteCount)")
        #expect(outcome.damages.isEmpty, "\(stream.name), \(bufferByteCount): \(outcome.damages)")
      }
    }
    for bufferByteCount in 1...9 {
      let stream = GzipSamples.member(Self.short) + GzipSamples.member(Self.short)
      let outcome = try GzipReading(library, bufferByteCount: bufferByteCount).read(stream)
      #expect(outcome.content == Self.short + Self.short)
      #expect(outcome.damages.isEmpty && outcome.frameCount == 2)
    }
  }

  @Test(arguments: libraries)
  func contentIsTheSameThroughAPipe(_ library: InflateLibrary) throws {
    for stream in Self.streams {
      for readByteCount in [333, 60_000] {
        for bufferByteCount in [1009, 1 << 20] {
          let outcome = try GzipReading(
            library, .piped(readByteCount), bufferByteCount: bufferByteCount
          ).read(stream.bytes)
          #expect(outcome.content == stream.content, "\(stream.name), \(readByteCount)")
          #expect(outcome.damages.isEmpty, "\(stream.name): \(outcome.damages)")
        }
      }
    }
    let stream =
      GzipSamples.member(Self.short, header: GzipSamples.fullHeader)
      + GzipSamples.blocked(Self.short, blockByteCount: 300)
    let outcome = try GzipReading(library, .piped(1), bufferByteCount: 1).read(stream)
    #expect(outcome.content == Self.short + Self.short)
    #expect(outcome.damages.isEmpty)
  }

  @Test(arguments: libraries)
  func runsGiveTheSameAsFilling(_ library: InflateLibrary) throws {
    for stream in Self.streams {
      for runByteCount in [1, 5000, 200_000] {
        let outcome = try GzipReading(library, .runs(runByteCount)).read(stream.bytes)
        #expect(outcome.content == stream.content, "\(stream.name), \(runByteCount)")
        #expect(outcome.damages.isEmpty)
        #expect((outcome.runCount > 0) == stream.name.contains("blocks"))
        if stream.name == "blocks" { #expect(outcome.windowByteCount == 0) }
      }
    }
  }

  @Test(arguments: libraries)
  func everyTruncationGivesAPrefixAndDamage(_ library: InflateLibrary) throws {
    let members = GzipSamples.member(Self.short, header: GzipSamples.fullHeader)
    let blocks = GzipSamples.blocked(Self.short, blockByteCount: 200)
    for (stream, step) in [(members, 1), (blocks, 1), (GzipSamples.member(Self.log), 1999)] {
      let content = try GzipReading(library).read(stream).content
      for count in Swift.stride(from: 1, to: stream.count, by: step) {
        for continues in [false, true] {
          let outcome = try GzipReading(library, continues: continues)
            .read(Array(stream.prefix(count)))
          #expect(content.starts(with: outcome.content), "\(count)")
          #expect(outcome.damages.count == 1, "\(count): \(outcome.damages)")
          #expect(outcome.damages.first?.losesContent == true)
          #expect(outcome.damages.first?.contentOffset == outcome.content.count)
        }
      }
    }
  }

  @Test(arguments: libraries)
  func everyFlippedByteIsNoticedOrDoesNotMatter(_ library: InflateLibrary) throws {
    let blocks = GzipSamples.blocked(Self.short, blockByteCount: 200)
    for stream in [GzipSamples.member(Self.short), blocks] {
      for index in stream.indices {
        var bytes = stream
        bytes[index] ^= 0x55
        for continues in [false, true] {
          let outcome = try GzipReading(library, continues: continues).read(bytes)
          #expect(
            !outcome.damages.isEmpty || outcome.content == Self.short, "byte \(index)")
          _ = try GzipReading(library, verifies: false, continues: continues).read(bytes)
        }
      }
    }
  }

  @Test(arguments: libraries)
  func checksumsAreVerifiedUnlessTold(_ library: InflateLibrary) throws {
    for original in [GzipSamples.member(Self.log), GzipSamples.block(Self.short)] {
      var stream = original
      stream[stream.count - 8] ^= 1
      stream += GzipSamples.block([])
      let outcome = try GzipReading(library, continues: true).read(stream)
      #expect(outcome.damages.count == 1)
      // The content of a block is known to be wrong before anybody has seen it; that of a member is not.
      let isBlock = original == GzipSamples.block(Self.short)
      #expect(outcome.damages.first?.losesContent == isBlock)
      #expect(outcome.damages.first?.damage.offset == original.count - 8)
      #expect(outcome.lostByteCount == (isBlock ? original.count : 0))
      #expect(outcome.content == (isBlock ? [] : Self.log))
      let trusting = try GzipReading(library, verifies: false).read(stream)
      #expect(trusting.damages.isEmpty)
      #expect(trusting.content == (isBlock ? Self.short : Self.log))
      var length = original
      length[length.count - 1] ^= 1
      #expect(try GzipReading(library, verifies: false).read(length).damages.count == 1)
    }
  }

  @Test(arguments: libraries)
  func decodingGoesOnBehindDamage(_ library: InflateLibrary) throws {
    let first = GzipSamples.member(Self.short)
    let second = GzipSamples.member(Self.log, header: GzipSamples.fullHeader)
    let garbage = GzipSamples.noise(byteCount: 5000)
    let broken = Array(second.prefix(3000)) + GzipSamples.noise(byteCount: 40_000)
    for way in [GzipReading.Way.mapped, .piped(777)] {
      let outcome = try GzipReading(library, way, continues: true)
        .read(first + garbage + first + broken + first)
      #expect(outcome.content.starts(with: Self.short + Self.short))
      #expect(outcome.content.suffix(Self.short.count) == Self.short[...])
      #expect(outcome.damages.count == 2, "\(outcome.damages)")
      #expect(outcome.damages.first?.damage.offset == first.count)
      #expect(outcome.damages.first?.contentOffset == Self.short.count)
      #expect(outcome.damages.first?.damage.frame == 2)
      #expect(outcome.frameCount == 3)
      #expect(outcome.lostByteCount > garbage.count)
      let stopped = try GzipReading(library, way).read(first + garbage + first)
      #expect(stopped.content == Self.short)
      #expect(stopped.damages.map(\.damage.reason) == ["what follows is no gzip member"])
    }
  }

  @Test(arguments: libraries)
  func aBrokenBlockCostsOneBlock(_ library: InflateLibrary) throws {
    var parts: [[UInt8]] = []
    for seed in 1...6 { parts.append(GzipSamples.log(byteCount: 3000, seed: UInt64(seed))) }
    var stream: [UInt8] = []
    for (index, part) in parts.enumerated() {
      var block = GzipSamples.block(part)
      if index == 2 { for place in 100..<300 { block[place] = 0xFF } }
      stream += block
    }
    stream += GzipSamples.block([])
    let filled = try GzipReading(library, continues: true).read(stream)
    #expect(filled.damages.count == 1 && filled.damages.first?.damage.frame == 3)
    #expect(filled.content.starts(with: parts[0] + parts[1]))
    #expect(filled.content.suffix(9000) == (parts[3] + parts[4] + parts[5])[...])
    #expect(filled.lostByteCount > 0)
    for way in [GzipReading.Way.runs(1 << 20), .runs(4000), .piped(500)] {
      #expect(try GzipReading(library, way, continues: true).read(stream) == filled, "\(way)")
      let stopped = try GzipReading(library, way).read(stream)
      #expect(stopped == (try GzipReading(library).read(stream)))
      #expect(stopped.damages.count == 1)
    }
  }

  /// Whatever is invalid, all content before it is given out and nothing else: no library shows what lies in
  /// its memory.
  @Test(.enabled(if: libraries.count > 1))
  func librariesAgreeOnContentBeforeDamage() throws {
    let text = GzipSamples.log(byteCount: 2000)
    for stream in [
      GzipSamples.member(text, strategy: 4), GzipSamples.blocked(text, blockByteCount: 500),
    ] {
      for index in stream.indices {
        var bytes = stream
        bytes[index] ^= 0x24
        let file = try GzipReading.mapping(of: bytes)
        let other = try GzipReading(.zlib, verifies: false).read(file)
        for bufferByteCount in [300, 1 << 20] {
          let outcome = try GzipReading(
            .isal, bufferByteCount: bufferByteCount, verifies: false
          ).read(file)
          #expect(outcome.content == other.content, "byte \(index)")
        }
      }
    }
  }

  @Test func paddingHoldsZerosOnly() throws {
    let stream = GzipSamples.member(Self.short) + [0, 0, 0, 1]
    let outcome = try GzipReading().read(stream)
    #expect(outcome.content == Self.short)
    #expect(outcome.damages.map(\.damage.reason) == ["what follows the last member is not gzip"])
    #expect(outcome.damages.first?.damage.offset == stream.count - 1)
  }

  @Test func aMissingLastBlockIsDamage() throws {
    let outcome = try GzipReading().read(GzipSamples.block(Self.short))
    #expect(outcome.content == Self.short)
    #expect(
      outcome.damages.map(\.damage.reason) == ["the empty block that ends a file is missing"])
  }

  @Test(arguments: libraries)
  func memoryCountsAgainstTheBudget(_ library: InflateLibrary) throws {
    let pool = ChunkPool(
      budget: MemoryBudget(limitByteCount: 1 << 20), retainedLimitByteCount: 0)
    do {
      let engine = try library.makeEngine(pool)
      #expect(pool.budget.reservedByteCount >= 40 << 10)
      #expect(engine.heldByteCount == 0)
    }
    #expect(pool.budget.reservedByteCount == 0)
    let small = ChunkPool(budget: MemoryBudget(limitByteCount: 1000))
    #expect(throws: SpaltError.self) { try library.makeEngine(small) }
  }

  /// Copies through a library's window are counted, and are few when buffers are large.
  @Test(arguments: libraries)
  func whatGoesThroughAWindowIsCounted(_ library: InflateLibrary) throws {
    let stream = GzipSamples.member(Self.log)
    let large = try GzipReading(library, bufferByteCount: 1 << 20).read(stream)
    #expect(large.windowByteCount > 0 && large.windowByteCount <= 96 << 10)
    let small = try GzipReading(library, bufferByteCount: 1000).read(stream)
    #expect(small.windowByteCount >= Self.log.count)
  }
}
