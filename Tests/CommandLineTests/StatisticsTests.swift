import Foundation
import Testing

/// `--stats`, and the identity of bytes behind it.
struct StatisticsTests {
  @Test(arguments: [["--stats"], ["--stats", "text"], ["--stats=text"]])
  func textIsForPeople(arguments: [String]) throws {
    let path = Samples.testData("service.ndjson")
    for order in [[path] + arguments, arguments + [path]] {
      let outcome = try Program.run(order + ["-O", "none"])
      #expect(outcome.status == 0, "\(order): \(outcome.errorText)")
      #expect(outcome.output.isEmpty)
      for word in ["records", "bytes", "copy_ledger", "viewed", "inlined", "decoded", "copied"] {
        #expect(outcome.errorText.contains(word), "\(word)")
      }
    }
  }

  @Test(arguments: [["--stats", "json"], ["--stats=json"]])
  func jsonIsForPrograms(arguments: [String]) throws {
    let outcome = try Program.run(Samples.data + ["-f", "ndjson"] + arguments)
    let statistics = try Statistics(outcome)
    #expect(statistics["records", "count"] == 215)
    #expect(statistics["records", "written"] == 215)
    #expect(statistics["records", "rejected"] == 3)
    #expect(statistics["records", "blank_lines"] == 3)
    #expect(statistics["bytes", "rejected"] == 115)
    #expect(statistics["bytes", "output"] == outcome.output.count)
    #expect(statistics["oddities", "duplicate_keys"] == 1)
    #expect(statistics["oddities", "transcoded_strings"] == 1)
    #expect(statistics.sections["run"]?["io"] as? String == "mmap,mmap,read")
  }

  @Test func jsonIsTheLastLineAndOneLine() throws {
    let outcome = try Program.run(Samples.data + ["-O", "none", "--stats", "json"])
    #expect(outcome.errorLines.filter { $0.hasPrefix("{") }.count == 1)
  }

