import Foundation
import Testing

@testable import Spalt

@Suite struct TerminalTextTests {
  private func cellCount(_ text: String) -> Int {
    let bytes = Array(text.utf8)
    return TableText.cellCount(ByteCursor(ByteView(bytes.span)))
  }

  @Test func cells() {
    #expect(cellCount("plain") == 5)
    #expect(cellCount("Größe") == 5)
    #expect(cellCount("日本語") == 6)
    #expect(cellCount("한국") == 4)
    #expect(cellCount("ｗｉｄｅ") == 8)
    #expect(cellCount("e\u{301}") == 1)
    #expect(cellCount("😀") == 2)
    #expect(cellCount("…") == 1)
    #expect(cellCount("\u{1B}[0m") == 9)
    #expect(cellCount("\t") == 2)
    #expect(cellCount("\u{200D}") == 0)
    #expect(cellCount("á क्ष") == 4)
  }

  /// Everything that a terminal must not see, and what it sees instead.
  private static let hostile: [(bytes: [UInt8], shown: String)] = {
    var list: [(bytes: [UInt8], shown: String)] = [
      ([0x0D], "\\r"), ([0x7F], "\\u{7f}"), ([0x9B], "\\x9b"), ([0xFF], "\\xff"),
      ([0xC0, 0x9B], "\\xc0\\x9b"), ([0xED, 0xA0, 0x80], "\\xed\\xa0\\x80"),
      ([0xE2, 0x80], "\\xe2\\x80"), ([0xF4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),
    ]
    let ranges: [ClosedRange<UInt32>] = [
      0...8, 0xB...0xC, 0xE...0x1F, 0x80...0x9F, 0x61C...0x61C, 0x200B...0x200B, 0x200E...0x200F,
      0x2028...0x202E, 0x2066...0x2069, 0xFEFF...0xFEFF, 0xE0041...0xE0041,
    ]
    for value in ranges.joined() {
      let text = Unicode.Scalar(value).map { String($0) } ?? ""
      list.append((Array(text.utf8), "\\u{\(String(value, radix: 16))}"))
    }
    return list
  }()

  /// Passes text through a filter in pieces of a length.
  private func filtered(_ bytes: [UInt8], pieceByteCount: Int) throws -> [UInt8] {
    let path = TemporaryFile.newPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var output = try OutputTarget.file(path).open()
    var filter = TerminalFilter()
    var start = 0
    while start < bytes.count {
      let piece = Array(bytes[start..<min(bytes.count, start + pieceByteCount)])
      try filter.write(ByteView(piece.span), to: &output)
      start += pieceByteCount
    }
    try filter.finish(to: &output)
    try output.finish()
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func hostileTextIsEscapedHoweverItIsCut() throws {
    var bytes: [UInt8] = []
    var expected = ""
    for (hostile, shown) in Self.hostile {
      bytes += Array("a".utf8) + hostile + Array("é日😀\t\n".utf8)
      expected += "a" + shown + "é日😀\t\n"
    }
    for pieceByteCount in [1, 2, 3, 4, 5, 7, 64, bytes.count] {
      let shown = try filtered(bytes, pieceByteCount: pieceByteCount)
      #expect(String(decoding: shown, as: UTF8.self) == expected, "\(pieceByteCount)")
    }
  }

  @Test func aCutCharacterAtTheEndIsShown() throws {
    #expect(try filtered([0x61, 0xE2, 0x80], pieceByteCount: 1) == Array("a\\xe2\\x80".utf8))
  }

  @Test(arguments: [SinkFormat.ndjson, .csv, .tsv, .logfmt, .raw])
  func sinksFilterForTerminalsOnly(format: SinkFormat) throws {
    let line = "{\"a\":\"\u{202E}\u{9B}31m\u{7F}\",\"b\":\"\\u001b[2J\"}\n"
    let piped = try written(line, { format.formatter(for: $0) ?? RawFormatter() })
    #expect(piped.contains("\u{202E}\u{9B}31m\u{7F}"))
    if format == .csv || format == .tsv { #expect(piped.contains("\u{1B}[2J")) }
    let shown = try written(
      line, { format.formatter(for: $0) ?? RawFormatter() }, isTerminal: true)
    #expect(shown.contains("\\u{202e}\\u{9b}31m\\u{7f}"))
    #expect(
      shown.unicodeScalars.allSatisfy {
        $0 == "\n" || $0 == "\t" || TerminalText.isHarmless($0.value)
      })
  }

  @Test func colorChoice() {
    let plain = ["TERM": "xterm"]
    #expect(ColorChoice.auto.usesColor(environment: plain, isTerminal: true))
    #expect(!ColorChoice.auto.usesColor(environment: plain, isTerminal: false))
    #expect(!ColorChoice.auto.usesColor(environment: ["TERM": "dumb"], isTerminal: true))
    #expect(!ColorChoice.auto.usesColor(environment: [:], isTerminal: true))
    let noColor = ["TERM": "xterm", "NO_COLOR": "0"]
    #expect(!ColorChoice.auto.usesColor(environment: noColor, isTerminal: true))
    #expect(
      ColorChoice.auto.usesColor(environment: ["TERM": "xterm", "NO_COLOR": ""], isTerminal: true))
    #expect(ColorChoice.always.usesColor(environment: noColor, isTerminal: false))
    #expect(!ColorChoice.never.usesColor(environment: plain, isTerminal: true))
  }
}
