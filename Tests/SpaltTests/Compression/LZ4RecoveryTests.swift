import Testing

@testable import Spalt

/// Reading on behind damage: later blocks and frames are delivered, and what is lost is counted.
@Suite struct LZ4RecoveryTests {
  private func continuing(_ options: inout InputOptions) { options.continuesAfterDamage = true }

  /// What reading on comes to, the same for every way of reading.
  private func read(_ bytes: [UInt8], pieces: [Int] = [1, 70, 1000, 1 << 20]) throws
    -> ContentOutcome
  {
    let file = try TemporaryFile(bytes)
    var outcomes: [ContentOutcome] = []
    for options in InputOptions.ways(pieces: pieces, continuing) {
      let outcome = try ContentOutcome.read(file.path, options)
      #expect(outcome.flaws == [])
      #expect(outcome.compressedByteCount == bytes.count)
      outcomes.append(outcome)
      #expect(
        outcome.essence == outcomes[0].essence, "\(options.summary): \(outcome.summary)")
    }
    return outcomes[0].essence
  }

  /// Lines of 20 bytes.
  private func lines(_ numbers: Range<Int>) -> [UInt8] {
    numbers.flatMap { number in
      Array("line \(number)".utf8) + Array(repeating: 0x2E, count: 14 - "\(number)".utf8.count)
        + [0x0A]
    }
  }

  @Test func laterBlocksAreRead() throws {
    let content = lines(0..<50)
    // Blocks of five lines and a half.
    let writer = LZ4FrameWriter(
      hasBlockChecksums: true, hasContentChecksum: true, tellsContentByteCount: true,
      blockByteCounts: [110])
    let parts = writer.parts(content)
    var damaged = parts.bytes
    for number in [2, 3, 6] { damaged[parts.blocks[number].range.lowerBound + 9] ^= 0x55 }
    let outcome = try read(damaged)
    #expect(outcome.damages.map(\.block) == [3, 4, 7])
    #expect(outcome.damages.map(\.contentOffset) == [220, 220, 440])
    let lost = [2, 3, 6].map { parts.blocks[$0].range }
    #expect(outcome.damages.map(\.compressedOffset) == lost.map(\.lowerBound))
    #expect(outcome.lostByteCount == lost.reduce(0) { $0 + $1.count })
    #expect(outcome.bytes == Array(content[..<220] + content[440..<660] + content[770...]))
    // Blocks 0 to 1 end with a line; so does what is lost before block 4, but nobody knows.
    #expect(outcome.cuts == [220..<240, 440..<450])
    #expect(outcome.frameCount == 1)
    #expect(outcome.blockCount == 7)
  }

  @Test func recordsNextToAGapAreRejected() throws {
    let content = lines(0..<50)
    let writer = LZ4FrameWriter(hasBlockChecksums: true, blockByteCounts: [110])
    let parts = writer.parts(content)
    var damaged = parts.bytes
    damaged[parts.blocks[1].range.lowerBound + 9] ^= 0x55
    let file = try TemporaryFile(damaged)
    var base = ReaderOptions.text
    base.continuesAfterDamage = true
    for options in ReaderOptions.variants(of: base, count: 12, seed: 4) {
      let snapshot = try Snapshot.read([file.path], options)
      // Five lines before; half a line; a line that looks whole.
      #expect(snapshot.rows.count == 5 + 50 - 11 - 1, "\(options.summary)")
      #expect(snapshot.rejects.map(\.reason) == [.cutByDamage, .cutByDamage])
      #expect(snapshot.rejects.map(\.offset) == [100, 110])
      #expect(snapshot.rejects.map(\.byteCount) == [10, 19])
      #expect(snapshot.statistics.rejectedByteCount == 29)
      #expect(snapshot.statistics.byteCount == content.count - 110)
      #expect(snapshot.isAccounted)
      #expect(snapshot.texts(snapshot.columns[0].name).last == "line 49............")
    }
  }

  @Test func laterFramesAreRead() throws {
    let contents = [lines(0..<20), lines(20..<40), lines(40..<60)]
    for writer in LZ4FrameWriter.few {
      let frames = contents.map { writer.parts($0) }
      let bytes = frames.flatMap(\.bytes)
      // The length of the second frame's first block.
      var damaged = bytes
      damaged[frames[0].bytes.count + frames[1].blocks[0].range.lowerBound + 2] ^= 0x7F
      let outcome = try read(damaged)
      #expect(outcome.bytes.starts(with: contents[0]), "\(writer.summary)")
      #expect(outcome.bytes.suffix(contents[2].count) == contents[2][...], "\(writer.summary)")
      #expect(outcome.damages.first?.frame == 2)
      // The header of the second frame.
      damaged = bytes
      damaged[frames[0].bytes.count + 6] ^= 1
      let other = try read(damaged)
      #expect(other.bytes == contents[0] + contents[2])
      #expect(other.lostByteCount == frames[1].bytes.count)
      #expect(other.cuts == [400..<420])
      #expect(other.damages.count == 1)
    }
  }

  @Test func aFrameOfLinkedBlocksIsPassedOver() throws {
    let content = lines(0..<40)
    let writer = LZ4FrameWriter(
      isLinked: true, hasBlockChecksums: true, hasContentChecksum: true, blockByteCounts: [100])
    let parts = writer.parts(content)
    var damaged = parts.bytes
    damaged[parts.blocks[3].range.lowerBound + 6] ^= 1
    let outcome = try read(damaged + writer.frame(lines(40..<50)))
    #expect(outcome.bytes == lines(0..<15) + lines(40..<50))
    #expect(outcome.damages.map(\.block) == [4])
    #expect(
      outcome.lostByteCount
        == parts.blocks[7].range.upperBound - parts.blocks[3].range.lowerBound)
  }

  @Test func checksumsOfContentLoseNothing() throws {
    let writer = LZ4FrameWriter(hasContentChecksum: true, blockByteCounts: [70])
    var damaged = writer.frame(lines(0..<10))
    damaged[damaged.count - 1] ^= 1
    let outcome = try read(damaged + writer.frame(lines(10..<20)))
    #expect(outcome.bytes == lines(0..<20))
    #expect(outcome.cuts == [])
    #expect(outcome.lostByteCount == 0)
    #expect(outcome.damages.map(\.contentOffset) == [200])
  }

  @Test func theShortestFramesAreFound() throws {
    // A frame of one line of three bytes is 18 bytes long, or 13 in the legacy format.
    let short = LZ4FrameWriter(storing: .always).frame(Array("{}\n".utf8))
    #expect(short.count == 18)
    let legacy = LZ4FrameWriter.legacy(Array("{}\n".utf8))
    for last in [short, legacy, short + short, legacy + short] {
      for gap in [4, 5, 10, 17, 18, 19, 20, 30, 100] {
        let garbage = SampleContent.noise(byteCount: gap, seed: 1)
        let outcome = try read(short + garbage + last)
        #expect(outcome.lostByteCount == gap, "\(gap)")
        #expect(outcome.damages.count == 1)
        #expect(outcome.bytes.count == 3 + 3 * (last.count == 36 || last.count == 30 ? 2 : 1))
      }
    }
  }

  @Test func blocksOfNothingDoNotEndALegacyFrame() throws {
    let nothing = LZ4FrameWriter.littleEndian(0)
    // One block, which is malformed, and two of nothing.
    let malformed = LZ4FrameWriter.legacy([]) + LZ4FrameWriter.littleEndian(1) + [0xFF]
    let outcome = try read(malformed + nothing + nothing)
    #expect(outcome.damages.map(\.compressedOffset) == [4, 9, 13])
    #expect(outcome.damages.map(\.block) == [1, 2, 3])
    #expect(Set(outcome.damages.map(\.reason)) == ["the block is malformed"])
    #expect(outcome.lostByteCount == 13)
    // The blocks behind one of nothing are read, and so is the frame behind them.
    let content = lines(0..<3)
    let good = LZ4FrameWriter.legacy(content, blockByteCount: 20)
    let blocks = Array(good[4...])
    let other = try read(good + nothing + blocks + LZ4FrameWriter().frame(content))
    #expect(other.bytes == content + content + content)
    #expect(other.damages.map(\.compressedOffset) == [good.count])
    #expect(other.damages.map(\.frame) == [1])
    #expect(other.damages.map(\.block) == [4])
    #expect(other.blockCount == 7)
    #expect(other.frameCount == 2)
  }

  @Test func aPipeIsReadOnAsWell() throws {
    let frames = (0..<5).map { LZ4FrameWriter.few[$0].frame(lines($0 * 9..<$0 * 9 + 9)) }
    let garbage = SampleContent.noise(byteCount: 50, seed: 3)
    let bytes = Array(frames.joined(separator: garbage))
    let expected = try read(bytes)
    #expect(expected.damages.count == 4)
    for portions in [[1], [7, 30], [4096]] {
      var options = InputOptions()
      continuing(&options)
      let outcome = try ContentOutcome.readPipe(bytes, portions: portions, options)
      #expect(outcome.essence == expected, "\(portions): \(outcome.summary)")
    }
  }

  @Test func everyFlippedByteIsAccountedFor() throws {
    let content = SampleContent.lines(byteCount: 700, seed: 3, longest: 40)
    var base = ReaderOptions.text
    base.continuesAfterDamage = true
    for (index, writer) in LZ4FrameWriter.few.enumerated() {
      let bytes = writer.frame(content) + LZ4FrameWriter.few[(index + 1) % 5].frame(content)
      for place in stride(from: 4, to: bytes.count, by: 3) {
        var damaged = bytes
        damaged[place] ^= UInt8(1 + place % 255)
        let reference = try read(damaged, pieces: [64])
        let file = try TemporaryFile(damaged)
        let variants = ReaderOptions.variants(
          of: base, count: 2, seed: UInt64(place), pieces: [64, 200])
        for options in variants {
          let partial = PartialSnapshot.read([file.path], options)
          #expect(partial.error == nil, "\(place), \(options.summary)")
          #expect(partial.snapshot.isAccounted)
          #expect(partial.snapshot.statistics.byteCount == reference.bytes.count)
          #expect(partial.snapshot.rejects.count == reference.cuts.count)
        }
      }
    }
  }

  @Test func aRemainderOfManyChunksIsOneReject() throws {
    // A line of 50,000 bytes, of which a block in the middle is lost.
    let content =
      lines(0..<3) + SampleContent.noise(byteCount: 50_000, seed: 1) + [0x0A] + lines(3..<6)
    let writer = LZ4FrameWriter(storing: .always, hasBlockChecksums: true, blockByteCounts: [300])
    let parts = writer.parts(content)
    var damaged = parts.bytes
    damaged[parts.blocks[50].range.upperBound - 1] ^= 1
    let file = try TemporaryFile(damaged)
    for limit in [100, 1000, 20_000, 1 << 20] {
      var base = ReaderOptions.text
      base.continuesAfterDamage = true
      base.maximumRecordByteCount = limit
      let begun = 50 * 300 - 60
      let rest = 50_000 - begun - 300
      let reasons = [begun, rest].map { $0 > limit ? RejectReason.tooLong : .cutByDamage }
      for options in ReaderOptions.variants(of: base, count: 8, seed: 3) {
        let snapshot = try Snapshot.read([file.path], options)
        #expect(snapshot.rejects.map(\.reason) == reasons, "\(limit), \(options.summary)")
        #expect(snapshot.rejects.map(\.byteCount) == [begun, rest])
        #expect(snapshot.rows.count == 6)
        #expect(snapshot.isAccounted)
      }
    }
  }

  @Test func columnsDoNotComeFromHalfRecords() throws {
    let records = (0..<40).map { "{\"number\":\($0),\"text\":\"some text\"}\n" }.joined()
    let writer = LZ4FrameWriter(storing: .always, hasBlockChecksums: true, blockByteCounts: [100])
    let parts = writer.parts(Array(records.utf8))
    var damaged = parts.bytes
    // The remainder of a record that follows is a record itself, with another column.
    let half = Array("{\"other\":1}\n".utf8)
    damaged.replaceSubrange(parts.blocks[3].range, with: [])
    var block: [UInt8] = []
    writer.append((half + Array(repeating: 0x20, count: 88), true), to: &block)
    damaged.insert(contentsOf: block, at: parts.blocks[3].range.lowerBound)
    damaged[parts.blocks[2].range.upperBound - 1] ^= 1
    let file = try TemporaryFile(damaged)
    for formatName in ["ndjson", nil] {
      var options = ReaderOptions()
      options.formatName = formatName
      options.continuesAfterDamage = true
      let snapshot = try Snapshot.read([file.path], options)
      #expect(snapshot.columns.map(\.name) == ["number", "text", "_extra"])
      #expect(snapshot.rejects.contains { $0.reason == .cutByDamage })
    }
  }
}
