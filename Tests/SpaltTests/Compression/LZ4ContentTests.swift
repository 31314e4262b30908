import Testing

@testable import Spalt

/// LZ4 frames give the content that they were made from, however they are read.
@Suite struct LZ4ContentTests {
  private static let dictionary = SampleContent.lines(byteCount: 3000, seed: 5)

  /// Reads a compressed file in several ways, and says what differs from the content.
  private func mistakes(
    _ compressed: [UInt8], _ content: [UInt8], pieces: [Int] = [1, 64, 1000, 1 << 20],
    _ change: (inout InputOptions) -> Void = { _ in }
  ) throws -> [String] {
    let file = try TemporaryFile(compressed)
    var found: [String] = []
    var frameCounts: Set<[Int]> = []
    for options in InputOptions.ways(pieces: pieces, change) {
      let outcome = try ContentOutcome.read(file.path, options)
      frameCounts.insert([outcome.frameCount, outcome.blockCount])
      if outcome.bytes != content || !outcome.damages.isEmpty || !outcome.flaws.isEmpty
        || outcome.compressedByteCount != compressed.count
      {
        found.append("\(options.summary): \(outcome.summary)")
      }
    }
    if frameCounts.count != 1 { found.append("frames and blocks: \(frameCounts)") }
    return found
  }

  @Test(arguments: [false, true])
  func everyKindOfFrame(verifies: Bool) throws {
    let content = SampleContent.lines(byteCount: 4000, seed: 1)
    for writer in LZ4FrameWriter.all(dictionary: Self.dictionary) {
      let found = try mistakes(writer.frame(content), content, pieces: [1, 700, 1 << 20]) {
        $0.lz4Dictionary = writer.dictionary
        $0.verifiesChecksums = verifies
      }
      #expect(found == [], "\(writer.summary)")
    }
  }

  @Test func fullBlocksOfEverySize() throws {
    let content = SampleContent.lines(byteCount: 300_000, seed: 2)
    for isLinked in [false, true] {
      for code in 4...7 {
        let writer = LZ4FrameWriter(
          blockSizeCode: code, isLinked: isLinked, hasBlockChecksums: true,
          hasContentChecksum: true)
        let found = try mistakes(
          writer.frame(content), content, pieces: [64, 100_000, 1 << 20])
        #expect(found == [], "\(writer.summary)")
      }
    }
  }

  @Test func contentOfAlmostNothing() throws {
    for byteCount in [0, 1, 2, 12, 13] {
      let content = SampleContent.lines(byteCount: byteCount, seed: 3)
      for writer in LZ4FrameWriter.few {
        #expect(try mistakes(writer.frame(content), content) == [], "\(writer.summary)")
        var whole = writer
        whole.blockByteCounts = []
        #expect(try mistakes(whole.frame(content), content) == [], "\(whole.summary)")
      }
      #expect(try mistakes(LZ4FrameWriter.legacy(content), content) == [])
    }
  }

  @Test func framesOneAfterTheOther() throws {
    let parts = (0..<6).map { SampleContent.lines(byteCount: 37 * $0 * $0, seed: UInt64($0)) }
    let skippable = LZ4FrameWriter.skippable(SampleContent.noise(byteCount: 100, seed: 9))
    var random = SeededGenerator(seed: 4)
    for round in 0..<40 {
      var compressed: [UInt8] = []
      var content: [UInt8] = []
      for _ in 0..<1 + random.below(6) {
        let part = parts[random.below(parts.count)]
        let kind = random.below(LZ4FrameWriter.few.count + 2)
        if kind < LZ4FrameWriter.few.count {
          compressed += LZ4FrameWriter.few[kind].frame(part)
          content += part
        } else if kind == LZ4FrameWriter.few.count {
          compressed += LZ4FrameWriter.legacy(part, blockByteCount: 200)
          content += part
        } else {
          compressed += skippable
        }
      }
      #expect(try mistakes(compressed, content, pieces: [1, 300, 1 << 20]) == [], "\(round)")
    }
  }

