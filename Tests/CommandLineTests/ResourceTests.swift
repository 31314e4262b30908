import Foundation
import Testing

#if os(Linux)
  /// Allocations and memory do not grow with the input.
  @Suite(.serialized) struct ResourceTests {
    private func mallocCount(_ counter: String, _ arguments: [String]) throws -> Int {
      let folder = try TemporaryFolder()
      let outcome = try Program.run(
        arguments,
        environment: ["LD_PRELOAD": counter, "MALLOC_COUNTER_FILE": folder.path("count")])
      #expect(outcome.status == 0, "\(outcome.errorText)")
      let text = try folder.text("count").trimmingCharacters(in: .whitespacesAndNewlines)
      return try #require(Int(text))
    }

    @Test(
      .enabled(if: Program.isGiven, "only optimised programs are counted: make test"),
      .enabled(if: Tools.mallocCounter != nil, "no C compiler for the counter"))
    func recordsAllocateNothing() throws {
      let counter = try #require(Tools.mallocCounter)
      let folder = try TemporaryFolder()
      // Both are larger than the sample from which the schema is made.
      let block = Data(Samples.allKeys.utf8) + Samples.serviceLog(byteCount: 4_000_000)
      let small = try folder.write("12.ndjson", repeating: block, count: 3)
      let large = try folder.write("48.ndjson", repeating: block, count: 12)
      for arguments in [
        ["-O", "none"], ["-c"], ["-o", "/dev/null"], ["-O", "raw", "-o", "/dev/null"],
        ["--select", "status,http.path,ts", "-o", "/dev/null"], ["-O", "none", "--io", "read"],
        ["-O", "none", "-j", "2"],
      ] {
        let few = try mallocCount(counter, [small] + arguments)
        let many = try mallocCount(counter, [large] + arguments)
        #expect(few > 0)
        #expect(many - few <= 100, "\(arguments): \(few) and \(many)")
      }
    }

    @Test(
      .enabled(if: Program.isGiven, "only optimised programs are counted: make test"),
      .enabled(if: Tools.mallocCounter != nil, "no C compiler for the counter"),
      arguments: [
        "{\"seq\":1,\"late\":\"x\"}", "{\"seq\":\"misfit\"}", "{\"seq\":1,\"seq\":2}", "broken",
        "{\"seq\":1} {\"seq\":2}", "", "{\"msg\":\"\\n\\u00e9 and more text\"}",
      ])
    func oddLinesAllocateNothing(line: String) throws {
      let counter = try #require(Tools.mallocCounter)
      let folder = try TemporaryFolder()
      let head = Samples.serviceLog(byteCount: 9_000_000)
      let odd = Data((line + "\n").utf8)
      let few = try folder.write("1.ndjson", head + odd)
      let many = try folder.write(
        "2.ndjson", head + (0..<2000).reduce(into: Data()) { data, _ in data += odd })
      for arguments in [["-O", "none"], ["-o", "/dev/null"]] {
        let counts = try [few, many].map { try mallocCount(counter, [$0] + arguments) }
        #expect(counts[1] - counts[0] <= 100, "\(arguments): \(counts)")
      }
    }

    /// The value in bytes of a line such as `VmHWM:  1234 kB` of a process's status.
    private static func memory(_ name: String, of process: Int32) -> Int {
      guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
      else { return 0 }
      let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
      return
        (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0)
        * 1024
    }

    @Test(arguments: [
      ["-O", "none"], ["-O", "none", "-j", "2"], ["-O", "none", "--io", "read"], ["-c"],
      ["-o", "/dev/null"],
    ])
    func memoryStaysFlat(arguments: [String]) throws {
      let folder = try TemporaryFolder()
      let path = try folder.write(
        "200.ndjson", repeating: Samples.serviceLog(byteCount: 2_000_000), count: 100)
      // Sampled while it runs: what the system says afterwards includes the size of this process, from
      // which the other one was made.
      var anonymousByteCount = 0
      var totalByteCount = 0
      let outcome = try Program.run([path] + arguments) { process in
        anonymousByteCount = max(anonymousByteCount, Self.memory("RssAnon", of: process))
        totalByteCount = max(totalByteCount, Self.memory("VmRSS", of: process))
      }
      #expect(outcome.status == 0)
      #expect(
        anonymousByteCount > 0 && anonymousByteCount < 64 << 20, "\(anonymousByteCount) bytes")
      #expect(totalByteCount < 256 << 20, "\(totalByteCount) bytes")
    }

    @Test func memoryStaysInItsBudgetForLongRecords() throws {
      let folder = try TemporaryFolder()
      let record = Data("{\"a\":\"\(String(repeating: "\\n", count: 1_500_000))\"}\n".utf8)
      let path = try folder.write("long.ndjson", repeating: record, count: 30)
      for io in ["mmap", "read"] {
        let statistics = try Statistics([path, "-O", "none", "--io", io, "--memory", "64MiB"])
        #expect(statistics["records", "count"] == 30)
        #expect(statistics["memory", "high_water"] <= 64 << 20)
      }
    }
  }
#endif
