import Foundation
import Testing

/// Lines that are no records.
struct RejectTests {
  struct Reject: Decodable, Equatable {
    let file: String
    let line: Int
    let offset: Int
    let byte_count: Int
    let fault_offset: Int
    let reason: String
    let text: String?
  }

  private func rejects(
    _ files: [String], _ arguments: [String] = []
  ) throws -> (outcome: Outcome, rejects: [Reject]) {
    let folder = try TemporaryFolder()
    let path = folder.path("rejects.ndjson")
    let outcome = try Program.run(files + arguments + ["--rejects", path])
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return (outcome, try data.lines.map { try JSONDecoder().decode(Reject.self, from: $0) })
  }

  @Test(arguments: [["--io", "mmap"], ["--io", "read"], ["-c"], ["-O", "none"], ["-O", "raw"]])
  func everyRejectIsWritten(arguments: [String]) throws {
    let path = Samples.testData("odd.ndjson")
    let (outcome, found) = try rejects(["-f", "ndjson", path], arguments)
    #expect(outcome.status == 0)
    #expect(outcome.errorText.contains("3 rejected (115 bytes)"))
    #expect(
      found == [
        Reject(
          file: path, line: 7, offset: 150, byte_count: 42, fault_offset: 192,
          reason: "unterminatedString", text: #"{"id":4,"note":"cut in the middle of a str"#),
        Reject(
          file: path, line: 13, offset: 525, byte_count: 41, fault_offset: 558,
          reason: "trailingContent", text: #"{"id":12,"note":"trailing text"} and more"#),
        Reject(
          file: path, line: 14, offset: 567, byte_count: 32, fault_offset: 567,
          reason: "unexpectedByte", text: #"level=info msg="not JSON at all""#),
      ])
  }

  @Test func noRejectsMakeAnEmptyFile() throws {
    let (outcome, found) = try rejects([Samples.testData("service.ndjson")])
    #expect(outcome.errors.isEmpty)
    #expect(found.isEmpty)
  }

  @Test func linesAndOffsetsCountAnewInEveryFile() throws {
    let folder = try TemporaryFolder()
    let first = try folder.write("1.ndjson", "{}\nbad\n")
    let second = try folder.write("2.ndjson", "{}\n\n\nbad\n")
    let (_, found) = try rejects([first, second, first])
    #expect(found.map(\.file) == [first, second, first])
    #expect(found.map(\.line) == [2, 4, 2])
    #expect(found.map(\.offset) == [3, 5, 3])
  }

  @Test(arguments: ["mmap", "read"], [1, 3])
  func linesAndOffsetsGoOnOverPieces(io: String, threads: Int) throws {
    let folder = try TemporaryFolder()
    let block = Samples.serviceLog(byteCount: 1_500_000)
    var content = Data()
    var offsets: [Int] = []
    for _ in 0..<4 {
      content += block
      offsets.append(content.count)
      content += Data("{\"broken\"}\r\n\r\n".utf8)
    }
    let path = try folder.write("big.ndjson", content)
    let (_, found) = try rejects([path], ["--io", io, "-j", String(threads), "-c"])
    #expect(found.map(\.offset) == offsets)
    #expect(found.map(\.line) == (1...4).map { $0 * block.lines.count + $0 * 2 - 1 })
    #expect(found.allSatisfy { $0.byte_count == 10 && $0.text == "{\"broken\"}" })
    #expect(found.allSatisfy { $0.fault_offset == $0.offset + 9 && $0.reason == "missingColon" })
  }

  @Test func everyReasonHasItsPlace() throws {
    let deep = String(repeating: "[", count: 600) + String(repeating: "]", count: 600)
    let cases: [(text: String, reason: String, fault: Int)] = [
      ("{\"a\":x}", "unexpectedByte", 5), ("{a:1}", "unexpectedByte", 1),
      ("{\"a\":1,}", "unexpectedByte", 7), ("[1,]", "unexpectedByte", 3),
      ("{\"a\":", "unexpectedEnd", 5), ("{\"a\":1", "unexpectedEnd", 6), ("[", "unexpectedEnd", 1),
      ("{\"a\":01}", "invalidNumber", 6), ("{\"a\":-}", "invalidNumber", 6),
      ("{\"a\":1.}", "invalidNumber", 7), ("{\"a\":1e}", "invalidNumber", 7),
      ("{\"a\":tru}", "invalidLiteral", 5), ("{\"a\":\"\\x\"}", "invalidEscape", 6),
      ("{\"a\":\"\\u12g4\"}", "invalidEscape", 6), ("{\"a\":\"\t\"}", "controlCharacter", 6),
      ("{\"a\":\"b}", "unterminatedString", 8), ("{\"a\" 1}", "missingColon", 5),
      ("{\"a\":1 \"b\":2}", "missingComma", 7), ("{} x", "trailingContent", 3),
      ("1 2", "trailingContent", 2), ("{\"a\":\(deep)}", "tooDeep", 516),
    ]
    let folder = try TemporaryFolder()
    let path = try folder.write("in.ndjson", cases.map { $0.text + "\n" }.joined())
    let (_, found) = try rejects([path])
    #expect(found.count == cases.count)
    for (reject, expected) in zip(found, cases) {
      #expect(reject.reason == expected.reason, "\(expected.text)")
      #expect(reject.fault_offset - reject.offset == expected.fault, "\(expected.text)")
      #expect(reject.text == expected.text)
    }
  }

  @Test func illFormedKeysAreRejected() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "in.ndjson", Data("{\"a".utf8) + [0xFF] + Data("\":1}\n{\"a\":1}\n".utf8))
    let (outcome, found) = try rejects([path])
    #expect(outcome.text == "{\"a\":1}\n")
    #expect(found.map(\.reason) == ["invalidUTF8Key"])
    #expect(found.first?.fault_offset == 3)
    #expect(found.first?.text == "{\"a\u{FFFD}\":1}")
  }

