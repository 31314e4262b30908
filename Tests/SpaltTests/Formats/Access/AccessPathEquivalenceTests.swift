import Testing

@testable import Spalt

/// The walk over access logs is a short cut: whatever the way, the result is the same.
@Suite struct AccessPathEquivalenceTests {
  private static let representations: [ReaderOptions.Representation] = [.values, .text, .none]

  static func options(
    _ representation: ReaderOptions.Representation = .values
  ) -> ReaderOptions {
    var options = ReaderOptions.plain(representation)
    options.formatName = "access"
    return options
  }

  /// Reads a file in many ways and compares each with the plainest.
  private func compare(
    _ path: String, _ base: ReaderOptions, variantCount: Int, seed: UInt64,
    pieces: [Int] = [64, 127, 4096, 1 << 20]
  ) throws -> [String] {
    var found: [String] = []
    let expected = try Snapshot.read([path], base)
    for options in ReaderOptions.variants(
      of: base, count: variantCount, seed: seed, pieces: pieces)
    {
      let snapshot = try Snapshot.read([path], options)
      let differences = snapshot.differences(
        from: expected, includingInput: options.inputMode == .mmap)
      found += differences.map { "\(options.summary): \($0)" }
      if snapshot.statistics.repairedRecords.count != expected.statistics.repairedRecords.count {
        found.append("\(options.summary): repaired")
      }
      if found.count > 12 { break }
    }
    return found
  }

  @Test(.needsCorpus) func corpusFilesReadTheSameInEveryWay() throws {
    for file in try Corpus.accessFiles() {
      let isLarge = file.byteCount > 1 << 18
      for representation in Self.representations {
        let found = try compare(
          file.path, Self.options(representation), variantCount: isLarge ? 2 : 8,
          seed: UInt64(file.byteCount), pieces: isLarge ? [1 << 16, 1 << 20] : [64, 127, 4096])
        #expect(found == [], "\(file.name)")
      }
    }
  }

  @Test(arguments: [UInt64](1...6))
  func generatedLinesReadTheSameInEveryWay(seed: UInt64) throws {
    var generator = AccessLineGenerator(seed: seed)
    generator.oddPercentage = [1, 5, 12, 25][Int(seed % 4)]
    var bytes = generator.lines(400)
    if seed % 2 == 0 { bytes.removeLast() }
    let file = try TemporaryFile(bytes)
    for representation in Self.representations {
      for decodesEscapes in [false, true] {
        var base = Self.options(representation)
        base.decodesEscapes = decodesEscapes
        base.keepsRejectedLines = decodesEscapes
        #expect(try compare(file.path, base, variantCount: 8, seed: seed) == [])
      }
    }
  }

  /// Which columns are wanted decides what the walk checks itself.
  @Test(
    arguments: [
      ["status"], ["time"], ["bytes", "vhost"], ["user", "host", "ident"], ["method", "path"],
      ["protocol"], ["extra1", "referer"], ["user_agent", "_extra"], ["nothing"],
    ])
  func anyColumnsReadTheSame(names: [String]) throws {
    var generator = AccessLineGenerator(seed: 77)
    generator.oddPercentage = 6
    let file = try TemporaryFile(generator.lines(600))
    for representation in Self.representations {
      var base = Self.options(representation)
      base.selectedColumns = names
      #expect(try compare(file.path, base, variantCount: 4, seed: 5) == [])
    }
  }

  /// Pieces that end behind every byte.
  @Test func everySplit() throws {
    var generator = AccessLineGenerator(seed: 9)
    generator.oddPercentage = 10
    let file = try TemporaryFile(generator.lines(12))
    var base = Self.options(.text)
    let expected = try Snapshot.read([file.path], base)
    base.inputMode = .read
    base.learnsShapes = true
    for pieceByteCount in 64...700 {
      base.pieceByteCount = pieceByteCount
      let found = try Snapshot.read([file.path], base).differences(from: expected)
      #expect(found == [], "pieces of \(pieceByteCount)")
    }
  }

  /// The longest record that is allowed, and one byte more.
  @Test func recordsThatAreTooLong() throws {
    var generator = AccessLineGenerator(seed: 10)
    generator.oddPercentage = 2
    let file = try TemporaryFile(generator.lines(300))
    for limit in [90, 120, 121, 122] {
      var base = Self.options()
      base.maximumRecordByteCount = limit
      let found = try compare(file.path, base, variantCount: 6, seed: UInt64(limit))
      #expect(found == [])
    }
  }

  /// Most records take the fast way, with every kernel and in every form.
  @Test(arguments: ["", "example.com:443 "], [0, 1, 2, 3])
  func recordsAreWalked(vhost: String, form: Int) throws {
    var text = ""
    for number in 0..<500 {
      let tail = ["", #" "-" "curl/8.5.0""#, #" "https://x/" "a b" "-""#, #" "" """#][form]
      text +=
        "\(vhost)10.0.0.\(number) - \(number % 9 == 0 ? "user" : "-") [12/Mar/2024:00:00:0"
        + "\(number % 10) +0100] \"GET /\(number) HTTP/\(number % 3 == 0 ? "2" : "1.1")\" 200 "
        + "\(number % 5 == 0 ? "-" : "\(number)")\(tail)\(number % 2 == 0 && form != 2 ? "\r\n" : "\n")"
    }
    for kernels in ScanKernels.all {
      var options = ReaderOptions()
      options.formatName = "access"
      options.kernels = kernels
      let snapshot = try Snapshot.read(text, options)
      #expect(snapshot.statistics.recordCount == 500)
      #expect(snapshot.statistics.learnedShapeCount == 500, "\(kernels.name)")
    }
  }

  /// A column of another type than the format's own is filled by the scanner.
  @Test func givenTypes() throws {
    var generator = AccessLineGenerator(seed: 11)
    let file = try TemporaryFile(generator.lines(100))
    for (name, type) in [("status", ColumnType.string), ("time", .string), ("bytes", .float64)] {
      var base = Self.options()
      base.schema = Schema(columns: [
        ColumnDefinition(name: name, type: type), ColumnDefinition(name: "path", type: .string),
        ColumnDefinition(name: "_extra", type: .json),
      ])
      #expect(try compare(file.path, base, variantCount: 4, seed: 3) == [])
    }
  }
}
