import SpaltKernels

/// The answers to every scanning question about one range of bytes, found one byte at a time.
@safe
struct ScanOracle {
  var valueCount = 0
  var firstValue: Int
  var lastValue: Int
  var stringEnd: Int
  var stringSpecial: Int
  var newlines: [UInt64]
  var quotes: [UInt64]
  var backslashes: [UInt64]
  var structure: [UInt64]
  var stringSpecials: [UInt64]
  var lineEnds: [UInt32] = []
  var stringSpecialPlaces: [UInt32] = []

  init(_ bytes: UnsafePointer<UInt8>, _ count: Int, value: UInt8) {
    firstValue = count
    lastValue = count
    stringEnd = count
    stringSpecial = count
    let zeros = [UInt64](repeating: 0, count: (count + 63) / 64)
    newlines = zeros
    quotes = zeros
    backslashes = zeros
    structure = zeros
    stringSpecials = zeros

    var index = 0
    while index < count {
      let byte = unsafe bytes[index]
      let bit = UInt64(1) << UInt64(index % 64)
      if byte == value {
        valueCount += 1
        if firstValue == count { firstValue = index }
        lastValue = index
      }
      let interrupts = byte == 0x22 || byte == 0x5C || byte < 0x20
      if interrupts || byte >= 0x80 {
        stringSpecials[index / 64] |= bit
        stringSpecialPlaces.append(UInt32(index))
      }
      if interrupts && stringEnd == count { stringEnd = index }
      if (interrupts || byte >= 0x80) && stringSpecial == count { stringSpecial = index }
      switch byte {
      case 0x0A:
        newlines[index / 64] |= bit
        lineEnds.append(UInt32(index))
      case 0x22:
        quotes[index / 64] |= bit
      case 0x5C:
        backslashes[index / 64] |= bit
      case 0x7B, 0x7D, 0x5B, 0x5D, 0x3A, 0x2C:
        structure[index / 64] |= bit
      default:
        break
      }
      index += 1
    }
  }

  /// What `probeBitmaps` finds, in words that held `before`.
  static func hits(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ needle: SpaltNeedle, before: UInt64
  ) -> [UInt64] {
    var words = [UInt64](repeating: before, count: (count + 63) / 64)
    func byte(_ index: Int) -> UInt8 { index < count ? unsafe bytes[index] : 0 }
    func isOtherInteger(_ index: Int) -> Bool {
      let digit = byte(index + Int(needle.valueOffset))
      let end = byte(index + Int(needle.endOffset))
      return needle.endOffset != 0 && byte(index) != 0x5C && (0x30...0x39).contains(digit)
        && !(needle.lowDigit...needle.highDigit).contains(digit)
        && (end == 0x2C || end == 0x7D || end <= 0x20)
        && index + Int(needle.endOffset) < count
    }
    for index in 0..<count {
      let isNeedle =
        byte(index + Int(needle.firstOffset)) == needle.first
        && byte(index + Int(needle.secondOffset)) == needle.second
        && !isOtherInteger(index)
      let isEscape = byte(index) == 0x5C && byte(index + 1) == 0x75
      if isNeedle || isEscape { words[index / 64] |= 1 << UInt64(index % 64) }
    }
    return words
  }
}
