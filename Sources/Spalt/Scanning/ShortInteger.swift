extension ByteCursor {
  /// The value of an integer of one to eight digits that takes exactly the `byteCount` bytes at
  /// `index`, or -1 when it is not of this kind: negative, longer, with a leading zero, no integer, or
  /// too near to the beginning of the bytes.
  ///
  /// Its length is known, so the digits are moved to the end of a word and converted together.
  @inline(__always)
  func scanShortInteger(at index: Int, byteCount: Int) -> Int64 {
    let start = index &+ byteCount &- 8
    let isShort = byteCount &- 1 < 8 && byteCount > 0 && start >= 0
    guard _fastPath(isShort) else { return -1 }
    // What stands before the number becomes zeros, which as digits change nothing.
    let junk = UInt64(truncatingIfNeeded: 8 &- byteCount) &* 8
    let values = (word(at: start) ^ 0x3030_3030_3030_3030) & (UInt64.max &<< (junk & 63))
    let others = (values &+ 0x7676_7676_7676_7676) | values
    let hasLeadingZero = byteCount > 1 && (values &>> (junk & 63)) & 0xFF == 0
    guard _fastPath(others & 0x8080_8080_8080_8080 == 0 && !hasLeadingZero) else { return -1 }
    return Int64(truncatingIfNeeded: DigitWord.value(ofDigits: values))
  }
}
