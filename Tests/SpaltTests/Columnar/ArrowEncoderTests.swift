import Foundation
import Testing

@testable import Spalt

/// What stands in messages, beyond what packages that read them tell.
@Suite struct ArrowEncoderTests {
  /// The messages of NDJSON's batches, and their statistics by key.
  private func messages(
    _ text: String, _ options: ArrowOptions = ArrowOptions()
  ) throws -> (messages: [[UInt8]], schema: ArrowSchema) {
    let input = try TemporaryFile(text: text)
    var readerOptions = ReaderOptions.ndjson
    readerOptions.representation = .values
    var reader = try RecordReader(paths: [input.path], options: readerOptions)
    let encoder = ArrowEncoder(
      reader.schema, formatNames: ["ndjson"], options: options, zone: "UTC")
    let formatter = ArrowFormatter(encoder: encoder)
    var output = Spalt.TextBuffer(pool: ChunkPool(budget: MemoryBudget()))
    var messages: [[UInt8]] = []
    while let batch = try reader.next() {
      output.clear()
      try formatter.format(batch, to: &output)
      messages.append((0..<output.byteCount).map { output[$0] })
    }
    return (messages, encoder.schema)
  }

  private func holds(_ message: [UInt8], _ text: String) -> Bool {
    Data(message).range(of: Data(text.utf8)) != nil
  }

  @Test func messagesAndBodiesAreAligned() throws {
    for strings in [ArrowOptions.Strings.utf8, .utf8View] {
      for compression in ArrowOptions.Compression.allCases {
        let options = ArrowOptions(strings: strings, compression: compression)
        let message = try #require(
          try messages(#"{"a":"x","b":1,"c":"a text that is longer than a view"}"#, options)
            .messages.first)
        #expect(message.count % 64 == 0)
        let block = ArrowBlock(ByteView(message.span), offset: 0)
        #expect(block.metadataByteCount % 64 == 0)
        #expect(block.metadataByteCount + block.bodyByteCount == message.count)
      }
    }
  }

  @Test(arguments: [
    ([1, 5, -3], "[0,-3,5]"), ([Int64.max, .min], "[0,\(Int64.min),\(Int64.max)]"),
    ([7], "[0,7,7]"),
  ])
  func integersHaveARange(values: [Int64], expected: String) throws {
    let text = values.map { "{\"a\":\($0)}\n" }.joined()
    #expect(holds(try messages(text).messages[0], expected))
  }

