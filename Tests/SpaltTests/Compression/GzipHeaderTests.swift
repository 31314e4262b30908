import Testing

@testable import Spalt

@Suite struct GzipHeaderTests {
  private func parse(_ bytes: [UInt8]) -> GzipHeader.Parsed {
    GzipHeader.parse(ByteView(bytes.span))
  }

  private func header(_ bytes: [UInt8]) -> GzipHeader? {
    guard case .header(let header) = parse(bytes) else { return nil }
    return header
  }

  @Test func everyFieldIsPassed() throws {
    let plain = try #require(header(GzipSamples.plainHeader + [1, 2, 3]))
    #expect(plain.byteCount == 10 && plain.checksumIndex == nil && plain.blockByteCount == nil)
    let full = GzipSamples.fullHeader
    let parsed = try #require(header(full + [0, 0]))
    #expect(parsed.byteCount == full.count)
    #expect(parsed.checksumIndex == full.count - 2)
  }

  @Test func everyPrefixNeedsMoreThanThereIs() {
    let full = GzipSamples.fullHeader
    for count in 0..<full.count {
      guard case .needsMore(let wanted) = parse(Array(full.prefix(count))) else {
        Issue.record("\(count) bytes: \(parse(Array(full.prefix(count))))")
        continue
      }
      #expect(wanted > count && wanted <= full.count)
    }
  }

  @Test func whatIsNoHeaderIsSaid() {
    var bytes = GzipSamples.plainHeader
    bytes[3] = 0x20
    #expect(parse(bytes) == .invalid("reserved flags are set in the member's header"))
    bytes[2] = 7
    #expect(parse(bytes) == .invalid("the member's compression method is not deflate"))
    bytes[1] = 0
    #expect(parse(bytes) == .invalid("what follows is no gzip member"))
    let endless = [0x1F, 0x8B, 8, 8, 0, 0, 0, 0, 0, 3] + [UInt8](repeating: 0x41, count: 70_000)
    #expect(parse(endless) == .invalid("the name in the member's header is too long"))
  }

  @Test func blocksSayHowLongTheyAre() throws {
    let block = GzipSamples.block(GzipSamples.log(byteCount: 1000))
    #expect(try #require(header(block)).blockByteCount == block.count)
    // Another subfield before, and one that claims to be longer than the field.
    let before: [UInt8] = [
      0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF, 11, 0, 0x41, 0x41, 1, 0, 9, 0x42, 0x43, 2, 0, 99, 0,
    ]
    #expect(try #require(header(before)).blockByteCount == 100)
    let broken: [UInt8] = [
      0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF, 6, 0, 0x41, 0x41, 99, 0, 9, 9,
    ]
    #expect(try #require(header(broken)).blockByteCount == nil)
    var short = block
    short[16] = 10
    short[17] = 0
    #expect(parse(short) == .invalid("the block is shorter than its own header says it must be"))
  }

  private func recognise(_ bytes: [UInt8]) -> Recognition {
    GzipCodec().recognises(ByteView(bytes.span))
  }

  @Test func recognition() {
    #expect(recognise(GzipSamples.plainHeader) == .yes)
    #expect(recognise([0x1F, 0x8B]) == .needsMore)
    #expect(recognise([0x1F, 0x9D, 8, 0]) == .no)
  }
}
