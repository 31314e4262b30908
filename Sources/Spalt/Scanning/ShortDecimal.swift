import SpaltKernels

/// A short decimal number, as measurements are written in logs: at most seven digits before the point
/// and at most seven behind it, no exponent. Its conversion is exact in one division, because both
/// operands are (Clinger, 1990).
struct ShortDecimal: BitwiseCopyable {
  let value: Double
  /// Index just past the number, or -1 when it is not of this kind; then nothing else is meaningful.
  let end: Int
}

extension ByteCursor {
  /// Reads a short decimal number at `index`; everything else is for `scanNumber`.
  @inline(__always)
  func scanShortDecimal(at index: Int) -> ShortDecimal {
    let isNegative = byte(at: index) == UInt8(ascii: "-")
    let start = isNegative ? index &+ 1 : index
    let whole = DigitWord(word(at: start))
    let wholeCount = whole.count
    // JSON has no leading zeros: "0" stands alone before the point.
    let hasLeadingZero = whole.values & 0xFF == 0 && wholeCount > 1
    guard wholeCount > 0, !whole.isFull, !hasLeadingZero,
      whole.next == UInt8(ascii: ".") ^ 0x30
    else { return ShortDecimal(value: 0, end: -1) }
    let fractionStart = start &+ wholeCount &+ 1
    let fraction = DigitWord(word(at: fractionStart))
    let fractionCount = fraction.count
    guard fractionCount > 0, !fraction.isFull, fraction.next | 0x20 != UInt8(ascii: "E") ^ 0x30
    else { return ShortDecimal(value: 0, end: -1) }
    let scale = Int32(truncatingIfNeeded: fractionCount)
    let significand =
      whole.leadingValue &* spaltSmallPowerOfTen(scale) &+ fraction.leadingValue
    let magnitude =
      Double(Int64(truncatingIfNeeded: significand)) / spaltExactPowerOfTen(scale)
    return ShortDecimal(
      value: isNegative ? -magnitude : magnitude, end: fractionStart &+ fractionCount)
  }
}
