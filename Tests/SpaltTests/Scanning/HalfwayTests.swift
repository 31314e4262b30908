import Testing

@testable import Spalt

/// A number of many decimal digits, made by big-integer arithmetic in base 10**18 that shares
/// nothing with the code under test.
private struct DecimalInteger {
  private static let base: UInt64 = 1_000_000_000_000_000_000

  /// The digits in groups of eighteen, lowest first.
  private var groups: [UInt64]

  init(_ value: UInt64) { groups = [value] }

  mutating func multiply(by factor: UInt64) {
    var carry: UInt64 = 0
    for index in 0..<groups.count {
      var (high, low) = groups[index].multipliedFullWidth(by: factor)
      let sum = low.addingReportingOverflow(carry)
      low = sum.partialValue
      if sum.overflow { high += 1 }
      (carry, groups[index]) = Self.base.dividingFullWidth((high, low))
    }
    while carry > 0 {
      groups.append(carry % Self.base)
      carry /= Self.base
    }
  }

  func append(to buffer: TextBuffer) {
    buffer.appendDecimal(groups[groups.count - 1])
    for group in groups.dropLast().reversed() { buffer.appendDecimal(group, digits: 18) }
  }
}

/// Decimal text of the exact middle between two adjacent doubles, of its closest neighbours and of
/// the middle with one digit far behind it: what a conversion that looks at fewer digits gets
/// wrong.
@Suite struct HalfwayTests {
  private enum Variant {
    case middle, below, above, farAbove

    /// The correct result between the magnitudes `lower` and the next one.
    func expected(lower: Double) -> Double {
      switch self {
      case .below: lower
      case .above, .farAbove: lower.nextUp
      case .middle: lower.bitPattern % 2 == 0 ? lower : lower.nextUp
      }
    }
  }

  /// Appends a variant of the integer whose digits are `digits` in the buffer, times a power of
  /// ten.
  private func append(
    _ variant: Variant, of digits: Range<Int>, exponent: Int, to buffer: TextBuffer
  ) {
    let start = buffer.count
    buffer.append(copyOf: digits)
    var last = buffer.count - 1
    switch variant {
    case .middle: break
    case .above:
      while buffer[last] == UInt8(ascii: "9") {
        buffer[last] = UInt8(ascii: "0")
        last -= 1
      }
      buffer[last] += 1
    case .below:
      while buffer[last] == UInt8(ascii: "0") {
        buffer[last] = UInt8(ascii: "9")
        last -= 1
      }
      buffer[last] -= 1
    case .farAbove:
      buffer.append(UInt8(ascii: "."))
      buffer.append(UInt8(ascii: "0"), count: 399)
      buffer.append(UInt8(ascii: "1"))
    }
    precondition(buffer[start] != UInt8(ascii: "0") || buffer.count - start == 1)
    buffer.append(UInt8(ascii: "e"))
    if exponent < 0 { buffer.append(UInt8(ascii: "-")) }
    buffer.appendDecimal(UInt64(exponent.magnitude))
  }

  /// Adds all variants of the middle above a double to the corpus. The double has the exponent
  /// field `field`, and the middle is an odd integer times `factor`, times a power of ten.
  private func add(
    _ mantissa: UInt64, field: Int, factor: DecimalInteger, exponent: Int, to corpus: NumberCorpus
  ) {
    let lower = Double(bitPattern: UInt64(field) << 52 | mantissa)
    let significand = mantissa | (field == 0 ? 0 : 1 << 52)
    var middle = factor
    middle.multiply(by: 2 * significand + 1)
    let start = corpus.buffer.count
    var digits = start..<start
    corpus.add(expected: Variant.middle.expected(lower: lower)) { buffer in
      middle.append(to: buffer)
      digits = start..<buffer.count
      buffer.append("e\(exponent)")
    }
    for variant in [Variant.below, .above, .farAbove] {
      corpus.add(expected: variant.expected(lower: lower)) {
        append(variant, of: digits, exponent: exponent, to: $0)
      }
    }
  }

  /// Adds the middles above some remarkable and some random doubles of one binary exponent.
  private func addMiddles(
    field: Int, factor: DecimalInteger, exponent: Int, to corpus: NumberCorpus,
    _ generator: inout SeededGenerator
  ) {
    let highest: UInt64 = (1 << 52) - 1
    var mantissas: [UInt64] = [0, 1, highest, highest - 1]
    for _ in 0..<9 {
      // Denormals of every length.
      let mask = field == 0 ? highest >> UInt64(generator.below(52)) : highest
      mantissas.append(generator.next() & mask)
    }
    for mantissa in mantissas {
      add(mantissa, field: field, factor: factor, exponent: exponent, to: corpus)
    }
  }

  // The middle above the double with significand s is (2 s + 1) * 2**power, where power is its
  // exponent field - 1076, or -1075 for denormals. If negative, that is
  // (2 s + 1) * 5**-power * 10**power. The two tests visit every binary exponent: 106,444 numbers.

  @Test func middlesOfNegativePowers() {
    var generator = SeededGenerator(seed: 20)
    let corpus = NumberCorpus()
    var wrong: [String] = []
    var count = 0
    var factor = DecimalInteger(1)
    for power in 1...1075 {
      factor.multiply(by: 5)
      corpus.removeAll()
      addMiddles(
        field: 1076 - power, factor: factor, exponent: -power, to: corpus, &generator)
      if power == 1075 {
        addMiddles(field: 0, factor: factor, exponent: -power, to: corpus, &generator)
      }
      wrong += corpus.mismatches()
      count += corpus.count
    }
    #expect(wrong.prefix(10) == [])
    #expect(count == 1076 * 13 * 4)
  }

  @Test func middlesOfPositivePowers() {
    var generator = SeededGenerator(seed: 21)
    let corpus = NumberCorpus()
    var wrong: [String] = []
    var count = 0
    var factor = DecimalInteger(1)
    for power in 0...970 {
      corpus.removeAll()
      addMiddles(field: power + 1076, factor: factor, exponent: 0, to: corpus, &generator)
      factor.multiply(by: 2)
      wrong += corpus.mismatches()
      count += corpus.count
    }
    #expect(wrong.prefix(10) == [])
    #expect(count == 971 * 13 * 4)
  }

  /// The same numbers written without an exponent.
  @Test func plainNotation() {
    let corpus = NumberCorpus()
    var factor = DecimalInteger(1)
    for power in 1...1075 {
      factor.multiply(by: 5)
      guard power > 300, power % 25 == 0 else { continue }
      for tail in ["", "0", "1", String(repeating: "0", count: 900) + "1"] {
        var middle = factor
        middle.multiply(by: 2 * UInt64(power) + 3)
        let digits = TextBuffer()
        middle.append(to: digits)
        corpus.add { buffer in
          buffer.append("-0.")
          buffer.append(UInt8(ascii: "0"), count: power - digits.count)
          middle.append(to: buffer)
          buffer.append(tail)
        }
      }
    }
    #expect(corpus.mismatches() == [])
  }
}
