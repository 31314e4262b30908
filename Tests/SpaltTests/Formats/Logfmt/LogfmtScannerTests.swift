import Foundation
import Testing

@testable import Spalt

/// The scanner alone, line by line, against go-logfmt's vectors and a decoder written after it.
@Suite struct LogfmtScannerTests {
  /// What the scanner made of a line.
  struct Scan {
    var pairs: [NaiveLogfmt.Pair] = []
    var fault: RecordFault?
    var plausibility = 0.0
    var likeness = 0.0
  }

  /// Scans a line that stands behind `margin` bytes, with others behind it.
  static func scan(
    _ line: [UInt8], margin: Int = 0, _ kernels: ScanKernels = .current,
    _ arenas: ArenaPool = makeArenas()
  ) throws -> Scan {
    let bytes = [UInt8](repeating: 0x22, count: margin) + line + Array("\"=\n more=1".utf8)
    var tree = FieldTree()
    let format = LogfmtFormat()
    let scanner = format.makeScanner(&tree, FormatOptions(kernels: kernels))
    var record = try ScannedRecord(tree: tree, arenas: arenas)
    let cursor = ByteCursor(ByteView(bytes.span)).limited(to: margin + line.count)
    record.begin()
    var result = Scan()
    do {
      let end = try scanner.scan(cursor, from: margin, into: &record)
      #expect(end == cursor.end)
    } catch {
      guard case .fault(let fault) = error else { throw error }
      result.fault = RecordFault(reason: fault.reason, index: fault.index - margin)
      result.likeness = format.likeness(cursor, from: margin, fault)
    }
    result.plausibility = record.plausibility
    for index in 0..<record.fields.count {
      let field = record.fields[index]
      let name = record.tree.name(of: Int(field.node))
      let keys = try #require(FieldPath.keys(of: name))
      result.pairs.append(
        NaiveLogfmt.Pair(
          key: Array(keys.joined(separator: [LogfmtByte.dot])),
          value: Self.value(field, bytes, arenas)))
    }
    return result
  }

  static func makeArenas() -> ArenaPool {
    ArenaPool(chunkPool: ChunkPool(budget: MemoryBudget(limitByteCount: 8 << 20)))
  }

  private static func value(
    _ field: ScannedField, _ bytes: [UInt8], _ arenas: ArenaPool
  ) -> NaiveLogfmt.Value {
    let range = field.contentRange
    switch field.kind {
    case .flag: return .flag
    case .word: return .word(Array(bytes[range]))
    default:
      // The decoder of text is the one that columns are filled with.
      let cursor = ByteCursor(ByteView(bytes.span))
      var arena = arenas.lease(.scratch)
      let block = try? arena.build(maximumByteCount: range.count * 3) { output in
        _ = cursor.writeText(range, decodesEscapes: true, to: &output)
      }
      return .string(block.map { arena.view(of: $0).array } ?? [])
    }
  }

  // MARK: - go-logfmt's vectors

  private struct Vector: Decodable {
    let input: String?
    let inputBase64: String?
    let expectedRecords: [[[String?]]]?
    let errorLine: Int?
    let errorColumn: Int?

    enum CodingKeys: String, CodingKey {
      case input
      case inputBase64 = "input_base64"
      case expectedRecords = "expected_records"
      case errorLine = "error_line"
      case errorColumn = "error_column_1based"
    }

    /// The input, line by line; a line end at the end begins no other line.
    var lines: [[UInt8]] {
      let bytes =
        input.map { Array($0.utf8) } ?? Data(base64Encoded: inputBase64 ?? "").map { [UInt8]($0) }
        ?? []
      var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { [UInt8]($0) }
      if lines.last == [] { lines.removeLast() }
      return lines
    }
  }

