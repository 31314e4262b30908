/// Turns the content of JSON strings into text: escapes decoded, ill-formed UTF-8 replaced.
extension ByteCursor {
  /// What a decoding met on its way.
  struct TextOddities: BitwiseCopyable {
    var loneSurrogateCount = 0
    var invalidSequenceCount = 0
  }

  /// Writes the bytes of `range` to `output`, with U+FFFD for each maximal ill-formed part (Unicode,
  /// section 3.9). Decodes JSON escapes when `decodesEscapes`; they have been checked before.
  /// At most three bytes are written for each byte read.
  func writeText(
    _ range: Range<Int>, decodesEscapes: Bool, to output: inout OutputRawSpan
  ) -> TextOddities {
    var oddities = TextOddities()
    var index = range.lowerBound
    while index < range.upperBound {
      let first = byte(at: index)
      if first == JSONByte.backslash, decodesEscapes {
        index = writeEscape(at: index, &oddities, to: &output)
      } else if first < 0x80 {
        output.append(first)
        index += 1
      } else {
        let length = sequenceLength(at: index, end: range.upperBound)
        if length > 0 {
          for step in 0..<length { output.append(byte(at: index + step)) }
          index += length
        } else {
          oddities.invalidSequenceCount += 1
          Self.write(0xFFFD, to: &output)
          index += -length
        }
      }
    }
    return oddities
  }

  /// Length of the well-formed UTF-8 sequence at `index`, or minus the length of the maximal
  /// ill-formed part (Unicode, table 3-7).
  func sequenceLength(at index: Int, end: Int) -> Int {
    let first = byte(at: index)
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    let count: Int
    switch first {
    case 0xC2...0xDF: count = 2
    case 0xE0...0xEF:
      count = 3
      if first == 0xE0 { low = 0xA0 }
      if first == 0xED { high = 0x9F }
    case 0xF0...0xF4:
      count = 4
      if first == 0xF0 { low = 0x90 }
      if first == 0xF4 { high = 0x8F }
    default: return -1
    }
    for step in 1..<count {
      let byte = index + step < end ? byte(at: index + step) : 0
      guard byte >= low, byte <= high else { return -step }
      low = 0x80
      high = 0xBF
    }
    return count
  }

  /// Decodes the escape at `index`; gives the index just past it.
  private func writeEscape(
    at index: Int, _ oddities: inout TextOddities, to output: inout OutputRawSpan
  ) -> Int {
    let letter = byte(at: index + 1)
    switch letter {
    case UInt8(ascii: "b"): output.append(UInt8(0x08))
    case UInt8(ascii: "f"): output.append(UInt8(0x0C))
    case UInt8(ascii: "n"): output.append(UInt8(0x0A))
    case UInt8(ascii: "r"): output.append(UInt8(0x0D))
    case UInt8(ascii: "t"): output.append(UInt8(0x09))
    case UInt8(ascii: "u"):
      return writeUnicodeEscape(at: index, &oddities, to: &output)
    default: output.append(letter)
    }
    return index + 2
  }

  private func writeUnicodeEscape(
    at index: Int, _ oddities: inout TextOddities, to output: inout OutputRawSpan
  ) -> Int {
    let unit = hexadecimal4(at: index + 2) ?? 0xFFFD
    guard unit >= 0xD800, unit <= 0xDFFF else {
      Self.write(unit, to: &output)
      return index + 6
    }
    if unit < 0xDC00, byte(at: index + 6) == JSONByte.backslash,
      byte(at: index + 7) == UInt8(ascii: "u"), let low = hexadecimal4(at: index + 8),
      low >= 0xDC00, low <= 0xDFFF
    {
      Self.write(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00), to: &output)
      return index + 12
    }
    oddities.loneSurrogateCount += 1
    Self.write(0xFFFD, to: &output)
    return index + 6
  }

  /// Writes a Unicode scalar value as UTF-8.
  private static func write(_ scalar: UInt32, to output: inout OutputRawSpan) {
    if scalar < 0x80 {
      output.append(UInt8(scalar))
      return
    }
    if scalar < 0x800 {
      output.append(UInt8(0xC0 | scalar >> 6))
    } else {
      if scalar < 0x10000 {
        output.append(UInt8(0xE0 | scalar >> 12))
      } else {
        output.append(UInt8(0xF0 | scalar >> 18))
        output.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      }
      output.append(UInt8(0x80 | scalar >> 6 & 0x3F))
    }
    output.append(UInt8(0x80 | scalar & 0x3F))
  }
}
