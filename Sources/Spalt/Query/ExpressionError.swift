/// What is wrong with an expression, or went wrong while it was evaluated, and where.
public struct ExpressionError: Error, Equatable, Sendable {
  /// The whole expression.
  public let text: String
  /// The part that is meant, in bytes of the expression's UTF-8.
  public let range: Range<Int>
  public let message: String

  public init(text: String, range: Range<Int>, message: String) {
    self.text = text
    self.range = range
    self.message = message
  }
}

extension ExpressionError: CustomStringConvertible {
  /// The most characters of an expression that are shown.
  private static let width = 96

  /// The message, then the line of the expression that is meant, then a line of carets under the part.
  public var description: String {
    let bytes = Array(text.utf8)
    let start = min(range.lowerBound, bytes.count)
    let end = min(max(range.upperBound, start), bytes.count)
    let lineStart = bytes[..<start].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let lineEnd = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
    let before = Self.printable(bytes[lineStart..<start])
    let marked = Self.printable(bytes[start..<min(end, lineEnd)])
    let after = Self.printable(bytes[min(end, lineEnd)..<lineEnd])

    let shownMark = Self.cut(marked, to: Self.width * 3 / 4)
    let room = Self.width - shownMark.count
    let isCutBefore = before.count > room / 2 && before.count + after.count > room
    let beforeCount = isCutBefore ? max(room / 2, room - after.count) : before.count
    let shownBefore = isCutBefore ? "…" + String(before.suffix(beforeCount - 1)) : before
    let shownAfter = Self.cut(after, to: max(1, room - shownBefore.count))
    let carets = String(repeating: "^", count: max(1, shownMark.count))
    let indent = String(repeating: " ", count: shownBefore.count)
    return "\(message)\n  \(shownBefore)\(shownMark)\(shownAfter)\n  \(indent)\(carets)"
  }

  private static func cut(_ text: String, to count: Int) -> String {
    text.count <= count ? text : String(text.prefix(count - 1)) + "…"
  }

  /// The text with a space for every character that would move the cursor.
  private static func printable(_ bytes: ArraySlice<UInt8>) -> String {
    String(
      String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar -> Character in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: " "
        default: Character(scalar)
        }
      })
  }
}
