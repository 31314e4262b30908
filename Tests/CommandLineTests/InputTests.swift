import Foundation
import Testing

/// Where input comes from: files, several files, standard input, pipes.
struct InputTests {
  @Test func severalFilesAreOneInputWithOneSchema() throws {
    let folder = try TemporaryFolder()
    let first = try folder.write("1.ndjson", "{\"a\":1,\"b\":2}\n{\"b\":3}")
    let second = try folder.write("2.ndjson", "{\"c\":4,\"a\":5}\n")
    // Columns stand in the order seen, whichever file a record is from.
    #expect(
      try Program.output([first, second]) == "{\"a\":1,\"b\":2}\n{\"b\":3}\n{\"a\":5,\"c\":4}\n")
    #expect(
      try Program.output([second, first]) == "{\"c\":4,\"a\":5}\n{\"a\":1,\"b\":2}\n{\"b\":3}\n")
    #expect(try Program.output([first, second, first, "-c"]) == "5\n")
  }

  @Test func typesAreThoseOfAllFiles() throws {
    let folder = try TemporaryFolder()
    let first = try folder.write("1.ndjson", "{\"a\":1}\n")
    let second = try folder.write("2.ndjson", "{\"a\":\"x\"}\n")
    let statistics = try Statistics([first, second, "-O", "none"])
    #expect(statistics["oddities", "misfits"] == 0)
  }

  @Test func standardInputIsOneOfTheFiles() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("1.ndjson", "{\"a\":1}\n")
    let input = Data("{\"a\":2}\n".utf8)
    #expect(try Program.output(["-"], input: input) == "{\"a\":2}\n")
    #expect(
      try Program.output([file, "-", file], input: input) == "{\"a\":1}\n{\"a\":2}\n{\"a\":1}\n")
    #expect(try Program.output(["parse", "-", "-c"], input: input) == "1\n")
  }

  @Test func aFileMayBeNamedLikeAnOption() throws {
    let folder = try TemporaryFolder()
    try folder.write("--stats", "{\"a\":1}\n")
    let outcome = try Program.shell("cd \"$1\" && \"$SPALT\" -- --stats", [folder.path])
    #expect(outcome.text == "{\"a\":1}\n", "\(outcome.errorText)")
  }

  @Test(arguments: [10, 3_000_000])
  func pipesAreReadToTheirEnd(byteCount: Int) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("1.ndjson", Samples.serviceLog(byteCount: byteCount))
    let direct = try Program.run([file]).output
    #expect(!direct.isEmpty)
    let piped = try Program.shell("cat \"$1\" | \"$SPALT\"", [file])
    #expect(piped.output == direct, "\(piped.errorText)")
    let fifo = try Program.shell(
      """
      mkfifo "$2" && { cat "$1" >"$2" & "$SPALT" "$2"; }
      """, [file, folder.path("fifo")])
    #expect(fifo.output == direct, "\(fifo.errorText)")
  }

  @Test func slowPipesAreReadToTheirEnd() throws {
    let outcome = try Program.shell(
      #"""
      { printf '{"a":'; sleep 0.05; printf '1}\n{"a":2}\n'; sleep 0.05; printf '{"a":3}'; } |
        "$SPALT"
      """#)
    #expect(outcome.text == "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n")
  }

  @Test func noFinalLineFeedIsNoFault() throws {
    for io in ["mmap", "read"] {
      let folder = try TemporaryFolder()
      let file = try folder.write("1.ndjson", "{\"a\":1}\r\n{\"a\":2}")
      let statistics = try Statistics([file, "--io", io, "-O", "none"])
      #expect(statistics["records", "count"] == 2)
      statistics.expectIdentity(inputByteCount: 16)
      let cut = try folder.write("2.ndjson", "{\"a\":1}\n{\"a\":")
      #expect(try Statistics([cut, "--io", io, "-O", "none"])["records", "rejected"] == 1)
    }
  }

  @Test func byteOrderMarksAreSeparators() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("1.ndjson", "\u{FEFF}{\"a\":1}\n")
    for io in ["mmap", "read"] {
      #expect(try Program.output([file, file, "--io", io]) == "{\"a\":1}\n{\"a\":1}\n")
      let statistics = try Statistics([file, file, "--io", io, "-O", "none"])
      statistics.expectIdentity(inputByteCount: 22)
      #expect(statistics["bytes", "separators"] == 8)
    }
    // Anywhere else it is a fault.
    let inside = try Program.run(["-c"], input: Data("{\"a\":1}\n\u{FEFF}{\"a\":1}\n".utf8))
    #expect(inside.text == "1\n")
  }

  @Test func nulBytesAreFaults() throws {
    let input = Data("{\"a\":\"\0\"}\n\0\n{\"a\":1}\n\0\0{\"a\":1}\n{\"a\":1}\0\n".utf8)
    let statistics = try Statistics(["-O", "none"], input: input)
    #expect(statistics["records", "count"] == 1)
    #expect(statistics["records", "rejected"] == 4)
    statistics.expectIdentity(inputByteCount: input.count)
  }

  @Test func emptyInputHasNoRecords() throws {
    for arguments in [[], [Samples.testData("empty.ndjson")], ["/dev/null"]] {
      for sink in ["ndjson", "raw", "none"] {
        let outcome = try Program.run(arguments + ["-O", sink])
        #expect(outcome.status == 0)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.isEmpty)
      }
      #expect(try Program.output(arguments + ["-c"]) == "0\n")
    }
  }

  @Test func blankLinesAreNoRecords() throws {
    let input = Data("\n\r\n  \t\n{\"a\":1}\n\n \r\n".utf8)
    let statistics = try Statistics(["-O", "none"], input: input)
    #expect(statistics["records", "count"] == 1)
    #expect(statistics["records", "rejected"] == 0)
    #expect(statistics["records", "blank_lines"] == 5)
    statistics.expectIdentity(inputByteCount: input.count)
  }

  @Test func pipesCannotBeMapped() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.shell(
      "mkfifo \"$1\" && exec 3<>\"$1\" && \"$SPALT\" --io mmap \"$1\"", [folder.path("fifo")])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("mapped"))
    let standardInput = try Program.shell("echo '{}' | \"$SPALT\" --io mmap -")
    #expect(standardInput.status == 2, "a pipe was read although --io mmap was asked for")
  }

  @Test func inputIsNotDestroyedByOutputToTheSameFile() throws {
    let folder = try TemporaryFolder()
    let content = Samples.serviceLog(byteCount: 100_000)
    let file = try folder.write("1.ndjson", content)
    let outcome = try Program.run([file, "-o", file])
    // Either an error that leaves the file alone, or the right content: no signal, nothing lost.
    if outcome.status == 0 {
      #expect(try Data(contentsOf: URL(fileURLWithPath: file)).lines.count == content.lines.count)
    } else {
      #expect(outcome.status == 2)
      #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == content)
    }
  }
}
