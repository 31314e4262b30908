import Foundation
import Testing

/// Several files and folders, some of which cannot be read.
struct ManyInputsTests {
  private func shell(_ script: String, _ folder: TemporaryFolder) throws -> Outcome {
    try Program.shell("cd \"$1\" && \(script)", [folder.path])
  }

  /// What is sampled of many small files is held in memory, but no more than that.
  @Test func manyFilesThatAreReadTakeLittleMemory() throws {
    let folder = try TemporaryFolder()
    let paths = try (0..<300).map { try folder.write("\($0)", "{\"a\":\($0)}\n{\"a\":0}") }
    for io in ["read", "mmap"] {
      let outcome = try Program.run(paths + ["--io", io, "--memory", "64MiB", "-c"])
      #expect(outcome.text == "600\n", "\(io): \(outcome.errorText)")
    }
  }

  @Test func missingFilesAreNamedAtTheEnd() throws {
    let folder = try TemporaryFolder()
    try folder.write("1", "{\"a\":1}")
    try folder.write("2", "{\"a\":2}\n")
    try folder.write("empty", "")
    let script = "echo '{\"a\":0}' | \"$SPALT\" x 1 empty y - 1/z 2"
    for arguments in ["", "-j 3", "--io read"] {
      let outcome = try shell("\(script) \(arguments)", folder)
      #expect(outcome.status == 2)
      #expect(outcome.text == "{\"a\":1}\n{\"a\":0}\n{\"a\":2}\n")
      #expect(outcome.errorLines.count == 3)
      for (line, name) in zip(outcome.errorLines, ["x", "y", "1/z"]) {
        #expect(line.hasPrefix("spalt: ") && line.contains(name), "\(line)")
      }
    }
    #expect(try shell("\"$SPALT\" x 2 -c", folder).text == "1\n")
    let none = try shell("\"$SPALT\" x y -c", folder)
    #expect(none.status == 2)
    #expect(none.errorLines.count == 2)
  }

  @Test func foldersAreReadInTheOrderOfNames() throws {
    let folder = try TemporaryFolder()
    let made = try shell(
      """
      mkdir -p t/b/c t/a t/empty && echo '{"n":3}' > t/b/c/x && echo '{"n":1}' > t/.hidden &&
      echo '{"n":2}' > t/a/z && echo '{"n":4}' > t/f && ln -s f t/link && ln -s b t/loop &&
      ln -s nowhere t/broken && mkfifo t/pipe && \
      printf '{"n":6}' > "$(printf 't/\\377odd')"
      """, folder)
    #expect(made.status == 0, "\(made.errorText)")
    let tree = try shell("\"$SPALT\" -r t --select n", folder)
    #expect(tree.status == 0, "\(tree.errorText)")
    #expect(tree.text == [1, 2, 3, 4, 4, 6].map { "{\"n\":\($0)}\n" }.joined())
    #expect(try shell("\"$SPALT\" -r t/ t/f -c", folder).text == "7\n")
    #expect(try shell("\"$SPALT\" -r t/empty -c", folder).text == "0\n")
    let missing = try shell("\"$SPALT\" -r nothing t -c", folder)
    #expect(missing.status == 2)
    #expect(missing.text == "6\n")
    let plain = try shell("\"$SPALT\" t", folder)
    #expect(plain.status == 2)
    #expect(plain.errorText.contains("-r"))
  }

  @Test func unknownNamesAreNotedOnce() throws {
    let input = Data("{\"status\":1}\n".utf8)
    func notes(_ arguments: [String]) throws -> [String] {
      let outcome = try Program.run(arguments, input: input)
      #expect(outcome.status == 0)
      return outcome.errorLines
    }
    let note = "spalt: no column 'statu' in the beginning of the input; did you mean 'status'?"
    #expect(try notes(["--select", "statu,status", "--where", "statu IS NULL"]) == [note])
    #expect(try notes(["--select", "status,_line,_extra", "--where", "status = 1"]) == [])
    #expect(try notes(["--select", "_lin"]).first?.contains("did you mean '_line'?") == true)
  }

  @Test func schemasGoRound() throws {
    let folder = try TemporaryFolder()
    let log = Samples.testData("service.ndjson")
    let schema = folder.path("schema")
    #expect(try Program.run(["schema", log, "--to", "json", "-o", schema]).status == 0)
    for arguments in [
      [], ["--select", "status,http.path"], ["--where", "status >= 500", "--to", "csv"],
      ["--select", "msg", "--where", "status >= 500", "-l", "info", "--since", "2024-01-01"],
    ] {
      let given = try Program.output([log, "--schema", schema] + arguments)
      #expect(try Program.output([log] + arguments) == given)
      #expect(!given.isEmpty)
    }
    let outcome = try Program.run([log, "--schema", schema, "--select", "statu"])
    #expect(
      outcome.errorLines.first == "spalt: no column 'statu' in the schema; did you mean 'status'?")
  }

  @Test func progressOfARealRun() throws {
    struct Object: Decodable {
      let bytes, records, rejects: Int
      let done: Bool
    }
    let folder = try TemporaryFolder()
    let log = try folder.write("in", Samples.serviceLog(byteCount: 5_000_000) + Data("bad\n".utf8))
    let outcome = try Program.run([log, "-O", "none", "--progress", "json"])
    let objects = try outcome.errorLines.filter { $0.hasPrefix("{") }
      .map { try JSONDecoder().decode(Object.self, from: Data($0.utf8)) }
    let last = try #require(objects.last)
    let statistics = try Statistics([log, "-O", "none"])
    #expect(last.done)
    #expect(objects.filter(\.done).count == 1)
    #expect(last.bytes == statistics["bytes", "input"])
    #expect(last.records == statistics["records", "count"])
    #expect(last.rejects == 1)
    #expect(zip(objects, objects.dropFirst()).allSatisfy { $0.bytes <= $1.bytes })
    #expect(try Program.run([log, "-c"]).errorLines == ["spalt: 1 rejected (3 bytes)"])
  }

  @Test(.enabled(if: Tools.python != nil, "python3 is not installed"))
  func tablesAreForTerminals() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("in", "{\"level\":\"ERROR\",\"n\":1}\n")
    func terminal(_ arguments: [String], _ environment: [String: String]) throws -> String {
      try Program.execute(
        Tools.python ?? "",
        [Samples.oracle("in_terminal.py"), "60", Program.path, path] + arguments,
        environment: ["TERM": "xterm", "NO_COLOR": ""].merging(environment) { $1 }
      ).text
    }
    let plain = "level  n\nERROR  1\n"
    let select = ["--select", "level,n"]
    #expect(try terminal(select, [:]).contains("\u{1B}["))
    for (arguments, environment) in [
      ([], ["TERM": "dumb"]), ([], ["NO_COLOR": "1"]), (["--color", "never"], [:]),
    ] as [([String], [String: String])] {
      #expect(try terminal(select + arguments, environment) == plain)
    }
    #expect(try terminal(select + ["--color", "always"], ["NO_COLOR": "1"]).contains("\u{1B}["))
    #expect(try Program.output([path] + select) == "{\"level\":\"ERROR\",\"n\":1}\n")
    #expect(try Program.output([path, "-O", "table"] + select) == plain)
    let colored = try Program.output([path, "-O", "table", "--color", "always"] + select)
    #expect(colored.contains("\u{1B}["))
  }
}
