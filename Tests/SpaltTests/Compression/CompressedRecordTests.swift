import Testing

@testable import Spalt

/// Reading a compressed file gives the same records, rejects and counts as reading the plain one.
@Suite struct CompressedRecordTests {
  /// Compresses bytes with blocks that end anywhere.
  private func compress(_ bytes: [UInt8], seed: UInt64) -> (name: String, bytes: [UInt8]) {
    var random = SeededGenerator(seed: seed)
    var writer = LZ4FrameWriter(
      isLinked: random.below(2) == 0,
      storing: LZ4FrameWriter.Storing.allCases[random.below(3)],
      hasBlockChecksums: random.below(2) == 0, hasContentChecksum: random.below(2) == 0)
    let longest = [3, 50, 1000, 20_000][random.below(4)]
    writer.blockByteCounts = (0..<9).map { _ in 1 + random.below(longest) }
    if random.below(4) == 0 {
      // Two frames, with something else in between.
      let middle = random.below(bytes.count + 1)
      return (
        "two frames, \(writer.summary)",
        writer.frame(Array(bytes[..<middle])) + LZ4FrameWriter.skippable([0x0A, 0x7B])
          + writer.frame(Array(bytes[middle...]))
      )
    }
    return (writer.summary, writer.frame(bytes))
  }

  /// Reads content plain and compressed in many ways, and says what differs.
  private func mistakes(
    _ content: [UInt8], base: ReaderOptions = .plain(), count: Int = 6, seed: UInt64 = 1
  ) throws -> [String] {
    let plain = try TemporaryFile(content)
    let expected = try Snapshot.read([plain.path], base)
    var found: [String] = []
    for number in 0..<UInt64(count) {
      let (name, bytes) = compress(content, seed: seed &+ number)
      let file = try TemporaryFile(bytes)
      for options in ReaderOptions.variants(of: base, count: 4, seed: seed &+ number) {
        let snapshot = try Snapshot.read([file.path], options)
        let differences = snapshot.differences(from: expected)
        if !differences.isEmpty { found.append("\(name), \(options.summary): \(differences)") }
      }
      if found.count > 3 { break }
    }
    return found
  }

  @Test(arguments: [ReaderOptions.Representation.values, .text, .none])
  func recordsOfEveryKind(representation: ReaderOptions.Representation) throws {
    var generator = LineGenerator(seed: 41)
    for seed in 0..<4 as Range<UInt64> {
      let found = try mistakes(
        generator.lines(120), base: .plain(representation), seed: 100 * seed)
      #expect(found == [])
    }
  }

  @Test func plainText() throws {
    var base = ReaderOptions.text
    base.inputMode = .mmap
    for seed in 0..<4 as Range<UInt64> {
      let content = SampleContent.lines(byteCount: 9000, seed: seed, longest: 400)
      #expect(try mistakes(content, base: base, seed: 10 * seed) == [])
    }
  }

