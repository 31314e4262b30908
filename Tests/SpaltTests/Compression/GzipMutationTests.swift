import Testing

@testable import Spalt

/// Streams that were changed at random: decoding them never crashes, gives content or says what is wrong, and
/// does so in the same way however they are read.
@Suite struct GzipMutationTests {
  private static let mutationCount = 10_000

  private static let seeds: [[UInt8]] = {
    let text = GzipSamples.log(byteCount: 600)
    return [
      GzipSamples.member(text, header: GzipSamples.fullHeader),
      GzipSamples.member(text) + GzipSamples.member(Array(text.prefix(100)), level: 0),
      GzipSamples.blocked(text, blockByteCount: 150),
      GzipSamples.member(text, strategy: 4),
      GzipSamples.member([UInt8](repeating: 0x41, count: 3000)),
    ]
  }()

  private static func mutated(_ numbers: inout GzipSamples.Numbers) -> [UInt8] {
    var bytes = seeds.randomElement(using: &numbers) ?? []
    for _ in 0..<Int.random(in: 1...4, using: &numbers) where !bytes.isEmpty {
      let index = Int.random(in: bytes.indices, using: &numbers)
      switch Int.random(in: 0..<5, using: &numbers) {
      case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
      case 1: bytes[index] = UInt8.random(in: 0...255, using: &numbers)
      case 2: bytes.removeSubrange(index..<min(bytes.count, index + 9))
      case 3:
        let end = min(bytes.count, index + Int.random(in: 1...40, using: &numbers))
        bytes.insert(contentsOf: bytes[index..<end], at: index)
      default: bytes.removeSubrange(index...)
      }
    }
    return bytes.isEmpty ? [0x1F] : bytes
  }

  @Test(arguments: InflateLibrary.available)
  func changedStreamsAreReadTheSameInEveryWay(_ library: InflateLibrary) throws {
    var numbers = GzipSamples.Numbers(seed: 42)
    var damagedCount = 0
    for number in 0..<Self.mutationCount {
      let bytes = Self.mutated(&numbers)
      let verifies = number % 3 != 0
      let continues = number % 2 == 0
      let file = try GzipReading.mapping(of: bytes)
      let whole = try GzipReading(library, verifies: verifies, continues: continues).read(file)
      #expect(whole.content.count <= bytes.count * 1032 + (64 << 10))
      if !whole.damages.isEmpty { damagedCount += 1 }
      let small = try GzipReading(
        library, bufferByteCount: 1 + number % 300, verifies: verifies, continues: continues
      ).read(file)
      #expect(small == whole, "mutation \(number): \(small.damages), not \(whole.damages)")
      let runs = try GzipReading(
        library, .runs(1 + number % 500), verifies: verifies, continues: continues
      ).read(file)
      #expect(runs == whole, "mutation \(number): \(runs.damages), not \(whole.damages)")
    }
    #expect(damagedCount > Self.mutationCount / 2)
  }
}
