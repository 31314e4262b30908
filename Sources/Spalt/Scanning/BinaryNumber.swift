import SpaltKernels

/// A double's magnitude, taken apart: `significand * 2**power`.
struct BinaryNumber: Equatable {
  /// At most 53 bits; fewer only for denormals and zero.
  var significand: UInt64

  /// From -1,074 up; 972 stands for infinity.
  var power: Int

  static let zero = BinaryNumber(significand: 0, power: smallestPower)
  static let infinity = BinaryNumber(significand: hiddenBit, power: 972)

  private static let smallestPower = -1074
  private static let hiddenBit: UInt64 = 1 &<< 52

  init(significand: UInt64, power: Int) {
    self.significand = significand
    self.power = power
  }

  /// The magnitude of a finite double.
  init(magnitude value: Double) {
    let biased = Int(value.exponentBitPattern)
    significand = value.significandBitPattern | (biased == 0 ? 0 : Self.hiddenBit)
    power = Self.smallestPower + max(0, biased - 1)
  }

  /// The double itself.
  var double: Double {
    // The hidden bit, where there is one, adds one to the exponent field.
    let exponent = UInt64(truncatingIfNeeded: power - Self.smallestPower)
    return Double(bitPattern: (exponent &<< 52) &+ significand)
  }

  /// The next double above a finite one.
  var successor: BinaryNumber {
    guard significand + 1 == 2 * Self.hiddenBit else {
      return BinaryNumber(significand: significand + 1, power: power)
    }
    return BinaryNumber(significand: Self.hiddenBit, power: power + 1)
  }

  /// The double nearest to `decimal * 10**exponent`, ties to even.
  ///
  /// After Eisel and Lemire: the decimal is multiplied by the first 128 bits of the power of five,
  /// at first by the higher half only. The exact product lies between the one computed here and the
  /// same plus one in the last place, and only when that carry would reach the bits that round is
  /// the result not certain; it is then the lower of two candidates.
  static func nearest(_ decimal: UInt64, exponent: Int) -> (result: BinaryNumber, isCertain: Bool) {
    if decimal == 0 || exponent < spaltFirstPowerOfFive { return (.zero, true) }
    if exponent > spaltLastPowerOfFive { return (.infinity, true) }
    let shift = decimal.leadingZeroBitCount
    let product = product(of: decimal &<< UInt64(shift), exponent: exponent)

    // 54 bits, the 53 that stay and one that rounds, whether or not the product begins with a zero.
    let isWide = Int(product.high &>> 63)
    let bits = product.high &>> UInt64(isWide + 9)
    // floor(log2(10**exponent)); the power of the lowest of those bits follows from it.
    let log = (exponent &* 217_706) &>> 16
    let power = log - shift + isWide + 10

    // Only an exact product can be a tie, and 5**exponent must be small for that.
    let isTie =
      product.low <= 1 && exponent >= -4 && exponent <= 23 && bits & 3 == 1
      && bits &<< UInt64(isWide + 9) == product.high
    let result = rounded(bits, power: power, isTie: isTie)
    return (result, product.low != .max || (exponent >= -27 && exponent <= 55))
  }

  /// The highest 128 bits, or all that matters of them, of `decimal * 5**exponent`.
  @inline(__always)
  private static func product(of decimal: UInt64, exponent: Int) -> (high: UInt64, low: UInt64) {
    let index = Int32(truncatingIfNeeded: exponent)
    var (high, low) = decimal.multipliedFullWidth(by: spaltPowerOfFive(index, 0))
    // Ones all the way below the bits that round: a carry from the lower half may change them.
    if high & 0x1FF == 0x1FF {
      let addend = decimal.multipliedFullWidth(by: spaltPowerOfFive(index, 1)).high
      let (sum, overflow) = low.addingReportingOverflow(addend)
      low = sum
      if overflow { high = high &+ 1 }
    }
    return (high, low)
  }

  /// Rounds `bits * 2**power`, 54 bits and a fraction that was cut off, to 53 bits or to a
  /// denormal.
  @inline(__always)
  private static func rounded(_ bits: UInt64, power: Int, isTie: Bool) -> BinaryNumber {
    var significand = bits
    var power = power + 1
    if power < smallestPower {
      let excess = smallestPower - power
      if excess >= 55 { return .zero }
      significand &>>= UInt64(excess)
      power = smallestPower
    } else if isTie {
      // Half way, and the bit above is even: rounds down.
      significand &= ~1
    }
    significand = (significand + significand & 1) &>> 1
    if significand == 2 * hiddenBit {
      significand = hiddenBit
      power += 1
    }
    return power > 971 ? .infinity : BinaryNumber(significand: significand, power: power)
  }
}
