/// Characters of UTF-8 text, which was checked before: code points, their lengths and their case.
enum TextScalars {
  /// The code point at `index` and its length in bytes. Ill-formed bytes stand for themselves, one by
  /// one.
  @inline(__always)
  static func scalar(_ text: borrowing ByteView, at index: Int) -> (value: UInt32, byteCount: Int) {
    let first = text[index]
    if _fastPath(first < 0x80) { return (UInt32(first), 1) }
    return longScalar(text, at: index)
  }

  private static func longScalar(
    _ text: borrowing ByteView, at index: Int
  ) -> (value: UInt32, byteCount: Int) {
    let first = text[index]
    let count = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC2, first < 0xF5, index + count <= text.byteCount else {
      return (UInt32(first), 1)
    }
    var value = UInt32(first & (0x7F >> UInt8(count)))
    for step in 1..<count { value = value << 6 | UInt32(text[index + step] & 0x3F) }
    return (value, count)
  }

  /// Number of code points. O(n).
  static func count(_ text: borrowing ByteView) -> Int {
    var count = 0
    for index in 0..<text.byteCount where text[index] & 0xC0 != 0x80 { count += 1 }
    return count
  }

  /// The index of the byte at which character `count` begins, counted from `start`; the end when there
  /// are fewer.
  static func index(_ text: borrowing ByteView, from start: Int, skipping count: Int) -> Int {
    var index = start
    var left = count
    while index < text.byteCount, left > 0 {
      index += 1
      while index < text.byteCount, text[index] & 0xC0 == 0x80 { index += 1 }
      left -= 1
    }
    return index
  }

  /// The index at which the last `count` characters begin, or nil when there are fewer.
  static func index(_ text: borrowing ByteView, beforeLast count: Int) -> Int? {
    var index = text.byteCount
    for _ in 0..<count {
      guard index > 0 else { return nil }
      index -= 1
      while index > 0, text[index] & 0xC0 == 0x80 { index -= 1 }
    }
    return index
  }

  /// The small letter of a code point, when it has one of one code point (simple case mapping).
  @inline(__always)
  static func lowercase(_ value: UInt32) -> UInt32 {
    if _fastPath(value < 0x80) { return value &- 0x41 < 26 ? value | 0x20 : value }
    return mapped(value) { $0.lowercaseMapping }
  }

  /// The capital letter of a code point, when it has one of one code point.
  @inline(__always)
  static func uppercase(_ value: UInt32) -> UInt32 {
    if _fastPath(value < 0x80) { return value &- 0x61 < 26 ? value & 0x5F : value }
    // ß has a capital letter, which Unicode's mapping does not use.
    if value == 0xDF { return 0x1E9E }
    return mapped(value) { $0.uppercaseMapping }
  }

  private static func mapped(
    _ value: UInt32, _ mapping: (Unicode.Scalar.Properties) -> String
  ) -> UInt32 {
    guard let scalar = Unicode.Scalar(value) else { return value }
    let scalars = mapping(scalar.properties).unicodeScalars
    guard let first = scalars.first, scalars.count == 1 else { return value }
    return first.value
  }

  /// Whether `trim` takes a code point away when it is not told what to: those that are spaces.
  static func isSpace(_ value: UInt32) -> Bool {
    if value < 0x80 { return value == 0x20 }
    return Unicode.Scalar(value)?.properties.generalCategory == .spaceSeparator
  }

  /// Writes a code point as UTF-8.
  static func write(_ scalar: UInt32, to output: inout OutputRawSpan) {
    if scalar < 0x80 {
      output.append(UInt8(truncatingIfNeeded: scalar))
      return
    }
    if scalar < 0x800 {
      output.append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
    } else {
      if scalar < 0x10000 {
        output.append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
      } else {
        output.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
        output.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
      }
      output.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
    }
    output.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
  }
}
