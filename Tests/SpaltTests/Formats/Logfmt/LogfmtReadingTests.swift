import Foundation
import Testing

@testable import Spalt

/// Whole inputs: learned shapes are a short cut, and whatever the way, the result is the same.
@Suite struct LogfmtReadingTests {
  private static func options(
    _ representation: ReaderOptions.Representation = .values
  ) -> ReaderOptions {
    var options = ReaderOptions.plain(representation)
    options.formatName = "logfmt"
    return options
  }

  /// Reads a file in many ways and compares each with the plainest.
  private func compare(
    _ path: String, _ base: ReaderOptions, variantCount: Int, seed: UInt64,
    pieces: [Int] = [64, 127, 4096, 1 << 20]
  ) throws -> [String] {
    var found: [String] = []
    let expected = try Snapshot.read([path], base)
    for options in ReaderOptions.variants(of: base, count: variantCount, seed: seed, pieces: pieces)
    {
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

  /// What rows hold that the pairs of their lines do not, and the other way round.
  private func differences(_ bytes: [UInt8], from snapshot: Snapshot) -> [String] {
    var found: [String] = []
    var row = 0
    var offset = 0
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      defer { offset += line.count + 1 }
      let content = line.last == 0x0D ? line.dropLast() : line
      if content.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      let oracle = NaiveLogfmt(Array(content))
      if let column = oracle.errorColumn {
        let reject = snapshot.rejects.first { $0.offset == offset }
        if reject.map({ $0.faultOffset - offset + 1 }) != column {
          found.append("reject at \(offset): \(String(describing: reject)), not at \(column)")
        }
        continue
      }
      guard row < snapshot.rows.count else { return found + ["too few rows"] }
      found += differences(oracle, row, snapshot)
      row += 1
    }
    if row != snapshot.rows.count { found.append("\(snapshot.rows.count) rows, not \(row)") }
    return found
  }

  private func differences(
    _ oracle: NaiveLogfmt, _ row: Int, _ snapshot: Snapshot
  ) -> [String] {
    var last: [String: NaiveLogfmt.Value] = [:]
    for pair in oracle.pairs { last[String(decoding: pair.key, as: UTF8.self)] = pair.value }
    let hasExtra = snapshot.columns.indices.contains {
      snapshot.columns[$0].name == Schema.extraName && snapshot.rows[row][$0] != .null
    }
    var found: [String] = []
    for (index, column) in snapshot.columns.enumerated() where column.name != Schema.extraName {
      let keys = FieldPath.keys(of: column.name) ?? []
      let key = Array(keys.joined(separator: [LogfmtByte.dot]))
      let value = last[String(decoding: key, as: UTF8.self)]
      let cell = snapshot.rows[row][index]
      // What does not fit its column is collected elsewhere.
      if cell == .null, value != nil, hasExtra { continue }
      if cell != Self.cell(value, column.type) {
        found.append("row \(row), \(column.name): \(cell), not \(String(describing: value))")
      }
    }
    return found
  }

  /// What a value is in a column of a type, as far as it fits.
  private static func cell(_ value: NaiveLogfmt.Value?, _ type: ColumnType) -> Cell {
    guard let value else { return .null }
    switch (value, type) {
    case (.flag, .bool): return .bool(true)
    case (.flag, .string): return .text(Array("true".utf8))
    case (.word(let bytes), .string), (.string(let bytes), .string):
      return .text(Array(String(decoding: bytes, as: UTF8.self).utf8))
    case (.word(let bytes), .bool):
      let text = String(decoding: bytes, as: UTF8.self)
      return text == "true" ? .bool(true) : text == "false" ? .bool(false) : .null
    case (.word(let bytes), .int64):
      return Int64(String(decoding: bytes, as: UTF8.self)).map { .int64($0) } ?? .null
    case (.word(let bytes), .float64):
      return Double(String(decoding: bytes, as: UTF8.self)).map { .float64($0.bitPattern) } ?? .null
    case (.word(let bytes), .timestamp), (.string(let bytes), .timestamp):
      let cursor = ByteCursor(ByteView(bytes.span))
      return cursor.scanTimestamp(at: 0, byteCount: bytes.count).map { .timestamp($0) } ?? .null
    default: return .null
    }
  }

  // MARK: - Generated

  @Test(arguments: [UInt64](1...6)) func generatedLinesHoldWhatTheOracleFinds(seed: UInt64) throws {
    var generator = LogfmtGenerator(seed: seed)
    var bytes = generator.lines(400)
    if seed % 2 == 0 { bytes.removeLast() }
    let file = try TemporaryFile(bytes)
    for sampleByteCount in [8 << 20, 4000] {
      var options = Self.options()
      options.sampleByteCount = sampleByteCount
      let general = try Snapshot.read([file.path], options)
      #expect(differences(bytes, from: general).prefix(5) == [])
      #expect(general.statistics.learnedShapeCount == 0)
      options.learnsShapes = true
      let fast = try Snapshot.read([file.path], options)
      #expect(fast.differences(from: general) == [])
      #expect(fast.statistics.learnedShapeCount > 40)
    }
  }

  @Test(arguments: [UInt64](101...104))
  func generatedLinesReadTheSameInEveryWay(seed: UInt64) throws {
    var generator = LogfmtGenerator(seed: seed)
    generator.oddPercentage = seed % 2 == 0 ? 15 : 60
    var bytes = generator.lines(200)
    if seed % 2 == 0 { bytes.removeLast() }
    let file = try TemporaryFile(bytes)
    for representation in [ReaderOptions.Representation.values, .text, .none] {
      for keepsLines in [false, true] {
        var base = Self.options(representation)
        base.sampleByteCount = 5000
        base.keepsRejectedLines = keepsLines
        #expect(try compare(file.path, base, variantCount: 8, seed: seed) == [])
      }
    }
  }

  @Test func everyPieceSizeReadsTheSame() throws {
    var generator = LogfmtGenerator(seed: 9)
    let file = try TemporaryFile(generator.lines(12))
    let base = Self.options()
    let expected = try Snapshot.read([file.path], base)
    for piece in 64...420 {
      var options = base
      options.learnsShapes = true
      options.inputMode = .read
      options.pieceByteCount = piece
      options.kernels = ScanKernels.all[piece % ScanKernels.all.count]
      let found = try Snapshot.read([file.path], options).differences(from: expected)
      #expect(found == [], "pieces of \(piece)")
      if !found.isEmpty { return }
    }
  }

  @Test func shapesAreLearnedByEveryKernel() throws {
    var generator = LogfmtGenerator(seed: 7)
    generator.oddPercentage = 5
    let file = try TemporaryFile(generator.lines(500))
    for kernels in ScanKernels.all {
      var options = Self.options()
      options.learnsShapes = true
      options.kernels = kernels
      let snapshot = try Snapshot.read([file.path], options)
      #expect(snapshot.statistics.learnedShapeCount > 200, "\(kernels.name)")
      #expect(snapshot.statistics.learnedShapeCount < snapshot.statistics.recordCount)
    }
  }

  // MARK: - The corpus

  struct Facts {
    let recordCount: Int
    let pairCount: Int
    let leastPairCount: Int
    let mostPairCount: Int

    init?(_ text: String) {
      guard
        let match = text.firstMatch(
          of: /(\d+) records, (\d+) key=value pairs \(min (\d+), max (\d+) a line\)/),
        let recordCount = Int(match.1), let pairCount = Int(match.2), let least = Int(match.3),
        let most = Int(match.4)
      else { return nil }
      (self.recordCount, self.pairCount, leastPairCount, mostPairCount) = (
        recordCount, pairCount, least, most
      )
    }
  }

  private static func files(_ kind: String) throws -> [Corpus.File] {
    try Corpus.files(in: "logfmt").filter { $0.kind == kind }
  }

  /// The pairs of each record, counted by the scanner.
  private func pairCounts(_ snapshot: Snapshot, _ bytes: [UInt8]) throws -> [Int] {
    let arenas = LogfmtScannerTests.makeArenas()
    return try snapshot.positions.map { position in
      let line = Array(bytes[position.offset..<position.offset + position.byteCount])
      return try LogfmtScannerTests.scan(line, margin: 0, .current, arenas).pairs.count {
        $0.value != .flag
      }
    }
  }

  @Test(.needsCorpus) func filesAreReadAsTheManifestSays() throws {
    let files = try Self.files("ok")
    #expect(files.count == 4)
    for file in files {
      let facts = try #require(Facts(file.facts), "\(file.name)")
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file.path)))
      for formatName in ["logfmt", nil] {
        for mode in [InputMode.mmap, .read] {
          var options = ReaderOptions()
          options.formatName = formatName
          options.inputMode = mode
          let snapshot = try Snapshot.read([file.path], options)
          #expect(snapshot.rejects.isEmpty, "\(file.name)")
          #expect(snapshot.isAccounted, "\(file.name)")
          #expect(snapshot.statistics.recordCount == facts.recordCount, "\(file.name)")
          #expect(differences(bytes, from: snapshot).prefix(5) == [], "\(file.name)")
          let counts = try pairCounts(snapshot, bytes)
          #expect(counts.reduce(0, +) == facts.pairCount, "\(file.name)")
          #expect(counts.min() == facts.leastPairCount, "\(file.name)")
          #expect(counts.max() == facts.mostPairCount, "\(file.name)")
        }
      }
    }
  }

  @Test(.needsCorpus) func filesReadTheSameInEveryWay() throws {
    for file in try Self.files("ok") + Self.files("mixed") {
      let isLarge = file.byteCount > 1 << 17
      for representation in [ReaderOptions.Representation.values, .text] {
        let found = try compare(
          file.path, Self.options(representation), variantCount: isLarge ? 3 : 8,
          seed: UInt64(file.byteCount), pieces: isLarge ? [1 << 14, 1 << 20] : [64, 127, 4096])
        #expect(found == [], "\(file.name)")
      }
    }
  }

  @Test(.needsCorpus) func linesOfJSONAmongLogfmt() throws {
    let file = try #require(try Self.files("mixed").first)
    var options = Self.options()
    let only = try Snapshot.read([file.path], options)
    #expect(only.statistics.recordCount == 6)
    #expect(only.rejects.map(\.line) == [4, 5, 6])
    #expect(
      only.rejects.allSatisfy { $0.reason == .quoteInWord && $0.faultOffset == $0.offset + 1 })
    options.formatName = nil
    let detected = try Snapshot.read([file.path], options)
    #expect(detected.statistics.recordCount == 9)
    #expect(detected.rejects.isEmpty)
    #expect(detected.texts("logger").prefix(4) == ["context", "context", "http.server", "context"])
  }

  @Test(.needsCorpus) func logfmtInsideOfJSONIsJSON() throws {
    let file = try #require(try Self.files("edge").first)
    let detected = try Snapshot.read([file.path])
    #expect(detected.texts("nested_key") == ["some=logfmt data=more"])
    let forced = try Snapshot.read([file.path], Self.options())
    #expect(forced.rejects.map(\.reason) == [.quoteInWord])
  }
}
