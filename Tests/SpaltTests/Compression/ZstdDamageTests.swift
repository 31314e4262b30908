import Testing

@testable import Spalt

@Suite struct ZstdDamageTests {
  private static let contents = (0..<3).map { ZstdSamples.log(2000, seed: UInt64($0) + 1) }

  /// A frame of 20 blocks.
  private static func frame(_ index: Int, _ change: (inout ZstdSamples.Kind) -> Void = { _ in })
    -> [UInt8]
  {
    var kind = ZstdSamples.Kind()
    kind.flushedByteCount = 100
    change(&kind)
    return ZstdSamples.frame(contents[index], kind)
  }

  /// Where the header of a block stands; blocks are counted from 1.
  private static func blockOffset(_ frame: [UInt8], _ number: Int) throws -> Int {
    let bytes = ByteView(frame.span)
    guard case .header(let header) = ZstdFrameHeader.parse(bytes) else {
      throw SpaltError.usage("no header")
    }
    var offset = header.byteCount
    for _ in 1..<number {
      guard let block = ZstdBlockHeader(bytes, at: offset, header) else {
        throw SpaltError.usage("no block at \(offset)")
      }
      offset += ZstdBlockHeader.byteCount + block.bodyByteCount
    }
    return offset
  }

  private static func everyWay(
    _ bytes: [UInt8], continuesAfterDamage: Bool = false,
    budget: MemoryBudget = MemoryBudget(limitByteCount: 64 << 20),
    _ body: (ZstdDecoding.Decoded, Comment) throws -> Void
  ) throws {
    var decoding = ZstdDecoding(continuesAfterDamage: continuesAfterDamage, budget: budget)
    if !bytes.isEmpty {
      try body(try decoding.mapped(bytes), "mapped")
      try body(try decoding.inRuns(bytes, byteCount: 4000).decoded, "in runs")
    }
    decoding.bufferByteCount = 150
    if !bytes.isEmpty { try body(try decoding.mapped(bytes), "mapped, small buffers") }
    try body(try decoding.piped(bytes, pieceByteCount: 1000), "piped")
  }

