/// Writes text as the content of JSON strings.
enum JSONText {
  /// Appends one byte of text, escaped where JSON asks for it: at most six bytes.
  static func append(_ byte: UInt8, to output: inout OutputRawSpan) {
    switch byte {
    case JSONByte.quote, JSONByte.backslash:
      output.append(JSONByte.backslash)
      output.append(byte)
    case 0x0A: append("n", to: &output)
    case 0x0D: append("r", to: &output)
    case 0x09: append("t", to: &output)
    case 0..<0x20:
      append("u", to: &output)
      output.append(UInt8(ascii: "0"))
      output.append(UInt8(ascii: "0"))
      output.append(UInt8(ascii: "0") + byte >> 4)
      output.append(hexadecimalDigit(byte & 15))
    default: output.append(byte)
    }
  }

  private static func append(_ letter: Unicode.Scalar, to output: inout OutputRawSpan) {
    output.append(JSONByte.backslash)
    output.append(UInt8(ascii: letter))
  }

  /// A name as a JSON string, quotes included.
  static func quoted(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = [JSONByte.quote]
    for byte in text.utf8 { bytes += escaped(byte) }
    return bytes + [JSONByte.quote]
  }

  /// One byte of text as it is written in a JSON string.
  static func escaped(_ byte: UInt8) -> [UInt8] {
    switch byte {
    case JSONByte.quote, JSONByte.backslash: [JSONByte.backslash, byte]
    case 0..<0x20: Array("\\u00\(byte >> 4)".utf8) + [hexadecimalDigit(byte & 15)]
    default: [byte]
    }
  }

  static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
