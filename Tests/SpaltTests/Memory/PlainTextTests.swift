import Testing

@testable import Spalt

/// Copying fields in blocks against looking at every byte.
@Suite struct PlainTextTests {
  private static let kinds: [(PlainText, @Sendable (UInt8) -> Int)] = [
    (
      PlainText(stops: (0x2C, 0x2C), limit: 0x1F, isASCII: false, usesQuotes: true),
      { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 ? 2 : $0 == 0x2C ? 1 : 0 }
    ),
    (
      PlainText(stops: (0x09, 0x09), limit: 0x1F, isASCII: false, usesQuotes: false),
      { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 ? 2 : 0 }
    ),
    (
      PlainText(stops: (0x3D, 0x20), limit: 0x1F, isASCII: true, usesQuotes: true),
      { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 || $0 >= 0x80 ? 2 : $0 == 0x3D || $0 == 0x20 ? 1 : 0 }
    ),
  ]

  private func check(
    _ bytes: [UInt8], _ start: Int, _ count: Int, _ kind: Int
  ) throws {
    var text = Spalt.TextBuffer(pool: ChunkPool(budget: MemoryBudget()))
    let (plain, classify) = Self.kinds[kind]
    try text.append(Array("before".utf8))
    let isDone = try text.appendPlain(
      ByteCursor(ByteView(bytes.span)), start: start, byteCount: count, plain, terminator: 0x3B)
    let field = Array(bytes[start..<start + count])
    let worst = field.map(classify).max() ?? 0
    let hasBlock = start + (count & ~15) + 16 <= bytes.count
    let expected: [UInt8]
    switch worst {
    case 0 where hasBlock: expected = field + [0x3B]
    case 1 where hasBlock: expected = [0x22] + field + [0x22, 0x3B]
    default: expected = []
    }
    #expect(isDone == (hasBlock && worst < 2))
    #expect(text.view.array == Array("before".utf8) + expected, "\(start) \(count) \(kind)")
  }

  @Test func everyByteAtEveryPlace() throws {
    for kind in Self.kinds.indices {
      for byte in UInt8.min...UInt8.max {
        for place in [0, 1, 7, 15, 16, 17, 31, 32, 40] {
          var bytes = [UInt8](repeating: 0x61, count: 64)
          bytes[3 + place] = byte
          for count in [0, 1, place, place + 1, 41] { try check(bytes, 3, count, kind) }
        }
      }
    }
  }

  @Test func everyLengthUpToTheEnd() throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<4000 {
      let bytes = (0..<1 + random.below(90)).map { _ in
        random.below(40) == 0 ? UInt8(random.below(256)) : UInt8(0x61 + random.below(20))
      }
      let start = random.below(bytes.count)
      try check(bytes, start, random.below(bytes.count - start + 1), random.below(3))
    }
  }
}
