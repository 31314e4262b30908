@testable import Spalt

/// Logfmt as go-logfmt's decoder reads it, a byte at a time: what scanners are held against. Only control
/// characters are allowed in all strings, not only in those without escapes.
struct NaiveLogfmt {
  enum Value: Equatable {
    /// A key without an equals sign.
    case flag
    /// Bytes without quotes; there may be none.
    case word([UInt8])
    /// What stands between quotes, with escapes decoded and U+FFFD for ill-formed UTF-8.
    case string([UInt8])
  }

  struct Pair: Equatable {
    let key: [UInt8]
    let value: Value
  }

  /// The pairs of the line, up to its first error.
  private(set) var pairs: [Pair] = []
  /// The column of the first error, from 1 on, or nil.
  private(set) var errorColumn: Int?

  private let line: [UInt8]
  private var index = 0

  private struct Fault: Error {
    let index: Int
  }

  /// Reads a line, without its line feed.
  init(_ line: [UInt8]) {
    self.line = line
    do throws(Fault) {
      while let pair = try nextPair() { pairs.append(pair) }
    } catch {
      errorColumn = error.index + 1
    }
  }

  private mutating func nextPair() throws(Fault) -> Pair? {
    while index < line.count, line[index] <= 0x20 { index += 1 }
    guard index < line.count else { return nil }
    let start = index
    while index < line.count, line[index] > 0x20, line[index] != 0x3D {
      if line[index] == 0x22 { throw Fault(index: index) }
      index += 1
    }
    let key = Array(line[start..<index])
    if key.isEmpty { throw Fault(index: index) }
    // A lenient decoder leaves U+FFFD where the text was ill-formed, or held it.
    if String(decoding: key, as: UTF8.self).unicodeScalars.contains("\u{FFFD}") {
      throw Fault(index: index)
    }
    guard index < line.count, line[index] == 0x3D else { return Pair(key: key, value: .flag) }
    index += 1
    return Pair(key: key, value: try nextValue())
  }

  private mutating func nextValue() throws(Fault) -> Value {
    if index < line.count, line[index] == 0x22 { return .string(try nextString()) }
    let start = index
    while index < line.count, line[index] > 0x20 {
      if line[index] == 0x3D || line[index] == 0x22 { throw Fault(index: index) }
      index += 1
    }
    return .word(Array(line[start..<index]))
  }

  private mutating func nextString() throws(Fault) -> [UInt8] {
    let start = index + 1
    var end = start
    while end < line.count, line[end] != 0x22 { end += line[end] == 0x5C ? 2 : 1 }
    if end >= line.count { throw Fault(index: line.count) }
    index = end + 1
    let content = Array(line[start..<end])
    guard let decoded = Self.unquoted(content) else { throw Fault(index: index) }
    return Array(String(decoding: decoded, as: UTF8.self).utf8)
  }

  /// The text that a content with escapes stands for, or nil when it is broken.
  private static func unquoted(_ content: [UInt8]) -> [UInt8]? {
    var units: [UInt16] = []
    var text: [UInt8] = []
    func flushed() -> [UInt8] { Array(String(decoding: units, as: UTF16.self).utf8) }
    var index = 0
    while index < content.count {
      let byte = content[index]
      guard byte == 0x5C else {
        text += flushed() + [byte]
        units = []
        index += 1
        continue
      }
      guard index + 1 < content.count else { return nil }
      if content[index + 1] == 0x75 {
        let digits = content.dropFirst(index + 2).prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
          let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return nil }
        units.append(unit)
        index += 6
        continue
      }
      let letters: [UInt8: UInt8] = [
        0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x27: 0x27, 0x62: 8, 0x66: 12, 0x6E: 10, 0x72: 13,
        0x74: 9,
      ]
      guard let decoded = letters[content[index + 1]] else { return nil }
      text += flushed() + [decoded]
      units = []
      index += 2
    }
    return text + flushed()
  }
}
