import Testing

@testable import Spalt

@Suite struct ZstdDecoderTests {
  /// Streams of all kinds, with their content.
  struct Stream: CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let content: [UInt8]
    let frameCount: Int

    init(_ name: String, _ frames: [(frame: [UInt8], content: [UInt8])]) {
      testDescription = name
      bytes = frames.flatMap(\.frame)
      content = frames.flatMap(\.content)
      frameCount = frames.count
    }
  }

  private static func framed(
    _ content: [UInt8], _ change: (inout ZstdSamples.Kind) -> Void = { _ in }
  ) -> (frame: [UInt8], content: [UInt8]) {
    var kind = ZstdSamples.Kind()
    change(&kind)
    return (ZstdSamples.frame(content, kind), content)
  }

  private static let skippable = (
    frame: ZstdSamples.skippable(Array("not content".utf8)), content: [UInt8]()
  )

  /// Small enough for buffers of one byte.
  static let smallStreams: [Stream] = [
    Stream("one frame", [framed(ZstdSamples.log(3000))]),
    Stream("no checksum", [framed(ZstdSamples.log(3000)) { $0.hasChecksum = false }]),
    Stream("unknown size", [framed(ZstdSamples.log(3000)) { $0.tellsContentSize = false }]),
    Stream(
      "many blocks",
      [
        framed(ZstdSamples.log(3000)) {
          $0.flushedByteCount = 100
          $0.tellsContentSize = false
        }
      ]),
    Stream(
      "frames and skippable frames",
      [
        skippable, framed(ZstdSamples.log(900)), skippable, skippable,
        framed(ZstdSamples.log(700, seed: 2)) { $0.hasChecksum = false },
        framed(ZstdSamples.log(800, seed: 3)) { $0.tellsContentSize = false }, skippable,
      ]),
    Stream(
      "empty frames",
      [
        framed([]), framed([]) { $0.tellsContentSize = false }, framed([1]), framed([]),
        framed(ZstdSamples.log(100)), framed([]) { $0.hasChecksum = false },
      ]),
    Stream("stored", [framed(ZstdSamples.noise(2000))]),
    Stream("one byte again and again", [framed(Array(repeating: 0x0A, count: 3000))]),
  ]

  /// More than one block of full length, and more than one window.
  static let largeStreams: [Stream] = [
    Stream("large", [framed(ZstdSamples.log(700_000))]),
    Stream(
      "large, of unknown size, with a small window",
      [
        framed(ZstdSamples.log(700_000)) {
          $0.tellsContentSize = false
          $0.windowLogarithm = 16
        }
      ]),
    Stream(
      "large frames",
      [
        framed(ZstdSamples.log(300_000)), framed(ZstdSamples.noise(300_000)), skippable,
        framed(Array(repeating: 0x41, count: 600_000)), framed(ZstdSamples.log(10)),
      ]),
    Stream("level 19", [framed(ZstdSamples.log(400_000)) { $0.level = 19 }]),
  ]

  private func check(
    _ decoded: ZstdDecoding.Decoded, _ stream: Stream, _ way: Comment
  ) {
    #expect(decoded.content == stream.content, way)
    #expect(decoded.damages.isEmpty, way)
    #expect(decoded.lostByteCount == 0, way)
    #expect(decoded.frameCount == stream.frameCount, way)
  }

  @Test(arguments: smallStreams)
  func contentIsTheSameForEveryBufferSize(_ stream: Stream) throws {
    var blockCounts: Set<Int> = []
    for size in [1, 2, 3, 7, 64, 99, 100, 101, 899, 900, 2999, 3000, 3001, 65_536] {
      let decoded = try ZstdDecoding(bufferByteCount: size).mapped(stream.bytes)
      check(decoded, stream, "\(size)")
      blockCounts.insert(decoded.blockCount)
    }
    #expect(blockCounts.count == 1)
  }

  @Test(arguments: largeStreams)
  func largeContentIsTheSameForEveryBufferSize(_ stream: Stream) throws {
    for size in [5000, 131_072, 131_073, 300_000, 700_000, 2 << 20] {
      check(try ZstdDecoding(bufferByteCount: size).mapped(stream.bytes), stream, "\(size)")
    }
  }

  @Test(arguments: smallStreams)
  func pipesGiveTheSame(_ stream: Stream) throws {
    let mapped = try ZstdDecoding().mapped(stream.bytes)
    for (piece, size) in [(1, 1 << 16), (2, 100), (3, 1), (100, 1000), (4096, 1 << 20)] {
      let decoded = try ZstdDecoding(bufferByteCount: size)
        .piped(stream.bytes, pieceByteCount: piece)
      #expect(decoded.essence == mapped.essence, "\(piece), \(size)")
      // Nothing of a pipe is decoded at once, so what goes through the window does not depend on its timing.
      #expect(decoded.windowByteCount == stream.content.count, "\(piece), \(size)")
    }
  }

  @Test(arguments: largeStreams)
  func largePipesGiveTheSame(_ stream: Stream) throws {
    let decoded = try ZstdDecoding(bufferByteCount: 100_000)
      .piped(stream.bytes, pieceByteCount: 30_000)
    check(decoded, stream, "piped")
  }

  @Test(arguments: smallStreams + largeStreams)
  func runsGiveTheSame(_ stream: Stream) throws {
    let mapped = try ZstdDecoding().mapped(stream.bytes)
    for byteCount in [0, 1, 1000, 100_000, 1 << 20] {
      let (decoded, runCount) = try ZstdDecoding().inRuns(stream.bytes, byteCount: byteCount)
      #expect(decoded.essence == mapped.essence, "\(byteCount)")
      #expect(decoded.windowByteCount == 0, "\(byteCount)")
      #expect(runCount > 0, "\(byteCount)")
    }
  }

  @Test func runsHoldAtMostWhatWasAskedForOrOneFrame() throws {
    let frames = (0..<20).map { ZstdSamples.frame(ZstdSamples.log(1000, seed: $0)) }
    let (mapping, _) = try ZstdDecoding.mapping(frames.flatMap { $0 })
    let options = CodecOptions(
      pool: ChunkPool(budget: MemoryBudget()), segments: SegmentPool())
    for (byteCount, expected) in [(500, 1), (1000, 1), (1999, 1), (2000, 2), (10_500, 10)] {
      let decoder = try ZstdCodec().makeDecoder(options)
      let input = CompressedInput(mapping, path: "file")
      let run = try #require(try decoder.nextRun(input, byteCount: byteCount) as? ZstdRun)
      #expect(run.frames.count == expected)
      #expect(run.requiredByteCount == expected * 1000)
      #expect(input.offset == frames.prefix(expected).reduce(0) { $0 + $1.count })
    }
  }

  @Test func aFrameTooLargeForARunIsLeftToFill() throws {
    let content = ZstdSamples.log(600_000)
    let stream = ZstdSamples.frame(content) + ZstdSamples.frame(ZstdSamples.log(100))
    // A sixteenth of the budget is the most that a run's buffer takes.
    let small = ZstdDecoding(budget: MemoryBudget(limitByteCount: 8 << 20))
    let (decoded, runCount) = try small.inRuns(stream, byteCount: 1000)
    #expect(runCount == 0)
    #expect(decoded.content == content + ZstdSamples.log(100))
    let large = ZstdDecoding(budget: MemoryBudget(limitByteCount: 16 << 20))
    #expect(try large.inRuns(stream, byteCount: 1000).runCount == 2)
  }

  @Test func mappedFramesThatFindRoomNeedNoWindow() throws {
    let content = ZstdSamples.log(100_000)
    for tellsContentSize in [true, false] {
      var kind = ZstdSamples.Kind()
      kind.tellsContentSize = tellsContentSize
      let frame = ZstdSamples.frame(content, kind)
      let decoded = try ZstdDecoding(bufferByteCount: 262_144).mapped(frame + frame + frame)
      #expect(decoded.content == content + content + content)
      #expect(decoded.windowByteCount == 0)
      let small = try ZstdDecoding(bufferByteCount: 99_999).mapped(frame)
      #expect(small.content == content)
      #expect(small.windowByteCount == content.count)
    }
  }
}
