import Foundation
import Testing

/// Arrow files and streams as inputs, against pyarrow.
@Suite(.enabled(if: Engines.python != nil, "pyarrow cannot be installed here"))
struct ArrowInputTests {
  /// Files that pyarrow wrote, once for all tests.
  private static let samples: TemporaryFolder? = {
    guard let folder = try? TemporaryFolder(), let python = Engines.python,
      let outcome = try? Program.execute(
        python, [Samples.oracle("arrow_samples.py"), folder.path], timeoutSeconds: 120),
      outcome.status == 0
    else { return nil }
    return folder
  }()

  private func sample(_ name: String) throws -> String {
    try #require(Self.samples).path(name)
  }

  /// Checks all values that Spalt prints of files.
  /// - Returns: their number.
  private func compare(_ paths: [String]) throws -> Int {
    let outcome = try Program.execute(
      Engines.python ?? "", [Samples.oracle("arrow_values.py"), Program.path] + paths,
      timeoutSeconds: 300)
    #expect(outcome.status == 0, "\(outcome.lines.dropFirst().prefix(20)) \(outcome.errorText)")
    return outcome.lines.first.flatMap { Int($0) } ?? 0
  }

  @Test(.enabled(if: Corpus.isPresent, "the corpus is not at hand"))
  func goldenFiles() throws {
    let folder = Corpus.folder.appendingPathComponent("arrow/arrow-testing")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    let paths = names.filter { $0.hasSuffix(".arrow_file") || $0.hasSuffix(".stream") }.sorted()
    #expect(paths.count == 102)
    let count = try compare(paths.map { folder.appendingPathComponent($0).path })
    #expect(count > 50_000)
  }

  @Test func allTypes() throws {
    var names = ["plain", "lz4", "zstd"].map { "types-\($0)" } + ["old", "v4", "empty"]
    names = names.flatMap { ["\($0).arrow", "\($0).arrows"] }
    names += ["few.arrow", "few.arrows", "delta.arrows", "replaced.arrows", "misaligned.arrows"]
    #expect(try compare(names.map { try sample($0) }) > 200_000)
  }

  @Test(arguments: ["types-plain.arrow", "types-zstd.arrows", "few.arrow", "old.arrows"])
  func everyWayGivesTheSame(name: String) throws {
    let path = try sample(name)
    let expected = Data(try Program.output([path, "-O", "csv"]).utf8)
    #expect(expected.count > 1000)
    for arguments in [["-j", "2"], ["--io", "read"], ["-f", "arrow"]] {
      let isSame = Data(try Program.output([path, "-O", "csv"] + arguments).utf8) == expected
      #expect(isSame, "\(arguments)")
    }
    let piped = try Program.shell("cat \"$1\" | \"$SPALT\" - -O csv", [path])
    let isSame = Data(piped.text.utf8) == expected
    #expect(isSame)
  }