  @Test func everyTruncationKeepsWhatCameBefore() throws {
    let first = Self.frame(0)
    let second = Self.frame(1) { $0.tellsContentSize = false }
    let stream = ZstdSamples.skippable([1, 2, 3, 4]) + first + second
    let content = Self.contents[0] + Self.contents[1]
    let boundaries = [0, 12, 12 + first.count, stream.count]
    for count in 0...stream.count {
      try Self.everyWay(Array(stream.prefix(count))) { decoded, way in
        #expect(content.starts(with: decoded.content), "\(count), \(way)")
        if boundaries.contains(count) {
          #expect(decoded.damages.isEmpty, "\(count), \(way)")
          return
        }
        #expect(decoded.damages.count == 1, "\(count), \(way)")
        #expect(decoded.damages.first?.offset == count, "\(count), \(way)")
        #expect(
          decoded.damages.first?.reason.hasPrefix("the stream ends") == true, "\(count), \(way)")
        #expect(decoded.positions == [decoded.content.count], "\(count), \(way)")
        if count > 12 + first.count {
          #expect(decoded.content.count >= 2000, "\(count), \(way)")
          #expect(decoded.damages.first?.frame == 3, "\(count), \(way)")
        }
      }
    }
  }

  @Test func truncationSaysInWhichBlock() throws {
    let frame = Self.frame(0)
    for number in [1, 7, 20] {
      let offset = try Self.blockOffset(frame, number)
      for (more, reason) in [
        (2, "the stream ends in the middle of a frame"),
        (5, "the stream ends in the middle of a block"),
      ] {
        try Self.everyWay(Array(frame.prefix(offset + more))) { decoded, way in
          let damage = StreamDamage(offset: offset + more, frame: 1, block: number, reason: reason)
          #expect(decoded.damages == [damage], way)
          #expect(decoded.content == Array(Self.contents[0].prefix(100 * (number - 1))), way)
          #expect(decoded.blockCount == number - 1, way)
          #expect(decoded.frameCount == 0, way)
        }
      }
    }
  }

  @Test func everyFlippedByteIsNoticedOrHarmless() throws {
    let content = Self.contents[0]
    let stream = ZstdSamples.skippable([1, 2, 3]) + Self.frame(0)
    var noticedCount = 0
    for offset in stream.indices {
      for bit in [0, 3, 7] {
        var bytes = stream
        bytes[offset] ^= 1 << UInt8(bit)
        do {
          try Self.everyWay(bytes) { decoded, way in
            if decoded.damages.isEmpty {
              #expect(decoded.content == content, "\(offset), \(bit), \(way)")
            } else {
              noticedCount += 1
            }
          }
        } catch SpaltError.memoryBudgetExceeded {
          noticedCount += 1
        }
      }
    }
    #expect(noticedCount > 9 * stream.count)
  }

  @Test func decodingGoesOnWithTheNextFrame() throws {
    for number in [1, 5, 20] {
      var damaged = Self.frame(1)
      let block = try Self.blockOffset(damaged, number)
      // There are no blocks of the kind 3.
      damaged[block] |= 6
      let first = Self.frame(0)
      let stream = first + damaged + Self.frame(2)
      let before = Self.contents[0] + Self.contents[1].prefix(100 * (number - 1))
      let damage = StreamDamage(
        offset: first.count + block, frame: 2, block: number,
        reason: "the block's header is malformed")
      try Self.everyWay(stream) { decoded, way in
        #expect(decoded.content == before, way)
        #expect(decoded.damages == [damage], way)
        #expect(decoded.losesContent == [true], way)
      }
      try Self.everyWay(stream, continuesAfterDamage: true) { decoded, way in
        #expect(decoded.content == before + Self.contents[2], way)
        #expect(decoded.damages == [damage], way)
        #expect(decoded.positions == [before.count], way)
        #expect(decoded.lostByteCount == damaged.count - block, way)
        #expect(decoded.frameCount == 2, way)
      }
    }
  }

  @Test func corruptBlocksAreToldByLibzstd() throws {
    var damaged = Self.frame(1)
    let block = try Self.blockOffset(damaged, 4)
    // Its literals claim to be longer than any block.
    damaged.replaceSubrange(block + 3..<block + 8, with: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
    let first = Self.frame(0)
    let stream = first + damaged + Self.frame(2)
    try Self.everyWay(stream, continuesAfterDamage: true) { decoded, way in
      #expect(
        decoded.content == Self.contents[0] + Self.contents[1].prefix(300) + Self.contents[2], way)
      #expect(
        decoded.damages == [
          StreamDamage(
            offset: first.count + block, frame: 2, block: 4,
            reason: "the block's tables are malformed")
        ], way)
      #expect(decoded.lostByteCount == damaged.count - block, way)
    }
  }

  @Test func whatFollowsFramesHasToBeAFrame() throws {
    let first = Self.frame(0)
    let garbage = Array("garbage (\u{B5}/ zstd".utf8) + ZstdSamples.magic + [0x08, 0, 0, 0, 0]
    let damage = StreamDamage(
      offset: first.count, frame: 2, block: nil,
      reason: "what follows the frame before is no zstd frame")
    try Self.everyWay(first + garbage + Self.frame(2), continuesAfterDamage: true) { decoded, way in
      #expect(decoded.content == Self.contents[0] + Self.contents[2], way)
      #expect(decoded.damages == [damage], way)
      #expect(decoded.lostByteCount == garbage.count, way)
    }
    try Self.everyWay(first + garbage) { decoded, way in
      #expect(decoded.content == Self.contents[0], way)
      #expect(decoded.damages == [damage], way)
    }
    try Self.everyWay(first + [0], continuesAfterDamage: true) { decoded, way in
      #expect(decoded.content == Self.contents[0], way)
      #expect(decoded.damages.count == 1, way)
      #expect(decoded.lostByteCount == 1, way)
    }
  }

  @Test func aWrongChecksumLosesNoContent() throws {
    var first = Self.frame(0)
    first[first.count - 2] ^= 1
    let damage = StreamDamage(
      offset: first.count - 4, frame: 1, block: nil,
      reason: "the checksum of the frame's content does not match")
    try Self.everyWay(first + Self.frame(1)) { decoded, way in
      #expect(decoded.content == Self.contents[0], way)
      #expect(decoded.damages == [damage], way)
      #expect(decoded.losesContent == [false], way)
      #expect(decoded.positions == [2000], way)
    }
    try Self.everyWay(first + Self.frame(1), continuesAfterDamage: true) { decoded, way in
      #expect(decoded.content == Self.contents[0] + Self.contents[1], way)
      #expect(decoded.damages == [damage], way)
      #expect(decoded.lostByteCount == 0, way)
      #expect(decoded.frameCount == 2, way)
    }
  }

  @Test func dictionariesAreNamed() throws {
    let needing =
      ZstdSamples.magic + [0x21, 7, 3]
      + ZstdSamples.block(kind: 0, size: 3, isLast: true, Array("abc".utf8))
    let first = Self.frame(0)
    try Self.everyWay(first + needing + Self.frame(2), continuesAfterDamage: true) { decoded, way in
      #expect(decoded.content == Self.contents[0] + Self.contents[2], way)
      #expect(
        decoded.damages == [
          StreamDamage(
            offset: first.count, frame: 2, block: nil,
            reason: "the frame needs dictionary 7, and zstd dictionaries are not read")
        ], way)
    }
  }

  @Test func aFrameThatHoldsMoreOrLessThanItSaysIsDamaged() throws {
    for told in [2, 4] {
      let frame =
        ZstdSamples.magic + [0x00 | 0x80, 0x00] + ZstdSamples.littleEndian(told, byteCount: 4)
        + ZstdSamples.block(kind: 0, size: 2, isLast: false, Array("ab".utf8))
        + ZstdSamples.block(kind: 0, size: 1, isLast: true, Array("c".utf8))
      try Self.everyWay(frame + Self.frame(0), continuesAfterDamage: true) { decoded, way in
        #expect(decoded.content == Array("ab".utf8) + Self.contents[0], "\(told), \(way)")
        #expect(decoded.damages.count == 1, "\(told), \(way)")
        #expect(decoded.damages.first?.block == 2, "\(told), \(way)")
      }
    }
  }
}

