import Foundation
import Testing

/// The output does not depend on threads, on how input gets into memory, or on the kernels.
struct SameBytesTests {
  /// Options that must not change a byte of any output.
  private static let variants: [[String]] =
    [[], ["--io", "mmap"], ["--io", "read"]].flatMap { io in
      ["1", "2", "3"].map { io + ["-j", $0] }
    }

  private static let kernels = ["scalar", "sse2", "avx2", "avx512", "neon"]

  private func expectSameBytes(
    _ files: [String], _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let folder = try TemporaryFolder()
    let expected = try Program.run(files + arguments + ["--rejects", folder.path("rejects")])
    let rejects = try self.rejects(folder)
    #expect(expected.status == 0, sourceLocation: sourceLocation)
    for variant in Self.variants {
      let outcome = try Program.run(
        files + arguments + variant + ["--rejects", folder.path("rejects")])
      #expect(outcome.output == expected.output, "\(variant)", sourceLocation: sourceLocation)
      #expect(outcome.errorText == expected.errorText, "\(variant)", sourceLocation: sourceLocation)
      #expect(try self.rejects(folder) == rejects, "\(variant)", sourceLocation: sourceLocation)
    }
  }

  /// The rejects file. The text of a record that is too long is there only as far as it is at hand.
  private func rejects(_ folder: TemporaryFolder) throws -> [Substring] {
    try folder.text("rejects").split(separator: "\n").map { line in
      guard line.contains("\"tooLong\""), let text = line.range(of: ",\"text\":") else {
        return line
      }
      return line[..<text.lowerBound] + "}"
    }
  }

  @Test(arguments: ["ndjson", "raw"]) func testData(sink: String) throws {
    try expectSameBytes(Samples.data, ["-O", sink])
    try expectSameBytes(Samples.data + Samples.data, ["-O", sink, "--on-error", "keep"])
  }

  @Test(.enabled(if: Corpus.isPresent), arguments: Corpus.ndjson)
  func corpus(file: Corpus.File) throws {
    try expectSameBytes([file.path], [])
  }

  @Test func piecesAndBatches() throws {
    let folder = try TemporaryFolder()
    // Broken lines and long ones, so that pieces end in all kinds of places.
    var content = Data()
    for seed in 1...6 {
      content += Samples.serviceLog(byteCount: 700_000, seed: UInt64(seed))
      content += Data("{\"broken\":\n".utf8)
      content += Data("{\"long\":\"\(String(repeating: "ü", count: 400_000 * seed))\"}\r\n".utf8)
    }
    let file = try folder.write("1.ndjson", content)
    try expectSameBytes([file, Samples.data[1], file], [])
    try expectSameBytes([file], ["--max-record", "1MiB", "-O", "raw"])
    try expectSameBytes([file], ["--count"])
    try expectSameBytes([file], ["-n", "9000", "--select", "http.path,seq"])
  }

  @Test(arguments: kernels) func kernelGivesTheSameBytes(kernel: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("1.ndjson", Samples.serviceLog(byteCount: 1_000_000))
    let environment = ["SPALT_KERNEL": kernel]
    let probe = try Program.run(["-O", "none", "--stats", "json"], environment: environment)
    // A kernel of another processor is ignored, like an unknown name.
    guard try Statistics(probe).sections["run"]?["kernel"] as? String == kernel else { return }
    for files in [[file], Samples.data, Corpus.ndjson.map(\.path)] {
      for sink in ["ndjson", "raw"] {
        let expected = try Program.run(files + ["-O", sink])
        let outcome = try Program.run(files + ["-O", sink], environment: environment)
        #expect(outcome.output == expected.output, "\(kernel)")
        #expect(outcome.errorText == expected.errorText, "\(kernel)")
      }
    }
  }

  /// The kernels' header says that a name which is not available is ignored; the statistics tell
  /// which kernels did the work.
  @Test func unknownKernelIsIgnored() throws {
    let outcome = try Program.run(
      Samples.data + ["-O", "none", "--stats", "json"], environment: ["SPALT_KERNEL": "abacus"])
    #expect(outcome.status == 0)
    let statistics = try Statistics(outcome)
    let kernel = statistics.sections["run"]?["kernel"] as? String ?? ""
    #expect(Self.kernels.contains(kernel))
    #expect(statistics["records", "count"] == 216)
  }
}
