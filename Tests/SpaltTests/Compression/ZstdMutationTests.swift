import Testing

@testable import Spalt

@Suite struct ZstdMutationTests {
  /// Streams of several frames, blocks and kinds, of a few hundred bytes.
  private static let seeds: [[UInt8]] = {
    var blocks = ZstdSamples.Kind()
    blocks.flushedByteCount = 200
    var plain = ZstdSamples.Kind()
    plain.hasChecksum = false
    plain.tellsContentSize = false
    let log = ZstdSamples.log(1000)
    return [
      ZstdSamples.frame(log, blocks),
      ZstdSamples.frame(log, plain),
      ZstdSamples.frame(Array(log.prefix(300))) + ZstdSamples.skippable([1, 2, 3])
        + ZstdSamples.frame(Array(log.suffix(300)), plain),
      ZstdSamples.frame([]) + ZstdSamples.frame(ZstdSamples.noise(200))
        + ZstdSamples.frame(Array(repeating: 0x20, count: 5000), blocks),
    ]
  }()

  private static func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.next() % 4 {
      guard !bytes.isEmpty else { break }
      // Headers are where most can go wrong.
      let range = random.next() % 2 == 0 ? min(24, bytes.count) : bytes.count
      let index = Int(random.next() % UInt64(range))
      switch random.next() % 6 {
      case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
      case 1, 2: bytes[index] ^= 1 << UInt8(random.next() % 8)
      case 3: bytes.removeSubrange(index..<min(bytes.count, index + Int(random.next() % 8)))
      case 4: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: index)
      default: bytes.removeLast(min(bytes.count, Int(random.next() % 40)))
      }
    }
    return bytes
  }

  /// Decodes in one of the ways that there are; nil when memory was short.
  private static func decode(
    _ bytes: [UInt8], _ way: Int, _ decoding: ZstdDecoding
  ) throws -> ZstdDecoding.Decoded? {
    do {
      switch way {
      case 0: return try decoding.mapped(bytes)
      case 1: return try decoding.inRuns(bytes, byteCount: 2000).decoded
      default: return try decoding.piped(bytes, pieceByteCount: 50_000)
      }
    } catch SpaltError.memoryBudgetExceeded {
      return nil
    }
  }

  private static func lacksMemory(_ decoded: ZstdDecoding.Decoded) -> Bool {
    decoded.damages.contains { $0.reason.contains("more than is left of --memory") }
  }

  @Test(arguments: 0..<4)
  func mutatedStreamsGiveTheSameInEveryWay(_ index: Int) throws {
    let seed = Self.seeds[index]
    let plain = try ZstdDecoding().mapped(seed).content
    var random = SeededGenerator(seed: UInt64(index) + 1)
    var damagedCount = 0
    for round in 0..<2500 {
      let bytes = Self.mutated(seed, &random)
      guard !bytes.isEmpty else { continue }
      let decoding = ZstdDecoding(
        bufferByteCount: [100, 3000, 1 << 17][round % 3], continuesAfterDamage: round % 2 == 0,
        budget: MemoryBudget(limitByteCount: 8 << 20))
      let decoded = try Self.decode(bytes, round % 3, decoding)
      let other = try Self.decode(bytes, (round + 1) % 3, decoding)
      // What else is held decides whether there is room for a window.
      guard let decoded, let other, !Self.lacksMemory(decoded), !Self.lacksMemory(other) else {
        continue
      }
      let comment: Comment = "round \(round): \(bytes)"
      #expect(decoded.damages.first == other.damages.first, comment)
      // A run goes on behind the frame that its headers tell of. Without runs, what follows on damage is
      // searched, and a frame may be found that stands elsewhere.
      let hasRuns = round % 3 != 2
      if decoded.damages.isEmpty || !decoding.continuesAfterDamage || !hasRuns {
        #expect(decoded.content == other.content, comment)
      }
      if !hasRuns { #expect(decoded.damages == other.damages, comment) }
      if !decoded.damages.isEmpty { damagedCount += 1 }
      // With checksums, nothing wrong passes for content unless what is left are whole frames.
      if index == 0, decoded.damages.isEmpty { #expect(decoded.content == plain, comment) }
    }
    #expect(damagedCount > 1500)
  }
}
