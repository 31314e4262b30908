import Foundation
import Testing

@testable import Spalt

/// What is explained is what a reader does.
@Suite struct ExplanationTests {
  /// The rejects of a reader, in words.
  private func rejects(_ path: String, _ options: ReaderOptions) throws -> (
    words: [String], recordCount: Int, blankCount: Int
  ) {
    var options = options
    options.representation = .none
    var reader = try RecordReader(paths: [path], options: options)
    var words: [String] = []
    while let batch = try reader.next() {
      words += batch.rejects.map {
        "\($0.line) \($0.offset) \($0.byteCount) \($0.reason) \($0.faultOffset)"
      }
    }
    return (words, reader.statistics.recordCount, reader.statistics.blankCount)
  }

  private func check(_ path: String, _ options: ReaderOptions, _ comment: Comment) throws {
    let expected = try rejects(path, options)
    let explanation = try InputExplanation(
      of: InputPath(path), options: options, rejectLimit: .max)
    let words = explanation.rejects.map { line -> String in
      guard case .rejected(let refusal) = line.content else { return "accepted" }
      return "\(line.number) \(line.offset) \(line.byteCount) \(refusal.reason) \(refusal.offset)"
    }
    #expect(words == expected.words, comment)
    #expect(explanation.rejectedCount == expected.words.count, comment)
    #expect(explanation.blankCount == expected.blankCount, comment)
    // A line may hold several records.
    #expect(explanation.recordLineCount <= expected.recordCount, comment)
    #expect(
      explanation.lineCount
        == explanation.recordLineCount + explanation.blankCount + explanation.rejectedCount, comment
    )
    // The same line by line.
    for line in explanation.rejects.prefix(3) {
      let alone = try LineExplanation(line: line.number, of: InputPath(path), options: options)
      #expect(alone.offset == line.offset && alone.byteCount == line.byteCount, comment)
      guard case .rejected(let refusal) = alone.content, case .rejected(let same) = line.content
      else {
        Issue.record("line \(line.number) is accepted alone")
        continue
      }
      #expect(refusal.offset == same.offset && refusal.reason == same.reason, comment)
      #expect(refusal.excerpt == same.excerpt, comment)
    }
  }

  /// Reads and explains the same bytes in several ways.
  private func check(_ bytes: [UInt8], format: String?, _ comment: Comment) throws {
    let file = try TemporaryFile(bytes)
    for mode in [InputMode.mmap, .read] {
      for limit in [64, 1 << 20] {
        for learnsShapes in [true, false] {
          var options = ReaderOptions()
          options.formatName = format
          options.inputMode = mode
          options.maximumRecordByteCount = limit
          options.pieceByteCount = 128
          options.learnsShapes = learnsShapes
          try check(file.path, options, comment)
        }
      }
    }
  }

  @Test(arguments: ["ndjson", "text"]) func noiseIsRejectedAsAReaderDoes(format: String) throws {
    var random = SeededGenerator(seed: 11)
    let alphabet = Array("{}[]\":,\\ntrue01-.e \r\n\n\t".utf8) + [0x00, 0xC3, 0xFF]
    for round in 0..<10 {
      let mark: [UInt8] = round % 2 == 0 ? [0xEF, 0xBB, 0xBF] : []
      let noise = (0..<3000).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      try check(mark + noise, format: format, "round \(round)")
    }
  }

  @Test func oddLinesAreRejectedAsAReaderDoes() throws {
    for seed in 0..<6 {
      var generator = LineGenerator(seed: UInt64(seed))
      try check(generator.lines(100), format: nil, "seed \(seed)")
    }
  }

  /// Lines of several formats, some of which begin like a record of another one.
  @Test func mixedLinesAreRejectedAsAReaderDoes() throws {
    let lines = [
      #"{"a":1}"#, #"{"a":1} {"a":2}"#, #"{"a":1} x=y"#, #"{"a":"#, "a=1 b=2", #"a="1 b=2"#, "",
      "x",
      #"10 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326"#,
      #"10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200"#, "10 a=b c=d e=f g=h",
      #"10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 "-" "x"#, "17", "[1,2]",
      "\"text\" and more", "Oct 10 13:55:36 host sshd: failed", "10.0.0.1 - x",
    ]
    var random = SeededGenerator(seed: 3)
    for round in 0..<10 {
      let text = (0..<60).map { _ in (lines.randomElement(using: &random) ?? "") + "\n" }
      try check(Array(text.joined().utf8), format: nil, "round \(round)")
    }
  }

  /// A line that begins like a record of one format and is one of another has the other's columns only.
  @Test func aLineHasTheColumnsOfItsOwnFormat() throws {
    let text = """
      {"a":1}
      {"a":2}
      {"a":3}
      10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326

      """
    let file = try TemporaryFile(text: text)
    for learnsShapes in [true, false] {
      var options = ReaderOptions()
      options.learnsShapes = learnsShapes
      var reader = try RecordReader(paths: [file.path], options: options)
      #expect(reader.schema.index(of: Schema.valueName) == nil)
      while try reader.next() != nil {}
      #expect(reader.statistics.recordCount == 4)
    }
  }

  @Test(.needsCorpus) func theCorpusIsExplained() throws {
    for folder in ["ndjson", "access", "logfmt"] {
      for file in try Corpus.files(in: folder)
      where file.kind != "expected" && file.byteCount < 4 << 20 {
        try check(file.path, ReaderOptions(), "\(file.name)")
      }
    }
  }
}
