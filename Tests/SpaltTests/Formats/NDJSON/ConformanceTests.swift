import Foundation
import Testing

@testable import Spalt

/// JSONTestSuite: each file is one JSON text, and its name begins with the verdict.
@Suite struct ConformanceTests {
  /// Whether the decoder takes the file for exactly one record, in every way to decode; nil when the
  /// ways do not agree.
  private func isAccepted(_ bytes: [UInt8]) throws -> Bool? {
    var verdicts: Set<Bool> = []
    for kernels in ScanKernels.all {
      for learnsShapes in [true, false] {
        var options = ReaderOptions.ndjson
        options.kernels = kernels
        options.learnsShapes = learnsShapes
        options.representation = learnsShapes ? .values : .text
        let snapshot = try Snapshot.decode(bytes, framing: .document, options)
        guard snapshot.isAccounted, snapshot.statistics.byteCount == bytes.count else { return nil }
        verdicts.insert(snapshot.rows.count == 1 && snapshot.rejects.isEmpty)
      }
    }
    return verdicts.count == 1 ? verdicts.first : nil
  }

  @Test(.needsCorpus) func verdictsAreThoseOfTheSuite() throws {
    var counts: [Character: Int] = [:]
    var wrong: [String] = []
    for file in try Corpus.files(in: "json-conformance") where file.name.hasSuffix(".json") {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file.path)))
      let name = file.name.split(separator: "/").last ?? ""
      guard let verdict = name.first else { continue }
      counts[verdict, default: 0] += 1
      let accepted = try isAccepted(bytes)
      switch verdict {
      case "y" where accepted != true, "n" where accepted != false, "i" where accepted == nil:
        wrong.append("\(name): \(accepted.map { "\($0)" } ?? "differs")")
      default: break
      }
    }
    #expect(wrong == [])
    #expect(counts == ["y": 95, "n": 188, "i": 35])
  }

  @Test(.needsCorpus) func documentsAreWhatAPlainReaderFinds() throws {
    var wrong: [String] = []
    for file in try Corpus.files(in: "json-conformance") where file.byteCount < 10_000 {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file.path)))
      guard !bytes.contains(0x0A), !bytes.isEmpty else { continue }
      let snapshot = try Snapshot.decode(bytes, framing: .lines)
      let differences = NaiveNDJSON(bytes).differences(from: snapshot)
      if !differences.isEmpty { wrong.append("\(file.name): \(differences)") }
    }
    #expect(wrong == [])
  }
}