  @Test func oddNamesOfFilesDoNotBreakTheJSON() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("quote\" back\\slash\u{1B}[31m\n.ndjson", "{\"a\":1}\n")
    let statistics = try Statistics([path, "-O", "none"])
    #expect(statistics["records", "count"] == 1)
  }

  @Test func typedValuesAreCountedByVerb() throws {
    let input = Data(
      """
      {"short":"abc","long":"more than twelve bytes","int":12345,"esc":"a\\nb"}

      """.utf8)
    let folder = try TemporaryFolder()
    let path = try folder.write("in.ndjson", input)
    for io in ["mmap", "read"] {
      let statistics = try Statistics([path, "-O", "none", "--io", io])
      #expect(statistics["copy_ledger_input", "viewed"] == input.count)
      #expect(statistics["copy_ledger_decode", "inlined"] == 3)
      #expect(statistics["copy_ledger_decode", "viewed"] == 22)
      #expect(statistics["copy_ledger_decode", "decoded"] == 5)
      #expect(statistics["copy_ledger_decode", "copied"] == 3)
      #expect(statistics["copy_ledger_decode", "copied_escapeDecoded"] == 3)
    }
  }

  @Test func mappingsCopyNothingAndReadsCountWhatSpansChunks() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("in.ndjson", Samples.serviceLog(byteCount: 3_000_000))
    let mapped = try Statistics([path, "-O", "none", "--io", "mmap"])
    #expect(mapped["copy_ledger_input", "copied"] == 0)
    let read = try Statistics([path, "-O", "none", "--io", "read"])
    let copied = read["copy_ledger_input", "copied"]
    #expect(copied > 0)
    #expect(copied < 10_000)
    #expect(read["copy_ledger_input", "copied_recordSpansChunks"] == copied)
  }

  @Test(arguments: ["mmap", "read"], [1, 3])
  func bytesAddUp(io: String, threads: Int) throws {
    let arguments = ["--io", io, "-j", String(threads), "-O", "none"]
    for path in Samples.data {
      let byteCount = try Data(contentsOf: URL(fileURLWithPath: path)).count
      try Statistics([path] + arguments).expectIdentity(inputByteCount: byteCount)
      try Statistics([path] + arguments + ["--max-record", "30"])
        .expectIdentity(inputByteCount: byteCount)
      try Statistics([path] + arguments + ["--on-error", "keep"])
        .expectIdentity(inputByteCount: byteCount)
    }
    let total = try Samples.data.map { try Data(contentsOf: URL(fileURLWithPath: $0)).count }
    try Statistics(Samples.data + arguments).expectIdentity(inputByteCount: total.reduce(0, +))
  }

  @Test func bytesAddUpForNoise() throws {
    var random = Samples.Random(seed: 7)
    let alphabet = Array("{}[]\":,\\ntrue01-.e \r\n\n\t".utf8) + [0x00, 0xC3, 0xFF]
    let folder = try TemporaryFolder()
    for round in 0..<20 {
      let noise = Data((0..<5_000).map { _ in alphabet.randomElement(using: &random) ?? 0 })
      let path = try folder.write("noise.ndjson", noise)
      for arguments in [["--io", "mmap"], ["--io", "read"], ["--on-error", "keep"], ["-c"]] {
        let outcome = try Program.run([path, "--stats", "json", "-O", "none"] + arguments)
        #expect(outcome.status == 0, "round \(round)")
        try Statistics(outcome).expectIdentity(inputByteCount: noise.count)
      }
    }
  }

  // MARK: - Memory

  @Test func memoryIsReported() throws {
    let folder = try TemporaryFolder()
    let long = "{\"text\":\"\(String(repeating: "x", count: 12_345))\"}"
    let path = try folder.write(
      "in.ndjson", String(repeating: "{\"a\":1}\n", count: 50_000) + long + "\n")
    let mapped = try Statistics([path, "-O", "none", "--memory", "100MiB"])
    #expect(mapped["memory", "limit"] == 100 << 20)
    #expect(mapped["memory", "high_water"] > 0)
    #expect(mapped["memory", "high_water"] >= mapped["memory", "reserved"])
    #expect(mapped["memory", "largest_record"] == long.utf8.count)
    #expect(mapped["memory", "pages_looked_at"] > 0)
    #expect(mapped["pool", "requests"] > 0)
    let parts = ["front_hits", "back_hits", "mapped"].map { mapped["pool", $0] }
    #expect(parts.reduce(0, +) == mapped["pool", "requests"])
    #expect(mapped["arenas", "high_water_count"] > 0)
    #expect(mapped["faults", "minor"] > 0)
    #expect(mapped["faults", "major"] >= 0)
    #expect(mapped["stalls", "input_ns"] == 0)
    #expect(mapped["stalls", "memory_ns"] == 0)
    #expect(mapped.sections["memory"]?["health"] as? String == "insufficient")
    #if os(Linux)
      #expect(mapped["memory", "rss_anon"] > 0)
      #expect(mapped["memory", "rss_file"] > 0)
    #endif
    let read = try Statistics([path, "-O", "none", "--io", "read"])
    #expect(read["memory", "pages_looked_at"] == 0)
    #expect(read.sections["memory"]?["cold_page_share"] is NSNull)
  }

  /// The writer begins when the trace has shown that somebody waits for it.
  @Test func waitingForAPipeIsCounted() throws {
    let folder = try TemporaryFolder()
    let trace = try folder.write("trace", "")
    let outcome = try Program.shell(
      """
      (while ! grep -q 'stalls_input_ns":[1-9]' "$1"; do sleep 0.01; done; echo '{"a":1}') |
        "$SPALT" -O none --stats json --trace-memory "$1" --every 1ms
      """, [trace])
    let statistics = try Statistics(outcome)
    #expect(statistics["records", "count"] == 1)
    #expect(statistics["stalls", "input_ns"] > 0)
  }

  /// The same names in the text as in the JSON.
  @Test func textHasEveryFigure() throws {
    let path = Samples.testData("service.ndjson")
    let sections = try Statistics([path, "-O", "none"]).sections
    let lines = try Program.run([path, "-O", "none", "--stats"]).errorLines
    for (section, figures) in sections {
      #expect(lines.contains(section), "\(section)")
      for name in figures.keys {
        #expect(lines.contains { $0.hasPrefix("  \(name) ") }, "\(section): \(name)")
      }
    }
  }

  // MARK: - Formats

  private static let prose = "Once upon a time,\nthere was a log\n"

  @Test func formatsAreToldWithTheirScores() throws {
    let folder = try TemporaryFolder()
    let log = try folder.write("app.log", "{\"a\":1}\n{\"a\":2}\n{\"a\":\n{\"a\":3}\n")
    let prose = try folder.write("prose.log", Self.prose)
    let formats = try Statistics([log, prose, "-O", "none"]).formats
    #expect(formats.map { $0["file"] as? String } == [log, prose])
    #expect(formats.map { $0["format"] as? String } == ["ndjson", "text"])
    #expect(formats.map { $0["given"] as? Bool } == [false, false])
    let scores = formats.map { $0["score"] as? Double ?? -1 }
    // Three records and one that looks like a damaged one, in four lines.
    #expect(scores[0] > 0.75 && scores[0] < 1)
    #expect(scores[1] > 0)
    #expect(formats[0]["second"] as? String == "text")
    #expect(formats[0]["second_score"] as? Double == scores[1])
    #expect((formats[1]["second_score"] as? Double ?? 1) < scores[1])
  }

  @Test func aGivenFormatHasNoScore() throws {
    let folder = try TemporaryFolder()
    let paths = try ["a.log", "b.log"].map { try folder.write($0, Self.prose) }
    let formats = try Statistics(paths + ["-f", "ndjson", "-O", "none"]).formats
    #expect(formats.map { $0["file"] as? String } == paths)
    for format in formats {
      #expect(format["format"] as? String == "ndjson")
      #expect(format["given"] as? Bool == true)
      #expect(format["score"] == nil)
    }
    let outcome = try Program.run(paths + ["-f", "ndjson", "-O", "none", "--stats"])
    #expect(outcome.errorLines.suffix(2) == paths.map { "    \($0): given" }[...])
  }

  /// The text tells the first ten inputs one by one, and counts the others.
  @Test func manyInputsAreGroupedByFormat() throws {
    let folder = try TemporaryFolder()
    let paths = try (0..<14).map { index in
      let isProse = index == 0 || index == 13
      return try folder.write("\(10 + index).log", isProse ? Self.prose : "{\"a\":1}\n")
    }
    let lines = try Program.run(paths + ["-O", "none", "--stats"]).errorLines
    let start = try #require(lines.firstIndex(of: "formats"))
    let text = lines[(start + 1)...]
    #expect(text.count == 2 + 10 + 2)
    #expect(text.first == "  text                        2 inputs")
    #expect(text.contains("  ndjson                      12 inputs"))
    #expect(text.contains("    \(paths[1]): score 1.000, then text 0.200"))
    #expect(text.filter { $0.contains("more") } == ["    and 1 more", "    and 3 more"])
    #expect(try Statistics(paths + ["-O", "none"]).formats.count == 14)
  }

  @Test func repairedRecordsAreCountedAndReported() throws {
    let line = #"10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 23 "-" "curl"#
    let folder = try TemporaryFolder()
    let path = try folder.write("access.log", "\(line)\"\n\(line)\n\(line)\"\n")
    let outcome = try Program.run([path, "-O", "none", "--stats", "json"])
    #expect(try Statistics(outcome)["records", "repaired"] == 1)
    #expect(try Statistics(outcome)["records", "count"] == 3)
    #expect(outcome.errorLines[0].hasPrefix("spalt: 1 records lacked something"))
    #expect(outcome.errorLines[0].hasSuffix("(first at offset \(line.utf8.count + 2))"))
  }

  @Test func inputsThatCannotBeReadHaveNoFormat() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.log", Self.prose)
    for arguments in [[], ["-f", "text"]] {
      let outcome = try Program.run(
        [folder.path("missing"), path, "-O", "none", "--stats", "json"] + arguments)
      #expect(outcome.status == 2)
      let line = try #require(outcome.errorLines.first { $0.hasPrefix("{") })
      #expect(line.contains("\"formats\":[{\"file\":\"\(path)\","))
    }
  }
}
