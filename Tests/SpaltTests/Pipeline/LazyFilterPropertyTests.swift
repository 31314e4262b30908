import Foundation
import Testing

@testable import Spalt

/// A filter that rules records out by their raw bytes selects the same ones as a filter that sees them
/// all: on real files, and on generated ones.
@Suite struct LazyFilterPropertyTests {
  // MARK: - Generated

  @Test(arguments: [UInt64](1...20)) func generatedRecords(seed: UInt64) throws {
    var generator = FilterGenerator(seed: seed)
    var ruledOutCount = 0
    var matchCount = 0
    var failureCount = 0
    for number in 0..<5 {
      let bom: [UInt8] = number == 0 ? [0xEF, 0xBB, 0xBF] : []
      let head = bom + Array(FilterGenerator.head.utf8)
      let file = try TemporaryFile(head + generator.lines(25))
      var base = ReaderOptions.plain()
      if number != 1 { base.sampleByteCount = head.count }
      if number == 2 { base.assumedTimeZone = try TimeZoneRules.named("+02:00") }
      base.keepsRejectedLines = number == 3
      base.selectedColumns =
        [nil, ["_line", "_offset", "msg", "_file"], ["level"], nil, ["_extra", "http.path"]][number]
      let filters = (0..<12).map { _ in generator.filter() }
      let found = LazyReading.compare(
        file.path, filters, base, variantCount: 3, seed: seed, pieces: [64, 127, 4096])
      #expect(found.mistakes == [])
      ruledOutCount += found.ruledOutCount
      matchCount += found.matchCount
      failureCount += found.failureCount
    }
    // The generator is worth something.
    #expect(ruledOutCount > 1000)
    #expect(matchCount > 100)
    #expect(failureCount < 30)
  }

  /// A schema that was given may have other types than the records, and no sample tells what pays.
  @Test(arguments: [UInt64](101...104)) func givenSchemas(seed: UInt64) throws {
    var generator = FilterGenerator(seed: seed)
    let file = try TemporaryFile(Array(FilterGenerator.head.utf8) + generator.lines(40))
    let types: [ColumnType] = [.int64, .string, .float64, .timestamp, .json, .bool]
    for shift in types.indices {
      var base = ReaderOptions.plain()
      let names = ["status", "level", "x", "ts", "msg", "ok", "http.path", "n"]
      base.schema = Schema(
        columns: names.enumerated().map { index, name in
          ColumnDefinition(name: name, type: types[(index + shift) % types.count])
        })
      let filters = names.flatMap { name in
        ["= '500'", "IN ('ERROR', 'INFO')", "IS NOT NULL", "LIKE '%up%'", ">= 200"].map {
          "\"\(name.split(separator: ".").joined(separator: "\".\""))\" \($0)"
        }
      }
      let found = LazyReading.compare(file.path, filters, base, variantCount: 2, seed: seed)
      #expect(found.mistakes == [])
      #expect(found.matchCount > 0)
      #expect(found.ruledOutCount > 0)
    }
  }

  // MARK: - Real files

  @Test(.needsCorpus) func corpusFiles() throws {
    var ruledOutCount = 0
    var filterCount = 0
    for file in try Corpus.ndjsonFiles() {
      // Empty records in front of the file make looking at raw bytes pay for every filter.
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file.path)).prefix(15_000))
      let lineCount = bytes.count { $0 == 0x0A } + 1
      let padded = try TemporaryFile(
        Array(repeating: Array("{}\n".utf8), count: lineCount).flatMap(\.self) + bytes)
      var plain = ReaderOptions.plain()
      let suggestions = FilterSuggestions.filters(try Snapshot.read([padded.path], plain))
      let step = suggestions.count / 40 + 1
      let filters = stride(from: 0, to: suggestions.count, by: step).map { suggestions[$0] }
      filterCount += filters.count
      for keepsLines in bytes.count < 3000 ? [false, true] : [false] {
        plain.keepsRejectedLines = keepsLines
        let found = LazyReading.compare(
          padded.path, filters, plain, variantCount: 1, seed: UInt64(file.byteCount),
          pieces: bytes.count < 20_000 ? [64, 127, 4096] : [4096, 1 << 16])
        #expect(found.mistakes == [], "\(file.name)")
        #expect(found.failureCount == 0, "\(file.name)")
        #expect(found.matchCount > 0 || filters.isEmpty, "\(file.name)")
        ruledOutCount += found.ruledOutCount
      }
    }
    #expect(filterCount > 500)
    #expect(ruledOutCount > 5_000)
  }

  // MARK: - Places

  /// Behind lines that were ruled out, records and rejects still know where they stand.
  @Test func placesBehindLinesThatWereRuledOut() throws {
    var text = "{\"id\":0,\"level\":\"INFO\"}\n"
    var expected: [[Int]] = []
    var brokenLines: [Int] = []
    var random = SeededGenerator(seed: 5)
    for line in 2...3000 {
      switch random.below(40) {
      case 0:
        expected.append([line, text.utf8.count])
        text += "{\"id\":\(line),\"level\":\"ERROR\"}"
      case 1:
        brokenLines.append(line)
        text += "{\"id\":\(line),\"level\":\"ERROR\""
      case 2: text += random.below(2) == 0 ? "" : "   "
      default:
        let padding = String(repeating: " ", count: random.below(300))
        text += "{\"id\":\(line),\(padding)\"level\":\"INFO\"}"
      }
      text += random.below(5) == 0 ? "\r\n" : "\n"
    }
    let file = try TemporaryFile(text: text)
    var base = ReaderOptions.ndjson
    base.selectedColumns = ["_line", "_offset", "id"]
    for options in ReaderOptions.variants(of: base, count: 12, seed: 3) {
      let snapshot = try LazyReading.read([file.path, file.path], options, "level = 'ERROR'").get()
      let places = expected.map {
        [Cell.int64(Int64($0[0])), .int64(Int64($0[1])), .int64(Int64($0[0]))]
      }
      #expect(snapshot.rows == places + places, "\(options.summary)")
      #expect(snapshot.rejects.map(\.line) == brokenLines + brokenLines, "\(options.summary)")
      #expect(snapshot.isAccounted)
      // Every line is a record that was decoded, a reject, or ruled out.
      let counted =
        snapshot.statistics.ruledOutCount + snapshot.statistics.rejectedCount
        + snapshot.statistics.recordCount
      #expect(counted == 6000, "\(options.summary)")
      #expect(snapshot.statistics.recordCount == expected.count * 2)
    }
  }

  @Test(arguments: ["", "\n"]) func everyLineThatWasRuledOutCounts(end: String) throws {
    let lines = Array(repeating: "{\"level\":\"INFO\"}", count: 50).joined(separator: "\n") + end
    let file = try TemporaryFile(text: lines)
    for options in ReaderOptions.variants(of: ReaderOptions.ndjson, count: 8, seed: 1) {
      let snapshot = try LazyReading.read([file.path], options, "level = 'ERROR'").get()
      #expect(snapshot.statistics.ruledOutCount == 50)
      #expect(snapshot.isAccounted)
    }
  }
}

