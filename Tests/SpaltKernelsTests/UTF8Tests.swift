import SpaltKernels
import Testing

/// The length of the well-formed sequence at `index`, or 0. The rows are those of table 3-7.
private func wellFormedLength(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ index: Int) -> Int {
  func isIn(_ place: Int, _ low: UInt8, _ high: UInt8) -> Bool {
    guard index + place < count else { return false }
    let byte = unsafe bytes[index + place]
    return low <= byte && byte <= high
  }
  func continues(_ place: Int) -> Bool { isIn(place, 0x80, 0xBF) }

  switch unsafe bytes[index] {
  case 0x00...0x7F: return 1
  case 0xC2...0xDF: return continues(1) ? 2 : 0
  case 0xE0: return isIn(1, 0xA0, 0xBF) && continues(2) ? 3 : 0
  case 0xE1...0xEC: return continues(1) && continues(2) ? 3 : 0
  case 0xED: return isIn(1, 0x80, 0x9F) && continues(2) ? 3 : 0
  case 0xEE...0xEF: return continues(1) && continues(2) ? 3 : 0
  case 0xF0: return isIn(1, 0x90, 0xBF) && continues(2) && continues(3) ? 4 : 0
  case 0xF1...0xF3: return continues(1) && continues(2) && continues(3) ? 4 : 0
  case 0xF4: return isIn(1, 0x80, 0x8F) && continues(2) && continues(3) ? 4 : 0
  default: return 0
  }
}

/// Where the first ill-formed sequence starts; `count` when there is none.
private func wellFormedPrefix(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
  var index = 0
  while index < count {
    let length = unsafe wellFormedLength(bytes, count, index)
    if length == 0 { return index }
    index += length
  }
  return index
}

@Suite("UTF-8 validation")
struct UTF8Tests {
  /// Bytes at the ends of the ranges in table 3-7.
  static let boundaries: [UInt8] = [
    0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
    0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
  ]
  static let fewBoundaries: [UInt8] = [
    0x7F, 0x80, 0x8F, 0x90, 0xA0, 0xBF, 0xC1, 0xC2, 0xE0, 0xED, 0xF0, 0xF1, 0xF4, 0xF5,
  ]
  static let samples = [
    "plain words, 0123456789 {\"key\": \"value\"}", "Grüße, naïve façade", "съешь ещё этих булок",
    "日本語のテキスト", "한국어 문장", "🎉🚀👩‍👩‍👧", "\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}",
    "\u{10000}\u{3FFFF}\u{40000}\u{10FFFF}", "\0\u{7F}",
  ]

  let tables = Table.available()
  let input = GuardedBytes(atLeast: 4096)