  @Test func keptLinesAreRecords() throws {
    let path = Samples.testData("odd.ndjson")
    let outcome = try Program.run(["-f", "ndjson", path, "--on-error", "keep"])
    #expect(outcome.status == 0)
    #expect(outcome.lines.count == 18)
    #expect(outcome.lines[3] == #"{"line":"{\"id\":4,\"note\":\"cut in the middle of a str"}"#)
    #expect(outcome.lines.contains(#"{"line":"level=info msg=\"not JSON at all\""}"#))
    #expect(outcome.errorText.contains("3 rejected"))
    // Foundation takes no lone surrogates.
    for line in outcome.output.lines where line.range(of: Data("ud800".utf8)) == nil {
      _ = try JSONSerialization.jsonObject(with: line)
    }

    let raw = try Program.run([path, "--on-error", "keep", "-O", "raw"])
    #expect(raw.lines.count == 18)
    let lines = try Data(contentsOf: URL(fileURLWithPath: path)).lines
    #expect(raw.output.lines.contains(lines[13]))
    #expect(
      try Program.output([path, "--on-error", "keep", "--select", "line,id", "-n", "4"]) == """
        {"id":1}
        {"id":2}
        {"id":3}
        {"line":"{\\"id\\":4,\\"note\\":\\"cut in the middle of a str"}

        """)
  }

  @Test func keptLinesAreCountedAsRecords() throws {
    let path = Samples.testData("odd.ndjson")
    #expect(try Program.output([path, "-c", "--on-error", "skip"]) == "16\n")
    #expect(try Program.output([path, "-c", "--on-error", "keep"]) == "18\n")
  }

  @Test func keptBytesThatAreNoTextAreStillJSON() throws {
    let input = Data([0x00, 0x01, 0xFF, 0x22, 0x5C, 0x7F, 0x0A])
    let outcome = try Program.run(["--on-error", "keep"], input: input)
    let object = try JSONSerialization.jsonObject(with: outcome.output) as? [String: String]
    #expect(object?["line"] == "\u{0}\u{1}\u{FFFD}\"\\\u{7F}")
  }

  // MARK: - --max-record

  @Test(arguments: ["mmap", "read"])
  func recordsThatAreTooLongAreRejected(io: String) throws {
    let folder = try TemporaryFolder()
    for length in [99, 100, 101, 70_000, 3_000_000] {
      for lineEnd in ["\n", "\r\n", ""] {
        let long = "{\"a\":\"\(String(repeating: "x", count: length - 8))\"}"
        let path = try folder.write("in.ndjson", "{\"b\":1}\n" + long + lineEnd)
        let (outcome, found) = try rejects([path], ["--max-record", "100", "--io", io])
        let comment: Comment = "\(length) \(lineEnd.utf8.count)"
        if length <= 100 {
          #expect(outcome.text == "{\"b\":1}\n\(long)\n", comment)
          #expect(found.isEmpty, comment)
        } else {
          #expect(outcome.text == "{\"b\":1}\n", comment)
          #expect(found.map(\.reason) == ["tooLong"], comment)
          #expect(found.map(\.offset) == [8], comment)
          #expect(found.map(\.byte_count) == [length], comment)
          #expect(found.map(\.line) == [2], comment)
        }
        let statistics = try Statistics([path, "--max-record", "100", "--io", io, "-O", "none"])
        statistics.expectIdentity(inputByteCount: 8 + length + lineEnd.utf8.count, comment)
      }
    }
  }

  @Test func aRecordLongerThanThePiecesIsOneRecord() throws {
    let folder = try TemporaryFolder()
    let long = "{\"a\":\"\(String(repeating: "é", count: 4_000_000))\",\"b\":1}"
    let path = try folder.write("in.ndjson", "{\"b\":0}\n\(long)\n{\"b\":2}\n")
    for io in ["mmap", "read"] {
      #expect(
        try Program.run([path, "--io", io, "-O", "raw"]).lines == ["{\"b\":0}", long, "{\"b\":2}"])
      #expect(
        try Program.output([path, "--io", io, "--select", "b"])
          == "{\"b\":0}\n{\"b\":1}\n{\"b\":2}\n")
    }
  }
}