  @Test(arguments: [
    (["b", "a", "c"], #"[0,"a","c"]"#), (["", "a"], #"[0,"","a"]"#),
    (["abcdefgh", "abcdefg", "abcdefghi"], #"[0,"abcdefg","abcdefghi"]"#),
    (["abcdefghijkl", "abcdefghijk"], #"[0,"abcdefghijk","abcdefghijkl"]"#),
    (["abcdefghijklm", "abcdefghijkl", "abcdefghijkln"], #"[0,"abcdefghijkl","abcdefghijkln"]"#),
    (
      ["a long text, number 2", "a long text, number 1"],
      #"[0,"a long text, number 1","a long text, number 2"]"#
    ),
    (["é", "z", "\u{1F332}"], "[0,\"z\",\"\u{1F332}\"]"),
    (["same", "same"], #"[0,"same","same"]"#),
  ])
  func textsHaveARange(values: [String], expected: String) throws {
    for order in [values, values.reversed()] {
      let text = order.map { "{\"a\":\"\($0)\"}\n" }.joined()
      #expect(holds(try messages(text).messages[0], expected), "\(order)")
      let made = order.map { "{\"a\":\"\\u0041\($0)\"}\n" }.joined()
      let expectedMade = expected.replacingOccurrences(of: #",""#, with: #","A"#)
      #expect(holds(try messages(made).messages[0], expectedMade), "made: \(order)")
    }
  }

  @Test func textsAreComparedAsTheirBytesAre() throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<40 {
      let values = (0..<20).map { _ in
        String((0..<random.below(20)).map { _ in ["a", "b", "é"][random.below(3)] }.joined())
      }
      let sorted = values.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
      let text = values.map { "{\"a\":\"\($0)\"}\n" }.joined()
      #expect(
        holds(try messages(text).messages[0], #"[0,"\#(sorted[0])","\#(sorted[19])"]"#), "\(values)"
      )
    }
  }

  @Test func someColumnsHaveNoRange() throws {
    let long = String(repeating: "x", count: 65)
    let message = try messages(
      #"{"yes":true,"long":"\#(long)","list":[1],"short":"\#(long.dropLast())"}"# + "\n"
    ).messages[0]
    #expect(!holds(message, "spalt.statistics.0"))
    #expect(!holds(message, "spalt.statistics.1"))
    #expect(!holds(message, "spalt.statistics.2"))
    #expect(holds(message, "spalt.statistics.3"))
  }

  @Test func fieldsSayWhatTheyAre() throws {
    let schema = try messages(#"{"latency_ms":1,"http":{"bytes":2},"ms":"x","list":[]}"#).schema
    func value(_ name: String, _ key: String) -> String? {
      schema.fields.first { $0.name == name }?.metadata.first { $0.key == key }?.value
    }
    #expect(value("latency_ms", "spalt.unit") == "ms")
    #expect(value("http.bytes", "spalt.unit") == "bytes")
    #expect(value("ms", "spalt.unit") == nil)
    #expect(value("list", "ARROW:extension:name") == "arrow.json")
    #expect(value("ms", "ARROW:extension:name") == nil)
    #expect(value("ms", "spalt.format") == "ndjson")
    #expect(value("_extra", "spalt.format") == nil)
    #expect(value("_extra", "spalt.role") == "extra")
    #expect(schema.metadata == [ArrowKeyValue(key: "spalt.version", value: SpaltVersion.current)])
  }

  /// Of long texts only what the rows use is written.
  @Test func viewsHoldTheirOwnTextsOnly() throws {
    let text = (0..<100).map {
      "{\"a\":\"a text of thirty-one bytes \($0)\",\"b\":\"another text of that length\"}\n"
    }
    .joined()
    let input = try TemporaryFile(text: text)
    var options = ReaderOptions.ndjson
    options.representation = .values
    options.selectedColumns = ["a"]
    var reader = try RecordReader(paths: [input.path], options: options)
    var sizes: [Int] = []
    while let batch = try reader.next() {
      var output = Spalt.TextBuffer(pool: ChunkPool(budget: MemoryBudget()))
      let encoder = ArrowEncoder(
        batch.schema, formatNames: [], options: ArrowOptions(strings: .utf8View), zone: "UTC")
      try ArrowFormatter(encoder: encoder).format(batch, to: &output)
      #expect(!(0..<output.byteCount).map { output[$0] }.contains(UInt8(ascii: "{")))
      sizes.append(output.byteCount)
    }
    #expect(sizes.count == 1)
    #expect(sizes[0] < 100 * (16 + 31) + 1024)
  }
}

@Suite struct ArrowDictionaryBuilderTests {
  private func pool(_ byteCount: Int = 64 << 20) -> ChunkPool {
    ChunkPool(budget: MemoryBudget(limitByteCount: byteCount))
  }

  /// The numbers that a dictionary gives to these texts.
  private func indexes(
    _ dictionary: ArrowDictionaryBuilder, _ texts: [String]
  ) throws -> [UInt32] {
    let input = try TemporaryFile(text: texts.map { "{\"a\":\"\($0)\"}\n" }.joined())
    var options = ReaderOptions.ndjson
    options.representation = .values
    var reader = try RecordReader(paths: [input.path], options: options)
    var found: [UInt32] = []
    while let batch = try reader.next() {
      var output = Spalt.TextBuffer(pool: pool())
      try dictionary.appendIndexes(batch.column(0), hasNulls: false, to: &output)
      found += (0..<batch.rowCount).map { output.load(at: $0 * 4, as: UInt32.self) }
    }
    return found
  }

  @Test func textsAreNumberedAsTheyCome() throws {
    let dictionary = try ArrowDictionaryBuilder(id: 0, name: "a", pool: pool())
    let long = "a text that is longer than a view"
    #expect(try indexes(dictionary, ["x", long, "x", "", long, "y"]) == [0, 1, 0, 2, 1, 3])
    #expect(try indexes(dictionary, ["y", "z"]) == [3, 4])
    #expect(dictionary.count == 5)
  }

  @Test func manyTextsKeepTheirNumbers() throws {
    let dictionary = try ArrowDictionaryBuilder(id: 0, name: "a", pool: pool())
    let texts = (0..<5000).map { "text \($0)" }
    #expect(try indexes(dictionary, texts) == (0..<5000).map { UInt32($0) })
    #expect(try indexes(dictionary, texts.reversed()) == (0..<5000).reversed().map { UInt32($0) })
  }

  @Test func forgottenTextsComeAnew() throws {
    let dictionary = try ArrowDictionaryBuilder(id: 0, name: "a", pool: pool())
    #expect(try indexes(dictionary, ["a", "b", "c", "d"]) == [0, 1, 2, 3])
    try dictionary.forget(beyond: 2)
    #expect(dictionary.count == 2)
    #expect(try indexes(dictionary, ["d", "b", "c", "a"]) == [2, 1, 3, 0])
    var output = Spalt.TextBuffer(pool: pool())
    let places = try dictionary.appendBuffers(from: 1, to: &output)
    #expect(places[0].isEmpty)
    #expect(
      (0..<4).map { output.load(at: places[1].lowerBound + 4 * $0, as: UInt32.self) } == [
        0, 1, 2, 3,
      ])
    #expect(places[2].map { output[$0] } == Array("bdc".utf8))
  }

  @Test func tooManyTextsAreAnError() throws {
    let dictionary = try ArrowDictionaryBuilder(id: 0, name: "a", pool: pool(256 << 10))
    let texts = (0..<20_000).map { "a text of some length, number \($0)" }
    var failure: SpaltError?
    do { _ = try indexes(dictionary, texts) } catch { failure = error as? SpaltError }
    guard case .unwritable("a", let reason)? = failure else {
      Issue.record("no error, or another one: \(String(describing: failure))")
      return
    }
    #expect(reason.contains("--memory"))
    // To forget takes no memory.
    try dictionary.forget(beyond: dictionary.count - 1)
    let kept = dictionary.count
    #expect(kept > 100)
    // What is there still can be found.
    #expect(try indexes(dictionary, Array(texts.prefix(50))) == (0..<50).map { UInt32($0) })
    #expect(dictionary.count == kept)
  }
}

@Suite struct BufferCompressionTests {
  private enum Codec: CaseIterable { case lz4, zstd }

  private func compressed(_ codec: Codec, _ bytes: [UInt8]) throws -> [UInt8]? {
    var output = Spalt.TextBuffer(pool: ChunkPool(budget: MemoryBudget()))
    let view = ByteView(bytes.span)
    let isShorter =
      switch codec {
      case .lz4: try LZ4FrameCompressor.compress(view, to: &output)
      case .zstd: try ZstdCompressors().compress(view, to: &output)
      }
    #expect(isShorter || output.byteCount == 0)
    return isShorter ? (0..<output.byteCount).map { output[$0] } : nil
  }

  @Test(arguments: Codec.allCases) private func framesAreShorter(codec: Codec) throws {
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 100) }
    let frame = try #require(try compressed(codec, bytes))
    #expect(frame.count < bytes.count / 4)
    #expect(
      frame.starts(with: codec == .lz4 ? [0x04, 0x22, 0x4D, 0x18] : [0x28, 0xB5, 0x2F, 0xFD]))
  }

  @Test(arguments: Codec.allCases) private func noiseIsNotCompressed(codec: Codec) throws {
    var random = SeededGenerator(seed: 5)
    #expect(try compressed(codec, (0..<5000).map { _ in UInt8(random.below(256)) }) == nil)
    #expect(try compressed(codec, [1, 2, 3]) == nil)
  }

  /// What a compressor takes counts against the budget, and comes back.
  @Test func contextsCountAgainstTheBudget() throws {
    let pool = ChunkPool(budget: MemoryBudget())
    do {
      var output = Spalt.TextBuffer(pool: pool)
      let compressors = ZstdCompressors()
      let bytes = [UInt8](repeating: 1, count: 1000)
      #expect(try compressors.compress(ByteView(bytes.span), to: &output))
      output.clear()
      #expect(pool.budget.reservedByteCount > output.capacity)
    }
    pool.trim(toByteCount: 0)
    #expect(pool.budget.reservedByteCount == 0)
  }
}
