import SpaltKernels

/// A JSON number (RFC 8259, section 6), taken apart but not yet converted.
///
/// Taking apart and converting are two steps, because the column's type decides on the conversion,
/// and because a number that does not fit it goes elsewhere as text.
struct DecimalNumber: BitwiseCopyable {
  /// The largest magnitude of `exponent`; what is beyond converts to zero or to infinity anyway.
  static let exponentLimit = 1_000_000

  /// The most significant digits that `significand` holds.
  static let digitLimit = 19

  /// Index of the first byte: the minus or the first digit.
  var start: Int

  /// Index just past the number. When not `isValid`, index of the offending byte, which is the
  /// index just past the view when the number is cut short there.
  var end: Int

  /// The first significant digits, at most 19.
  var significand: UInt64

  /// The power of ten by which to multiply `significand`, within `exponentLimit`.
  var exponent: Int

  /// The four answers below as bits of one word, which stays in a register: four separate bytes are
  /// loaded and stored together and then taken apart again, at the cost of a conversion.
  private var flags: UInt64

  /// A number at `start` of which nothing was read yet, but whose digits begin at `first`.
  @inline(__always)
  init(start: Int, first: Int) {
    self.start = start
    end = first
    significand = 0
    exponent = 0
    flags = first == start ? 0 : Self.negative
  }

  private static var negative: UInt64 { 1 }
  private static var notInteger: UInt64 { 2 }
  private static var truncated: UInt64 { 4 }
  private static var invalid: UInt64 { 8 }

  /// Whether there is a minus.
  @inline(__always)
  var isNegative: Bool { flags & Self.negative != 0 }

  /// Whether there is neither a fraction nor an exponent part.
  @inline(__always)
  var isInteger: Bool { flags & Self.notInteger == 0 }

  /// Whether there are more than 19 significant digits, and one that was dropped is not zero.
  @inline(__always)
  var isTruncated: Bool { flags & Self.truncated != 0 }

  /// Whether the grammar holds: `-? (0 | [1-9][0-9]*) (\. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  @inline(__always)
  var isValid: Bool { flags & Self.invalid == 0 }

  /// Whether the grammar holds and `significand` has all significant digits.
  @inline(__always)
  var isComplete: Bool { flags & (Self.invalid | Self.truncated) == 0 }

  @inline(__always)
  mutating func markNotInteger() { flags |= Self.notInteger }

  @inline(__always)
  mutating func markTruncated() { flags |= Self.truncated }

  @inline(__always)
  mutating func markInvalid() { flags |= Self.invalid }
}

extension ByteCursor {
  /// Takes the number at `index` apart.
  ///
  /// Stops where the grammar does; what follows is the caller's business. One exception: a digit
  /// behind a leading zero makes the number invalid, since no number can be followed by a digit.
  @inline(__always)
  func scanNumber(at index: Int) -> DecimalNumber {
    let digits = DigitWord(word(at: index))
    guard _fastPath(digits.count > 0) else { return scanSignedNumber(at: index) }
    return scanNumber(at: index, beginningWith: digits, at: index)
  }

  /// A number that does not begin with a digit. Kept apart, because a branch on the sign is
  /// predicted where a load from behind the sign would have to wait for it.
  @inline(never)
  func scanSignedNumber(at index: Int) -> DecimalNumber {
    let first = byte(at: index) == UInt8(ascii: "-") ? index &+ 1 : index
    return scanNumber(at: index, beginningWith: DigitWord(word(at: first)), at: first)
  }

  /// The number at `start`, whose digits begin at `first` with `digits`.
  @inline(__always)
  private func scanNumber(
    at start: Int, beginningWith digits: DigitWord, at first: Int
  ) -> DecimalNumber {
    var number = DecimalNumber(start: start, first: first)
    var next = append(digits, to: &number)
    let hasIntegerPart = number.end > first && (!digits.beginsWithZero || number.end == first &+ 1)
    guard _fastPath(hasIntegerPart) else { return rejected(number, first: first) }
    var digitCount = number.end &- first
    if next == UInt8(ascii: ".") ^ 0x30 {
      let fraction = number.end &+ 1
      number.end = fraction
      next = append(DigitWord(word(at: fraction)), to: &number)
      number.exponent = fraction &- number.end
      number.markNotInteger()
      guard _fastPath(number.end != fraction) else {
        number.markInvalid()
        return number
      }
      digitCount = digitCount &- number.exponent
    }
    let isComplete = digitCount <= DecimalNumber.digitLimit && !Self.beginsExponent(next)
    return _fastPath(isComplete) ? number : completed(number, first: first)
  }

  /// Appends digits to the significand, which wraps around beyond 19 of them, as long as they last:
  /// `digits`, which stand at the number's end so far, and those behind them. Returns the byte that
  /// is none, exclusive-or `0`.
  @inline(__always)
  private func append(_ digits: DigitWord, to number: inout DecimalNumber) -> UInt8 {
    var digits = digits
    while digits.isFull {
      number.significand = number.significand &* 100_000_000 &+ digits.fullValue
      number.end = number.end &+ 8
      digits = DigitWord(word(at: number.end))
    }
    let scale = spaltSmallPowerOfTen(Int32(truncatingIfNeeded: digits.count))
    number.significand = number.significand &* scale &+ digits.leadingValue
    number.end = number.end &+ digits.count
    return digits.next
  }

