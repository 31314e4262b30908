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
        ["-O", "none", "-j", "2"], ["-c", "--where", "status >= 500"],
        ["-c", "--where", "status >= 500", "--validate"],
        ["-c", "--where", "msg ~ 'timed.*out' AND status = 200"],
        ["-c", "--where", "lower(msg) LIKE '%timed out%'"],
        ["-c", "--where", "level = 'WARN' AND ts >= '2024-02-29 12:30'", "-j", "2"],
        ["--where", "status >= 500", "-O", "csv", "-o", "/dev/null"],
        ["--where", "lower(msg) || level <> 'x'", "-O", "logfmt", "-o", "/dev/null"],
        ["-O", "csv", "-o", "/dev/null"], ["-O", "tsv", "-o", "/dev/null", "-j", "2"],
        ["--level", "warn", "-O", "raw", "-o", "/dev/null"],
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
    ///
    /// 0 before the process has become the program: until then, what the system says of it is what it says of this
    /// process.
    private static func memory(_ name: String, of process: Int32) -> Int {
      let program = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/\(process)/exe")
      guard program?.hasSuffix("/spalt") == true,
        let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
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

    /// Who reads the output may be slow: then the decoders wait, and hold no more for it.
    @Test(arguments: [
      ["-O", "ndjson"], ["-O", "raw", "--io", "read"], ["-O", "csv", "--where", "status >= 300"],
    ])
    func memoryStaysFlatBeforeAReaderThatSleeps(arguments: [String]) throws {
      let folder = try TemporaryFolder()
      let path = try folder.write(
        "100.ndjson", repeating: Samples.serviceLog(byteCount: 2_000_000), count: 50)
      let numberPath = folder.path("number")
      let script = """
        mkfifo "$2/pipe"
        "$SPALT" -j 2 "$1" \(arguments.map { "'\($0)'" }.joined(separator: " ")) >"$2/pipe" &
        echo $! >"$2/number"
        { for pause in 1 2 3 4; do head -c 8000000 | wc -c; sleep 0.4; done; wc -c; } <"$2/pipe"
        wait $!
        """
      var anonymousByteCount = 0
      let outcome = try Program.execute(
        "/bin/sh", ["-c", script, "sh", path, folder.path], environment: ["SPALT": Program.path]
      ) { _ in
        guard let text = try? String(contentsOfFile: numberPath, encoding: .utf8),
          let process = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { return }
        anonymousByteCount = max(anonymousByteCount, Self.memory("RssAnon", of: process))
      }
      #expect(outcome.status == 0, "\(outcome.errorText)")
      let expected = try Program.shell(
        "\"$SPALT\" \"$1\" \(arguments.map { "'\($0)'" }.joined(separator: " ")) | wc -c", [path])
      let byteCounts = outcome.lines.compactMap {
        Int($0.trimmingCharacters(in: .whitespaces))
      }
      #expect(byteCounts.count == 5)
      #expect(
        byteCounts.reduce(0, +)
          == Int(expected.text.trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(
        anonymousByteCount > 0 && anonymousByteCount < 64 << 20, "\(anonymousByteCount) bytes")
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