  private static func vectors() throws -> [Vector] {
    let path = Corpus.folder.appendingPathComponent(
      "logfmt/go-logfmt-vectors/decode-vectors.ndjson")
    return try Data(contentsOf: path).split(separator: 0x0A).map {
      try JSONDecoder().decode(Vector.self, from: $0)
    }
  }

  /// A value as the vectors write it: null for no value, whether there was an equals sign or not.
  private static func expected(_ value: NaiveLogfmt.Value) -> String? {
    switch value {
    case .flag, .word([]): nil
    case .word(let bytes), .string(let bytes): String(decoding: bytes, as: UTF8.self)
    }
  }

  @Test(.needsCorpus) func vectorsGiveTheirPairsAndErrors() throws {
    let vectors = try Self.vectors()
    #expect(vectors.count == 28)
    for vector in vectors {
      let scans = try vector.lines.map { try Self.scan($0) }
      if let records = vector.expectedRecords {
        #expect(scans.allSatisfy { $0.fault == nil }, "\(vector)")
        let found = scans.map { scan in
          scan.pairs.map { [String(decoding: $0.key, as: UTF8.self), Self.expected($0.value)] }
        }
        #expect(found == records, "\(vector)")
      } else {
        let failed = scans.firstIndex { $0.fault != nil }
        #expect(failed.map { $0 + 1 } == vector.errorLine, "\(vector)")
        #expect(scans.compactMap(\.fault).map { $0.index + 1 } == [vector.errorColumn], "\(vector)")
      }
    }
  }

  @Test(.needsCorpus) func theOracleGivesTheVectorsToo() throws {
    for vector in try Self.vectors() {
      let lines = vector.lines.map { NaiveLogfmt($0) }
      if let records = vector.expectedRecords {
        let found = lines.map { line in
          line.pairs.map { [String(decoding: $0.key, as: UTF8.self), Self.expected($0.value)] }
        }
        #expect(found == records, "\(vector)")
      }
      #expect(lines.compactMap(\.errorColumn).first == vector.errorColumn, "\(vector)")
    }
  }

  // MARK: - Generated lines

  private func expectSame(
    _ line: [UInt8], margin: Int, _ kernels: ScanKernels, _ arenas: ArenaPool
  ) throws -> Bool {
    let oracle = NaiveLogfmt(line)
    let scan = try Self.scan(line, margin: margin, kernels, arenas)
    let isSame = scan.pairs == oracle.pairs && scan.fault.map { $0.index + 1 } == oracle.errorColumn
    if !isSame {
      Issue.record(
        "\(kernels.name): \(line) \(String(decoding: line, as: UTF8.self)): \(scan), not \(oracle)")
    }
    return isSame
  }

  @Test(arguments: [UInt64](1...8)) func generatedLinesAreReadAsByTheOracle(seed: UInt64) throws {
    var generator = LogfmtGenerator(seed: seed)
    generator.oddPercentage = 80
    let arenas = Self.makeArenas()
    var faultCount = 0
    for number in 0..<250 {
      let line = number % 3 == 0 ? generator.noise() : generator.line()
      let kernels = ScanKernels.all[number % ScanKernels.all.count]
      guard try expectSame(line, margin: number % 17, kernels, arenas) else { return }
      if NaiveLogfmt(line).errorColumn != nil { faultCount += 1 }
    }
    #expect(faultCount > 20)
  }

  @Test func valuesOfEveryLengthAreReadAsByTheOracle() throws {
    let arenas = Self.makeArenas()
    for count in 0...80 {
      let letters = String(repeating: "v", count: count)
      for line in [
        "k=\(letters)", "k=\(letters) x", "k=\"\(letters)\"", "k=\"\(letters)\\n\"x=1",
        "\(letters)=1",
        "k=\(letters)é z=2", "k=\(letters)=", "k=\"\(letters)", "k=\"\(letters)\\", "\(letters)\"",
        "k=\"\(letters)\t\" y=\(letters)", "k=\"\t\(letters)\\t\"",
      ] {
        for kernels in ScanKernels.all {
          guard try expectSame(Array(line.utf8), margin: count % 5, kernels, arenas) else { return }
        }
      }
    }
  }

