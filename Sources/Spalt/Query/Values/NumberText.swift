/// Numbers and truth values that are written as text, read as a cast reads them: with spaces around
/// them, a plus, leading zeros, and no digit before or behind the point.
enum NumberText {
  /// Half of the values from here on lie beyond 64 bits.
  private static let int64Limit = 9_223_372_036_854_775_808.0

  static func float64(_ bytes: [UInt8]) -> Double? { float64(ByteView(bytes.span)) }
  static func int64(_ bytes: [UInt8]) -> Int64? { int64(ByteView(bytes.span)) }
  static func bool(_ bytes: [UInt8]) -> Bool? { bool(ByteView(bytes.span)) }

  /// The bytes without white space around them.
  static func trimmed(_ text: borrowing ByteView) -> Range<Int> {
    var start = 0
    var end = text.byteCount
    while start < end, isSpace(text[start]) { start += 1 }
    while end > start, isSpace(text[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 <= 9 }

  /// The integer that is nearest, half of one away from zero; nil when there is none of 64 bits.
  static func int64(_ text: borrowing ByteView) -> Int64? {
    let range = trimmed(text)
    var index = range.lowerBound
    guard index < range.upperBound else { return nil }
    let isNegative = text[index] == 0x2D
    if isNegative || text[index] == 0x2B { index += 1 }
    let limit: UInt64 = isNegative ? 1 << 63 : 1 << 63 - 1
    var magnitude: UInt64 = 0
    var digitCount = 0
    while index < range.upperBound, isDigit(text[index]) {
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(text[index] - 0x30))
      if overflow || carry || sum > limit { return nil }
      magnitude = sum
      digitCount += 1
      index += 1
    }
    if index < range.upperBound, text[index] == 0x2E {
      index += 1
      let roundsUp = index < range.upperBound && text[index] >= 0x35 && text[index] <= 0x39
      while index < range.upperBound, isDigit(text[index]) {
        digitCount += 1
        index += 1
      }
      if roundsUp { magnitude += 1 }
    }
    guard index == range.upperBound else { return withExponent(text, at: index) }
    guard digitCount > 0, magnitude <= limit else { return nil }
    let value = Int64(truncatingIfNeeded: magnitude)
    return isNegative ? 0 &- value : value
  }

  private static func withExponent(_ text: borrowing ByteView, at index: Int) -> Int64? {
    guard text[index] | 0x20 == 0x65, let value = float64(text) else { return nil }
    let rounded = value.rounded(.toNearestOrAwayFromZero)
    return rounded >= -int64Limit && rounded < int64Limit ? Int64(rounded) : nil
  }

  /// The double that is nearest, infinity included; nil when the text is no number.
  static func float64(_ text: borrowing ByteView) -> Double? {
    let range = trimmed(text)
    var index = range.lowerBound
    guard index < range.upperBound else { return nil }
    let isNegative = text[index] == 0x2D
    if isNegative || text[index] == 0x2B { index += 1 }
    while index + 1 < range.upperBound, text[index] == 0x30, isDigit(text[index + 1]) { index += 1 }
    let cursor = ByteCursor(text.slice(index..<range.upperBound))
    let number = cursor.scanNumber(at: 0)
    guard number.isValid, number.end == cursor.end, !number.isNegative else {
      guard let value = unusual(text.slice(index..<range.upperBound)) else { return nil }
      return isNegative ? -value : value
    }
    let value = cursor.float64(number) ?? .infinity
    return isNegative ? -value : value
  }

  /// A number without a sign that JSON does not know: `.5`, `5.`, `inf`, `nan`.
  private static func unusual(_ text: borrowing ByteView) -> Double? {
    guard text.byteCount > 0, text.byteCount < 400 else { return nil }
    if equals(text, "inf") || equals(text, "infinity") { return .infinity }
    if equals(text, "nan") { return .nan }
    var bytes = (0..<text.byteCount).map { text[$0] }
    guard let point = bytes.firstIndex(of: 0x2E), bytes.count > 1 else { return nil }
    let isFraction = point + 1 < bytes.count && isDigit(bytes[point + 1])
    if point == 0, isFraction {
      bytes.insert(0x30, at: 0)
    } else if point > 0, !isFraction {
      bytes.remove(at: point)
    } else {
      return nil
    }
    let cursor = ByteCursor(ByteView(bytes.span))
    let number = cursor.scanNumber(at: 0)
    return number.isValid && number.end == cursor.end ? cursor.float64(number) : nil
  }

  /// The truth value that `true`, `t`, `yes`, `y`, `1` or their opposites stand for, in any case.
  static func bool(_ text: borrowing ByteView) -> Bool? {
    switch text.byteCount {
    case 1:
      switch text[0] | 0x20 {
      case 0x74, 0x79, 0x31: return true
      case 0x66, 0x6E, 0x30: return false
      default: return nil
      }
    case 2: return equals(text, "no") ? false : nil
    case 3: return equals(text, "yes") ? true : nil
    case 4: return equals(text, "true") ? true : nil
    case 5: return equals(text, "false") ? false : nil
    default: return nil
    }
  }

  /// Whether the bytes are `word`, which is given in small letters, in whatever case.
  static func equals(_ text: borrowing ByteView, _ word: StaticString) -> Bool {
    guard text.byteCount == word.utf8CodeUnitCount else { return false }
    var index = 0
    var isEqual = true
    for scalar in word.description.utf8 {
      if text[index] | 0x20 != scalar { isEqual = false }
      index += 1
    }
    return isEqual
  }

  // MARK: - Conversions between numbers

  /// The nearest integer, half of one to the even neighbour; nil when 64 bits cannot hold it.
  static func int64(_ value: Double) -> Int64? {
    let rounded = value.rounded(.toNearestOrEven)
    return rounded >= -int64Limit && rounded < int64Limit ? Int64(rounded) : nil
  }

  /// A key that orders doubles as SQL does: -0 is 0, and NaN equals itself and is the greatest.
  @inline(__always)
  static func orderKey(_ value: Double) -> Int64 {
    let plain = value == value ? value + 0 : .nan
    let bits = Int64(bitPattern: plain.bitPattern)
    return bits ^ Int64(bitPattern: UInt64(bitPattern: bits >> 63) >> 1)
  }

  /// The double that has an order key.
  static func float64(ofOrderKey key: Int64) -> Double {
    let bits = key ^ Int64(bitPattern: UInt64(bitPattern: key >> 63) >> 1)
    return Double(bitPattern: UInt64(bitPattern: bits))
  }
}
