// What a field's text is worth as a value of some type. Bare words are what they look like: a number or a
// truth value of JSON, or a time.

extension ByteCursor {
  /// The integer in a field, or nil.
  func int64(of field: ScannedField) -> Int64? {
    guard field.kind == .number || field.kind == .word else { return nil }
    let number = scanNumber(at: Int(field.start))
    guard number.isValid, number.end == Int(field.end) else { return nil }
    return int64(number)
  }

  /// The number in a field, or nil when there is none, or none that a `Double` holds.
  func float64(of field: ScannedField) -> Double? {
    guard field.kind == .number || field.kind == .word else { return nil }
    let number = scanNumber(at: Int(field.start))
    guard number.isValid, number.end == Int(field.end) else { return nil }
    return exactFloat64(number)
  }

  /// The truth value in a field, or nil.
  func truthValue(of field: ScannedField) -> Bool? {
    switch field.kind {
    case .true, .flag: return true
    case .false: return false
    case .word:
      guard let word = scanWord(at: Int(field.start)), word.end == Int(field.end),
        word.kind != .null
      else { return nil }
      return word.kind == .true
    default: return nil
    }
  }

  /// The time in a field in nanoseconds since 1970-01-01T00:00:00Z, or nil.
  func timestamp(of field: ScannedField, _ timestamps: TimestampReader) -> Int64? {
    let range = field.contentRange
    switch field.kind {
    case .string, .word, .text:
      return timestamps.scan(self, at: range.lowerBound, byteCount: range.count)
    case .logTime: return scanLogTime(at: range.lowerBound, byteCount: range.count)
    default: return nil
    }
  }

  /// Whether a field's text has to be put between quotes to be JSON.
  func needsQuotes(_ field: ScannedField) -> Bool {
    switch field.kind {
    case .string, .looseString, .number, .true, .false, .null, .array, .emptyObject, .flag:
      return false
    case .text, .escapedText, .logTime: return true
    case .word:
      if truthValue(of: field) != nil { return false }
      let number = scanNumber(at: Int(field.start))
      return !number.isValid || number.end != Int(field.end)
    }
  }

  /// Writes a field as a JSON value, with U+FFFD for ill-formed UTF-8. At most six bytes are written for
  /// each byte read, and two.
  func writeJSON(_ field: ScannedField, to output: inout OutputRawSpan) {
    if field.kind == .flag {
      for byte in "true".utf8 { output.append(byte) }
    } else if field.kind == .looseString {
      output.append(JSONByte.quote)
      writeStrictContent(field.contentRange, to: &output)
      output.append(JSONByte.quote)
    } else if needsQuotes(field) {
      output.append(JSONByte.quote)
      writeJSONContent(field.range, decodesLogEscapes: field.kind == .escapedText, to: &output)
      output.append(JSONByte.quote)
    } else {
      _ = writeText(field.range, decodesEscapes: false, to: &output)
    }
  }

  private func writeJSONContent(
    _ range: Range<Int>, decodesLogEscapes: Bool, to output: inout OutputRawSpan
  ) {
    var index = range.lowerBound
    while index < range.upperBound {
      var (byte, length) = (byte(at: index), 1)
      if byte == JSONByte.backslash, decodesLogEscapes {
        (byte, length) = logEscape(at: index, end: range.upperBound)
      }
      if byte < 0x80 {
        JSONText.append(byte, to: &output)
      } else {
        length = writeSequence(
          at: index, end: range.upperBound, decodesLogEscapes: decodesLogEscapes, to: &output)
      }
      index += length
    }
  }

  /// Writes the character beyond ASCII that begins at `index`, or U+FFFD for as much as is the beginning of
  /// one. Escapes may spell some of its bytes.
  /// - Returns: how many bytes were read.
  private func writeSequence(
    at index: Int, end: Int, decodesLogEscapes: Bool, to output: inout OutputRawSpan
  ) -> Int {
    var bytes = InlineArray<4, UInt8>(repeating: 0)
    var ends = InlineArray<4, Int>(repeating: 0)
    var at = index
    for number in bytes.indices where at < end {
      let isEscape = decodesLogEscapes && byte(at: at) == JSONByte.backslash
      let (byte, length) = isEscape ? logEscape(at: at, end: end) : (byte(at: at), 1)
      bytes[number] = byte
      at += length
      ends[number] = at
    }
    let count = ByteCursor(ByteView(bytes.span)).sequenceLength(at: 0, end: bytes.count)
    if count < 0 {
      Self.writeReplacement(to: &output)
    } else {
      for number in 0..<count { output.append(bytes[number]) }
    }
    return ends[abs(count) - 1] - index
  }

  /// Writes the content of a loose string as that of one of JSON's.
  private func writeStrictContent(_ range: Range<Int>, to output: inout OutputRawSpan) {
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = byte(at: index)
      var length = 1
      if byte == JSONByte.backslash {
        if self.byte(at: index + 1) != UInt8(ascii: "'") { output.append(byte) }
        output.append(self.byte(at: index + 1))
        length = 2
      } else if byte < 0x20 {
        JSONText.append(byte, to: &output)
      } else {
        var end = index + 1
        while end < range.upperBound, self.byte(at: end) >= 0x20,
          self.byte(at: end) != JSONByte.backslash
        {
          end += 1
        }
        _ = writeText(index..<end, decodesEscapes: false, to: &output)
        length = end - index
      }
      index += length
    }
  }

  private static func writeReplacement(to output: inout OutputRawSpan) {
    for byte in "\u{FFFD}".utf8 { output.append(byte) }
  }

  /// The byte that the escape at `index` stands for, as web servers write them (`\"`, `\\`, `\n`, `\x16`),
  /// and the escape's length. A backslash that begins no escape stands for itself.
  func logEscape(at index: Int, end: Int) -> (byte: UInt8, length: Int) {
    guard index + 1 < end else { return (JSONByte.backslash, 1) }
    switch byte(at: index + 1) {
    case JSONByte.quote: return (JSONByte.quote, 2)
    case JSONByte.backslash: return (JSONByte.backslash, 2)
    case UInt8(ascii: "b"): return (0x08, 2)
    case UInt8(ascii: "n"): return (0x0A, 2)
    case UInt8(ascii: "r"): return (0x0D, 2)
    case UInt8(ascii: "t"): return (0x09, 2)
    case UInt8(ascii: "v"): return (0x0B, 2)
    case UInt8(ascii: "f"): return (0x0C, 2)
    case UInt8(ascii: "x"):
      let digits = (hexadecimalValue(at: index + 2), hexadecimalValue(at: index + 3))
      guard index + 4 <= end, let high = digits.0, let low = digits.1 else { break }
      return (high << 4 | low, 4)
    default: break
    }
    return (JSONByte.backslash, 1)
  }

  /// The value of the hexadecimal digit at `index`, or nil when there is none.
  private func hexadecimalValue(at index: Int) -> UInt8? {
    switch byte(at: index) {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte(at: index) - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte(at: index) - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte(at: index) - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
