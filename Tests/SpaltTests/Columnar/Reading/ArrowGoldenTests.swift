import Testing

@testable import Spalt

/// Files that other implementations have written, with their exact content.
@Suite struct ArrowGoldenTests {
  /// Names of triples, without their extension.
  static func goldens() throws -> [String] {
    try Corpus.files(in: "arrow/arrow-testing").map(\.name)
      .filter { $0.hasSuffix(".stream") }
      .map { String($0.dropLast(".stream".count)) }
  }

  @Test(.needsCorpus) func filesAndStreamsHoldWhatTheirTwinsSay() throws {
    let goldens = try Self.goldens()
    #expect(goldens.count == 51)
    var valueCount = 0
    var unreadable: Set<String> = []
    for golden in goldens {
      let json = try ArrowIntegrationJSON(path: Corpus.path(golden + ".json.gz"))
      for kind in ["arrow_file", "stream"] {
        let name = "\(golden).\(kind)"
        let content = try ArrowReading(try Corpus.bytes(name))
        var comparison = try json.compare(with: content)
        // What the columns within a map are called means nothing, and this file is a test of it.
        if golden.hasSuffix("map_non_canonical") {
          comparison.differences.removeAll { $0.hasPrefix("named ") }
        }
        #expect(comparison.differences.isEmpty, "\(name): \(comparison.differences.prefix(5))")
        for batch in content.allBatches { try batch.validate() }
        valueCount += comparison.valueCount
        unreadable.formUnion(comparison.unreadable)
      }
    }
    #expect(valueCount > 20_000)
    #expect(unreadable == ["sparse union", "dense union", "run-end encoded"])
  }

  @Test(.needsCorpus) func filesOpenByTheirPath() throws {
    for golden in try Self.goldens() {
      let content = try ArrowReading(try Corpus.bytes(golden + ".arrow_file"))
      let file = try ArrowFile(path: Corpus.path(golden + ".arrow_file"))
      #expect(file.schema.map(\.name) == content.schema.fields.map(\.name))
      #expect(file.batchCount == content.batches.count)
      #expect(try file.countRows() == content.batches.reduce(0) { $0 + $1.rowCount })
      try file.validate()
      try file.verify()
    }
  }

  @Test(.needsCorpus) func theyAreRecognised() throws {
    for golden in try Self.goldens() {
      let file = try Corpus.bytes(golden + ".arrow_file")
      #expect(ArrowBeginning.recognise(ByteView(file.span)) == .file)
      let stream = try Corpus.bytes(golden + ".stream")
      #expect(ArrowBeginning.recognise(ByteView(stream.span)) == .stream)
      let beginning = Array(stream.prefix(64))
      #expect(ArrowBeginning.recognise(ByteView(beginning.span)) == .stream, "\(golden)")
    }
  }
}
