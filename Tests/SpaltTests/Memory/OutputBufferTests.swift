import Foundation
import Testing

@testable import Spalt

@Suite struct OutputBufferTests {
  @Test func everythingComesOutInOrder() throws {
    let file = try TemporaryFile()
    let pool = ChunkPool(budget: MemoryBudget())
    var expected: [UInt8] = []
    var random = SeededGenerator(seed: 4)
    do {
      let descriptor = try Syscalls.openForWriting(file.path)
      defer { Syscalls.close(descriptor) }
      var output = try OutputBuffer(
        file: OutputFile(descriptor: descriptor, path: file.path, ownsDescriptor: false),
        pool: pool, byteCount: 65_536)
      for step in 0..<400 {
        if step % 3 == 0 {
          try output.append(UInt8(truncatingIfNeeded: step))
          expected.append(UInt8(truncatingIfNeeded: step))
        } else {
          // Short pieces, pieces that fill the buffer, and pieces that are longer than it.
          let count = step % 50 == 1 ? 65_536 + random.below(3) - 1 : random.below(2000)
          let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: step), count: count)
          try output.append(bytes)
          expected += bytes
        }
      }
      #expect(output.totalByteCount == expected.count)
      try output.flush()
      try output.flush()
    }
    let written = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file.path)))
    #expect(written.count == expected.count)
    #expect(written == expected)
    #expect(pool.telemetry.liveCount == 0)
  }

  @Test func failuresNameTheCall() throws {
    var output = try OutputBuffer(
      file: OutputFile(descriptor: -1, path: "nowhere", ownsDescriptor: false),
      pool: ChunkPool(budget: MemoryBudget()))
    try output.append(Array("text".utf8))
    #expect(throws: SpaltError.system(SystemError(call: "write", subject: "nowhere", code: EBADF)))
    {
      try output.flush()
    }
  }
}