  @Test func inputsOfAlmostNothing() throws {
    let texts = [
      "", "\n", "\r\n", "\r", "0", "{}", "{}\n", "{}\r\n", "\u{FEFF}", "\u{FEFF}\n",
      "\u{FEFF}{\"a\":1}", "\u{FEFF}{\"a\":1}\r\n{\"a\":2}", " \t \n  ", "{}\r{}\n", "{}\0\n",
    ]
    for text in texts { #expect(try mistakes(Array(text.utf8), count: 8) == [], "\(text)") }
  }

  @Test func lineEndsAndTheByteOrderMarkAreCutAnywhere() throws {
    let text =
      "\u{FEFF}{\"a\":1,\"s\":\"é\\u00e9\"}\r\n\r\nbroken\r\n{\"a\":2}{\"a\":3}\r\n\n{\"a\":4}\r"
    let content = Array(text.utf8)
    let plain = try TemporaryFile(content)
    let expected = try Snapshot.read([plain.path], .plain())
    #expect(expected.rows.count == 4)
    for cut in 0...content.count {
      var writer = LZ4FrameWriter(isLinked: cut % 2 == 0)
      writer.blockByteCounts = [cut, 1, content.count]
      let file = try TemporaryFile(writer.frame(content))
      for options in ReaderOptions.variants(
        of: .plain(), count: 3, seed: UInt64(cut), pieces: [64])
      {
        // Chunks of 64 bytes: blocks of one byte, and the rest in the next.
        let snapshot = try Snapshot.read([file.path], options)
        #expect(snapshot.differences(from: expected) == [], "\(cut), \(options.summary)")
      }
    }
  }

  @Test func recordsThatAreLongerThanChunks() throws {
    var content: [UInt8] = []
    var random = SeededGenerator(seed: 6)
    for number in 0..<12 {
      let byteCount = [10, 300, 17_000, 70_000, 140_000][random.below(5)]
      content += Array("{\"n\":\(number),\"s\":\"".utf8)
      content += SampleContent.noise(byteCount: byteCount, seed: UInt64(number)).map {
        $0 == 0x22 || $0 == 0x5C ? 0x20 : $0
      }
      content += Array("\"}\n".utf8)
    }
    #expect(try mistakes(content, count: 6) == [])
  }

  @Test(arguments: [100, 1000, 20_000])
  func recordsThatAreTooLong(limit: Int) throws {
    var base = ReaderOptions.plain()
    base.maximumRecordByteCount = limit
    func record(_ byteCount: Int) -> String {
      "{\"a\":\"" + String(repeating: "x", count: byteCount - 8) + "\"}"
    }
    for lineEnd in ["\n", "\r\n"] {
      for byteCount in [limit - 1, limit, limit + 1, limit + 4, limit + 5, limit + 70_000] {
        let blank = String(repeating: " ", count: byteCount)
        for text in [
          "\u{FEFF}" + record(byteCount) + lineEnd + record(20) + lineEnd,
          record(20) + lineEnd + record(byteCount) + lineEnd + record(30) + lineEnd,
          record(20) + lineEnd + record(byteCount), blank + lineEnd + "{}" + lineEnd + blank,
        ] {
          let seed = UInt64(byteCount)
          #expect(try mistakes(Array(text.utf8), base: base, count: 2, seed: seed) == [])
        }
      }
    }
  }

  @Test func formatsAreDetected() throws {
    var generator = LineGenerator(seed: 2)
    generator.oddPercentage = 0
    let ndjson = generator.lines(50)
    let text = SampleContent.lines(byteCount: 3000, seed: 9)
    var base = ReaderOptions()
    base.inputMode = .mmap
    for content in [ndjson, text] {
      #expect(try mistakes(content, base: base, seed: 70) == [])
    }
  }

  @Test func severalInputsPlainAndCompressed() throws {
    let contents = (0..<6).map { SampleContent.lines(byteCount: 400 * $0, seed: UInt64($0)) }
    let plain = try contents.map { try TemporaryFile($0) }
    let mixed = try contents.enumerated().map { index, content in
      try TemporaryFile(
        index % 3 == 0 ? content : LZ4FrameWriter.few[index % 5].frame(content))
    }
    var base = ReaderOptions.text
    let expected = try Snapshot.read(plain.map(\.path), base)
    #expect(Set(expected.positions.map(\.inputIndex)) == [1, 2, 3, 4, 5])
    for sampleByteCount in [1, 1000, 8 << 20] {
      base.sampleByteCount = sampleByteCount
      for options in ReaderOptions.variants(of: base, count: 6, seed: 3) {
        let snapshot = try Snapshot.read(mixed.map(\.path), options)
        #expect(snapshot.differences(from: expected) == [], "\(options.summary)")
      }
    }
  }

  @Test func aPipe() throws {
    var generator = LineGenerator(seed: 8)
    let content = generator.lines(200)
    let plain = try TemporaryFile(content)
    let expected = try Snapshot.read([plain.path], .plain())
    for (index, writer) in LZ4FrameWriter.few.enumerated() {
      let compressed = writer.frame(content)
      let fifo = try TemporaryFile(fifo: ())
      startWriter(fifo.path) { descriptor in
        for start in stride(from: 0, to: compressed.count, by: 501) {
          writeAll(Array(compressed[start..<min(compressed.count, start + 501)]), to: descriptor)
          if start % 3 == 0 { waitUntilTaken(descriptor) }
        }
      }
      var options = ReaderOptions.plain()
      options.inputMode = .auto
      options.threadCount = 1 + index % 3
      options.pieceByteCount = [64, 1000, 1 << 20][index % 3]
      let snapshot = try Snapshot.read([fifo.path], options)
      #expect(snapshot.differences(from: expected) == [], "\(writer.summary)")
    }
  }

  @Test func nothingIsHeldInTheEnd() throws {
    var generator = LineGenerator(seed: 3)
    let content = generator.lines(300)
    for writer in LZ4FrameWriter.few {
      let file = try TemporaryFile(writer.frame(content))
      for options in ReaderOptions.variants(of: .ndjson, count: 6, seed: 9) {
        let pipeline = ManualPipeline(options)
        #expect(try pipeline.run([file.path]) > 100)
        #expect(pipeline.leaks == [])
        let stopped = ManualPipeline(options)
        _ = try stopped.run([file.path], batchLimit: 1)
        #expect(stopped.leaks == [])
      }
    }
  }
}
