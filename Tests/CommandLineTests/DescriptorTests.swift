import Foundation
import Testing

/// How many files the process may have open at once.
@Suite struct DescriptorTests {
  @Test(arguments: ["mmap", "read"])
  func manyInputsNeedFewDescriptors(io: String) throws {
    let folder = try TemporaryFolder()
    for number in 0..<60 { try folder.write("\(number).ndjson", "{\"seq\":\(number)}\n") }
    let outcome = try Program.shell(
      "cd \"$1\" && ulimit -n 16 && \"$SPALT\" *.ndjson -j 2 --io \(io) -c", [folder.path])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(outcome.text == "60\n")
  }

  @Test func withoutADescriptorThereIsAReason() throws {
    let folder = try TemporaryFolder()
    try folder.write("in", "{\"a\":1}\n")
    try folder.write("out", "as it was")
    // The loader of the program needs one descriptor, which an output file then takes.
    let outcome = try Program.shell(
      "cd \"$1\" && ulimit -n 4 && exec \"$SPALT\" in -O csv -o out --rejects rejects",
      [folder.path])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("Too many open files"), "\(outcome.errorText)")
    #expect(try folder.text("out") == "as it was")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["in", "out"])
  }
}
