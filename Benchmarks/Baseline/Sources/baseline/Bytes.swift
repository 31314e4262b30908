#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension UInt8 {
  static let lineFeed = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
}

extension [UInt8] {
  func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    if range.isEmpty { return nil }
    return unsafe withUnsafeBytes { buffer in
      // SAFETY: the range is not empty and within the array.
      let start = buffer.baseAddress!
      guard let found = unsafe memchr(start + range.lowerBound, Int32(byte), range.count) else {
        return nil
      }
      return unsafe UnsafeRawPointer(found) - start
    }
  }

  func isDash(_ range: Range<Int>) -> Bool {
    range.count == 1 && self[range.lowerBound] == UInt8(ascii: "-")
  }

  /// A number without sign, or nil.
  func integer(_ range: Range<Int>) -> Int? {
    if range.isEmpty || range.count > 18 { return nil }
    var value = 0
    for index in range {
      let digit = self[index] &- UInt8(ascii: "0")
      if digit > 9 { return nil }
      value = value * 10 + Int(digit)
    }
    return value
  }
}
