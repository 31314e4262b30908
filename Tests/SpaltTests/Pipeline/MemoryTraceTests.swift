import Foundation
import Testing

@testable import Spalt

@Suite struct MemoryTraceTests {
  private struct Sample: Equatable {
    let number: Int
    let isLast: Bool
    let recordCount: Int
    let inputStall: Int
  }

  private static func samples(_ path: String) throws -> [Sample] {
    try String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
      .split(separator: "\n").map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return Sample(
          number: object?["sample"] as? Int ?? -1, isLast: object?["last"] as? Bool ?? false,
          recordCount: object?["records"] as? Int ?? -1,
          inputStall: object?["stalls_input_ns"] as? Int ?? -1)
      }
  }

  private static func waitForSamples(_ count: Int, _ path: String) throws {
    for _ in 0..<5000 {
      if try samples(path).count >= count { return }
      usleep(2000)
    }
  }

  @Test func samplesAreTakenUntilTheEnd() throws {
    let input = try TemporaryFile(text: String(repeating: "{\"a\":1}\n", count: 1000))
    let file = try TemporaryFile()
    for round in 0..<2 {
      let before = try Self.samples(file.path).count
      let monitor = MemoryMonitor()
      let trace = try MemoryTrace(of: monitor, to: file.path, everyNanoseconds: 1_000_000)
      var reader = try RecordReader(
        inputs: [InputPath(input.path)], options: .ndjson, monitor: monitor)
      while let batch = try reader.next() { #expect(batch.rowCount > 0) }
      try Self.waitForSamples(before + 3, file.path)
      try trace.finish()
      // A second end is none.
      try trace.finish()
      let samples = try Array(Self.samples(file.path).dropFirst(before))
      #expect(samples.count >= 4)
      #expect(samples.map(\.number) == Array(0..<samples.count), "round \(round)")
      #expect(samples.map(\.isLast) == samples.indices.map { $0 == samples.count - 1 })
      #expect(samples.first?.recordCount == 0)
      #expect(samples.last?.recordCount == 1000)
    }
  }

  /// The thread that wants the columns waits for a pipe to which nobody writes, and is seen waiting.
  @Test func aRunThatIsStuckIsSampled() throws {
    let pipe = try TemporaryFile(fifo: ())
    let file = try TemporaryFile()
    let monitor = MemoryMonitor()
    let trace = try MemoryTrace(of: monitor, to: file.path, everyNanoseconds: 2_000_000)
    let interrupter = ReaderInterrupter()
    let path = file.path
    startWriter(pipe.path) { descriptor in
      try? Self.waitForSamples(20, path)
      for _ in 0..<1000 {
        if (try? Self.samples(path).last?.inputStall) ?? 0 > 0 { break }
        usleep(2000)
      }
      writeAll(Array("{\"a\":1}\n".utf8), to: descriptor)
    }
    var reader = try RecordReader(
      inputs: [InputPath(pipe.path)], options: .ndjson, interrupter: interrupter, monitor: monitor)
    var rowCount = 0
    while let batch = try reader.next() { rowCount += batch.rowCount }
    try trace.finish()
    #expect(rowCount == 1)
    let samples = try Self.samples(file.path)
    #expect(samples.contains { $0.recordCount == 0 && $0.inputStall > 0 })
    #expect(samples.map(\.inputStall) == samples.map(\.inputStall).sorted())
  }

  @Test func failuresAreToldAtTheEnd() throws {
    #expect(throws: SpaltError.self) {
      _ = try MemoryTrace(
        of: MemoryMonitor(), to: "/nowhere/at/all", everyNanoseconds: 1_000_000)
    }
    #if os(Linux)
      let trace = try MemoryTrace(
        of: MemoryMonitor(), to: "/dev/full", everyNanoseconds: 1_000_000)
      let error = #expect(throws: SpaltError.self) { try trace.finish() }
      #expect("\(error as Any)".contains("/dev/full"))
    #endif
  }
}
