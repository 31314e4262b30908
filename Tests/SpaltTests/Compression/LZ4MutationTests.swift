import Testing

@testable import Spalt

/// Ten thousand small streams that were changed at random: none of them crashes, takes much memory, or is read
/// differently in different ways.
@Suite struct LZ4MutationTests {
  private static let seeds: [[UInt8]] = {
    let content = SampleContent.lines(byteCount: 300, seed: 1, longest: 40)
    var seeds = LZ4FrameWriter.few.map { $0.frame(content) }
    seeds.append(LZ4FrameWriter.legacy(content, blockByteCount: 120))
    seeds.append(
      LZ4FrameWriter(isLinked: true).frame(content) + LZ4FrameWriter.skippable([1, 2, 3])
        + LZ4FrameWriter(tellsContentByteCount: true, dictionaryNumber: 1).frame(content))
    seeds.append(
      LZ4FrameWriter(blockSizeCode: 7, isLinked: true, blockByteCounts: [3, 0, 50]).frame(content))
    // Short frames, so that what is found behind damage matters more often.
    let line = Array(content[..<30])
    seeds.append(
      LZ4FrameWriter.legacy(line, blockByteCount: 14)
        + LZ4FrameWriter.few.flatMap { $0.frame(line) } + LZ4FrameWriter.legacy(line)
        + LZ4FrameWriter.skippable([]) + LZ4FrameWriter.legacy(line, blockByteCount: 9))
    return seeds
  }()

  /// What decoders look for between blocks: the end of a frame, and the beginnings of others.
  private static let words: [UInt32] = [
    0, 1, LZ4FrameHeader.magic, LZ4FrameHeader.legacyMagic, 0x184D_2A50, 0x8000_0000,
  ]

  static func mutate(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<1 + random.below(4) {
      guard bytes.count > 8 else { break }
      // The magic number stays more often than not.
      let place =
        random.below(5) == 0 ? random.below(bytes.count) : 4 + random.below(bytes.count - 4)
      switch random.below(8) {
      case 0: bytes[place] ^= 1 << UInt8(random.below(8))
      case 1: bytes[place] = [0, 1, 0x0F, 0x7F, 0x80, 0xF0, 0xFF][random.below(7)]
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(UInt8(random.below(256)), at: place)
      case 4:
        let other = random.below(bytes.count)
        bytes.insert(contentsOf: Array(bytes[min(place, other)..<max(place, other)]), at: place)
      case 5: bytes.removeSubrange(place..<min(bytes.count, place + random.below(30)))
      default:
        let end = min(bytes.count, place + 4 * random.below(2))
        let word = words[random.below(words.count)]
        bytes.replaceSubrange(place..<end, with: LZ4FrameWriter.littleEndian(word))
      }
    }
    return bytes
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func mutatedStreams(part: UInt64) throws {
    var random = SeededGenerator(seed: 900 + part)
    var damagedCount = 0
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
    for number in 0..<2500 {
      let bytes = Self.mutate(Self.seeds[number % Self.seeds.count], &random)
      let file = try TemporaryFile(bytes)
      var essence: ContentOutcome?
      // By chance, so that every seed meets every combination.
      let continues = random.below(2) == 0
      let verifies = random.below(2) == 0
      let ways = InputOptions.ways(pieces: [[1, 100, 1 << 16][random.below(3)]]) {
        $0.continuesAfterDamage = continues
        $0.verifiesChecksums = verifies
      }
      // One of four is read in all ways, and compared.
      for options in random.below(4) == 0 ? ways : [ways[random.below(3)]] {
        let outcome: ContentOutcome
        do {
          outcome = try ContentOutcome.read(file.path, options, pool: pool)
        } catch SpaltError.input { continue }
        #expect(outcome.flaws == [], "\(bytes)")
        #expect(outcome.bytes.count <= bytes.count * 256, "\(bytes)")
        #expect(pool.telemetry.liveCount == 0)
        if let essence {
          #expect(outcome.essence == essence, "\(options.summary), \(bytes)")
        } else {
          essence = outcome.essence
          damagedCount += outcome.damages.isEmpty ? 0 : 1
        }
      }
    }
    #expect(pool.budget.highWaterByteCount <= 8 << 20)
    #expect(damagedCount > 1000)
  }
}
