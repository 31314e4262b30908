import Foundation
import Testing

@testable import Spalt

/// Learned shapes are a short cut: whatever the way, the result is the same.
@Suite struct PathEquivalenceTests {
  private static let representations: [ReaderOptions.Representation] = [.values, .text, .none]

  /// Reads a file in many ways and compares each with the plainest.
  private func compare(
    _ path: String, _ base: ReaderOptions, variantCount: Int, seed: UInt64,
    pieces: [Int] = [64, 127, 4096, 1 << 20]
  ) throws -> [String] {
    var found: [String] = []
    let expected = try Snapshot.read([path], base)
    let variants = ReaderOptions.variants(
      of: base, count: variantCount, seed: seed, pieces: pieces)
    for options in variants {
      let snapshot = try Snapshot.read([path], options)
      let differences = snapshot.differences(
        from: expected, includingInput: options.inputMode == .mmap)
      found += differences.map { "\(options.summary): \($0)" }
      if !options.learnsShapes, snapshot.statistics.learnedShapeCount != 0 {
        found.append("\(options.summary): a shape was used")
      }
      if found.count > 12 { break }
    }
    return found
  }

  @Test(.needsCorpus) func corpusFilesReadTheSameInEveryWay() throws {
    for file in try Corpus.ndjsonFiles() {
      let isLarge = file.byteCount > 1 << 20
      for representation in Self.representations {
        let found = try compare(
          file.path, .plain(representation), variantCount: isLarge ? 2 : 7,
          seed: UInt64(file.byteCount), pieces: isLarge ? [1 << 16, 1 << 20] : [64, 127, 4096])
        #expect(found == [], "\(file.name)")
      }
    }
  }

  @Test(.needsCorpus) func corpusFilesHoldWhatAPlainReaderFinds() throws {
    for file in try Corpus.ndjsonFiles() where file.byteCount < 1 << 20 {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file.path)))
      let snapshot = try Snapshot.read([file.path])
      #expect(NaiveNDJSON(bytes).differences(from: snapshot) == [], "\(file.name)")
    }
  }

  @Test(arguments: [UInt64](1...6))
  func generatedLinesHoldWhatAPlainReaderFinds(seed: UInt64) throws {
    var generator = LineGenerator(seed: seed)
    var bytes = generator.lines(400)
    if seed % 2 == 0 { bytes.removeLast() }
    let file = try TemporaryFile(bytes)
    for sampleByteCount in [8 << 20, 4000] {
      var options = ReaderOptions.ndjson
      options.sampleByteCount = sampleByteCount
      let fast = try Snapshot.read([file.path], options)
      #expect(NaiveNDJSON(bytes).differences(from: fast) == [])
      #expect(fast.statistics.learnedShapeCount > 40)
      options.learnsShapes = false
      let general = try Snapshot.read([file.path], options)
      #expect(NaiveNDJSON(bytes).differences(from: general) == [])
      #expect(general.statistics.learnedShapeCount == 0)
    }
  }

  @Test(arguments: [UInt64](101...104))
  func generatedLinesReadTheSameInEveryWay(seed: UInt64) throws {
    var generator = LineGenerator(seed: seed)
    generator.oddPercentage = seed % 2 == 0 ? 15 : 60
    var bytes = generator.lines(250)
    if seed % 2 == 0 { bytes.removeLast() }
    let file = try TemporaryFile(bytes)
    for representation in Self.representations {
      for keepsLines in [false, true] {
        var base = ReaderOptions.plain(representation)
        base.sampleByteCount = 5000
        base.keepsRejectedLines = keepsLines
        let found = try compare(file.path, base, variantCount: 8, seed: seed)
        #expect(found == [])
      }
    }
  }

  @Test func shapesAreLearnedByEveryKernel() throws {
    var generator = LineGenerator(seed: 7)
    generator.oddPercentage = 5
    let file = try TemporaryFile(generator.lines(500))
    for kernels in ScanKernels.all {
      var options = ReaderOptions.ndjson
      options.kernels = kernels
      let snapshot = try Snapshot.read([file.path], options)
      #expect(snapshot.statistics.learnedShapeCount > 200, "\(kernels.name)")
      #expect(snapshot.statistics.learnedShapeCount < snapshot.statistics.recordCount)
    }
  }
}
