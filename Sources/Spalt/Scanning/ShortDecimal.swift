import SpaltKernels

extension ByteCursor {
  /// The value of a decimal number that takes exactly the `byteCount` bytes at `index`, when it is short,
  /// as measurements are in logs: one to seven digits before the point, one to seven behind it, no
  /// exponent, not negative. Nil for every other number.
  ///
  /// The conversion is one division, which is exact in the sense of IEEE 754 because both operands are
  /// (Clinger, 1990).
  @inline(__always)
  func scanShortDecimal(at index: Int, byteCount: Int) -> Double? {
    let whole = DigitWord(word(at: index))
    let wholeCount = whole.count
    let fractionCount = byteCount &- wholeCount &- 1
    let fractionStart = index &+ byteCount &- 8
    // JSON has no leading zeros: "0" stands alone before the point.
    let hasLeadingZero = whole.values & 0xFF == 0 && wholeCount > 1
    let isShort =
      wholeCount &- 1 < 7 && wholeCount > 0 && fractionCount &- 1 < 7 && fractionCount > 0
      && fractionStart >= 0
    guard _fastPath(isShort && !hasLeadingZero && whole.next == UInt8(ascii: ".") ^ 0x30) else {
      return nil
    }
    // The digits behind the point end a word; what stands before them becomes zeros.
    let junk = UInt64(truncatingIfNeeded: 8 &- fractionCount) &* 8
    let digits = (word(at: fractionStart) ^ 0x3030_3030_3030_3030) & (UInt64.max &<< (junk & 63))
    let others = (digits &+ 0x7676_7676_7676_7676) | digits
    guard _fastPath(others & 0x8080_8080_8080_8080 == 0) else { return nil }
    let scale = Int32(truncatingIfNeeded: fractionCount)
    let significand =
      whole.leadingValue &* spaltSmallPowerOfTen(scale) &+ DigitWord.value(ofDigits: digits)
    return Double(Int64(truncatingIfNeeded: significand)) / spaltSmallExactPowerOfTen(scale)
  }
}
