import Testing

@testable import Spalt

/// What sinks write of tokens in every syntax, read back by plain readers.
@Suite struct TokenRoundTripTests {
  private static let alphabet: [String] = [
    "a", "b", "Z", "0", "7", "/", ":", "-", "é", "日", "😀", ",", ";", "'", "[", "}",
  ]
  private static let odd: [String] = [
    "\"", "\\", "\t", "\u{1}", "\u{1F}", "\u{7F}", "=", " ", "\r",
  ]

  /// Texts of many lengths, in which odd characters stand at every place of a block.
  private static func texts(_ odd: [String], seed: UInt64) -> [String] {
    var random = SeededGenerator(seed: seed)
    return (0..<600).map { number in
      let density = [0, 1, 3, 30][number % 4]
      let count = number < 300 ? number % 75 : random.below(400)
      return (0..<count).map { _ in
        let isOdd = !odd.isEmpty && random.below(100) < density
        return isOdd ? odd[random.below(odd.count)] : alphabet[random.below(alphabet.count)]
      }.joined()
    }
  }

  private func batch(_ format: Int, _ tokens: [String], isMade: Bool = false) -> TokenBatch {
    var batch = TokenBatch([("k", .string)], tokens.map { (format, [$0]) })
    batch.isMade = isMade
    return batch
  }

  /// The bytes of a text's lines: characters may consist of CR and LF.
  private func lines(_ text: String) -> [[UInt8]] {
    text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map { Array($0) }
  }

  @Test(arguments: [1, 2], [false, true])
  func textBecomesJSON(format: Int, isMade: Bool) throws {
    let texts = Self.texts(format == 2 ? Self.odd : ["\\", "'", "\u{7F}"], seed: 7)
    let batch = batch(format, texts, isMade: isMade)
    let lines = lines(try batch.text(NDJSONFormatter(schema: batch.schema)))
    try #require(lines.count == texts.count)
    for (line, text) in zip(lines, texts) {
      let found = try JSONDocumentReader.document(line)["k"]?.text
      #expect(found.map { Array($0.utf8) } == Array(text.utf8))
    }
  }

  @Test func stringsOfLogfmtBecomeJSON() throws {
    let texts = Self.texts(Self.odd, seed: 8)
    let batch = batch(1, texts.map(Self.quoted))
    let lines = lines(try batch.text(NDJSONFormatter(schema: batch.schema)))
    try #require(lines.count == texts.count)
    for (line, text) in zip(lines, texts) {
      let found = try JSONDocumentReader.document(line)["k"]?.text
      #expect(found.map { Array($0.utf8) } == Array(text.utf8))
    }
  }

  /// A logfmt string in which only what must be is escaped: control characters stand as they are.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted += "\\" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  @Test(arguments: [1, 2])
  func textBecomesCSV(format: Int) throws {
    let texts = Self.texts(Self.odd, seed: 9)
    let batch = batch(format, format == 1 ? texts.map(Self.quoted) : texts)
    let output = Array(try batch.text(CSVFormatter(schema: batch.schema)).utf8)
    #expect(Self.fields(ofCSV: output) == texts.map { Array($0.utf8) })
  }

  /// The records of a table of one column.
  private static func fields(ofCSV bytes: [UInt8]) -> [[UInt8]] {
    var fields: [[UInt8]] = []
    var field: [UInt8] = []
    var isQuoted = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isQuoted, byte == 0x22, index < bytes.count, bytes[index] == 0x22 {
        field.append(byte)
        index += 1
      } else if byte == 0x22 {
        isQuoted.toggle()
      } else if byte == 0x0A, !isQuoted {
        fields.append(field)
        field = []
      } else {
        field.append(byte)
      }
    }
    return fields
  }

  @Test func logfmtBecomesEquivalentLogfmt() throws {
    let words =
      Self.texts(["\\", "'", "\u{7F}", "."], seed: 10) + ["null", "true", "12", "\u{FFFD}"]
    let strings = Self.texts(Self.odd, seed: 11) + ["null", "true", "a\u{FFFD}b", "\n\r\t"]
    let batch = batch(1, words + strings.map(Self.quoted))
    let output = lines(try batch.text(LogfmtFormatter(schema: batch.schema)))
    try #require(output.count == words.count + strings.count)
    for (line, text) in zip(output, words + strings) {
      #expect(line.starts(with: Array("k=".utf8)))
      #expect(try Self.value(ofLogfmt: Array(line.dropFirst(2))) == Array(text.utf8))
    }
    // Words stay as they are, unless they must not stand so.
    for (line, word) in zip(output, words) where !word.contains("\u{FFFD}") {
      #expect(line == Array("k=\(word)".utf8))
    }
  }

  @Test func textBecomesLogfmt() throws {
    let texts = Self.texts(Self.odd, seed: 12) + ["null", "\u{FFFD}", "say \"\u{FFFD}\""]
    let batch = batch(2, texts)
    let output = lines(try batch.text(LogfmtFormatter(schema: batch.schema)))
    try #require(output.count == texts.count)
    for (line, text) in zip(output, texts) {
      #expect(try Self.value(ofLogfmt: Array(line.dropFirst(2))) == Array(text.utf8))
    }
  }

  /// What a value of logfmt stands for; a string in quotes has the escapes of JSON.
  private static func value(ofLogfmt value: [UInt8]) throws -> [UInt8] {
    guard value.first == 0x22 else {
      let isWord = value.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D }
      #expect(isWord)
      return value
    }
    return Array(try #require(try JSONDocumentReader.document(value).text).utf8)
  }
}
