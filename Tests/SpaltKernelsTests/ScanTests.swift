import SpaltKernels
import Testing

/// Holds every table against the oracle. The loops report only the first difference: recording each
/// comparison would take longer than all the rest.
@Suite("Scanning kernels")
struct ScanTests {
  static let interesting: [UInt8] = [
    0x22, 0x5C, 0x0A, 0x7B, 0x7D, 0x5B, 0x5D, 0x3A, 0x2C, 0x00, 0x1F, 0x20, 0x7F, 0x80, 0xFF,
    // One bit away from something that counts.
    0x02, 0x21, 0x23, 0x5E, 0x7C, 0x1A, 0x0C, 0x3B, 0x2D, 0x8A, 0xA2, 0xDC, 0xFB, 0xDB, 0xBA, 0xAC,
  ]

  /// How the bytes of a buffer are chosen.
  enum Filling: CaseIterable, Sendable {
    case dense, sparse, anything
  }

  let tables = Table.available()
  let input = GuardedBytes(atLeast: 8192)
  let firstOutput = GuardedBytes(atLeast: 32768)
  let secondOutput = GuardedBytes(atLeast: 32768)

  func fill(_ filling: Filling, seed: UInt64) {
    var random = TestRandom(seed: seed)
    let choices = ScanTests.interesting
    var index = 0
    while index < input.count {
      let byte: UInt8
      switch filling {
      case .dense:
        byte = choices[random.below(choices.count)]
      case .sparse:
        byte = random.below(40) == 0 ? choices[random.below(choices.count)] : 0x61
      case .anything:
        byte = UInt8(truncatingIfNeeded: random.next())
      }
      unsafe input.base[index] = byte
      index += 1
    }
  }

  func fill(with byte: UInt8) {
    unsafe input.base.update(repeating: byte, count: input.count)
  }

  /// The first difference between a table and the oracle, or nil.
  func difference(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, value: UInt8, manyCapacities: Bool = false
  ) -> String? {
    let oracle = unsafe ScanOracle(bytes, count, value: value)
    for table in tables {
      let wrong = unsafe difference(
        table, bytes, count, value: value, oracle, manyCapacities: manyCapacities)
      if let wrong {
        let shown = unsafe Array(UnsafeBufferPointer(start: bytes, count: min(count, 256)))
        return "\(table.name) \(wrong), \(count) bytes, value \(value): \(shown)"
      }
    }
    return nil
  }

  func difference(
    _ table: Table, _ bytes: UnsafePointer<UInt8>, _ count: Int, value: UInt8,
    _ oracle: ScanOracle, manyCapacities: Bool
  ) -> String? {
    let kernels = unsafe table.kernels
    if unsafe kernels.countByte(bytes, count, value) != oracle.valueCount { return "countByte" }
    if unsafe kernels.findByte(bytes, count, value) != oracle.firstValue { return "findByte" }
    if unsafe kernels.findLastByte(bytes, count, value) != oracle.lastValue {
      return "findLastByte"
    }
    if unsafe kernels.findStringEnd(bytes, count) != oracle.stringEnd { return "findStringEnd" }
    if unsafe kernels.findStringSpecial(bytes, count) != oracle.stringSpecial {
      return "findStringSpecial"
    }

    let wordCount = oracle.newlines.count
    var words = unsafe firstOutput.words(wordCount)
    unsafe kernels.newlineBitmap(bytes, count, words)
    if unsafe !equal(words, oracle.newlines) { return "newlineBitmap" }

    unsafe words = firstOutput.words(wordCount)
    unsafe kernels.structuralBitmap(bytes, count, words)
    if unsafe !equal(words, oracle.structure) { return "structuralBitmap" }

    unsafe words = firstOutput.words(wordCount)
    unsafe kernels.stringSpecialBitmap(bytes, count, words)
    if unsafe !equal(words, oracle.stringSpecials) { return "stringSpecialBitmap" }

    unsafe words = firstOutput.words(wordCount)
    let moreWords = unsafe secondOutput.words(wordCount)
    unsafe kernels.quoteBitmaps(bytes, count, words, moreWords)
    if unsafe !equal(words, oracle.quotes) { return "quoteBitmaps: quotes" }
    if unsafe !equal(moreWords, oracle.backslashes) { return "quoteBitmaps: backslashes" }

    for needle in Self.needles(value) {
      unsafe words = firstOutput.words(wordCount)
      let hits = unsafe secondOutput.words(wordCount)
      let before: UInt64 = needle.endOffset == 0 ? 1 << 7 : 0
      for index in 0..<wordCount { unsafe hits[index] = before }
      var summary = [UInt64](repeating: 0, count: (wordCount + 63) / 64 + 1)
      let lineCount = unsafe kernels.probeBitmaps(bytes, count, needle, words, hits, &summary)
      if lineCount != oracle.lineEnds.count { return "probeBitmaps: count" }
      if unsafe !equal(words, oracle.newlines) { return "probeBitmaps: newlines" }
      let expected = unsafe ScanOracle.hits(bytes, count, needle, before: before)
      if unsafe !equal(hits, expected) { return "probeBitmaps: hits of \(needle)" }
    }

    if unsafe !offsetsAgree(
      kernels.lineOffsets, bytes, count, oracle.lineEnds, manyCapacities: manyCapacities)
    {
      return "lineOffsets"
    }
    if unsafe !offsetsAgree(
      kernels.stringSpecialOffsets, bytes, count, oracle.stringSpecialPlaces,
      manyCapacities: manyCapacities)
    {
      return "stringSpecialOffsets"
    }
    return nil
  }

