import Testing

@testable import Spalt

/// What is copied of compressed inputs, counted exactly.
@Suite struct CompressedLedgerTests {
  /// Lines of exactly 1,000 bytes.
  private let content = Array(
    repeatElement(SampleContent.noise(byteCount: 999, seed: 4) + [0x0A], count: 300).joined())

  private func ledger(
    _ writer: LZ4FrameWriter, pieceByteCount: Int, _ mode: InputMode, threadCount: Int = 1
  ) throws -> CopyLedger {
    let file = try TemporaryFile(writer.frame(content))
    var options = ReaderOptions.text
    options.pieceByteCount = pieceByteCount
    options.inputMode = mode
    options.threadCount = threadCount
    let snapshot = try Snapshot.read([file.path], options)
    #expect(snapshot.rows.count == 300)
    return snapshot.statistics.ledger
  }

  @Test(arguments: [1, 3], [InputMode.mmap, .read])
  func onlyRecordsThatSpanChunksAreCopied(threadCount: Int, mode: InputMode) throws {
    // Blocks of 10,500 bytes, each in a chunk of its own: half a record at the end of every second one.
    let writer = LZ4FrameWriter(
      storing: .always, hasBlockChecksums: true, hasContentChecksum: true,
      blockByteCounts: [10_500])
    let ledger = try ledger(
      writer, pieceByteCount: 12_000, mode, threadCount: threadCount)
    #expect(ledger.input.copiedByteCount(.recordSpansChunks) == 14 * 500)
    #expect(ledger.input.copiedByteCount == 14 * 500)
    #expect(ledger.input.viewedByteCount == 300_000)
    #expect(ledger.decode.copiedByteCount == 0)
    #expect(ledger.firstCopy?.offset == 10_000)
  }

  @Test(arguments: [1, 3], [false, true])
  func nothingIsCopiedWhereRecordsEndWithTheChunk(threadCount: Int, isLinked: Bool) throws {
    // What is stored in a linked frame may have to go through the window.
    for storing in [LZ4FrameWriter.Storing.never, .always] where !isLinked || storing == .never {
      let writer = LZ4FrameWriter(
        isLinked: isLinked, storing: storing, hasContentChecksum: true, blockByteCounts: [60_000])
      let ledger = try ledger(
        writer, pieceByteCount: 150_000, .mmap, threadCount: threadCount)
      #expect(ledger.copiedByteCount == 0)
      #expect(ledger.firstCopy == nil)
    }
  }

  @Test func aRecordThatBeganFarBackIsCopiedOnce() throws {
    // A record of 40,000 bytes does not fit before the content of a chunk: it gets one of its own.
    let bytes =
      Array("first\n".utf8) + SampleContent.noise(byteCount: 39_999, seed: 1) + [0x0A]
      + Array("last\n".utf8)
    let writer = LZ4FrameWriter(storing: .always, blockByteCounts: [30_000])
    let file = try TemporaryFile(writer.frame(bytes))
    var options = ReaderOptions.text
    options.pieceByteCount = 30_000
    let ledger = try Snapshot.read([file.path], options).statistics.ledger
    #expect(ledger.input.copiedByteCount(.recordSpansChunks) == 40_000)
    #expect(ledger.input.copiedByteCount == 40_000)
  }

  @Test func requiredZeroCopyIsKept() throws {
    let writer = LZ4FrameWriter(blockSizeCode: 7, hasContentChecksum: true)
    let file = try TemporaryFile(writer.frame(content))
    var options = ReaderOptions.text
    options.requiresZeroCopy = true
    #expect(try Snapshot.read([file.path], options).rows.count == 300)
    // In chunks that are smaller it cannot be.
    let small = try TemporaryFile(
      LZ4FrameWriter(storing: .always, blockByteCounts: [10_500]).frame(content))
    options.pieceByteCount = 12_000
    let partial = PartialSnapshot.read([small.path], options)
    let copy = SpaltError.CopyDescription(
      stage: .input, reason: .recordSpansChunks, offset: 10_000)
    #expect(partial.error == .copied(path: small.path, copy: copy))
  }

  @Test func theWindowOfLinkedBlocksIsCounted() throws {
    // Chunks of 20,000 bytes: the 64 KiB before a block lie in four of them.
    let writer = LZ4FrameWriter(isLinked: true, storing: .everySecond, blockByteCounts: [20_000])
    let ledger = try ledger(writer, pieceByteCount: 20_000, .mmap)
    #expect(ledger.input.copiedByteCount(.codecWindow) > 100_000)
    #expect(ledger.input.copiedByteCount(.codecWindow) <= 16 * 65_536)
  }
}
