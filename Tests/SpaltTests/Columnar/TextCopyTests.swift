import Foundation
import Testing

@testable import Spalt

/// Texts on their way into `Utf8` arrays: what is written is read again.
@Suite struct TextCopyTests {
  /// Lengths around those at which another way is taken.
  private static let lengths = [
    0, 1, 4, 7, 8, 11, 12, 13, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 300,
  ]

  /// Writes the texts of lines, whose column `a` has some of them, and reads them.
  private func roundTrip(_ lines: [String], pieceByteCount: Int) throws -> [String?] {
    let input = try TemporaryFile(text: lines.joined(separator: "\n") + "\n")
    let output = try TemporaryFile(text: "")
    var options = ReaderOptions.ndjson
    options.representation = .values
    options.pieceByteCount = pieceByteCount
    options.selectedColumns = ["a"]
    var reader = try RecordReader(paths: [input.path], options: options)
    var sink = try ArrowSink(
      schema: reader.schema, formatNames: ["ndjson"], format: OutputFormat(.arrow),
      target: .file(output.path))
    while let batch = try reader.next() { try sink.write(batch) }
    try sink.finish()
    var written = try RecordReader(paths: [output.path], options: ReaderOptions())
    var texts: [String?] = []
    while let batch = try written.next() {
      let column = batch.column(0)
      for row in 0..<batch.rowCount { texts.append(column.text(row)?.makeString()) }
    }
    return texts
  }

  @Test(arguments: [12, 32, 64, 128, 1000])
  func textsOfAllLengthsAreCopied(longest: Int) throws {
    var random = SeededGenerator(seed: UInt64(longest))
    let lengths = Self.lengths.filter { $0 <= longest }
    for nullShare in [0, 2, 30] {
      for madeShare in [0, 20] {
        var expected: [String?] = []
        let lines = (0..<1500).map { row in
          // Runs of nulls, too.
          guard nullShare == 0 || row / 20 % nullShare == 0 else {
            expected.append(nil)
            return "{}"
          }
          let length = lengths[random.below(lengths.count)]
          let text = (0..<length).map { _ in
            String(UnicodeScalar(UInt8(97 + random.below(26))))
          }
          .joined()
          expected.append(text)
          let isMade = length > 0 && madeShare > 0 && random.below(madeShare) == 0
          let spelled =
            isMade
            ? "\\u00\(String(text.utf8.first ?? 0, radix: 16))" + text.dropFirst() : text
          return "{\"a\":\"\(spelled)\"}"
        }
        for pieceByteCount in [2 << 20, 4096] {
          let texts = try roundTrip(lines, pieceByteCount: pieceByteCount)
          let isSame = texts == expected
          #expect(isSame, "nulls \(nullShare), made \(madeShare), \(pieceByteCount)")
        }
      }
    }
  }

  /// The ranges that are found while texts are copied are those of the texts.
  @Test(arguments: [8, 16, 40, 64])
  func rangesAreThoseOfTheTexts(longest: Int) throws {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<60 {
      let values = (0..<(1 + random.below(30))).map { _ in
        // Texts that have much in common.
        String(repeating: "aaaaaaaaaaaaaaaab", count: 4).prefix(random.below(longest))
          + ["", "a", "c", "é"][random.below(4)]
      }
      .filter { $0.utf8.count <= 64 }
      guard !values.isEmpty else { continue }
      let input = try TemporaryFile(text: values.map { "{\"a\":\"\($0)\"}\n" }.joined())
      var options = ReaderOptions.ndjson
      options.representation = .values
      var reader = try RecordReader(paths: [input.path], options: options)
      let encoder = ArrowEncoder(
        reader.schema, formatNames: [], options: ArrowOptions(), zone: "UTC")
      var output = Spalt.TextBuffer(pool: ChunkPool(budget: MemoryBudget()))
      while let batch = try reader.next() {
        try ArrowFormatter(encoder: encoder).format(batch, to: &output)
      }
      let sorted = values.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
      let range = sorted.first.map { String(decoding: $0, as: UTF8.self) }
      let greatest = sorted.last.map { String(decoding: $0, as: UTF8.self) }
      let expected = "[0,\"\(range ?? "")\",\"\(greatest ?? "")\"]"
      let bytes = Data((0..<output.byteCount).map { output[$0] })
      let isThere = bytes.range(of: Data(expected.utf8)) != nil
      #expect(isThere, "\(values)")
    }
  }
}
