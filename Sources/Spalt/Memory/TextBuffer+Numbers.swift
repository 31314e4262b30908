extension TextBuffer {
  /// Appends a number in decimal digits.
  mutating func append(integer value: Int64) throws(SpaltError) {
    if value < 0 { try append(UInt8(ascii: "-")) }
    try append(digits: value.magnitude, minimumCount: 1)
  }

  /// Appends a number in at least `minimumCount` decimal digits.
  mutating func append(digits value: UInt64, minimumCount: Int) throws(SpaltError) {
    var count = minimumCount
    var bound =
      minimumCount >= 20 ? UInt64.max : (0..<minimumCount).reduce(1) { bound, _ in bound * 10 }
    while value >= bound {
      count += 1
      let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
      if overflow { break }
      bound = next
    }
    let start = byteCount
    try extend(by: count)
    var rest = value
    for index in (start..<start + count).reversed() {
      self[index] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
  }
}
