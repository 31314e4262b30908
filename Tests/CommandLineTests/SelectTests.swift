import Foundation
import Testing

/// `--select`.
struct SelectTests {
  private func select(_ names: String, _ input: String) throws -> String {
    try Program.output(["--select", names], input: Data((input + "\n").utf8))
  }

  @Test func columnsComeInTheOrderAsked() throws {
    #expect(try select("c,a", #"{"a":1,"b":2,"c":3}"#) == "{\"c\":3,\"a\":1}\n")
    #expect(try select("a,c", #"{"c":3,"b":2,"a":1}"#) == "{\"a\":1,\"c\":3}\n")
  }

  @Test func missingStaysMissingAndNullStaysNull() throws {
    let input = #"{"a":1,"b":2}"# + "\n" + #"{"b":2}"# + "\n" + #"{"a":null}"#
    #expect(try select("a", input) == "{\"a\":1}\n{}\n{\"a\":null}\n")
  }

  @Test func nestedNames() throws {
    let input = #"{"http":{"path":"/x","agent":{"name":"curl"}},"path":"p"}"#
    #expect(try select("http.path", input) == "{\"http.path\":\"/x\"}\n")
    #expect(
      try select("http.agent.name,path", input) == "{\"http.agent.name\":\"curl\",\"path\":\"p\"}\n"
    )
  }

  @Test func anObjectsNameStandsForItsFields() throws {
    let input = #"{"http":{"path":"/x","agent":{"name":"curl"}},"path":"p"}"#
    #expect(try select("http", input) == "{\"http.path\":\"/x\",\"http.agent.name\":\"curl\"}\n")
    #expect(
      try select("http.agent.name,http", input)
        == "{\"http.agent.name\":\"curl\",\"http.path\":\"/x\"}\n")
  }

  @Test func quotedNames() throws {
    let input = #"{"a.b":1,"a":{"b":2},"x,y":3,"q\"r":4,"":5,"s t":6}"#
    #expect(try select(#""a.b""#, input) == #"{"\"a.b\"":1}"# + "\n")
    #expect(try select("a.b", input) == #"{"a.b":2}"# + "\n")
    #expect(try select(#""a.b",a.b"#, input) == #"{"\"a.b\"":1,"a.b":2}"# + "\n")
    #expect(try select(#""x,y""#, input) == #"{"x,y":3}"# + "\n")
    #expect(try select(#""q""r""#, input) == #"{"\"q\"\"r\"":4}"# + "\n")
    #expect(try select(#""""#, input) == #"{"\"\"":5}"# + "\n")
    #expect(try select("s t", input) == #"{"s t":6}"# + "\n")
  }

  @Test func escapedKeysAreKnownByTheirNames() throws {
    #expect(try select("äb", #"{"\u00e4\u0062":1,"c":2}"#) == "{\"äb\":1}\n")
    #expect(try select("äb", #"{"äb":1,"c":2}"#) == "{\"äb\":1}\n")
  }

  @Test func unseenNamesAreColumnsAllTheSame() throws {
    #expect(try select("nope,a", #"{"a":1}"#) == "{\"a\":1}\n")
    let statistics = try Statistics(
      ["--to", "none", "--select", "nope,a"], input: Data("{\"a\":1}\n".utf8))
    #expect(statistics["run", "columns"] == 2)
  }

  @Test func unseenNamesAreFoundBehindTheSample() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "late.ndjson", repeating: Data(Samples.allKeys.utf8), count: 60_000,
      tail: Data(#"{"seq":7,"late":{"key":[1, 2]},"other":1}"#.utf8))
    let lines = try Program.run([path, "--select", "late.key,seq"]).lines
    #expect(lines.count == 60_001)
    #expect(lines.first == "{\"seq\":-1}")
    #expect(lines.last == #"{"late.key":[1, 2],"seq":7}"#)
  }

  @Test func theSameNameTwiceIsOneColumn() throws {
    #expect(try select("a,a", #"{"a":1}"#) == "{\"a\":1}\n")
  }

  @Test func namesThatMakeNoSense() throws {
    for names in [#""a"#, #""a"b"#] {
      let outcome = try Program.run(["--select", names], input: Data("{}\n".utf8))
      #expect(outcome.status == 2, "\(names)")
      #expect(outcome.errorText.contains("--select"), "\(names)")
      #expect(outcome.output.isEmpty)
    }
  }

  @Test func selectionDoesNotChangeCountsNorRawOutput() throws {
    let path = Samples.testData("odd.ndjson")
    #expect(try Program.output([path, "-c", "--select", "id"]) == "16\n")
    let raw = try Program.run([path, "-O", "raw"]).output
    #expect(try Program.run([path, "-O", "raw", "--select", "id"]).output == raw)
  }

  @Test func rejectsDoNotDependOnTheSelection() throws {
    for name in ["odd.ndjson", "service.ndjson"] {
      let all = try Statistics([Samples.testData(name), "-O", "none"])
      for names in ["id", "nope", "http.path,ts"] {
        let some = try Statistics([Samples.testData(name), "-O", "none", "--select", names])
        #expect(some["records", "rejected"] == all["records", "rejected"])
        #expect(some["records", "count"] == all["records", "count"])
      }
    }
  }
}
