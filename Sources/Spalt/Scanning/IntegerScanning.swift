import SpaltKernels

/// Eight bytes of text looked at as decimal digits, all at once.
///
/// The first byte of the text is the lowest of the word. Digits become their values and every other
/// byte becomes something above nine.
struct DigitWord: BitwiseCopyable {
  /// The bytes, each exclusive-or `0`: values 0 to 9 are digits.
  let values: UInt64

  /// Bit index of the highest bit of the first byte that is no digit; 64 when all eight are digits.
  let gap: Int

  @inline(__always)
  init(_ word: UInt64) {
    values = word ^ 0x3030_3030_3030_3030
    // Adding 0x76 sets the highest bit of a byte above nine. A carry out of a byte can only disturb
    // later bytes of the text, and the first one that is no digit is all that is looked for.
    let others = (values &+ 0x7676_7676_7676_7676) | values
    gap = (others & 0x8080_8080_8080_8080).trailingZeroBitCount
  }

  /// Number of digits that the text begins with, 0 to 8.
  @inline(__always)
  var count: Int { gap &>> 3 }

  /// Whether all eight bytes are digits.
  @inline(__always)
  var isFull: Bool { gap == 64 }

  /// Whether the first byte is the digit zero.
  @inline(__always)
  var beginsWithZero: Bool { values & 0xFF == 0 }

  /// Whether one to seven digits without a leading zero stand here.
  @inline(__always)
  var isIntegerPart: Bool {
    // Without a branch on the number of digits, which changes from one number to the next.
    let isZeroAlone = gap == 15
    return gap != 64 && gap > 7 && (values & 0xFF | (isZeroAlone ? 1 : 0)) != 0
  }

  /// Value of all eight digits. Meaningful only when `isFull`.
  @inline(__always)
  var fullValue: UInt64 { Self.value(ofDigits: values) }

  /// Value of the `count` digits as an integer. Meaningful only when not `isFull`.
  @inline(__always)
  var leadingValue: UInt64 {
    // Moves the digits to the end of the word, behind zeros. In two steps, because for no digits at
    // all the distance is 64, which a single masked shift would take for 0.
    Self.value(ofDigits: (values &<< 8) &<< UInt64(truncatingIfNeeded: gap ^ 63))
  }

  /// Value of the `count` digits as a fraction, in units of 1e-8. Meaningful only when not
  /// `isFull`.
  @inline(__always)
  var fractionValue: UInt64 {
    let mask = (1 as UInt64) &<< UInt64(truncatingIfNeeded: gap & 56) &- 1
    return Self.value(ofDigits: values & mask)
  }

  /// The byte behind the digits, exclusive-or `0`. Meaningful only when not `isFull`.
  @inline(__always)
  var next: UInt8 {
    UInt8(truncatingIfNeeded: values &>> UInt64(truncatingIfNeeded: gap & 56))
  }

  /// The eight digit values of `digits` as a number, the lowest byte being the first digit: pairs,
  /// then groups of four, then all eight are put together side by side.
  @inline(__always)
  static func value(ofDigits digits: UInt64) -> UInt64 {
    let pairs = (digits &* 10) &+ (digits &>> 8)
    let mask: UInt64 = 0x0000_00FF_0000_00FF
    let outer = (pairs & mask) &* 0x000F_4240_0000_0064
    let inner = ((pairs &>> 16) & mask) &* 0x0000_2710_0000_0001
    return (outer &+ inner) &>> 32
  }
}

/// What `ByteCursor.scanInteger(at:)` found.
struct ScannedInteger: BitwiseCopyable {
  /// The integer, when `isExact`.
  var value: Int64

  /// Index just past the last digit, when `isExact`.
  var end: Int

  /// Whether the text is a plain JSON integer that fits: no leading zeros, no fraction, no
  /// exponent.
  var isExact: Bool
}

extension ByteCursor {
  /// Reads the JSON integer at `index`: the hot path of integer columns.
  ///
  /// Whatever is not a plain integer that fits 64 bits gives `isExact == false` and nothing else;
  /// `scanNumber(at:)` then says what it is. What follows the integer is the caller's business,
  /// except that a point, an exponent or another digit would have belonged to it.
  @inline(__always)
  func scanInteger(at index: Int) -> ScannedInteger {
    let digits = DigitWord(word(at: index))
    guard _fastPath(digits.count > 0) else { return scanNegativeInteger(at: index) }
    guard !digits.isFull else { return scanLongInteger(at: index, after: digits) }
    let isExact = digits.isIntegerPart && !Self.continuesNumber(digits.next)
    return ScannedInteger(
      value: Int64(truncatingIfNeeded: digits.leadingValue),
      end: index &+ digits.count,
      isExact: isExact)
  }

  /// An integer of eight digits or more, whose first eight are `high`.
  @inline(__always)
  private func scanLongInteger(at index: Int, after high: DigitWord) -> ScannedInteger {
    let low = DigitWord(word(at: index &+ 8))
    guard !low.isFull else { return scanLongestInteger(at: index) }
    let scale = spaltSmallPowerOfTen(Int32(truncatingIfNeeded: low.count))
    let value = high.fullValue &* scale &+ low.leadingValue
    return ScannedInteger(
      value: Int64(truncatingIfNeeded: value),
      end: index &+ 8 &+ low.count,
      isExact: !high.beginsWithZero && !Self.continuesNumber(low.next))
  }

  /// An integer of sixteen digits or more, of which nineteen may fit.
  @inline(never)
  private func scanLongestInteger(at index: Int) -> ScannedInteger {
    let high = DigitWord(word(at: index))
    let middle = DigitWord(word(at: index &+ 8))
    let low = DigitWord(word(at: index &+ 16))
    let sixteen = high.fullValue &* 100_000_000 &+ middle.fullValue
    let scale = spaltSmallPowerOfTen(Int32(truncatingIfNeeded: low.count))
    let value = sixteen &* scale &+ low.leadingValue
    let fits = low.gap < 32 && value <= UInt64(Int64.max)
    return ScannedInteger(
      value: Int64(truncatingIfNeeded: value),
      end: index &+ 16 &+ low.count,
      isExact: fits && !high.beginsWithZero && !Self.continuesNumber(low.next))
  }

  /// An integer that does not begin with a digit. Kept apart, because a branch on the sign is
  /// predicted where a load from behind the sign would have to wait for it.
  @inline(never)
  private func scanNegativeInteger(at index: Int) -> ScannedInteger {
    guard byte(at: index) == UInt8(ascii: "-") else {
      return ScannedInteger(value: 0, end: index, isExact: false)
    }
    let digits = DigitWord(word(at: index &+ 1))
    guard !digits.isFull, digits.count > 0 else { return integer(scanSignedNumber(at: index)) }
    let isExact = digits.isIntegerPart && !Self.continuesNumber(digits.next)
    return ScannedInteger(
      value: 0 &- Int64(truncatingIfNeeded: digits.leadingValue),
      end: index &+ 1 &+ digits.count,
      isExact: isExact)
  }

  private func integer(_ number: DecimalNumber) -> ScannedInteger {
    guard let value = int64(number) else {
      return ScannedInteger(value: 0, end: number.end, isExact: false)
    }
    return ScannedInteger(value: value, end: number.end, isExact: true)
  }
}
