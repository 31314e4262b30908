/// A part of a text as it can be shown to people, and where in it a byte stands.
///
/// Everything that a terminal might obey is escaped; see `TerminalText`. `…` stands where the text is cut.
public struct TextExcerpt: Equatable, Sendable {
  /// What is shown.
  public private(set) var text = ""
  /// Cells of a terminal that the text takes.
  public private(set) var cellCount = 0
  /// Cells before the character that is meant; `cellCount` when it stands just past the text.
  public private(set) var caretCellCount = 0

  /// What stands around the byte at `index` of a line that begins at `start` and ends where the cursor does:
  /// `margin` cells at most on each side, and more behind it when there are less before it.
  /// O(margin).
  init(
    _ line: borrowing ByteCursor, from start: Int, around index: Int, margin: Int = 60
  ) {
    let meant = min(max(index, start), line.end)
    var position = Self.beginning(of: line, start, before: meant, cellCount: margin)
    if position > start { append("…", cellCount: 1) }
    var isBehind = false
    let byteLimit = meant + margin * 4
    while position < line.end {
      let character = TerminalText.character(line, at: position)
      if !isBehind, meant < position + character.byteCount {
        isBehind = true
        // A mark that joins the character before it stands under that one.
        caretCellCount = character.cellCount == 0 ? max(0, cellCount - 1) : cellCount
      }
      if isBehind, position >= byteLimit || cellCount >= max(caretCellCount + margin, margin * 2) {
        append("…", cellCount: 1)
        return
      }
      append(character)
      position += character.byteCount
    }
    if !isBehind { caretCellCount = cellCount }
  }

  /// The beginning of the text in `range`, cut when it takes more than `limit` cells.
  init(beginningOf range: Range<Int>, _ cursor: borrowing ByteCursor, cellCount limit: Int) {
    let content = cursor.limited(to: range.upperBound)
    var position = range.lowerBound
    let byteLimit = range.lowerBound + limit * 4
    while position < content.end {
      let character = TerminalText.character(content, at: position)
      let isLast = position + character.byteCount == content.end
      if position >= byteLimit || cellCount + character.cellCount > (isLast ? limit : limit - 1) {
        append("…", cellCount: 1)
        return
      }
      append(character)
      position += character.byteCount
    }
  }

  /// Text that is no part of an input, such as a column's name.
  init(_ text: String, cellCount: Int = 60) {
    let bytes = Array(text.utf8)
    self.init(
      beginningOf: 0..<bytes.count, ByteCursor(ByteView(bytes.span)), cellCount: cellCount)
  }

  private mutating func append(_ shown: String, cellCount: Int) {
    text += shown
    self.cellCount += cellCount
  }

  private mutating func append(_ character: TerminalText.Character) {
    if character.isHarmless, let scalar = Unicode.Scalar(character.value) {
      text.unicodeScalars.append(scalar)
    } else {
      text += character.escape
    }
    cellCount += character.cellCount
  }

  /// Where an excerpt begins that shows at most `cellCount` cells before the character at `meant`.
  private static func beginning(
    of line: borrowing ByteCursor, _ start: Int, before meant: Int, cellCount: Int
  ) -> Int {
    // The byte that is meant may stand inside a character.
    var position = meant
    if meant < line.end { position = characterStart(line, start, before: meant + 1) }
    var shownCount = 0
    let limit = max(start, meant - cellCount * 4)
    while position > limit {
      let previous = characterStart(line, start, before: position)
      shownCount += TerminalText.character(line, at: previous).cellCount
      if shownCount > cellCount { break }
      position = previous
    }
    return position
  }

  /// Where the character begins that the byte before `index` belongs to.
  private static func characterStart(
    _ line: borrowing ByteCursor, _ start: Int, before index: Int
  ) -> Int {
    for position in stride(from: index - 1, through: max(start, index - 4), by: -1)
    where line.byte(at: position) & 0xC0 != 0x80 {
      let reaches = position + TerminalText.character(line, at: position).byteCount >= index
      return reaches ? position : index - 1
    }
    return index - 1
  }
}
