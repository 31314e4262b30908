import Testing

@testable import Spalt

@Suite struct FreeChunksTests {
  private let headers = ChunkHeaders()
  private let kilobyte = 1 << 10

  private func chunk(_ start: Int, _ byteCount: Int, at time: UInt64 = 1) -> FreeChunk {
    FreeChunk(
      address: UInt(1 << 30 + start * kilobyte), byteCount: byteCount * kilobyte,
      header: headers.make(home: 0), releasedNanoseconds: time, oldestNanoseconds: time)
  }

  private func expectNone(_ chunk: FreeChunk?) { #expect(chunk?.byteCount == nil) }

  private func ranges(_ free: FreeChunks) -> [[Int]] {
    free.chunks.map { [(Int($0.address) - 1 << 30) / kilobyte, $0.byteCount / kilobyte] }
  }

  @Test func neighboursBecomeOneChunk() {
    var free = FreeChunks(home: 0)
    free.insert(chunk(0, 64, at: 5), headers)
    free.insert(chunk(256, 64, at: 3), headers)
    free.insert(chunk(128, 64, at: 9), headers)
    #expect(ranges(free) == [[0, 64], [128, 64], [256, 64]])
    free.insert(chunk(64, 64, at: 7), headers)
    #expect(ranges(free) == [[0, 192], [256, 64]])
    free.insert(chunk(320, 32, at: 2), headers)
    free.insert(chunk(192, 64, at: 8), headers)
    #expect(ranges(free) == [[0, 352]])
    #expect(free.chunks[0].releasedNanoseconds == 9)
    #expect(free.chunks[0].oldestNanoseconds == 2)
  }

  @Test func withoutHeadersChunksStayAsTheyAre() {
    var free = FreeChunks(home: 0)
    free.insert(chunk(64, 64), nil)
    free.insert(chunk(0, 64), nil)
    #expect(ranges(free) == [[0, 64], [64, 64]])
    expectNone(free.take(32 * kilobyte, nil))
    let whole = free.take(60 * kilobyte, nil)
    #expect(whole?.byteCount == 64 * kilobyte)
  }

  @Test func theSmallestThatFitsIsTakenAndTheRestStays() {
    var free = FreeChunks(home: 0)
    free.insert(chunk(0, 1024), headers)
    free.insert(chunk(2048, 256), headers)
    free.insert(chunk(4096, 128), headers)
    let exact = free.take(128 * kilobyte, headers)
    #expect(exact?.byteCount == 128 * kilobyte)
    let split = free.take(128 * kilobyte, headers)
    #expect(split?.byteCount == 128 * kilobyte)
    #expect(ranges(free) == [[0, 1024], [2176, 128]])
    #expect(free.chunks[1].header != split?.header)
    // 16 KiB of 1,024 are no chunk of their own.
    let almost = free.take(1008 * kilobyte, headers)
    #expect(almost?.byteCount == 1024 * kilobyte)
    expectNone(free.take(129 * kilobyte, headers))
  }

  @Test func aChunkThatIsALittleTooLargeIsLeftForOthers() {
    var free = FreeChunks(home: 0)
    free.insert(chunk(0, 192), headers)
    free.insert(chunk(1024, 512), headers)
    let fromTheLarge = free.take(128 * kilobyte, headers)
    #expect(fromTheLarge?.byteCount == 128 * kilobyte)
    #expect(ranges(free) == [[0, 192], [1152, 384]])
    let again = free.take(192 * kilobyte, headers)
    #expect(again?.byteCount == 192 * kilobyte)
    // When there is no other, it is split all the same.
    let last = free.take(256 * kilobyte, headers)
    #expect(last?.byteCount == 256 * kilobyte)
    #expect(ranges(free) == [[1408, 128]])
  }

  @Test func theOldestGoesFirst() {
    var free = FreeChunks(home: 0)
    free.insert(chunk(0, 128, at: 7), headers)
    free.insert(chunk(256, 256, at: 3), headers)
    let part = free.takeOldest(64 * kilobyte, headers)
    #expect(part?.byteCount == 64 * kilobyte)
    #expect(ranges(free) == [[0, 128], [256, 192]])
    let whole = free.takeOldest(200 * kilobyte, headers)
    #expect(whole?.byteCount == 192 * kilobyte)
    let last = free.takeOldest(64 * kilobyte, nil)
    #expect(last?.byteCount == 128 * kilobyte)
    #expect(free.takeOldest(1, headers) == nil)
  }

  @Test func whatOverlapsTraps() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let headers = ChunkHeaders()
      var free = FreeChunks(home: 0)
      for start in [0, 32 << 10] as [UInt] {
        free.insert(
          FreeChunk(
            address: 1 << 30 + start, byteCount: 64 << 10, header: headers.make(home: 0),
            releasedNanoseconds: 0, oldestNanoseconds: 0), headers)
      }
    }
    #expect(result.saysOnStandardError("a chunk was given back that lies in the pool"))
  }
}
