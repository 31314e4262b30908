import Foundation
import Testing

/// The same bytes come out whatever the number of threads, the way into memory, the size of the pieces
/// and the kernels are: for every output and with filters. Not all combinations are tried, but every two
/// values of different options meet.
struct SamePropertyTests {
  private static let threads = ["1", "2", "3", "8"]
  private static let modes = ["auto", "mmap", "read"]
  private static let pieces = ["64", "127", "1000", "4096", "65536", "2MiB", "16MiB"]
  /// Kernels that this machine has: the others are ignored, which the statistics tell.
  private static let kernels: [String] = ["scalar", "sse2", "avx2", "avx512", "neon"].filter {
    name in
    let outcome = try? Program.run(
      ["-O", "none", "--stats", "json"], environment: ["SPALT_KERNEL": name])
    let statistics = outcome.flatMap { try? Statistics($0) }
    return statistics?.sections["run"]?["kernel"] as? String == name
  }

  private static let outputs: [[String]] =
    ["ndjson", "csv", "logfmt", "raw"].map { ["-O", $0] }
    + [["--count"], ["-O", "tsv", "--select", "_file,_line,_record,_offset,msg"]]

  /// One way to run, which must not matter.
  struct Way {
    let options: [String]
    let environment: [String: String]
  }

  /// `count` ways from the one with the number `start` on. The numbers of values have no common factor,
  /// so that any two of them meet as the number grows.
  private static func ways(_ count: Int, from start: Int) -> [Way] {
    (start..<start + count).map { number in
      Way(
        options: [
          "-j", threads[number / 3 % threads.count], "--io", modes[number % modes.count],
          "--piece", pieces[number % pieces.count],
        ],
        environment: ["SPALT_KERNEL": kernels[number / 5 % kernels.count]])
    }
  }

