import Foundation
import Testing

@testable import Spalt

/// Streams that claim much and hold little: memory follows what is there.
@Suite struct LZ4HostileTests {
  /// Reads in several ways, and gives the most memory that was reserved.
  private func highWater(
    _ bytes: [UInt8], expecting content: Int? = nil, pieceByteCount: Int = 64 << 10,
    continuesAfterDamage: Bool = false
  ) throws -> Int {
    let file = try TemporaryFile(bytes)
    var highest = 0
    for var options in InputOptions.ways(pieces: [pieceByteCount]) {
      options.continuesAfterDamage = continuesAfterDamage
      let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
      let outcome = try ContentOutcome.read(file.path, options, pool: pool)
      #expect(outcome.flaws == [])
      if let content { #expect(outcome.bytes.count == content) }
      highest = max(highest, pool.budget.highWaterByteCount)
    }
    return highest
  }

  @Test func aLargeBlockSizeWithLittleInIt() throws {
    for isLinked in [false, true] {
      for storing in [LZ4FrameWriter.Storing.always, .never] {
        let writer = LZ4FrameWriter(blockSizeCode: 7, isLinked: isLinked, storing: storing)
        #expect(try highWater(writer.frame([0x0A]), expecting: 1) <= 512 << 10)
      }
    }
    #expect(try highWater(LZ4FrameWriter.legacy([0x0A]), expecting: 1) <= 512 << 10)
  }

  @Test func lengthsThatAreLies() throws {
    let ends: [[UInt8]] = [[], [1], Array(repeating: 0, count: 1000)]
    for code in 4...7 {
      let header = LZ4FrameWriter(blockSizeCode: code).header(byteCount: 0)
      let longest = UInt32(1 << (8 + 2 * code))
      for word in [0xFFFF_FFFF, 0x7FFF_FFFF, longest, longest | 1 << 31, longest + 1] as [UInt32] {
        for end in ends {
          let bytes = header + LZ4FrameWriter.littleEndian(word) + end
          for continues in [true, false] {
            let highest = try highWater(bytes, continuesAfterDamage: continues)
            #expect(highest <= 16 << 20)
          }
        }
      }
    }
    for word in [0xFFFF_FFFF, 0x7FFF_FFFF, 0x0080_0000, 0] as [UInt32] {
      let bytes = LZ4FrameWriter.legacy([]) + LZ4FrameWriter.littleEndian(word) + [1, 2, 3]
      #expect(try highWater(bytes) <= 16 << 20)
      let skippable = [0x50, 0x2A, 0x4D, 0x18] + LZ4FrameWriter.littleEndian(word)
      #expect(try highWater(skippable + Array(repeating: 7, count: 5000)) <= 1 << 20)
    }
    let writer = LZ4FrameWriter(tellsContentByteCount: true)
    for told in [Int.max, 1 << 50, -1] {
      let bytes = writer.header(byteCount: told) + writer.frame([0x0A]).dropFirst(15)
      #expect(try highWater(bytes) <= 512 << 10)
    }
  }

  /// Decodes everything, and gives the most notes that were taken for one buffer.
  private func mostNotes(_ bytes: [UInt8], inRuns: Bool) throws -> Int {
    let file = try TemporaryFile(bytes)
    let mapping = try #require(try Mapping.ofFile(at: file.path))
    let input = CompressedInput(mapping, path: file.path)
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
    var options = CodecOptions(pool: pool, segments: SegmentPool())
    options.decodesInRuns = inRuns
    options.continuesAfterDamage = true
    let decoder = try LZ4Decoder(options)
    var most = 0
    while true {
      var notes = ContentNotes()
      var result = FillResult.full
      if inRuns, let run = try decoder.nextRun(input, byteCount: 64 << 10) {
        var buffer = try ContentBuffer(
          byteCount: run.requiredByteCount, pool: pool, segments: options.segments)
        try run.decode(into: &buffer, &notes)
      } else {
        var buffer = try ContentBuffer(
          byteCount: max(64 << 10, try decoder.requiredByteCount(input)), pool: pool,
          segments: options.segments)
        result = try decoder.fill(&buffer, from: input, &notes)
      }
      most = max(most, notes.damages.count + notes.checks.count)
      if result == .ended { return most }
    }
  }

  @Test func manyEmptyBlocks() throws {
    let stored: [UInt8] = [0, 0, 0, 0x80]
    let compressed: [UInt8] = [1, 0, 0, 0, 0]
    for block in [stored, compressed] {
      for isLinked in [false, true] {
        let writer = LZ4FrameWriter(isLinked: isLinked, hasContentChecksum: true)
        let bytes =
          writer.header(byteCount: 0) + Array(repeatElement(block, count: 50_000).joined())
          + Array("\u{0}\u{0}\u{0}\u{0}".utf8)
          + LZ4FrameWriter.littleEndian(LZ4FrameWriter.checksum([]))
        let highest = try highWater(bytes, expecting: 0)
        #expect(highest <= 1 << 20)
        for inRuns in [false, true] { #expect(try mostNotes(bytes, inRuns: inRuns) <= 1025) }
      }
    }
  }

  @Test func manyDamagedBlocks() throws {
    // Each is malformed: a match that points to what is before everything.
    let block: [UInt8] = [3, 0, 0, 0, 0x00, 0x01, 0x00]
    let bytes =
      LZ4FrameWriter().header(byteCount: 0)
      + Array(repeatElement(block, count: 20_000).joined()) + [0, 0, 0, 0]
    for inRuns in [false, true] { #expect(try mostNotes(bytes, inRuns: inRuns) <= 1025) }
    for options in InputOptions.ways(pieces: [64 << 10], { $0.continuesAfterDamage = true }) {
      let outcome = try ContentOutcome.read(bytes, options)
      #expect(outcome.lostByteCount == bytes.count - 11)
      #expect(outcome.damages.count == 100)
      #expect(outcome.bytes == [])
    }
  }

  @Test func manyEmptyFrames() throws {
    let frame = LZ4FrameWriter(hasContentChecksum: true, tellsContentByteCount: true).frame([])
    let one = LZ4FrameWriter(storing: .always, hasContentChecksum: true, blockByteCounts: [0])
      .frame([])
    for kind in [frame, one] {
      let bytes = Array(repeatElement(kind, count: 5000).joined())
      for inRuns in [false, true] { #expect(try mostNotes(bytes, inRuns: inRuns) <= 1025) }
      for options in InputOptions.ways(pieces: [64 << 10]) {
        #expect(try ContentOutcome.read(bytes, options).frameCount == 5000)
      }
    }
    let skippable = LZ4FrameWriter.skippable([])
    let bytes = Array(repeatElement(skippable, count: 100_000).joined())
    #expect(try highWater(bytes + frame, expecting: 0) <= 1 << 20)
  }

  @Test func expansionIsBounded() throws {
    // 255 bytes for one is the most there is; chunks hold one block each.
    let content = Array(repeating: UInt8(0x0A), count: 5 << 20)
    for code in [4, 7] {
      let compressed = LZ4FrameWriter(blockSizeCode: code, hasContentChecksum: true).frame(content)
      #expect(compressed.count < content.count / 200)
      #expect(try highWater(compressed, expecting: content.count) <= 16 << 20)
    }
  }

  @Test func whatDoesNotFitIntoTheBudgetIsAnError() throws {
    let writer = LZ4FrameWriter(blockSizeCode: 7)
    let file = try TemporaryFile(writer.frame(SampleContent.noise(byteCount: 4 << 20, seed: 1)))
    for var options in InputOptions.ways(pieces: [64 << 10]) {
      options.maximumRecordByteCount = 1000
      let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 2 << 20))
      #expect(throws: SpaltError.self) {
        _ = try ContentOutcome.read(file.path, options, pool: pool)
      }
      #expect(pool.telemetry.liveCount == 0)
    }
  }

  @Test func aFileThatChangesUnderARun() throws {
    let content = SampleContent.lines(byteCount: 2000, seed: 1)
    let parts = LZ4FrameWriter(blockByteCounts: [500]).parts(content)
    let words = [0xFFFF_FFFF, 0x8000_FFFF, 0x0000_FFFF, 0] as [UInt32]
    for word in words {
      let file = try TemporaryFile(parts.bytes)
      var options = InputOptions()
      options.mode = .mmap
      options.decodesInRuns = true
      let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
      let inputs = InputSequence(
        paths: [file.path], options: options, kernels: .current, pool: pool)
      let piece = try #require(try inputs.nextUndecoded()?.content)
      // So that nobody can see that the file was written to.
      try file.keepingTimes {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file.path))
        try handle.seek(toOffset: UInt64(parts.blocks[2].range.lowerBound))
        try handle.write(contentsOf: Data(LZ4FrameWriter.littleEndian(word)))
        try handle.close()
      }
      _ = try piece.pieces()
      let damages = inputs.contentReports[0]?.current.damages ?? []
      #expect(damages.map(\.block) == [3], "\(word)")
      #expect(damages.map(\.contentOffset) == [1000])
    }
  }
}
