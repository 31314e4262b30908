import Foundation
import Testing

/// What the sinks write.
struct SinkTests {
  private let small = Data(
    """
    {"a":1,"b":{"c":"x","d":[1, 2]}}
    {"b":{"c":"y"},"a":2}
    {"a":null}

    """.utf8)

  @Test func ndjsonFlattensIntoColumnsInTheOrderSeen() throws {
    #expect(
      try Program.output([], input: small) == """
        {"a":1,"b.c":"x","b.d":[1, 2]}
        {"a":2,"b.c":"y"}
        {"a":null}

        """)
  }

  @Test func rawWritesRecordsAsTheyStood() throws {
    #expect(
      try Program.output(["--to", "raw"], input: small) == String(decoding: small, as: UTF8.self))
  }

  @Test func rawWritesBadUTF8AndSpacesAsTheyStood() throws {
    let input = Data("  {\"a\":\"".utf8) + [0xFF, 0xC3] + Data("\"}\t".utf8)
    let outcome = try Program.run(["-O", "raw"], input: input)
    #expect(outcome.output == input + [0x0A])
  }

  @Test func rawSplitsSeveralObjectsOnALine() throws {
    let text = try Program.output(["-O", "raw"], input: Data("{\"a\":1} {\"a\": 2}{}\n".utf8))
    #expect(text == "{\"a\":1}\n{\"a\": 2}\n{}\n")
  }

  @Test func noneWritesNothing() throws {
    let outcome = try Program.run(["--to", "none"], input: small)
    #expect(outcome.status == 0)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.isEmpty)
  }

  @Test func parseIsTheDefaultCommand() throws {
    let bare = try Program.output([], input: small)
    #expect(try Program.output(["parse"], input: small) == bare)
    #expect(try Program.output(["parse", "-f", "ndjson"], input: small) == bare)
  }

  @Test(arguments: ["ndjson", "raw", "none"])
  func outputGoesToAFile(sink: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "out", "what stood here before, longer than the new content " + #function)
    let outcome = try Program.run(["--to", sink, "-o", path, "-n", "1"], input: small)
    #expect(outcome.status == 0)
    #expect(outcome.output.isEmpty)
    guard sink != "none" else { return }
    let toStandardOutput = try Program.output(["--to", sink, "-n", "1"], input: small)
    #expect(try folder.text("out") == toStandardOutput)
  }

  @Test func countGoesToAFile() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["-c", "--output", folder.path("count")], input: small)
    #expect(outcome.output.isEmpty)
    #expect(try folder.text("count") == "3\n")
  }

  @Test(arguments: [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (1_000_000, 3)])
  func limitStopsEarly(limit: Int, expected: Int) throws {
    let lines = try Program.run(["-n", String(limit)], input: small).lines
    #expect(lines == Array(try Program.run([], input: small).lines.prefix(expected)))
    #expect(try Program.output(["-c", "-n", String(limit)], input: small) == "\(expected)\n")
    #expect(
      try Program.run(["-O", "raw", "--limit", String(limit)], input: small).lines.count == expected
    )
  }

  @Test func limitCountsOverBatches() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("big.ndjson", Samples.serviceLog(byteCount: 5_000_000))
    let all = try Program.run([path]).lines
    #expect(all.count > 15_000)
    for limit in [1, 4095, 4096, 4097, 14_999] {
      #expect(try Program.run([path, "-n", String(limit)]).lines == Array(all.prefix(limit)))
      #expect(try Program.output([path, "-c", "-n", String(limit)]) == "\(limit)\n")
    }
    #expect(try Program.output([path, "-c"]) == "\(all.count)\n")
  }

  @Test func valuesThatAreNoObjects() throws {
    let text = try Program.output([], input: Data("1\n\"s\"\n[1,{\"a\":2}]\ntrue\nnull\n{}\n".utf8))
    #expect(
      text == """
        {"_value":1}
        {"_value":"s"}
        {"_value":[1,{"a":2}]}
        {"_value":true}
        {"_value":null}
        {}

        """)
  }
}