  /// Runs once in the plainest way and `wayCount` times in others. What a filter has ruled out is not
  /// looked at any further, so the plainest way of all, `--validate`, is held against the output only.
  private func expectSameBytes(
    _ arguments: [String], _ wayCount: Int, from start: Int, isFiltered: Bool,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let plainest = ["-j", "1", "--io", "mmap", "--piece", "16MiB"]
    let environment = ["SPALT_KERNEL": "scalar"]
    let expected = try Program.run(arguments + plainest, environment: environment)
    #expect(
      expected.status == 0, "\(arguments): \(expected.errorText)", sourceLocation: sourceLocation)
    if isFiltered {
      let full = try Program.run(arguments + plainest + ["--validate"], environment: environment)
      #expect(
        full.output == expected.output, "\(arguments), lazy and in full",
        sourceLocation: sourceLocation)
    }
    for way in Self.ways(wayCount, from: start) {
      let outcome = try Program.run(arguments + way.options, environment: way.environment)
      let isSame =
        outcome.output == expected.output && outcome.errorText == expected.errorText
        && outcome.status == expected.status
      #expect(
        isSame, "\(arguments) \(way): \(outcome.errorText.prefix(300))",
        sourceLocation: sourceLocation)
    }
  }

  @Test func everyTwoValuesMeet() {
    var pairs: Set<String> = []
    for way in Self.ways(420, from: 0) {
      let values =
        way.options.indices.filter { $0 % 2 == 1 }.map { way.options[$0 - 1...$0] }
        .map { $0.joined(separator: "=") } + way.environment.values
      for first in values.indices {
        for second in values.indices where second > first {
          pairs.insert("\(values[first]) \(values[second])")
        }
      }
    }
    let counts = [Self.threads, Self.modes, Self.pieces, Self.kernels].map(\.count)
    var expected = 0
    for first in counts.indices {
      for second in counts.indices where second > first {
        expected += counts[first] * counts[second]
      }
    }
    #expect(pairs.count == expected)
  }

  @Test(arguments: outputs.indices) func testData(output: Int) throws {
    let filters: [String?] = [
      nil, "status >= 500", "msg LIKE '%expired%' OR id BETWEEN 5 AND 12", "level = 'ERROR'",
      "_line BETWEEN 20 AND 120 AND _record > 3",
    ]
    for (index, filter) in filters.enumerated() {
      try expectSameBytes(
        Samples.data + Self.outputs[output] + (filter.map { ["--where", $0] } ?? []), 28,
        from: (output * filters.count + index) * 28, isFiltered: filter != nil)
    }
  }

  /// Long records, broken lines and text that is ill-formed, in all kinds of places.
  @Test(arguments: outputs.indices) func largeFile(output: Int) throws {
    let folder = try TemporaryFolder()
    var content = Data(Samples.allKeys.utf8)
    for seed in 1...4 {
      content += Samples.serviceLog(byteCount: 150_000, seed: UInt64(seed))
      content += Data("{\"broken\":\n{\"status\":500,\"msg\":\"\n\r\n".utf8)
      content += Data("{\"seq\":7,\"msg\":\"".utf8) + [0xFF] + Data("timed out\"}\r\n".utf8)
      let text = String(repeating: "ü", count: 20_000 * seed)
      content += Data("{\"level\":\"WARN\",\"long\":\"\(text)\",\"status\":500}\n".utf8)
    }
    let file = try folder.write("1.ndjson", content + Data("{\"status\":500}".utf8))
    let filters: [String?] = [
      nil, "status >= 500 AND level = 'WARN'", "msg ~ 'timed.*out' OR http.path LIKE '%/99%'",
    ]
    for (index, filter) in filters.enumerated() {
      try expectSameBytes(
        [file, Samples.data[1]] + Self.outputs[output] + (filter.map { ["--where", $0] } ?? []), 9,
        from: (output * filters.count + index) * 9, isFiltered: filter != nil)
    }
  }

  @Test(.enabled(if: Corpus.isPresent)) func corpus() throws {
    var number = 0
    var filterCount = 0
    for file in Corpus.ndjson {
      let records = try Program.run([file.path, "-n", "40"])
      let filters = Self.filters(records.output)
      filterCount += filters.count
      let isLarge = try Data(contentsOf: URL(fileURLWithPath: file.path)).count > 1 << 20
      for filter in [nil] + filters.map(Optional.some) {
        let arguments = filter.map { ["--where", $0] } ?? []
        try expectSameBytes(
          [file.path] + arguments + Self.outputs[number % Self.outputs.count], isLarge ? 2 : 4,
          from: number * 4, isFiltered: filter != nil)
        number += 1
      }
    }
    #expect(filterCount > 60)
  }

  @Test(.enabled(if: Corpus.isPresent), arguments: outputs.indices)
  func corpusAsOneInput(output: Int) throws {
    let files = Corpus.ndjson.map(\.path).filter { !$0.hasSuffix("nginxplus_json_logs") }
    // Each file of the sample takes a piece's memory when it is read.
    for (index, arguments) in [[], ["--where", "level = 'error' OR msg LIKE '%error%'"]]
      .enumerated()
    {
      try expectSameBytes(
        files + arguments + Self.outputs[output] + ["--memory", "1GiB"], 3,
        from: (output * 2 + index) * 3,
        isFiltered: !arguments.isEmpty)
    }
  }

  /// Filters for a text, a part of one and a number that occur in the records of some output.
  private static func filters(_ output: Data) -> [String] {
    var filters: [String] = []
    for line in output.lines.reversed() where filters.count < 3 {
      guard let object = try? JSONSerialization.jsonObject(with: line) as? [String: Any] else {
        continue
      }
      for key in object.keys.sorted() where !key.contains("\"") && !key.contains(".") {
        let name = "\"\(key)\""
        if let text = object[key] as? String, text.utf8.count > 3, filters.count < 2,
          text.unicodeScalars.allSatisfy({ $0 != "'" && $0.value >= 0x20 && $0.value < 0x7F })
        {
          filters.append(
            filters.isEmpty
              ? "\(name) = '\(text)'"
              : "contains(CAST(\(name) AS VARCHAR), '\(text.dropFirst().prefix(8))') OR \(name) IS NULL"
          )
        } else if let number = object[key] as? NSNumber, filters.count == 2 {
          filters.append("TRY_CAST(\(name) AS DOUBLE) >= \(number.doubleValue)")
        }
      }
    }
    return filters
  }
}
