import Testing

@testable import Spalt

/// The bits that say where strings end, against a plain search.
@Suite struct MarkIndexTests {
  private func isSpecial(_ byte: UInt8) -> Bool {
    byte == 0x22 || byte == 0x5C || byte < 0x20 || byte >= 0x80
  }

  /// Places where the first mark is not where a plain search finds it.
  private func mistakes(
    _ bytes: [UInt8], from start: Int, _ kernels: ScanKernels, step: Int
  ) throws -> [String] {
    let pool = ChunkPool(budget: MemoryBudget())
    var strings = try MarkIndex(pool: pool, kernels: kernels)
    strings.cover(ByteCursor(ByteView(bytes.span)), from: start)
    let end = min(bytes.count, start + MarkIndex.stretchByteCount)
    var found: [String] = []
    if strings.end != end { found.append("ends at \(strings.end), not at \(end)") }
    var next = [Int](repeating: end, count: end + 1)
    for index in stride(from: end - 1, through: start, by: -1) {
      next[index] = isSpecial(bytes[index]) ? index : next[index + 1]
    }
    let marks = strings.marks.strings
    for index in stride(from: start, to: end, by: step) {
      let first = marks.first(from: index)
      // Where nothing is marked, the answer may also be that a closer look is due.
      if first == next[index] || (first == -1 && next[index] == end) { continue }
      found.append("\(kernels.name): from \(index): \(first), not \(next[index])")
      if found.count > 3 { break }
    }
    if end < bytes.count, marks.first(from: end) != -1 { found.append("more than was covered") }
    if start > 0, marks.first(from: start - 1) != -1 { found.append("less than was covered") }
    return found
  }

  @Test func shortRuns() throws {
    var random = SeededGenerator(seed: 12)
    var found: [String] = []
    for count in 1...200 {
      for sparsity in [2, 20, 1000] {
        let bytes: [UInt8] = (0..<count).map { _ in
          random.below(sparsity) == 0 ? UInt8(random.below(256)) : 0x61
        }
        for kernels in ScanKernels.all {
          found += try mistakes(bytes, from: random.below(count), kernels, step: 1)
        }
      }
    }
    #expect(found == [])
  }

  @Test func longRuns() throws {
    var random = SeededGenerator(seed: 13)
    let stretch = MarkIndex.stretchByteCount
    var found: [String] = []
    for count in [stretch - 1, stretch, stretch + 1, 2 * stretch + 77] {
      let bytes: [UInt8] = (0..<count).map { _ in
        random.below(300) == 0 ? UInt8(random.below(256)) : 0x7E
      }
      for kernels in ScanKernels.all {
        for start in [0, 1, 63, 64, 1000] {
          found += try mistakes(bytes, from: start, kernels, step: 3)
        }
      }
    }
    #expect(found == [])
  }

  @Test func spansHoldWhatTheyAreGiven() {
    for kind: FieldSpan.Kind in [
      .plainString, .word, .oddString, .oddText, .bare, .array, .logTime, .none,
    ] {
      for (start, end) in [
        (0, 0), (5, 5), (1, 70_000), (4_000_000, 4_000_001), ((512 << 20) - 1001, (512 << 20) - 1),
      ] {
        let span = FieldSpan(kind, start: start, end: end)
        #expect(span.kind == kind)
        #expect(span.start == start)
        #expect(span.end == end)
        #expect(span.byteCount == end - start)
        #expect(span.isPlainText == (kind == .plainString || kind == .word))
      }
    }
  }
}
