/// Moves over the members of a well-formed JSON object without white space around its names, such as a
/// value of `_extra`.
struct JSONMembers: ~Escapable {
  /// Where a member stands in the object's text: the name with its quotes, and the value.
  struct Member {
    let name: Range<Int>
    let value: Range<Int>
  }

  private let text: ByteView
  private var index = 1

  @_lifetime(copy text)
  init(_ text: ByteView) { self.text = text }

  /// The next member, or nil behind the last.
  @_lifetime(self: copy self)
  mutating func next() -> Member? {
    guard index < text.byteCount, text[index] == JSONByte.quote else { return nil }
    let nameEnd = stringEnd(from: index)
    let valueEnd = valueEnd(from: nameEnd + 1)
    let member = Member(name: index..<nameEnd, value: nameEnd + 1..<valueEnd)
    index = valueEnd + 1
    return member
  }

  /// The index just past the string that begins at `start`.
  private func stringEnd(from start: Int) -> Int {
    var index = start + 1
    while text[index] != JSONByte.quote { index += text[index] == JSONByte.backslash ? 2 : 1 }
    return index + 1
  }

  /// The index of the comma or brace behind the value that begins at `start`.
  private func valueEnd(from start: Int) -> Int {
    var index = start
    var depth = 0
    while true {
      switch text[index] {
      case JSONByte.quote: index = stringEnd(from: index) - 1
      case JSONByte.openBrace, JSONByte.openBracket: depth += 1
      case JSONByte.closeBrace, JSONByte.closeBracket:
        if depth == 0 { return index }
        depth -= 1
      case JSONByte.comma where depth == 0: return index
      default: break
      }
      index += 1
    }
  }
}