  @Test func filtersAndProjections() throws {
    let path = try sample("many.arrow")
    #expect(
      try Program.output([path, "--where", "n >= 299998", "-O", "csv"]) == """
        n,t
        299998,text number 299998 of very many
        299999,text number 299999 of very many

        """)
    #expect(try Program.output([path, "--where", "t LIKE '%9999 %'", "-c"]) == "30\n")
    let selected = try Program.output([
      path, "--select", "_record,t,_format,_line", "-n", "1", "-O", "ndjson",
    ])
    #expect(
      selected
        == "{\"_record\":1,\"t\":\"text number 0 of very many\",\"_format\":\"arrow\"}\n")
  }

  @Test func nothingIsCopied() throws {
    for arguments in [
      ["-O", "none"], ["-O", "csv", "-o", "/dev/null"], ["-c", "--where", "n > 7 AND t <> 'x'"],
    ] {
      let outcome = try Program.run([try sample("many.arrow"), "--require-zero-copy"] + arguments)
      #expect(outcome.status == 0, "\(outcome.errorText)")
    }
    let outcome = try Program.run([
      try sample("misaligned.arrows"), "--require-zero-copy", "-O", "none",
    ])
    #expect(outcome.status == 4)
    #expect(outcome.errorText.contains("of column 'n' (misaligned)"), "\(outcome.errorText)")
  }

  /// A log that went through an Arrow file gives the same records.
  @Test(arguments: ["service.ndjson", "access.log", "service.logfmt", "mixed.log"])
  func thereAndBack(name: String) throws {
    let folder = try TemporaryFolder()
    let log = Samples.testData(name)
    // What columns hold has no zone but UTC.
    let expected = try Self.records(try Program.output([log, "-O", "ndjson", "-Z", "UTC"]))
    for arguments in [["arrow"], ["arrow-stream", "--compress", "lz4", "--strings", "utf8_view"]] {
      let path = folder.path("there.arrow")
      _ = try Program.run([log, "-o", path, "--to"] + arguments)
      let records = try Self.records(try Program.output([path, "-O", "ndjson"]))
      #expect(records.count == expected.count)
      let differing = zip(records, expected).filter { $0 != $1 }
      #expect(differing.isEmpty, "\(differing.prefix(2))")
      let again = folder.path("again.arrow")
      _ = try Program.run([path, "--to", "arrow", "-o", again])
      #expect(try Self.records(try Program.output([again, "-O", "ndjson"])) == records)
    }
  }

  /// Records as dictionaries, without what is null: Arrow does not tell it from what is missing.
  private static func records(_ text: String) throws -> [NSDictionary] {
    try text.split(separator: "\n").map { line in
      let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return (record ?? [:]).filter { !($0.value is NSNull) } as NSDictionary
    }
  }

  @Test func batchesAreSkipped() throws {
    let folder = try TemporaryFolder()
    let log = try folder.write(
      "log.ndjson",
      (0..<60_000).map { "{\"n\":\($0),\"s\":\"t\($0 / 10_000)\"}\n" }.joined())
    let path = folder.path("log.arrow")
    _ = try Program.output([log, "--to", "arrow", "-o", path])
    for (condition, count) in [("n >= 59990", 10), ("s = 't0'", 10_000), ("n < 0", 0)] {
      let arguments = [path, "--where", condition, "-O", "none", "--stats"]
      let skipping = try Program.run(arguments).errorText
      #expect(Self.figure("written", skipping) == count)
      #expect(Self.figure("ruled_out", skipping) > 20_000)
      let validating = try Program.run(arguments + ["--validate"]).errorText
      #expect(Self.figure("written", validating) == count)
      #expect(Self.figure("ruled_out", validating) == 0)
    }
  }

  private static func figure(_ name: String, _ text: String) -> Int {
    let line = text.split(separator: "\n").first {
      $0.split(separator: " ").first.map(String.init) == name
    }
    return line?.split(separator: " ").last.flatMap { Int($0) } ?? -1
  }

  @Test func logsAndColumnsTogether() throws {
    let log = Samples.testData("service.ndjson")
    let arrow = try sample("many.arrow")
    let outcome = try Program.run([
      log, arrow, "--select", "_format,status,n", "-O", "csv", "--where",
      "status = 503 OR n = 12345",
    ])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(outcome.lines.last == "arrow,,12345")
    #expect(outcome.lines.contains { $0.hasPrefix("ndjson,503") })
  }

  @Test func columnsHaveNoTextOfTheirOwn() throws {
    let path = try sample("many.arrow")
    let raw = try Program.run([path, "-O", "raw"])
    #expect(raw.status == 2)
    #expect(raw.errorText.contains("another --to"))
    let explained = try Program.run(["explain", path])
    #expect(explained.status == 2)
    #expect(explained.errorText.contains("columns, not lines"))
    // Whoever says that there are lines gets lines.
    let lines = try Program.run([path, "-f", "text", "-c"])
    #expect(lines.status == 0)
  }

  @Test func otherInputsAreNoArrow() throws {
    for path in [Samples.testData("service.ndjson"), "/dev/null"] {
      let outcome = try Program.run([path, "-f", "arrow"])
      #expect(outcome.status == 2)
      #expect(outcome.errorText.contains("not an Arrow IPC file or stream"))
    }
  }

  @Test func arrowWithinCompressionIsRefused() throws {
    let folder = try TemporaryFolder()
    for name in ["few.arrow", "few.arrows"] {
      let content = try Data(contentsOf: URL(fileURLWithPath: try sample(name)))
      for (suffix, data) in [
        ("lz4", try Compression.lz4.compress(content)),
        ("gz", try Compression.gzip.compress(content)),
      ] {
        let path = try folder.write("\(name).\(suffix)", data)
        for arguments in [[path], [path, "-f", "arrow"], [path, "--io", "read"]] {
          let outcome = try Program.run(arguments)
          #expect(outcome.status == 2)
          #expect(outcome.errorText.contains("Arrow within another compression is not read"))
        }
      }
    }
  }

  @Test(arguments: ["types-plain", "types-lz4", "few"])
  func cutFiles(name: String) throws {
    let folder = try TemporaryFolder()
    let whole = try Data(contentsOf: URL(fileURLWithPath: try sample("\(name).arrows")))
    let all = try Program.output([try sample("\(name).arrows"), "-O", "ndjson"])
    for part in [7, whole.count / 3, whole.count * 2 / 3, whole.count - 9] {
      let path = try folder.write("cut.arrows", whole.prefix(part))
      for arguments in [[], ["--io", "read"]] {
        let outcome = try Program.run([path, "-O", "ndjson", "-f", "arrow"] + arguments)
        #expect(outcome.status == 2, "\(part) bytes")
        #expect(!outcome.errorText.isEmpty)
        // What comes before the cut is whole.
        let isPrefix = all.utf8.starts(with: outcome.text.utf8)
        #expect(isPrefix, "\(part) bytes")
      }
    }
    // A file has its directory at its end; without it, it is read as far as it goes.
    let file = try Data(contentsOf: URL(fileURLWithPath: try sample("\(name).arrow")))
    let path = try folder.write("cut.arrow", file.prefix(file.count * 2 / 3))
    let outcome = try Program.run([path, "-O", "ndjson"])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("cut.arrow"))
  }

  @Test(.enabled(if: Corpus.isPresent, "the corpus is not at hand"))
  func unreadableColumnsAreLeftOut() throws {
    let path = Corpus.folder.appendingPathComponent(
      "arrow/arrow-testing/cpp-21.0.0/generated_union.stream"
    ).path
    let outcome = try Program.run([path, "-O", "ndjson"])
    #expect(outcome.status == 0)
    #expect(outcome.errorText.contains("union: left out"))
    let schema = try Program.run(["schema", path, "--to", "json"])
    #expect(schema.status == 0)
    #expect(schema.text.hasPrefix("{\"format\":\"arrow\""))
    let refused = try Program.run([path, "--select", "sparse_1"])
    #expect(refused.status == 2)
    #expect(refused.errorText.contains("column 'sparse_1' is a sparse union, which is not read"))
  }

  @Test(.enabled(if: Corpus.isPresent, "the corpus is not at hand"))
  func fuzzRegressions() throws {
    let folder = Corpus.folder.appendingPathComponent("arrow/arrow-testing-fuzz")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    let paths = names.map { folder.appendingPathComponent($0) }.filter { !$0.hasDirectoryPath }
      .filter { (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true }
    #expect(paths.count == 68)
    for path in paths {
      for arguments in [["-O", "ndjson"], ["-O", "none"], ["-O", "csv", "--io", "read"]] {
        let outcome = try Program.run([path.path, "-f", "arrow", "--memory", "64MiB"] + arguments)
        #expect(outcome.status == 0 || outcome.status == 2, "\(path.lastPathComponent)")
        #expect((outcome.status == 2) == outcome.errorText.contains(path.lastPathComponent))
      }
    }
  }
}