/// Filters for the columns of a file, with values that occur in it.
enum FilterSuggestions {
  static func filters(_ snapshot: Snapshot) -> [String] {
    var filters: [String] = []
    for (index, column) in snapshot.columns.enumerated().prefix(40) {
      let name = identifier(column.name)
      let cells = snapshot.rows.map { $0[index] }.filter { $0 != .null }
      guard let first = cells.first, let last = cells.last else { continue }
      let middle = cells[cells.count / 2]
      filters.append("\(name) IS NOT NULL")
      guard let one = constant(first), let two = constant(last), let three = constant(middle)
      else { continue }
      filters += [
        "\(name) = \(one)", "\(name) IN (\(two), \(three))", "\(name) < \(three)",
        "\(name) >= \(two)", "\(name) BETWEEN \(one) AND \(two)",
      ]
      if column.type == .string { filters += texts(name, middle) }
      if filters.count > 12 {
        filters.append("\(filters[filters.count - 3]) AND \(filters[filters.count - 9])")
        filters.append("\(name) = \(two) OR \(filters[filters.count - 10])")
      }
    }
    return filters
  }

  private static func texts(_ name: String, _ cell: Cell) -> [String] {
    guard case .text(let bytes) = cell else { return [] }
    let text = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    let part = string(text.dropFirst(text.count / 4).prefix(max(1, text.count / 2)))
    let words = text.split { !$0.properties.isAlphabetic || !$0.isASCII }
    let pattern = words.prefix(3).map { string($0) }.joined(separator: ".*")
    return [
      "\(name) LIKE '%\(part)%'", "contains(\(name), '\(part)')",
      "starts_with(\(name), '\(string(text.prefix(5)))')", "\(name) ~ '\(pattern)'",
      "\(name) ILIKE '\(part)%'",
    ]
  }

  private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = ""
    for scalar in scalars where scalar != "\0" {
      text.unicodeScalars.append(scalar)
      if scalar == "'" { text.unicodeScalars.append(scalar) }
    }
    return text
  }

  /// A column's name as SQL has it.
  private static func identifier(_ name: String) -> String {
    (FieldPath.keys(of: name) ?? []).map { key in
      "\"\(String(decoding: key, as: UTF8.self).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
    }.joined(separator: ".")
  }

  private static func constant(_ cell: Cell) -> String? {
    switch cell {
    case .bool(let value): "\(value)"
    case .int64(let value): value == .min ? nil : "(\(value))"
    case .float64(let bits): "CAST('\(Double(bitPattern: bits))' AS DOUBLE)"
    case .timestamp(let value):
      "TIMESTAMP '\(TimestampFormatter.string(nanoseconds: value, zone: .utc))'"
    case .text(let bytes):
      bytes.contains(0)
        ? nil : "'\(string(String(decoding: bytes, as: UTF8.self).unicodeScalars))'"
    case .null, .token: nil
    }
  }
}
