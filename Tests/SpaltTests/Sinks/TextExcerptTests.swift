import Testing

@testable import Spalt

@Suite struct TextExcerptTests {
  private func excerpt(_ bytes: [UInt8], from start: Int = 0, around index: Int, margin: Int = 60)
    -> TextExcerpt
  {
    TextExcerpt(ByteCursor(ByteView(bytes.span)), from: start, around: index, margin: margin)
  }

  private func cells(_ text: String) -> Int {
    let bytes = Array(text.utf8)
    return TableText.cellCount(ByteCursor(ByteView(bytes.span)))
  }

  @Test func shortLinesAreShownWhole() {
    let line = Array("one two".utf8)
    for index in 0...7 {
      let excerpt = excerpt(line, around: index)
      #expect(excerpt.text == "one two")
      #expect(excerpt.caretCellCount == index)
      #expect(excerpt.cellCount == 7)
    }
    #expect(excerpt(line, around: 99).caretCellCount == 7)
    #expect(excerpt(line, from: 4, around: 5).text == "two")
    #expect(excerpt(line, from: 4, around: 5).caretCellCount == 1)
    #expect(excerpt([], around: 0) == TextExcerpt(""))
  }

  @Test func longLinesAreCutOnBothSides() {
    let line = Array("abcdefghijklmnopqrstuvwxyz".utf8)
    let middle = excerpt(line, around: 13, margin: 4)
    #expect(middle.text == "…jklmnopq…")
    #expect(middle.caretCellCount == 5)
    let first = excerpt(line, around: 0, margin: 4)
    #expect(first.text == "abcdefgh…")
    #expect(first.caretCellCount == 0)
    let last = excerpt(line, around: 26, margin: 4)
    #expect(last.text == "…wxyz")
    #expect(last.caretCellCount == 5)
  }

  /// The mark stands under the character that the byte belongs to, whatever stands around it.
  @Test func theMarkStandsUnderItsCharacter() {
    let characters = [
      "a", "ß", "日", "😀", "\u{1B}", "\u{202E}", "\t", "\u{80}", "\u{FEFF}", "z",
    ]
    var random = SeededGenerator(seed: 5)
    for _ in 0..<300 {
      let parts = (0..<Int.random(in: 1...60, using: &random)).map { _ in
        characters.randomElement(using: &random) ?? ""
      }
      let line = parts.flatMap { Array($0.utf8) }
      let meant = Int.random(in: 0..<parts.count, using: &random)
      let start = parts[..<meant].reduce(0) { $0 + $1.utf8.count }
      let shown = parts.map { TextExcerpt($0).text }
      for index in start..<start + parts[meant].utf8.count {
        let excerpt = excerpt(line, around: index, margin: 12)
        #expect(excerpt.cellCount == cells(excerpt.text))
        let behind = beginning(of: excerpt.text, cellCount: excerpt.caretCellCount)
        let rest = String(excerpt.text.dropFirst(behind.count))
        #expect(rest.hasPrefix(shown[meant]), "\(excerpt) of \(parts), byte \(index)")
        #expect(excerpt.caretCellCount <= 13)
        let whole = shown[..<meant].joined()
        #expect(behind == whole || behind.hasPrefix("…") && whole.hasSuffix(behind.dropFirst()))
      }
    }
  }

  private func beginning(of text: String, cellCount: Int) -> String {
    var result = ""
    for character in text {
      if cells(result) == cellCount { break }
      result.append(character)
    }
    return result
  }

  /// Bytes that are no UTF-8 are shown one by one.
  @Test func illFormedBytesAreShown() {
    let line: [UInt8] = [0x61, 0xFF, 0xC3, 0xE6, 0x97, 0x62]
    #expect(excerpt(line, around: 2).text == "a\\xff\\xc3\\xe6\\x97b")
    for (index, cells) in [0, 1, 5, 9, 13, 17].enumerated() {
      #expect(excerpt(line, around: index).caretCellCount == cells)
    }
    let many = [UInt8](repeating: 0x80, count: 1000)
    let excerpt = excerpt(many, around: 500, margin: 8)
    #expect(excerpt.text == "…\\x80\\x80\\x80\\x80…")
    #expect(excerpt.caretCellCount == 9)
  }

  /// Marks take no cell, so that only their bytes tell when it is enough.
  @Test func marksWithoutEndAreCut() {
    let line = Array(("e" + String(repeating: "\u{301}", count: 5000)).utf8)
    let excerpt = excerpt(line, around: 5000, margin: 10)
    #expect(excerpt.text.utf8.count < 100)
    #expect(excerpt.cellCount == 2)
  }

  @Test func beginnings() {
    #expect(TextExcerpt("abcdef", cellCount: 6).text == "abcdef")
    #expect(TextExcerpt("abcdefg", cellCount: 6).text == "abcde…")
    #expect(TextExcerpt("日本語", cellCount: 5).text == "日本…")
    #expect(TextExcerpt("日本語", cellCount: 6).text == "日本語")
    #expect(TextExcerpt("a\nb", cellCount: 6).text == "a\\nb")
    #expect(TextExcerpt("").text == "")
  }
}
