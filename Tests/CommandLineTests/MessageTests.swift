import Foundation
import Testing

/// Data goes to standard output, everything else to standard error; hostile text is harmless.
struct MessageTests {
  private func isHarmless(_ data: Data) -> Bool {
    String(decoding: data, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
      scalar == "\n"
        || scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
          && !(0x202A...0x202E).contains(scalar.value)
          && !(0x2066...0x2069).contains(scalar.value)
    }
  }

  private let hostile = "name\u{1B}[31m\u{7}\r\u{9B}\u{202E}\u{2066}é.ndjson"

  @Test func onlyDataGoesToStandardOutput() throws {
    let path = Samples.testData("odd.ndjson")
    let plain = try Program.run([path])
    #expect(plain.lines.allSatisfy { $0.hasPrefix("{") })
    #expect(!plain.errors.isEmpty)
    let loud = try Program.run([path, "--stats", "--max-rejects", "0"])
    #expect(loud.output == plain.output)
    for arguments in [["-O", "none", "--stats"], ["--nonsense"], ["/missing"]] {
      #expect(try Program.run(arguments).output.isEmpty)
    }
  }

  @Test func namesOfMissingFilesAreEscaped() throws {
    let outcome = try Program.run(["/missing/" + hostile])
    #expect(outcome.status == 2)
    #expect(isHarmless(outcome.errors), "\(outcome.errorText.debugDescription)")
    #expect(outcome.errorText.contains("é.ndjson"))
  }

  @Test func namesOfFilesAreEscapedInReportsOfRejects() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(hostile, "bro\u{1B}[31mken\n")
    let outcome = try Program.run(["-f", "ndjson", path, "--on-error", "fail"])
    #expect(outcome.status == 3)
    #expect(isHarmless(outcome.errors), "\(outcome.errorText.debugDescription)")
    let copied = try folder.write(hostile, "{\"a\":\"\\n\"}\n")
    let status4 = try Program.run([copied, "-O", "none", "--require-zero-copy"])
    #expect(status4.status == 4)
    #expect(isHarmless(status4.errors))
  }

  @Test func argumentsAreEscapedInMessagesOfUsage() throws {
    for arguments in [["--\(hostile)"], ["--to", hostile], ["--select", "\"\(hostile)"]] {
      let outcome = try Program.run(arguments)
      #expect(outcome.status == 2)
      #expect(isHarmless(outcome.errors), "\(outcome.errorText.debugDescription)")
    }
  }

  /// A line feed in a file's name must not make a second line of the message.
  @Test func lineFeedsInNamesAreEscaped() throws {
    let outcome = try Program.run(["/missing/two\nlines"])
    #expect(outcome.status == 2)
    #expect(outcome.errorLines.count == 1)
  }

  @Test func hostileTextInRejectsFilesIsJSON() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(hostile, Data("bad \u{1B}[2J \u{0} \" \\ ".utf8) + [0xFF, 0x0A])
    _ = try Program.run(["-f", "ndjson", path, "--rejects", folder.path("rejects")])
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("rejects")))
    let reject = try JSONDecoder().decode(RejectTests.Reject.self, from: data)
    #expect(reject.file == path)
    #expect(reject.text == "bad \u{1B}[2J \u{0} \" \\ \u{FFFD}")
    #expect(!data.contains { $0 < 0x20 && $0 != 0x0A })
  }

  @Test func namesThatAreNotUTF8AreFoundAllTheSame() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.shell(
      #"""
      cd "$1"; name=$(printf 'x\377y'); printf '{"a":1}\nbad\n' >"$name" || exit 77
      "$SPALT" "$name"
      """#, [folder.path])
    // Some file systems refuse such names.
    guard outcome.status != 77 else { return }
    #expect(outcome.text == "{\"a\":1}\n", "\(outcome.errorText)")
  }
}
