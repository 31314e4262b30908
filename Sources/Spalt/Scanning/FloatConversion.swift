import SpaltKernels

extension ByteCursor {
  /// The value of an integer literal; nil when `number` is not one or does not fit.
  @inline(__always)
  func int64(_ number: DecimalNumber) -> Int64? {
    let limit = UInt64(Int64.max) &+ (number.isNegative ? 1 : 0)
    // An integer of more than 19 digits has an exponent, or digits were dropped.
    let fits =
      number.isComplete && number.isInteger && number.exponent == 0
      && number.significand <= limit
    guard fits else { return nil }
    let magnitude = Int64(truncatingIfNeeded: number.significand)
    return number.isNegative ? 0 &- magnitude : magnitude
  }

  /// The double nearest to `number`, ties to even, however many digits it has; -0.0 keeps its sign.
  /// Nil when the number rounds to infinity, or is not valid.
  @inline(__always)
  func float64(_ number: DecimalNumber) -> Double? {
    // Both the significand and the power of ten are exact, so that one operation rounds just once.
    let power = spaltExactPowerOfTen(Int32(truncatingIfNeeded: abs(number.exponent)))
    let isSimple = number.significand <= 1 &<< 53 && power != 0 && number.isComplete
    guard _fastPath(isSimple) else { return roundedFloat64(number) }
    let magnitude = Double(Int64(truncatingIfNeeded: number.significand))
    let value = number.exponent < 0 ? magnitude / power : magnitude * power
    return number.isNegative ? -value : value
  }

  /// Like `float64(_:)`, but nil for an integer literal that no double equals exactly: integers in
  /// a column of doubles are never rounded.
  @inline(__always)
  func exactFloat64(_ number: DecimalNumber) -> Double? {
    let isExact = !number.isInteger || (number.significand <= 1 &<< 53 && number.exponent == 0)
    return _fastPath(isExact) ? float64(number) : exactLongFloat64(number)
  }

  @inline(never)
  private func exactLongFloat64(_ number: DecimalNumber) -> Double? {
    guard number.isValid, let value = float64(number) else { return nil }
    let rounded = BinaryNumber(magnitude: value)
    let order = order(of: number, against: rounded.significand, power: rounded.power)
    return order == 0 ? value : nil
  }

  /// The conversion of a number beyond the reach of one exact operation.
  @inline(never)
  private func roundedFloat64(_ number: DecimalNumber) -> Double? {
    guard number.isValid else { return nil }
    let (lower, isCertain) = BinaryNumber.nearest(number.significand, exponent: number.exponent)
    var magnitude = lower
    if number.isTruncated || !isCertain {
      magnitude = settled(number, lower: lower, isCertain: isCertain)
    }
    let value = magnitude.double
    guard value.isFinite else { return nil }
    return number.isNegative ? -value : value
  }

  /// Decides between `lower`, the result for the number's first digits, and the double above it.
  private func settled(
    _ number: DecimalNumber, lower: BinaryNumber, isCertain: Bool
  ) -> BinaryNumber {
    guard lower.double.isFinite else { return lower }
    if isCertain {
      // The dropped digits add less than one to the significand. Mostly that makes no difference.
      let next = BinaryNumber.nearest(number.significand &+ 1, exponent: number.exponent)
      if next.isCertain && next.result == lower { return lower }
    }
    let middle = 2 * lower.significand + 1
    let order = order(of: number, against: middle, power: lower.power - 1)
    let isAbove = order > 0 || (order == 0 && lower.significand % 2 == 1)
    return isAbove ? lower.successor : lower
  }
}
