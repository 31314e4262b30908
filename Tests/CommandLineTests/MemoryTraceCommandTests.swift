import Foundation
import Testing

/// `--trace-memory`, and `spalt doctor --trace`, which reads what it has written.
struct MemoryTraceCommandTests {
  @Test func spaltReadsItsOwnTrace() throws {
    let folder = try TemporaryFolder()
    let trace = folder.path("memory.ndjson")
    let input = try folder.write("in.ndjson", Samples.serviceLog(byteCount: 3_000_000))
    let outcome = try Program.run([input, "--trace-memory", trace, "--every", "1ms", "-c"])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    let recordCount = try #require(outcome.lines.first)
    let samples = try Program.output([
      trace, "--select", "sample,records,memory_health,pool_hit_rate,faults_minor,last", "-O",
      "csv",
    ]).split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(
      samples.first == [
        "sample", "records", "memory_health", "pool_hit_rate", "faults_minor", "last",
      ])
    #expect(samples.count >= 3)
    #expect(samples.dropFirst().map { $0[0] } == (0..<samples.count - 1).map(String.init))
    #expect(samples[1][1] == "0")
    #expect(samples.last?[1] == recordCount)
    #expect(samples.last?[5] == "true")
    #expect(samples.dropFirst().dropLast().allSatisfy { $0[5] == "false" })
    #expect(try Program.output([trace, "--where", "memory_reserved > 0", "-c"]) != "0\n")
  }

  @Test func doctorShowsBeforeAndAfter() throws {
    let folder = try TemporaryFolder()
    let lines = [
      #"{"sample":0,"elapsed_ms":1,"bytes":7,"word":"one","share":0.5,"rate":null,"last":true}"#,
      #"{"sample":0,"elapsed_ms":0,"bytes":5,"word":"one","share":0.5,"rate":null,"last":false}"#,
      #"{"sample":1,"elapsed_ms":10,"bytes":9,"word":"two","share":0.75,"rate":1,"last":false}"#,
      #"{"sample":2,"elapsed_ms":20,"bytes":4,"word":"three","share":0.25,"rate":3,"last":true}"#,
    ]
    let trace = try folder.write("trace", lines.joined(separator: "\n") + "\n")
    #expect(
      try Program.output(["doctor", "--trace", trace]) == """
        3 samples
        figure      first   last  least  greatest
        elapsed_ms      0     20      0        20
        bytes           5      4      4         9
        word          one  three
        share         0.5   0.25   0.25      0.75
        rate            1      3      1         3

        """)
    let json = try Program.output(["doctor", "--json", "--trace", trace])
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    #expect(object?["samples"] as? Int == 3)
    let bytes = object?["bytes"] as? [String: Int]
    #expect(bytes == ["first": 5, "last": 4, "least": 4, "greatest": 9])
  }

  @Test func doctorReadsWhatParseWrote() throws {
    let folder = try TemporaryFolder()
    let trace = folder.path("memory.ndjson")
    let input = Samples.testData("service.ndjson")
    for _ in 0..<2 {
      let outcome = try Program.run([input, "-O", "none", "--trace-memory", trace])
      #expect(outcome.status == 0, "\(outcome.errorText)")
      #expect(outcome.errors.isEmpty)
    }
    // Both ends of the last run.
    let table = try Program.output(["doctor", "--trace", trace])
    #expect(table.hasPrefix("2 samples\n"))
    #expect(table.contains("\npool_hit_rate "))
    // The first sample may come before the first record, or behind the last.
    let records = table.split(separator: "\n").first { $0.hasPrefix("records ") }
    let figures = records?.split(separator: " ").dropFirst().map { Int($0) }
    #expect(figures?.count == 4)
    #expect(figures?[1] == 200 && figures?[3] == 200 && figures?[0] == figures?[2])
  }

  @Test func otherFilesAreNoTraces() throws {
    let outcome = try Program.run(["doctor", "--trace", Samples.testData("service.ndjson")])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("no trace of memory"))
    #expect(try Program.run(["doctor", "--trace", "/nowhere"]).status == 2)
  }

  @Test(arguments: ["", "10", "0s", "-1s", "1.5s", "10 s", "s", "1day", "9999999h"])
  func spansNeedAUnit(every: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run([
      Samples.testData("service.ndjson"), "--trace-memory", folder.path("m"), "--every", every,
    ])
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
  }

  @Test func intervalsNeedATrace() throws {
    let outcome = try Program.run([Samples.testData("service.ndjson"), "--every", "1s"])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("--trace-memory"))
  }

  @Test func nothingElseIsWrittenTo() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("in.ndjson", "{\"a\":1}\n")
    for other in ["--output", "--rejects"] {
      let outcome = try Program.run([input, other, input + ".x", "--trace-memory", input + ".x"])
      #expect(outcome.status == 2)
      #expect(outcome.errorText.contains("are one file"), "\(outcome.errorText)")
    }
    let outcome = try Program.run([input, "--trace-memory", input])
    #expect(outcome.status == 2)
    #expect(try folder.text("in.ndjson") == "{\"a\":1}\n")
  }

  @Test func aTraceThatCannotBeWrittenIsAnError() throws {
    let input = Samples.testData("service.ndjson")
    let missing = try Program.run([input, "--trace-memory", "/nowhere/at/all"])
    #expect(missing.status == 2)
    #expect(missing.output.isEmpty)
    #if os(Linux)
      let full = try Program.run([input, "-O", "raw", "--trace-memory", "/dev/full"])
      #expect(full.status == 2)
      #expect(full.errorText.contains("/dev/full"))
      // What was asked for is there all the same.
      #expect(full.lines.count == 200)
    #endif
  }
}