@Suite struct ZstdMemoryTests {
  /// A frame whose window is of 128 MiB, as `zstd --long=27` makes it when it reads a pipe.
  private static let content = ZstdSamples.log(400_000)
  private static var longFrame: [UInt8] {
    var kind = ZstdSamples.Kind()
    kind.tellsContentSize = false
    kind.windowLogarithm = 27
    // An encoder that is given all of it at once takes a window that is no larger.
    kind.flushedByteCount = 100_000
    return ZstdSamples.frame(content, kind)
  }

  @Test func longWindowsCountAgainstTheBudget() throws {
    var decoding = ZstdDecoding(bufferByteCount: 100_000)
    #expect(try decoding.mapped(Self.longFrame).content == Self.content)
    #expect(decoding.budget.highWaterByteCount >= 128 << 20)
    decoding.budget = MemoryBudget(limitByteCount: 100 << 20)
    let decoded = try decoding.mapped(Self.longFrame)
    #expect(decoded.content.isEmpty)
    #expect(decoded.damages.count == 1)
    #expect(
      decoded.damages.first?.reason
        == "the frame needs a window of \(128 << 20) bytes, more than is left of --memory")
  }

  @Test func whatWasDecodedBeforeATooLongWindowIsKept() throws {
    var decoding = ZstdDecoding(bufferByteCount: 100_000)
    decoding.budget = MemoryBudget(limitByteCount: 100 << 20)
    let options = CodecOptions(pool: ChunkPool(budget: decoding.budget), segments: SegmentPool())
    let first = ZstdSamples.log(1000)
    let (mapping, _) = try ZstdDecoding.mapping(ZstdSamples.frame(first) + Self.longFrame)
    let input = CompressedInput(mapping, path: "file")
    let decoder = try ZstdCodec().makeDecoder(options)
    var buffer = try ContentBuffer(
      byteCount: 100_000, pool: options.pool, segments: options.segments)
    var notes = ContentNotes()
    let result = try decoder.fill(&buffer, from: input, &notes)
    #expect(result == .full)
    let byteCount = buffer.byteCount
    #expect(byteCount == 1000)
    var next = try ContentBuffer(byteCount: 100_000, pool: options.pool, segments: options.segments)
    #expect(notes.damages.isEmpty)
    #expect(try decoder.fill(&next, from: input, &notes) == .ended)
    let nextByteCount = next.byteCount
    #expect(nextByteCount == 0)
    #expect(notes.damages.count == 1)
  }

  @Test func everythingIsGivenBack() throws {
    let budget = MemoryBudget()
    let stream = Self.longFrame + ZstdSamples.frame(Self.content) + Self.longFrame
    let decoding = ZstdDecoding(bufferByteCount: 100_000, budget: budget)
    #expect(try decoding.mapped(stream).content.count == 1_200_000)
    // One window at a time, and the pool itself is gone with what it retained.
    #expect(budget.highWaterByteCount < 140 << 20)
    #expect(try decoding.inRuns(stream, byteCount: 1000).decoded.content.count == 1_200_000)
    var broken = stream
    broken[stream.count / 2] ^= 0xFF
    #expect(try decoding.inRuns(broken, byteCount: 1000).decoded.damages.count == 1)
    #expect(budget.reservedByteCount <= 32 << 20)
    let context = try ZstdContext(ChunkPool(budget: budget))
    #expect(budget.reservedByteCount >= context.allocatedByteCount)
  }

  @Test func nothingIsAllocatedForAHeadersWord() throws {
    // One segment of a terabyte; blocks say otherwise.
    let block = ZstdSamples.block(kind: 1, size: 4, isLast: true, [0x61])
    let claims =
      ZstdSamples.magic + [0xE0] + ZstdSamples.littleEndian(1 << 40, byteCount: 8) + block
    let decoding = ZstdDecoding(bufferByteCount: 100, budget: MemoryBudget(limitByteCount: 1 << 20))
    let one = try decoding.mapped(claims)
    #expect(one.damages.count == 1)
    #expect(one.damages.first?.reason.contains("needs a window of 1099511627776 bytes") == true)
    // A small window, and content of a terabyte.
    let other =
      ZstdSamples.magic + [0xC0, 0x00] + ZstdSamples.littleEndian(1 << 40, byteCount: 8) + block
    let two = try decoding.mapped(other)
    #expect(two.damages.count == 1)
    #expect(two.content.isEmpty)
    #expect(decoding.budget.highWaterByteCount < 1 << 20)
  }
}
