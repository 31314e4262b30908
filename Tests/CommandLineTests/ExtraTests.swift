import Foundation
import Testing

/// Keys and values that come after the sample from which the schema was made.
struct ExtraTests {
  /// More than the sample of 8 MiB, all of one shape.
  private func file(_ folder: TemporaryFolder, tail: String) throws -> String {
    try folder.write(
      "late.ndjson", repeating: Data("{\"a\":1,\"t\":\"text of no account at all\"}\n".utf8),
      count: 240_000, tail: Data(tail.utf8))
  }

  private func lastLines(_ arguments: [String], _ count: Int) throws -> [String] {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(outcome.lines.count == 240_000 + count)
    return Array(outcome.lines.suffix(count))
  }

  @Test(arguments: ["mmap", "read"])
  func lateKeysAreWrittenBehindTheColumns(io: String) throws {
    let folder = try TemporaryFolder()
    let tail = #"""
      {"late":"x\n","a":2,"http":{"p":[1, 2],"q.r":null},"t":"y"}
      {"a":3}
      {"":1e5,"k\"":{"deep":{"er":true}}}
      {"late":1,"late":2}

      """#
    let path = try file(folder, tail: tail)
    #expect(
      try lastLines([path, "--io", io], 4) == [
        #"{"a":2,"t":"y","late":"x\n","http.p":[1, 2],"http.\"q.r\"":null}"#, #"{"a":3}"#,
        #"{"\"\"":1e5,"\"k\"\"\".deep.er":true}"#, #"{"late":2}"#,
      ])
  }

  @Test func lateValuesOfOtherTypesStandAsTheyStood() throws {
    let folder = try TemporaryFolder()
    let tail = """
      {"a":1.50,"t":null}
      {"a":"text","t":5}
      {"a":{"b":1},"t":[]}
      {"a":12345678901234567890,"t":{}}

      """
    let path = try file(folder, tail: tail)
    #expect(
      try lastLines([path], 4) == [
        #"{"a":1.50,"t":null}"#, #"{"a":"text","t":5}"#, #"{"t":[],"a.b":1}"#,
        #"{"a":12345678901234567890,"t":{}}"#,
      ])
  }

  @Test func typedColumnsCountAndReportWhatDoesNotFit() throws {
    let folder = try TemporaryFolder()
    let head = 240_000 * 40
    let path = try file(folder, tail: "{\"a\":1.5}\n{\"new\":1,\"t\":2}\n{\"new\":2}\n")
    let outcome = try Program.run([path, "-O", "none", "--stats", "json"])
    let statistics = try Statistics(outcome)
    #expect(statistics["oddities", "misfits"] == 2)
    #expect(statistics["oddities", "unknown_keys"] == 2)
    #expect(statistics["records", "count"] == 240_003)
    // The first offsets are those of the values.
    #expect(outcome.errorText.contains("first at offset \(head + 5)"))
    #expect(outcome.errorText.contains("first at offset \(head + 10 + 7)"))
  }

  @Test func identifiersAsKeysEndBehindTheColumns() throws {
    let folder = try TemporaryFolder()
    var content = Data()
    var expected: [String] = []
    for number in 0..<20_000 {
      let line = "{\"id\":1,\"key\(number)\":{\"n\":\(number)}}"
      content += Data((line + "\n").utf8)
      expected.append("{\"id\":1,\"key\(number).n\":\(number)}")
    }
    let path = try folder.write("ids.ndjson", content)
    #expect(try Program.run([path]).lines == expected)
    let few = try Program.run([path, "--max-columns", "10"])
    #expect(few.lines == expected)
    let statistics = try Statistics([path, "-O", "none", "--max-columns", "10"])
    #expect(statistics["run", "columns"] == 11)
    #expect(statistics["records", "count"] == 20_000)
    #expect(statistics["oddities", "unknown_keys"] == 20_000 - 9)
  }

  @Test func selectedExtraIsTheRestAsOneValue() throws {
    let folder = try TemporaryFolder()
    let path = try file(folder, tail: #"{"a":2,"late":{"k":"v"}}"#)
    #expect(try lastLines([path, "--select", "a"], 1) == [#"{"a":2}"#])
    #expect(try lastLines([path, "--select", "a,_extra"], 1) == [#"{"a":2,"late.k":"v"}"#])
  }
}