  @Test func skippableFramesOnly() throws {
    for byteCount in [0, 1, 100, 10_000] {
      for number in [0, 7, 15] as [UInt8] {
        let one = LZ4FrameWriter.skippable(
          SampleContent.noise(byteCount: byteCount, seed: 1), number: number)
        #expect(try mistakes(one, []) == [])
        #expect(try mistakes(one + one, []) == [])
      }
    }
  }

  @Test func aSkippableFrameFirst() throws {
    let content = SampleContent.lines(byteCount: 2000, seed: 8)
    // What follows is in sight or not.
    for byteCount in [0, 5, 4075, 4076, 4080, 4084, 4088, 4089, 5000, 100_000] {
      let skippable = LZ4FrameWriter.skippable(SampleContent.noise(byteCount: byteCount, seed: 1))
      let compressed = skippable + LZ4FrameWriter.few[1].frame(content)
      #expect(try mistakes(compressed, content, pieces: [64, 1 << 20]) == [], "\(byteCount)")
    }
  }

  @Test func aPipeInPortions() throws {
    let content = SampleContent.lines(byteCount: 1500, seed: 6)
    for (index, writer) in LZ4FrameWriter.few.enumerated() {
      let compressed =
        writer.frame(content) + LZ4FrameWriter.skippable([1, 2, 3])
        + LZ4FrameWriter.legacy(content, blockByteCount: 400)
      for portions in [[1], [1, 2, 3, 5, 8, 13], [100, 1], [4096]] {
        for piece in [1, 64, 1 << 20] {
          if portions == [1], piece != 64 || index % 2 != 0 { continue }
          var options = InputOptions()
          options.pieceByteCount = piece
          let outcome = try ContentOutcome.readPipe(compressed, portions: portions, options)
          #expect(outcome.bytes == content + content, "\(portions), \(piece)")
          #expect(outcome.damages == [], "\(portions), \(piece)")
          #expect(outcome.flaws == [])
          #expect(outcome.modeName == "read lz4")
        }
      }
    }
  }

  @Test func aBlockThatIsLargerThanTheInputBuffer() throws {
    // The buffer for what is read begins with one chunk and grows.
    let content = SampleContent.noise(byteCount: 700_000, seed: 3)
    let writer = LZ4FrameWriter(blockSizeCode: 6, isLinked: true, hasContentChecksum: true)
    let compressed = writer.frame(content)
    #expect(compressed.count > content.count)
    #expect(try mistakes(compressed, content, pieces: [64, 1 << 20]) == [])
    var options = InputOptions()
    options.pieceByteCount = 64
    let piped = try ContentOutcome.readPipe(compressed, portions: [30_000], options)
    #expect(piped.bytes == content)
  }

  @Test func namesAreIrrelevant() throws {
    let content = SampleContent.lines(byteCount: 500, seed: 1)
    let file = try TemporaryFile(LZ4FrameWriter().frame(content))
    #expect(!file.path.hasSuffix(".lz4"))
    var options = InputOptions()
    options.mode = .mmap
    let outcome = try ContentOutcome.read(file.path, options)
    #expect(outcome.bytes == content)
    #expect(outcome.modeName == "mmap lz4")
  }

  @Test func theLibraryAgrees() throws {
    // What the writer writes is what the real decoder of blocks reads, and nothing else.
    let content = SampleContent.lines(byteCount: 5000, seed: 12)
    var encoder = LZ4BlockEncoder(content)
    let block = encoder.block(0..<content.count, historyStart: 0)
    #expect(block.count < content.count * 3 / 4)
    let pool = ChunkPool(budget: MemoryBudget())
    var buffer = try ContentBuffer(byteCount: 5000, pool: pool, segments: SegmentPool())
    let isGood = LZ4.decompress(
      ByteView(block.span), into: &buffer, maximumByteCount: 5000,
      dictionary: ByteView(RawSpan()))
    #expect(isGood)
    #expect(buffer.view(buffer.start..<buffer.end).array == content)
  }
}