  func difference(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> String? {
    let expected = unsafe wellFormedPrefix(bytes, count)
    for table in tables {
      let found = unsafe table.kernels.validateUTF8(bytes, count)
      if found != expected {
        let shown = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
        return "\(table.name): \(found) instead of \(expected) in \(shown)"
      }
    }
    return nil
  }

  /// Checks `sequence` at `place` in `count` letters that end at the guard page.
  func difference(_ sequence: [UInt8], at place: Int, of count: Int) -> String? {
    let start = unsafe input.end - count
    unsafe start.update(repeating: 0x61, count: count)
    var index = 0
    while index < sequence.count {
      unsafe start[place + index] = sequence[index]
      index += 1
    }
    return unsafe difference(start, count)
  }

  @Test("All sequences of two bytes")
  func pairs() {
    let placings = [(0, 2), (15, 40), (31, 64), (63, 130), (128, 130)]
    for pair in 0..<65536 {
      let sequence = [UInt8(pair >> 8), UInt8(pair & 0xFF)]
      let (place, count) = placings[(pair + pair >> 8) % placings.count]
      if let wrong = difference(sequence, at: 0, of: 3)
        ?? difference(sequence, at: place, of: count)
      {
        Issue.record("\(wrong)")
        return
      }
    }
  }

  @Test("Sequences of three bytes from the ends of the ranges")
  func triples() {
    let placings = [(0, 3), (14, 17), (31, 35), (62, 66), (63, 66), (61, 64), (126, 200)]
    var turn = 0
    for first in UTF8Tests.boundaries {
      for second in UTF8Tests.boundaries {
        for third in UTF8Tests.boundaries {
          for step in 0..<3 {
            let (place, count) = placings[(turn + step) % placings.count]
            if let wrong = difference([first, second, third], at: place, of: count) {
              Issue.record("\(wrong)")
              return
            }
          }
          turn += 1
        }
      }
    }
  }

  @Test("Leads of three and four bytes before every second byte")
  func secondBytes() {
    for first in UInt8(0xE0)...0xFF {
      for second in UInt8.min...UInt8.max {
        let short = [first, second, 0x80]
        let long = [first, second, 0xBF, 0x80]
        let wrong =
          difference(short, at: 30, of: 70) ?? difference(long, at: 62, of: 128)
          ?? difference(long, at: 61, of: 65)
        if let wrong {
          Issue.record("\(wrong)")
          return
        }
      }
    }
  }

  @Test("Sequences of four bytes from the ends of the ranges")
  func quadruples() {
    let placings = [
      (0, 4), (13, 18), (30, 40), (61, 65), (62, 70), (63, 128), (60, 64), (125, 129),
    ]
    var turn = 0
    for first in UTF8Tests.fewBoundaries {
      for second in UTF8Tests.fewBoundaries {
        for third in UTF8Tests.fewBoundaries {
          for fourth in UTF8Tests.fewBoundaries {
            let (place, count) = placings[turn % placings.count]
            if let wrong = difference([first, second, third, fourth], at: place, of: count) {
              Issue.record("\(wrong)")
              return
            }
            turn += 1
          }
          turn += 1
        }
      }
    }
  }

  @Test("Characters and damaged characters in every place")
  func straddling() {
    let sequences: [[UInt8]] = [
      [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEF, 0xBF, 0xBF],
      [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
      // Overlong, surrogate, too large, stray continuations, one continuation too many.
      [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xED, 0xA0, 0x80],
      [0xED, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80], [0xBF, 0xBF],
      [0xC3, 0xA4, 0xA4], [0xE2, 0x82, 0xAC, 0xAC], [0xF0, 0x9F, 0x8E, 0x89, 0x89],
    ]
    for sequence in sequences {
      // Whole, and cut short by one byte or more: by a letter, and by the end of the input.
      for kept in 1...sequence.count {
        let part = Array(sequence[..<kept])
        for place in 0...131 {
          let wrong =
            difference(part, at: place, of: place + kept)
            ?? difference(part, at: place, of: place + kept + 1)
            ?? difference(part, at: place, of: 192)
          if let wrong {
            Issue.record("\(wrong)")
            return
          }
        }
      }
    }
  }

  @Test("Every scalar value in the basic plane, and many above")
  func scalars() {
    var text: [UInt8] = []
    func flush() -> String? {
      let start = unsafe input.end - text.count
      unsafe text.withUnsafeBufferPointer {
        unsafe start.update(from: $0.baseAddress!, count: $0.count)
      }
      for table in tables {
        let found = unsafe table.kernels.validateUTF8(start, text.count)
        if found != text.count { return "\(table.name) refuses \(text) at \(found)" }
      }
      text.removeAll(keepingCapacity: true)
      return nil
    }
    var value: UInt32 = 0
    while value <= 0x10FFFF {
      if let scalar = Unicode.Scalar(value) {
        for unit in UTF8.encode(scalar)! { text.append(unit) }
      }
      value += value < 0x10000 ? 1 : 29
      if text.count > 4000 || value > 0x10FFFF {
        if let wrong = flush() {
          Issue.record("\(wrong)")
          return
        }
      }
    }
  }

  @Test("Text of several scripts with random damage")
  func mutations() {
    var random = TestRandom(seed: 42)
    let samples = UTF8Tests.samples.map { Array($0.utf8) }
    for round in 0..<6000 {
      var text: [UInt8] = []
      let wanted = random.below(round % 8 == 0 ? 1500 : 260)
      while text.count < wanted { text += samples[random.below(samples.count)] }
      // Cut anywhere, so that the end is often damaged.
      if round % 3 == 0 { text.removeLast(text.count - wanted) }
      for _ in 0..<random.below(4) where !text.isEmpty {
        let place = random.below(text.count)
        switch random.below(4) {
        case 0: text[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: text[place] ^= 1 << UInt8(random.below(8))
        case 2: text.remove(at: place)
        default: text.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        }
      }
      let distance = round % 2 == 0 ? 0 : random.below(64)
      let start = unsafe input.end - distance - text.count
      unsafe text.withUnsafeBufferPointer { source in
        guard let first = source.baseAddress else { return }
        unsafe start.update(from: first, count: source.count)
      }
      if let wrong = unsafe difference(start, text.count) {
        Issue.record("round \(round): \(wrong)")
        return
      }
    }
  }
}
