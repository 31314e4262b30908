import SpaltKernels

/// An unsigned integer of up to 3,072 bits in a fixed buffer: exact arithmetic for the few decimal
/// numbers that stand so close to the middle of two doubles that 128 bits cannot tell.
///
/// The capacity covers what `ByteCursor.order(of:against:power:)` makes of 800 digits and of
/// the smallest double; more traps.
struct BigNumber: BitwiseCopyable {
  /// The words, lowest first. Those from `count` up are zero.
  private var words = InlineArray<48, UInt64>(repeating: 0)

  /// Number of words up to the highest that is not zero.
  private var count = 0

  init(_ value: UInt64) {
    if value != 0 { append(value) }
  }

  /// Multiplies by `factor`, which is not zero, and adds `addend`.
  mutating func multiply(by factor: UInt64, adding addend: UInt64) {
    var carry = addend
    for index in 0..<count {
      let product = words[index].multipliedFullWidth(by: factor)
      let (low, overflow) = product.low.addingReportingOverflow(carry)
      words[index] = low
      carry = product.high &+ (overflow ? 1 : 0)
    }
    if carry != 0 { append(carry) }
  }

  /// Multiplies by 5 to the power of `exponent`.
  mutating func multiplyByPowerOfFive(_ exponent: Int) {
    // 5**27 is the highest power of five below 2**64.
    let step = 27
    var rest = exponent
    while rest >= step {
      multiply(by: 7_450_580_596_923_828_125, adding: 0)
      rest -= step
    }
    var factor: UInt64 = 1
    for _ in 0..<rest { factor *= 5 }
    multiply(by: factor, adding: 0)
  }

  /// Multiplies by 2 to the power of `exponent`.
  mutating func multiplyByPowerOfTwo(_ exponent: Int) {
    if exponent % 64 != 0 { multiply(by: 1 &<< UInt64(exponent % 64), adding: 0) }
    let distance = exponent / 64
    guard distance > 0, count > 0 else { return }
    for index in stride(from: count - 1, through: 0, by: -1) {
      words[index + distance] = words[index]
    }
    for index in 0..<distance { words[index] = 0 }
    count += distance
  }

  /// -1, 0 or 1 when this number is less than, equal to or greater than `other`.
  func order(against other: borrowing BigNumber) -> Int {
    guard count == other.count else { return count < other.count ? -1 : 1 }
    var index = count
    while index > 0 {
      index -= 1
      if words[index] != other.words[index] { return words[index] < other.words[index] ? -1 : 1 }
    }
    return 0
  }

  private mutating func append(_ word: UInt64) {
    words[count] = word
    count += 1
  }
}

extension BigNumber {
  /// The most digits that are read. The middle between two doubles has at most 768 significant
  /// digits, so that behind 800 it matters only whether there is a digit other than zero.
  static let digitLimit = 800

  /// The first significant digits of `number` as an integer, how many they are, and whether a digit
  /// other than zero follows.
  static func digits(
    of number: DecimalNumber, in cursor: borrowing ByteCursor
  ) -> (value: BigNumber, digitCount: Int, hasMore: Bool) {
    var value = BigNumber(0)
    var digitCount = 0
    var chunk: UInt64 = 0
    var chunkCount = 0
    var index = number.start
    while index < number.end {
      let byte = cursor.byte(at: index)
      index += 1
      if byte | 0x20 == UInt8(ascii: "e") { break }
      guard byte >= UInt8(ascii: "0"), byte != UInt8(ascii: "0") || digitCount > 0 else { continue }
      if digitCount == digitLimit {
        if byte == UInt8(ascii: "0") { continue }
        value.append(chunk, digits: chunkCount)
        return (value, digitCount, true)
      }
      chunk = chunk &* 10 &+ UInt64(byte ^ 0x30)
      chunkCount += 1
      digitCount += 1
      if chunkCount == DecimalNumber.digitLimit {
        value.append(chunk, digits: chunkCount)
        chunk = 0
        chunkCount = 0
      }
    }
    value.append(chunk, digits: chunkCount)
    return (value, digitCount, false)
  }

  /// Writes `count` more decimal digits behind the number.
  private mutating func append(_ digits: UInt64, digits count: Int) {
    multiply(by: spaltPowerOfTen(Int32(truncatingIfNeeded: count)), adding: digits)
  }
}

extension ByteCursor {
  /// -1, 0 or 1 when `number`, with all its digits, is less than, equal to or greater than
  /// `significand * 2**power`, which has to be a double near it or the middle of two.
  @inline(never)
  func order(of number: DecimalNumber, against significand: UInt64, power: Int) -> Int {
    var left = BigNumber(number.significand)
    var exponent = number.exponent
    var hasMore = false
    if number.isTruncated {
      let digits = BigNumber.digits(of: number, in: self)
      left = digits.value
      exponent -= digits.digitCount - DecimalNumber.digitLimit
      hasMore = digits.hasMore
    }
    var right = BigNumber(significand)
    // left * 10**exponent against right * 2**power, each factor moved to where it is positive.
    if exponent > 0 { left.multiplyByPowerOfFive(exponent) }
    if exponent < 0 { right.multiplyByPowerOfFive(-exponent) }
    let shift = power - exponent
    if shift > 0 { right.multiplyByPowerOfTwo(shift) }
    if shift < 0 { left.multiplyByPowerOfTwo(-shift) }
    let order = left.order(against: right)
    return order == 0 && hasMore ? 1 : order
  }
}
