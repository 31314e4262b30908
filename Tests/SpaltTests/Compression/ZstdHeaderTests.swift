import Testing

@testable import Spalt

@Suite struct ZstdHeaderTests {
  private static func parse(_ bytes: [UInt8]) -> ZstdFrameHeader.Parsed {
    ZstdFrameHeader.parse(ByteView((ZstdSamples.magic + bytes).span))
  }

  @Test func everyFieldIsRead() {
    var header = ZstdFrameHeader()
    header.byteCount = 6
    header.windowByteCount = 1024
    #expect(Self.parse([0x00, 0x00]) == .header(header))
    // The largest window: an exponent of 31, a mantissa of 7.
    header.windowByteCount = (1 << 41) + 7 * (1 << 38)
    header.hasChecksum = true
    #expect(Self.parse([0x04, 0xFF]) == .header(header))
    // One segment: the content is the window.
    header = ZstdFrameHeader()
    header.byteCount = 6
    header.windowByteCount = 200
    header.contentByteCount = 200
    #expect(Self.parse([0x20, 200]) == .header(header))
    // A length of two bytes counts from 256; a dictionary of two bytes.
    header.byteCount = 9
    header.windowByteCount = 0x0102 + 256
    header.contentByteCount = 0x0102 + 256
    header.dictionary = 0x0605
    #expect(Self.parse([0x62, 0x05, 0x06, 0x02, 0x01]) == .header(header))
    // Everything there is.
    header.byteCount = 18
    header.windowByteCount = 1 << 20
    header.contentByteCount = 0x0807_0605_0403_0201
    header.dictionary = 0x0D0C_0B0A
    let all: [UInt8] = [0xC3, 0x50, 10, 11, 12, 13, 1, 2, 3, 4, 5, 6, 7, 8]
    #expect(Self.parse(all) == .header(header))
    for count in 1..<all.count {
      #expect(Self.parse(Array(all.prefix(count))) == .tooShort(neededByteCount: 18))
    }
    #expect(Self.parse([]) == .tooShort(neededByteCount: 5))
  }

  @Test func whatCannotBeTrueIsDamage() {
    #expect(Self.parse([0x08, 0x00]) == .damaged("the frame's header has a reserved bit set"))
    let bytes: [UInt8] = [0xE0] + Array(repeating: 0xFF, count: 8)
    #expect(
      Self.parse(bytes) == .damaged("the frame's header says that it holds \(UInt64.max) bytes"))
  }

  @Test func theMemoryThatIsReservedIsWhatLibzstdTakes() throws {
    // Both windows and the content bound it, whichever is smaller.
    for (content, logarithm) in [(3_000_000, 20), (3_000_000, 17), (400_000, 20), (50_000, 12)] {
      var kind = ZstdSamples.Kind()
      kind.windowLogarithm = Int32(logarithm)
      let frame = ZstdSamples.frame(ZstdSamples.log(content), kind)
      guard case .header(let header) = ZstdFrameHeader.parse(ByteView(frame.span)) else {
        Issue.record("no header")
        continue
      }
      let context = try ZstdContext(ChunkPool(budget: MemoryBudget()))
      try context.begin(header)
      let own = context.allocatedByteCount
      var buffer = try ContentBuffer(
        byteCount: 1 << 20, pool: ChunkPool(budget: MemoryBudget()), segments: SegmentPool())
      let part = ByteView(frame.span).slice(0..<header.byteCount)
      let failure = try context.feed(part, into: &buffer, maximumByteCount: 1 << 20)
      #expect(failure == nil)
      let allocated = context.allocatedByteCount - own
      #expect(allocated > 0 && allocated <= header.decodingByteCount, "\(content), \(logarithm)")
      #expect(header.decodingByteCount - allocated <= 256 << 10, "\(content), \(logarithm)")
    }
  }

  @Test func blocksAreNotLargerThanTheWindow() throws {
    var header = ZstdFrameHeader()
    header.windowByteCount = 1024
    func block(_ kind: Int, _ size: Int) -> ZstdBlockHeader? {
      let bytes = ZstdSamples.block(kind: kind, size: size, isLast: true, [])
      return ZstdBlockHeader(ByteView(bytes.span), at: 0, header)
    }
    #expect(block(0, 1024)?.bodyByteCount == 1024)
    #expect(block(0, 1024)?.contentByteCount == 1024)
    #expect(block(1, 1024)?.bodyByteCount == 1)
    #expect(block(1, 1024)?.contentByteCount == 1024)
    #expect(block(2, 1024)?.bodyByteCount == 1024)
    #expect(block(2, 1024)?.isLast == true)
    let unknown = try #require(block(2, 1024))
    #expect(unknown.contentByteCount == nil)
    for kind in 0...2 { #expect(block(kind, 1025) == nil) }
    #expect(block(3, 10) == nil)
    header.windowByteCount = 1 << 30
    #expect(block(1, 128 << 10) != nil)
    #expect(block(1, (128 << 10) + 1) == nil)
  }

  @Test func streamsAreRecognised() {
    func recognise(_ bytes: [UInt8]) -> Recognition {
      ZstdCodec().recognises(ByteView(bytes.span))
    }
    let frame = ZstdSamples.frame(Array("text\n".utf8))
    #expect(recognise(frame) == .yes)
    for count in 0..<4 { #expect(recognise(Array(frame.prefix(count))) == .needsMore) }
    #expect(recognise(Array("text\n".utf8)) == .no)
    #expect(recognise(Array("POST /\n".utf8)) == .no)
    #expect(recognise([0x27, 0xB5, 0x2F, 0xFD]) == .no)
    let skippable = ZstdSamples.skippable([1, 2, 3], nibble: 7)
    for count in 0...skippable.count {
      #expect(recognise(Array(skippable.prefix(count))) == .needsMore)
    }
    #expect(recognise(skippable + skippable + frame) == .yes)
    // LZ4 has the same skippable frames.
    #expect(recognise(skippable + [0x04, 0x22, 0x4D, 0x18]) == .no)
    #expect(recognise(skippable + [0x02, 0x21, 0x4C, 0x18]) == .no)
    #expect(recognise(skippable + Array("text".utf8)) == .no)
    let long = ZstdSamples.skippable(Array(repeating: 0x28, count: 5000))
    #expect(recognise(Array(long.prefix(4095))) == .needsMore)
    #expect(recognise(Array(long.prefix(4096))) == .yes)
  }
}