  /// Index just past the number at `index`, or nil when the grammar does not hold there: the check
  /// without the conversion. Accepts what `scanNumber(at:)` accepts.
  @inline(__always)
  func skipNumber(at index: Int) -> Int? {
    let digits = DigitWord(word(at: index))
    var (end, next) = skip(digits, at: index)
    let hasIntegerPart = end != index && (!digits.beginsWithZero || end == index &+ 1)
    guard _fastPath(hasIntegerPart) else { return skipUnusualNumber(at: index) }
    if next == UInt8(ascii: ".") ^ 0x30 {
      let fraction = end &+ 1
      (end, next) = skip(DigitWord(word(at: fraction)), at: fraction)
      if end == fraction { return nil }
    }
    return _fastPath(!Self.beginsExponent(next)) ? end : skipUnusualNumber(at: index)
  }

  /// Where the digits end of which `digits`, at `index`, are the first, and the byte there,
  /// exclusive-or `0`.
  @inline(__always)
  private func skip(_ digits: DigitWord, at index: Int) -> (end: Int, next: UInt8) {
    var digits = digits
    var end = index
    while digits.isFull {
      end = end &+ 8
      digits = DigitWord(word(at: end))
    }
    return (end &+ digits.count, digits.next)
  }

  /// A number with a sign or an exponent part, or none at all.
  @inline(never)
  private func skipUnusualNumber(at index: Int) -> Int? {
    let first = byte(at: index) == UInt8(ascii: "-") ? index &+ 1 : index
    var end = skipDigits(at: first)
    guard end == first &+ 1 || (end > first && byte(at: first) != UInt8(ascii: "0")) else {
      return nil
    }
    if byte(at: end) == UInt8(ascii: ".") {
      let fraction = end &+ 1
      end = skipDigits(at: fraction)
      guard end > fraction else { return nil }
    }
    guard byte(at: end) | 0x20 == UInt8(ascii: "e") else { return end }
    let sign = byte(at: end &+ 1)
    let digits = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") ? end &+ 2 : end &+ 1
    end = skipDigits(at: digits)
    return end > digits ? end : nil
  }

  private func skipDigits(at index: Int) -> Int {
    skip(DigitWord(word(at: index)), at: index).end
  }

  /// A number without an integer part, or with a leading zero.
  @inline(never)
  private func rejected(_ number: DecimalNumber, first: Int) -> DecimalNumber {
    var number = number
    number.end = number.end == first ? first : first &+ 1
    number.markInvalid()
    return number
  }

  /// A number that was read up to the end of its digits, and has more of them than fit the
  /// significand, or an exponent part, or both. `first` is the index of the first digit.
  @inline(never)
  private func completed(_ number: DecimalNumber, first: Int) -> DecimalNumber {
    var number = number
    if number.end - first > DecimalNumber.digitLimit { rescanDigits(of: &number, first: first) }
    if byte(at: number.end) | 0x20 == UInt8(ascii: "e") { addExponentPart(to: &number) }
    let limit = DecimalNumber.exponentLimit
    number.exponent = max(-limit, min(limit, number.exponent))
    return number
  }

  /// Reads the digits again, byte by byte, and keeps the first significant ones.
  private func rescanDigits(of number: inout DecimalNumber, first: Int) {
    number.significand = 0
    number.exponent = 0
    var isFraction = false
    var index = first
    while index < number.end {
      let digit = byte(at: index) ^ 0x30
      index += 1
      if digit > 9 {
        isFraction = true
      } else if number.significand < Self.fullSignificand {
        number.significand = number.significand * 10 + UInt64(digit)
        if isFraction { number.exponent -= 1 }
      } else {
        if digit != 0 { number.markTruncated() }
        if !isFraction { number.exponent += 1 }
      }
    }
  }

  /// The smallest significand of 19 digits; leading zeros do not count.
  private static var fullSignificand: UInt64 { 1_000_000_000_000_000_000 }

  /// Reads the exponent part, whose `e` stands at the number's end so far.
  private func addExponentPart(to number: inout DecimalNumber) {
    let sign = byte(at: number.end + 1)
    let isSigned = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
    let first = number.end + (isSigned ? 2 : 1)
    var exponent = 0
    var index = first
    while case let digit = byte(at: index) ^ 0x30, digit <= 9 {
      // Stops growing far beyond any count of digits in memory, so that it still outweighs a
      // fraction that begins with zeros by the million, or is outweighed by it.
      if exponent < 1 &<< 56 { exponent = exponent * 10 + Int(digit) }
      index += 1
    }
    number.exponent += sign == UInt8(ascii: "-") ? -exponent : exponent
    number.end = index
    number.markNotInteger()
    if index == first { number.markInvalid() }
  }

  /// Whether a byte right behind a run of digits, exclusive-or `0`, is a point or begins an
  /// exponent.
  @inline(__always)
  static func continuesNumber(_ next: UInt8) -> Bool {
    next == UInt8(ascii: ".") ^ 0x30 || beginsExponent(next)
  }

  /// Whether a byte right behind a run of digits, exclusive-or `0`, is `e` or `E`.
  @inline(__always)
  private static func beginsExponent(_ next: UInt8) -> Bool {
    next | 0x20 == UInt8(ascii: "e") ^ 0x30 | 0x20
  }
}
