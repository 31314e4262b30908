import Testing

@testable import Spalt

/// The LZ4 files of the corpus give what is recorded of them.
@Suite struct LZ4CorpusTests {
  private func decompress(_ block: [UInt8], room: Int) throws -> [UInt8]? {
    let pool = ChunkPool(budget: MemoryBudget())
    var buffer = try ContentBuffer(byteCount: room, pool: pool, segments: SegmentPool())
    let isGood = LZ4.decompress(
      ByteView(block.span), into: &buffer, maximumByteCount: room,
      dictionary: ByteView(RawSpan()))
    return isGood ? buffer.view(buffer.start..<buffer.end).array : nil
  }

  @Test(.needsCorpus)
  func frames() throws {
    let frames = try Corpus.files(in: "lz4").filter { $0.name.hasSuffix(".lz4") && $0.kind == "ok" }
    #expect(frames.count == 5)
    for file in frames {
      let expected = try Corpus.bytes(String(file.name.dropLast(4)))
      for options in InputOptions.ways(pieces: [64, 1 << 20]) {
        let outcome = try ContentOutcome.read(file.path, options)
        #expect(outcome.bytes == expected, "\(file.name), \(options.summary)")
        #expect(outcome.damages == [])
      }
    }
  }

  @Test(.needsCorpus)
  func malformedFrames() throws {
    let files = try Corpus.files(in: "lz4").filter {
      $0.name.hasSuffix(".lz4") && $0.kind == "malformed"
    }
    #expect(files.count == 3)
    for file in files {
      for continues in [false, true] {
        for options in InputOptions.ways(
          pieces: [64, 1 << 20], { $0.continuesAfterDamage = continues })
        {
          let outcome = try ContentOutcome.read(file.path, options)
          if outcome.modeName.hasSuffix("lz4") { #expect(!outcome.damages.isEmpty, "\(file.name)") }
          #expect(outcome.flaws == [])
        }
      }
      if file.name.hasSuffix(".block.lz4") {
        #expect(try decompress(try Corpus.bytes(file.name), room: 1 << 20) == nil)
      }
    }
  }

  @Test(.needsCorpus)
  func blocks() throws {
    let blocks = try Corpus.files(in: "lz4").filter { $0.name.hasSuffix(".block") }
    #expect(blocks.count == 54)
    var refusedCount = 0
    for file in blocks {
      let content = try decompress(try Corpus.bytes(file.name), room: 1 << 20)
      if content == nil { refusedCount += 1 }
      #expect((content == nil) == file.facts.contains("REJECTED"), "\(file.name): \(file.facts)")
    }
    #expect(refusedCount == 51)
    let tar = try decompress(
      try Corpus.bytes("lz4/commons-compress/bla.tar.block_lz4"), room: 10_240)
    #expect(try tar == Corpus.bytes("lz4/commons-compress/bla.tar"))
    let tooLittleRoom = try decompress(
      try Corpus.bytes("lz4/commons-compress/bla.tar.block_lz4"), room: 10_239)
    #expect(tooLittleRoom == nil)
  }
}
