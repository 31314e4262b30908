import Testing

@testable import Spalt

/// Blocks that refer to content in other chunks.
@Suite struct LZ4LinkedTests {
  private func mistakes(
    _ writer: LZ4FrameWriter, _ content: [UInt8], pieces: [Int], _ compressed: [UInt8]? = nil
  ) throws -> [String] {
    let file = try TemporaryFile(compressed ?? writer.frame(content))
    var found: [String] = []
    for options in InputOptions.ways(pieces: pieces, { $0.lz4Dictionary = writer.dictionary }) {
      let outcome = try ContentOutcome.read(file.path, options)
      if outcome.bytes != content || !outcome.damages.isEmpty {
        let index = zip(outcome.bytes, content).enumerated().first { $1.0 != $1.1 }?.offset
        found.append("\(options.summary): \(outcome.summary), at \(index ?? -1)")
      }
    }
    return found
  }

  /// Content that repeats after `period` bytes, so that matches reach exactly that far back.
  private func repeating(_ period: Int, byteCount: Int) -> [UInt8] {
    let noise = SampleContent.noise(byteCount: period, seed: UInt64(period))
    var content: [UInt8] = []
    while content.count < byteCount { content += noise }
    return Array(content[..<byteCount])
  }

  @Test(arguments: [1, 1000, 40_000, 65_534, 65_535])
  func matchesReachFarBackAcrossChunks(period: Int) throws {
    let content = repeating(period, byteCount: 200_000)
    for blocks in [[], [30_000], [1, 5000, 13, 60_000], [65_535, 1]] {
      var writer = LZ4FrameWriter(isLinked: true, hasContentChecksum: true)
      writer.blockByteCounts = blocks
      let compressed = writer.frame(content)
      // All but the first period is matches.
      #expect(compressed.count < period + 12_000)
      let found = try mistakes(
        writer, content, pieces: [1, 20_000, 33_000, 65_536, 100_000, 1 << 20], compressed)
      #expect(found == [], "\(blocks)")
    }
  }

  @Test func manySmallBlocksInTinyChunks() throws {
    let content = repeating(50_000, byteCount: 160_000)
    for storing in LZ4FrameWriter.Storing.allCases {
      let writer = LZ4FrameWriter(
        isLinked: true, storing: storing, hasContentChecksum: true,
        blockByteCounts: [1, 700, 3000, 64, 17, 1])
      #expect(try mistakes(writer, content, pieces: [64, 5000, 70_000]) == [], "\(storing)")
    }
  }

  @Test func aStoredBlockRightAfterASwitch() throws {
    // Blocks of 10,000 bytes, three to a chunk; one of them is stored, be it the first, second or third.
    let content = repeating(65_535, byteCount: 180_000)
    for stored in 0..<9 {
      var writer = LZ4FrameWriter(isLinked: true, hasContentChecksum: true)
      var encoder = LZ4BlockEncoder(content)
      var compressed = writer.header(byteCount: content.count)
      for number in 0..<18 {
        let range = number * 10_000..<(number + 1) * 10_000
        if number % 9 == stored {
          writer.append((Array(content[range]), true), to: &compressed)
        } else {
          writer.append((encoder.block(range, historyStart: 0), false), to: &compressed)
        }
      }
      compressed += LZ4FrameWriter.littleEndian(0)
      compressed += LZ4FrameWriter.littleEndian(LZ4FrameWriter.checksum(content))
      writer.blockByteCounts = [10_000]
      let found = try mistakes(writer, content, pieces: [10_000, 30_000, 65_536], compressed)
      #expect(found == [], "\(stored)")
    }
  }

  @Test func aDictionaryIsHistoryOnlyForTheFirst64KiB() throws {
    let dictionary = repeating(30_000, byteCount: 60_000)
    let content = dictionary + SampleContent.noise(byteCount: 40_000, seed: 3) + dictionary
    for storing in [LZ4FrameWriter.Storing.never, .everySecond] {
      for isLinked in [true, false] {
        let writer = LZ4FrameWriter(
          isLinked: isLinked, storing: storing, hasContentChecksum: true, dictionary: dictionary,
          blockByteCounts: [7, 20_000, 1])
        #expect(try mistakes(writer, content, pieces: [64, 25_000, 1 << 20]) == [])
      }
    }
  }

  @Test func onlyTheEndOfALongDictionaryMatters() throws {
    let dictionary = SampleContent.noise(byteCount: 200_000, seed: 7)
    let content = Array(dictionary.suffix(65_000)) + Array(dictionary.suffix(3000))
    for isLinked in [true, false] {
      let writer = LZ4FrameWriter(
        blockSizeCode: 5, isLinked: isLinked, hasContentChecksum: true, dictionary: dictionary)
      #expect(writer.frame(content).count < 4000)
      #expect(try mistakes(writer, content, pieces: [64, 1 << 20]) == [])
    }
  }

  @Test func eachFrameBeginsWithoutHistory() throws {
    let content = repeating(500, byteCount: 1000)
    let one = LZ4FrameWriter(isLinked: true).frame(content)
    // The second half of the frame's content refers to the first.
    var bytes = LZ4FrameWriter(isLinked: true).header(byteCount: 500)
    var encoder = LZ4BlockEncoder(content)
    let data = encoder.block(500..<1000, historyStart: 0)
    bytes += LZ4FrameWriter.littleEndian(UInt32(data.count)) + data + [0, 0, 0, 0]
    for options in InputOptions.ways(pieces: [64, 1 << 20]) {
      let outcome = try ContentOutcome.read(one + bytes, options)
      #expect(outcome.bytes == content)
      #expect(outcome.damages.map(\.reason) == ["the block is malformed"])
      #expect(outcome.damages.map(\.frame) == [2])
    }
  }

  @Test func historyIsCopiedOnlyWhenItLiesInThreeChunks() throws {
    let content = repeating(40_000, byteCount: 400_000)
    func windowByteCount(_ piece: Int, _ writer: LZ4FrameWriter) throws -> Int {
      var options = InputOptions()
      options.pieceByteCount = piece
      return try ContentOutcome.read(writer.frame(content), options).windowByteCount
    }
    // Chunks of at least 64 KiB never need it, whatever the blocks.
    for blocks in [[], [1000], [1, 30_000]] {
      let writer = LZ4FrameWriter(isLinked: true, blockByteCounts: blocks)
      #expect(try windowByteCount(200_000, writer) == 0)
    }
    // Chunks that hold a block of 20,000 bytes do, from the third on; each takes 64 KiB at most.
    let small = LZ4FrameWriter(isLinked: true, blockByteCounts: [20_000])
    #expect((65_536...18 * 65_536).contains(try windowByteCount(64, small)))
    // A stored block soon after a chunk began costs no more than its own bytes.
    let stored = LZ4FrameWriter(isLinked: true, storing: .everySecond, blockByteCounts: [100])
    #expect(try windowByteCount(200_000, stored) < 2 * 65_536)
  }
}