  // MARK: - Reasons

  @Test(
    arguments: [
      ("=bar", RejectReason.missingKey, 0), ("a=1 =b", .missingKey, 4),
      ("\"k\"=b", .quoteInWord, 0),
      ("k\"ey=bar", .quoteInWord, 1), ("k=b\"ar", .quoteInWord, 3), ("k=b=ar", .equalsInValue, 3),
      ("a==", .equalsInValue, 2), ("a=\"1", .unterminatedString, 4),
      ("a=\"1\\\"", .unterminatedString, 6), ("a=\"\\u1\"", .invalidEscape, 7),
      ("a=\"\\x\" b=1", .invalidEscape, 6),
      ("a\u{FFFD}=1", .replacementCharacterKey, 4), ("a\u{FFFD}", .replacementCharacterKey, 4),
    ] as [(String, RejectReason, Int)])
  func reasons(line: String, reason: RejectReason, index: Int) throws {
    let fault = try #require(try Self.scan(Array(line.utf8)).fault)
    #expect(fault.reason == reason)
    #expect(fault.index == index)
  }

  @Test func keysAreWellFormed() throws {
    let fault = try #require(try Self.scan([0x61, 0xC3, 0x3D, 0x31]).fault)
    #expect(fault.reason == .invalidUTF8Key)
    #expect(fault.index == 2)
  }

  // MARK: - How likely a line is

  @Test(
    arguments: [
      ("a=1 b=2 c=\"x y\"", 1.0), ("a=1", 1),
      ("t=1 level=info msg=x y z and so on", 0.5), ("time=3 flag level=info x=", 0.75),
      ("a=1 b", 0.5),
      ("ts=2026-01-01T00:00:00Z level=error msg=\"it broke\"", 1),
    ])
  func recordsArePlausible(line: String, expected: Double) throws {
    #expect(try Self.scan(Array(line.utf8)).plausibility == expected)
  }

  @Test(
    arguments: [
      "", "word", "two words", "at org.example.Main.run(Main.java:12)", "17", "true", "[1,2]", "{}",
      "2026-01-01 12:00:00 level=error msg=x a=1 b=2 c=3 d=4", "the value of x=1 is wrong",
      "(x)=1", "f(a=1)", "https://example.org/?q=1", "a=1 is what it says", "\u{1}",
      "\tat com.example.A(B.java)", "Caused by: x=1",
      #"<34>1 2026-01-01T00:00:00Z host app - - [id a="1"] text"#,
    ])
  func otherTextIsNotPlausible(line: String) throws {
    let scan = try Self.scan(Array(line.utf8))
    #expect(scan.plausibility < 0.5)
    #expect(scan.fault == nil)
  }

  @Test(
    arguments: [
      #"{"a":1}"#, #"{"a":"b=1"}"#, #""a=1""#, #"["a=1"]"#, #"[1, "a=1"]"#, #"{ "a" : "b=c d=e" }"#,
      #"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET /?a=1&b=2 HTTP/1.0" 200 1"#,
      #"vhost=1 1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "a=1" 200 1 "-" "x=y""#,
    ])
  func linesOfOtherFormatsAreRefused(line: String) throws {
    let scan = try Self.scan(Array(line.utf8))
    #expect(scan.fault != nil)
    #expect(scan.likeness <= 0.15)
  }

  @Test func aDamagedRecordLooksLikeOne() throws {
    let whole = try Self.scan(Array("a=1 b=2 c=3 d=4 e=\"open".utf8))
    #expect(whole.likeness > 0.2 && whole.likeness <= 0.3)
    let half = try Self.scan(Array("a=1 words b=2 more e=\"open".utf8))
    #expect(half.likeness > 0 && half.likeness < whole.likeness)
  }
}
