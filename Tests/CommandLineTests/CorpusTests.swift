import Foundation
import Testing

/// Every NDJSON file of the corpus, against what the manifest says about it.
@Suite(.enabled(if: Corpus.isPresent, "the corpus is not at hand; see SPALT_CORPUS"))
struct CorpusTests {
  @Test(arguments: Corpus.ndjson) func countsAreThoseOfTheManifest(file: Corpus.File) throws {
    let folder = try TemporaryFolder()
    let rejects = folder.path("rejects.ndjson")
    let outcome = try Program.run(
      [file.path, "-f", "ndjson", "-O", "none", "--stats", "json", "--rejects", rejects])
    #expect(outcome.status == 0)
    let statistics = try Statistics(outcome)
    #expect(statistics["records", "count"] == file.wellFormedCount)
    #expect(statistics["records", "rejected"] == file.nonBlankCount - file.wellFormedCount)
    let content = try Data(contentsOf: URL(fileURLWithPath: file.path))
    statistics.expectIdentity(inputByteCount: content.count)
    #expect(try Program.output([file.path, "-f", "ndjson", "-c"]) == "\(file.wellFormedCount)\n")

    let found = try Data(contentsOf: URL(fileURLWithPath: rejects)).lines.map {
      try JSONDecoder().decode(RejectTests.Reject.self, from: $0)
    }
    let lines = found.map(\.line)
    #expect(
      file.listsAllBrokenLines
        ? lines == file.brokenLines
        : Array(lines.prefix(file.brokenLines.count)) == file.brokenLines)
  }

  @Test(arguments: Corpus.ndjson, ["mmap", "read"])
  func rawOutputAndRejectsAreTheInput(file: Corpus.File, io: String) throws {
    let folder = try TemporaryFolder()
    let rejects = folder.path("rejects.ndjson")
    let outcome = try Program.run(
      [file.path, "-f", "ndjson", "-O", "raw", "--io", io, "--rejects", rejects])
    let content = try Data(contentsOf: URL(fileURLWithPath: file.path))
    var broken: [Int: Int] = [:]
    for line in try Data(contentsOf: URL(fileURLWithPath: rejects)).lines {
      let reject = try JSONDecoder().decode(RejectTests.Reject.self, from: line)
      broken[reject.line] = reject.byte_count
      let bytes = content[reject.offset..<reject.offset + reject.byte_count]
      #expect(reject.text == String(decoding: bytes, as: UTF8.self))
      #expect(content.lines[reject.line - 1].starts(with: bytes))
    }
    var written = outcome.output.lines[...]
    for (index, line) in content.lines.enumerated() where !line.isBlank {
      let record = line.last == 0x0D ? line.dropLast() : line
      if let byteCount = broken[index + 1] {
        #expect(byteCount == record.count)
      } else {
        #expect(written.popFirst() == Data(record))
      }
    }
    #expect(written.isEmpty)
  }

  @Test(arguments: Corpus.ndjson) func outputReadsTheSame(file: Corpus.File) throws {
    // What was written once is written the same again, but for dots in names.
    let once = try Program.run(["-f", "ndjson", file.path])
    for line in once.output.lines {
      let object = try JSONSerialization.jsonObject(with: line)
      #expect(object is [String: Any])
    }
    let count = try Program.run(["-c"], input: once.output)
    #expect(count.text == "\(once.lines.count)\n")
    #expect(count.errors.isEmpty)
  }

  @Test func allFilesAsOneInput() throws {
    let files = Corpus.ndjson
    let outcome = try Program.run(
      files.map(\.path) + ["-f", "ndjson", "-O", "none", "--stats", "json", "-j", "2"])
    let statistics = try Statistics(outcome)
    #expect(statistics["records", "count"] == files.map(\.wellFormedCount).reduce(0, +))
    #expect(
      statistics["records", "rejected"]
        == files.map { $0.nonBlankCount - $0.wellFormedCount }.reduce(0, +))
  }
}
