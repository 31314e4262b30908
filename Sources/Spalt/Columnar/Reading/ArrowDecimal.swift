/// A whole number of up to 256 bits: a decimal without its scale.
struct ArrowDecimal: Equatable {
  let isNegative: Bool
  /// The magnitude, lowest word first.
  private let word0: UInt64
  private let word1: UInt64
  private let word2: UInt64
  private let word3: UInt64

  init(_ value: Int64) {
    isNegative = value < 0
    word0 = value.magnitude
    word1 = 0
    word2 = 0
    word3 = 0
  }

  /// - Parameter words: two's complement, lowest word first.
  init(_ words: InlineArray<4, UInt64>) {
    isNegative = words[3] >> 63 != 0
    var magnitude = words
    if isNegative {
      var carries = true
      for index in 0..<4 {
        let sum = (~words[index]).addingReportingOverflow(carries ? 1 : 0)
        magnitude[index] = sum.partialValue
        carries = sum.overflow
      }
    }
    word0 = magnitude[0]
    word1 = magnitude[1]
    word2 = magnitude[2]
    word3 = magnitude[3]
  }

  /// The magnitude, lowest word first.
  var magnitude: InlineArray<4, UInt64> { [word0, word1, word2, word3] }

  /// The value, if it has no more than 64 bits.
  var int64: Int64? {
    guard word1 | word2 | word3 == 0 else { return nil }
    if !isNegative { return Int64(exactly: word0) }
    return word0 <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- word0) : nil
  }

  /// Writes the digits of the magnitude, without leading zeros, at the end of `digits`.
  func appendDigits(to digits: inout [UInt8]) {
    let step: UInt64 = 10_000_000_000_000_000_000
    var words = magnitude
    var reversed: [UInt8] = []
    while words[0] | words[1] | words[2] | words[3] != 0 {
      var rest: UInt64 = 0
      for index in stride(from: 3, through: 0, by: -1) {
        let result = step.dividingFullWidth((rest, words[index]))
        words[index] = result.quotient
        rest = result.remainder
      }
      for _ in 0..<19 {
        reversed.append(0x30 + UInt8(rest % 10))
        rest /= 10
      }
    }
    while reversed.last == 0x30 { reversed.removeLast() }
    if reversed.isEmpty { reversed.append(0x30) }
    digits.append(contentsOf: reversed.reversed())
  }
}
