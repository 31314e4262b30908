import Testing

@testable import Spalt

/// Each NDJSON file of the corpus against what its manifest says of it.
@Suite struct CorpusFactsTests {
  struct Facts {
    let recordLineCount: Int
    let lineCount: Int
    /// The first of the broken lines; all of them unless `isCut`.
    let brokenLines: [Int]
    let isCut: Bool

    init?(_ text: String) {
      guard
        let counts = text.firstMatch(of: /(\d+) of (\d+) non-blank lines are complete JSON values/),
        let recordLineCount = Int(counts.1), let lineCount = Int(counts.2)
      else { return nil }
      self.recordLineCount = recordLineCount
      self.lineCount = lineCount
      let broken = text.firstMatch(of: /not JSON on their own: line ([0-9, ]+)(…?)/)
      brokenLines = broken.map { $0.1.matches(of: /\d+/).compactMap { Int($0.0) } } ?? []
      isCut = broken.map { !$0.2.isEmpty } ?? false
    }
  }

  @Test(.needsCorpus) func filesAreReadAsTheManifestSays() throws {
    var fileCount = 0
    for file in try Corpus.ndjsonFiles() {
      let facts = try #require(Facts(file.facts), "\(file.name)")
      fileCount += 1
      for mode in [InputMode.mmap, .read] {
        var options = ReaderOptions.ndjson
        options.inputMode = mode
        let snapshot = try Snapshot.read([file.path], options)
        let lines = snapshot.rejects.map(\.line)
        #expect(snapshot.statistics.byteCount == file.byteCount, "\(file.name)")
        #expect(snapshot.isAccounted, "\(file.name)")
        #expect(snapshot.statistics.recordCount == facts.recordLineCount, "\(file.name)")
        #expect(lines.count == facts.lineCount - facts.recordLineCount, "\(file.name)")
        if facts.isCut {
          #expect(Array(lines.prefix(facts.brokenLines.count)) == facts.brokenLines, "\(file.name)")
        } else {
          #expect(lines == facts.brokenLines, "\(file.name)")
        }
      }
    }
    #expect(fileCount >= 38)
  }

  @Test(.needsCorpus) func valuesThatAreNoObjectsAreRecords() throws {
    for file in try Corpus.ndjsonFiles() where file.facts.contains("(0 objects)") {
      let snapshot = try Snapshot.read([file.path])
      guard snapshot.statistics.recordCount > 0 else { continue }
      let values = snapshot.column(Schema.valueName)
      #expect(values.count == snapshot.rows.count, "\(file.name)")
      #expect(values.allSatisfy { $0 != .null }, "\(file.name)")
    }
  }
}
