/// How characters from a log, which may be anybody's, are shown on a terminal.
///
/// What could move the cursor, change the terminal's state, or make text look like other text is shown as
/// an escape: `\u{1b}` for a character, `\xff` for a byte that belongs to no UTF-8 sequence. A backslash
/// stays as it is: this is for eyes, not for programs.
enum TerminalText {
  /// One character, or one byte that belongs to none.
  struct Character: BitwiseCopyable {
    /// The scalar value, or the byte.
    let value: UInt32
    let byteCount: Int
    let isIllFormed: Bool

    /// Whether a terminal shows it as what it is.
    var isHarmless: Bool { !isIllFormed && TerminalText.isHarmless(value) }

    /// Cells that it takes on a terminal, escaped if need be.
    var cellCount: Int {
      if isHarmless { return TerminalText.cellCount(of: value) }
      return escape.utf8.count
    }

    /// What is shown in its place if it is not harmless.
    var escape: String {
      if isIllFormed { return "\\x" + String(value, radix: 16) }
      switch value {
      case 0x09: return "\\t"
      case 0x0A: return "\\n"
      case 0x0D: return "\\r"
      default: return "\\u{\(String(value, radix: 16))}"
      }
    }
  }

  /// The character at `index`, which must lie before the cursor's end.
  static func character(_ cursor: borrowing ByteCursor, at index: Int) -> Character {
    let first = UInt32(cursor.byte(at: index))
    if first < 0x80 { return Character(value: first, byteCount: 1, isIllFormed: false) }
    let byteCount = cursor.sequenceLength(at: index, end: cursor.end)
    guard byteCount > 0 else { return Character(value: first, byteCount: 1, isIllFormed: true) }
    var value = first & (0xFF >> UInt32(byteCount + 1))
    for step in 1..<byteCount { value = value << 6 | UInt32(cursor.byte(at: index + step) & 0x3F) }
    return Character(value: value, byteCount: byteCount, isIllFormed: false)
  }

  /// Whether a scalar value is neither a control nor one of those that reorder or hide text.
  static func isHarmless(_ value: UInt32) -> Bool {
    switch value {
    case 0x20..<0x7F: true
    case 0..<0xA0: false  // C0, DEL, C1
    case 0x061C, 0x200B, 0x200E, 0x200F: false  // Arabic letter mark, zero width space, LRM, RLM
    case 0x2028...0x202E, 0x2060...0x206F: false  // separators, embeddings, isolates, invisibles
    case 0xFEFF, 0xFFF9...0xFFFB: false  // byte order mark, interlinear annotation
    case 0xE0000...0xE007F: false  // tags
    default: true
    }
  }

  /// Cells that a harmless character takes: 2 for those of East Asian width W or F (Unicode Standard
  /// Annex 11) and emoji, 0 for marks that combine with what stands before them, else 1.
  static func cellCount(of value: UInt32) -> Int {
    if value < 0x300 { return value == 0xAD ? 0 : 1 }
    guard let scalar = Unicode.Scalar(value) else { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch value {
    case 0x1160...0x11FF: return 0  // vowels and final consonants that join a Hangul syllable
    case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF,
      0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B,
      0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265,
      0x20000...0x2FFFD, 0x30000...0x3FFFD:
      return 2
    default: return scalar.properties.isEmojiPresentation ? 2 : 1
    }
  }
}

/// Passes text on to a terminal, with everything that is not harmless escaped; line feeds and tabs stay,
/// because the text formats are made of them. Text may come in pieces that end anywhere.
struct TerminalFilter: ~Copyable {
  /// The beginning of a character whose rest is still to come.
  private var pending: [UInt8] = []

  init() {}

  /// Writes a piece of text.
  mutating func write(
    _ text: borrowing ByteView, to output: inout OutputBuffer
  ) throws(SpaltError) {
    guard !pending.isEmpty else { return try write(copy text, isLast: false, to: &output) }
    var joined = pending
    pending = []
    for index in 0..<text.byteCount { joined.append(text[index]) }
    try write(ByteView(joined.span), isLast: false, to: &output)
  }

  /// Writes what is held back.
  mutating func finish(to output: inout OutputBuffer) throws(SpaltError) {
    let rest = pending
    pending = []
    try write(ByteView(rest.span), isLast: true, to: &output)
  }

  private mutating func write(
    _ text: ByteView, isLast: Bool, to output: inout OutputBuffer
  ) throws(SpaltError) {
    let cursor = ByteCursor(text)
    var start = 0
    var index = 0
    while index < cursor.end {
      let byte = cursor.byte(at: index)
      if byte >= 0x20 && byte < 0x7F || byte == 0x0A || byte == 0x09 {
        index += 1
        continue
      }
      let character = TerminalText.character(cursor, at: index)
      if character.isIllFormed, !isLast, isBeginning(cursor, at: index) { break }
      if !character.isHarmless {
        try output.append(text.slice(start..<index))
        try output.append(Array(character.escape.utf8))
        start = index + character.byteCount
      }
      index += character.byteCount
    }
    try output.append(text.slice(start..<index))
    for rest in index..<cursor.end { pending.append(cursor.byte(at: rest)) }
  }

  /// Whether the text ends in the middle of what may become a character.
  private func isBeginning(_ cursor: borrowing ByteCursor, at index: Int) -> Bool {
    let first = cursor.byte(at: index)
    guard first >= 0xC2, first <= 0xF4 else { return false }
    return index - cursor.sequenceLength(at: index, end: cursor.end) == cursor.end
  }
}
