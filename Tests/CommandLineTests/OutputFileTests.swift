import Foundation
import Testing

/// `-o FILE`: whole or not at all.
struct OutputFileTests {
  private func names(_ folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")), arguments: ["csv", "raw"])
  func aFullDeviceIsAnError(format: String) throws {
    let outcome = try Program.run(
      ["-O", format, "-o", "/dev/full"], input: Data("{\"a\":1}\n".utf8))
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("/dev/full"))
  }

  @Test func aFullDiskLeavesWhatWasThere() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("in", Samples.serviceLog(byteCount: 2_000_000))
    try folder.write("out", "as it was")
    let outcome = try Program.shell(
      "trap '' XFSZ; ulimit -f 200; exec \"$SPALT\" \"$1\" -O csv -o \"$2\"",
      [input, folder.path("out")])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains(folder.path("out")))
    #expect(try folder.text("out") == "as it was")
    #expect(try names(folder) == ["in", "out"])
  }

  @Test func whatWasGoodBeforeAnErrorIsKept() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("in", "{\"a\":1}\n")
    let outcome = try Program.run([input, folder.path("none"), "-o", folder.path("out")])
    #expect(outcome.status == 2)
    #expect(try names(folder).allSatisfy { !$0.hasPrefix(".spalt") })
  }

  @Test func rejectsComeIntoBeingTheSameWay() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      ["--rejects", folder.path("bad"), "-o", folder.path("out")],
      input: Data("{\"a\":1}\nbad\n".utf8))
    #expect(outcome.status == 0)
    #expect(try names(folder) == ["bad", "out"])
    #expect(try folder.text("bad").contains("\"text\":\"bad\""))
  }

  @Test func linksAndPipes() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("in", "{\"a\":1}\n")
    let outcome = try Program.shell(
      """
      cd "$1" && ln -s file link && mkfifo pipe && (cat pipe > piped &)
      "$SPALT" in -o link && "$SPALT" in -o pipe && "$SPALT" in -o /dev/stdout >> appended
      for i in 1 2 3 4 5 6 7 8 9 10; do [ -s piped ] && break; sleep 0.1; done
      [ -h link ] && cat file piped appended
      """, [folder.path])
    #expect(outcome.text == "{\"a\":1}\n{\"a\":1}\n{\"a\":1}\n", "\(outcome.errorText)")
    #expect(input == folder.path("in"))
  }
}