  /// Needles whose bytes are near to each other and far, in both orders.
  static func needles(_ value: UInt8) -> [SpaltNeedle] {
    let value = max(1, value)
    return [(0, 0, 0), (0, 1, 0), (3, 1, 0), (63, 64, 0), (255, 2, 0), (0, 0, 1), (1, 0, 5)].map {
      SpaltNeedle(
        first: value, firstOffset: $0.0, second: 0x22, secondOffset: $0.1,
        valueOffset: $0.2 / 2, endOffset: $0.2, lowDigit: 0x33, highDigit: 0x35, requiresDigit: 0)
    }
      + [(0, 1, 2), (1, 0, 0), (0, 0, 70)].map {
        SpaltNeedle(
          first: value, firstOffset: $0.0, second: value, secondOffset: $0.1,
          valueOffset: $0.2, endOffset: 0, lowDigit: 0x22, highDigit: 0x5C, requiresDigit: 1)
      }
  }

  func equal(_ words: UnsafePointer<UInt64>, _ expected: [UInt64]) -> Bool {
    var index = 0
    while index < expected.count {
      if unsafe words[index] != expected[index] { return false }
      index += 1
    }
    return true
  }

  typealias OffsetsKernel =
    @convention(c) (
      UnsafePointer<UInt8>?, Int, UInt32, UnsafeMutablePointer<UInt32>?, Int
    ) -> Int

  /// Whether a kernel lists these places, with room to spare and without.
  func offsetsAgree(
    _ kernel: OffsetsKernel, _ bytes: UnsafePointer<UInt8>, _ count: Int, _ places: [UInt32],
    manyCapacities: Bool
  ) -> Bool {
    let base: UInt32 = 1_000_003
    var capacities = [places.count + 64, places.count / 2]
    if manyCapacities { capacities += 0...(places.count + 3) }
    for capacity in capacities {
      let offsets = unsafe firstOutput.offsets(capacity)
      let written = unsafe kernel(bytes, count, base, offsets, capacity)
      if written != min(capacity, places.count) { return false }
      var index = 0
      while index < written {
        if unsafe offsets[index] != base + places[index] { return false }
        index += 1
      }
    }
    return true
  }

  @Test("Every alignment and length up to 200", arguments: Filling.allCases)
  func alignmentsAndLengths(filling: Filling) {
    fill(filling, seed: 1)
    // From the end of the buffer, so that at distance 0 the guard page follows.
    for distance in 0..<64 {
      for count in 0...200 {
        let start = unsafe input.end - distance - count
        let value = ScanTests.interesting[(distance + count) % 9]
        if let wrong = unsafe difference(start, count, value: value) {
          Issue.record("distance \(distance): \(wrong)")
          return
        }
      }
    }
  }

  @Test("Lengths around the edges of blocks and pages", arguments: Filling.allCases)
  func edges(filling: Filling) {
    for seed: UInt64 in 1...3 {
      fill(filling, seed: seed)
      for count in [255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 4095, 4096, 4097, 8192] {
        for distance in [0, 1, 15, 16, 31, 33, 63] where count + distance <= input.count {
          let start = unsafe input.end - distance - count
          if let wrong = unsafe difference(start, count, value: 0x0A) {
            Issue.record("distance \(distance): \(wrong)")
            return
          }
        }
      }
    }
  }

  @Test("Nothing but one byte value")
  func uniform() {
    for byte in UInt8.min...UInt8.max {
      fill(with: byte)
      let counts =
        ScanTests.interesting.contains(byte)
        ? Array(0...130) : [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 65, 127, 128, 129]
      for count in counts + [1000] {
        let start = unsafe input.end - count
        for value in [byte, byte ^ 0x80, byte ^ 1] {
          if let wrong = unsafe difference(start, count, value: value) {
            Issue.record("all \(byte): \(wrong)")
            return
          }
        }
      }
    }
  }

  @Test("Every byte value in every place of a block")
  func everyByteEverywhere() {
    let count = 96
    fill(with: 0x61)
    let start = unsafe input.end - count
    for byte in UInt8.min...UInt8.max {
      for place in 0..<count {
        unsafe start[place] = byte
        if let wrong = unsafe difference(start, count, value: byte) {
          Issue.record("\(byte) at \(place): \(wrong)")
          return
        }
        unsafe start[place] = 0x61
      }
    }
  }

  @Test("One hit in any place of any length", arguments: [0x0A, 0x22, 0x5C, 0x7D] as [UInt8])
  func singleHits(byte: UInt8) {
    fill(with: 0x61)
    for count in 1...150 {
      let start = unsafe input.end - count
      for place in 0..<count {
        unsafe start[place] = byte
        // A hit right before the range and one behind a shorter range must not be seen.
        unsafe (start - 1).pointee = byte
        if let wrong = unsafe difference(start, count, value: byte) {
          Issue.record("\(byte) at \(place): \(wrong)")
          return
        }
        if let wrong = unsafe difference(start, place, value: byte) {
          Issue.record("\(byte) behind the range: \(wrong)")
          return
        }
        unsafe start[place] = 0x61
        unsafe (start - 1).pointee = 0x61
      }
    }
  }

  @Test("Line offsets stop at the capacity")
  func capacities() {
    for seed: UInt64 in 1...20 {
      fill(.dense, seed: seed)
      var random = TestRandom(seed: seed)
      for index in 0..<600 where random.below(3) == 0 {
        unsafe (input.end - 1 - index).pointee = 0x0A
      }
      for count in [0, 1, 63, 64, 65, 127, 128, 129, 500] {
        let start = unsafe input.end - count
        if let wrong = unsafe difference(start, count, value: 0x0A, manyCapacities: true) {
          Issue.record("\(wrong)")
          return
        }
      }
    }
  }

  @Test("No bytes at a null pointer")
  func null() {
    for table in tables {
      let kernels = unsafe table.kernels
      unsafe #expect(kernels.countByte(nil, 0, 1) == 0)
      unsafe #expect(kernels.findByte(nil, 0, 1) == 0)
      unsafe #expect(kernels.findLastByte(nil, 0, 1) == 0)
      unsafe #expect(kernels.findStringEnd(nil, 0) == 0)
      unsafe #expect(kernels.findStringSpecial(nil, 0) == 0)
      unsafe #expect(kernels.lineOffsets(nil, 0, 0, nil, 0) == 0)
      unsafe #expect(kernels.stringSpecialOffsets(nil, 0, 0, nil, 0) == 0)
      unsafe #expect(kernels.validateUTF8(nil, 0) == 0)
      unsafe kernels.newlineBitmap(nil, 0, nil)
      unsafe kernels.structuralBitmap(nil, 0, nil)
      unsafe kernels.stringSpecialBitmap(nil, 0, nil)
      unsafe kernels.quoteBitmaps(nil, 0, nil, nil)
      let highNibbles = [UInt8](repeating: 0, count: 16)
      unsafe kernels.byteClassBitmap(nil, 0, highNibbles, nil)
    }
  }
}
