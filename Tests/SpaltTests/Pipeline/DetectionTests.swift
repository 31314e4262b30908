import Testing

@testable import Spalt

/// Which formats inputs are found to have, and what becomes of their lines then.
@Suite struct DetectionTests {
  private struct Found {
    var formats: [String] = []
    var snapshot: Snapshot
    var rowFormats: [String] = []
  }

  /// Reads inputs whose formats nobody says.
  private func read(
    _ paths: [String], _ change: (inout ReaderOptions) -> Void = { _ in }
  ) throws -> Found {
    var options = ReaderOptions()
    change(&options)
    var reader = try RecordReader(paths: paths, options: options)
    var found = Found(snapshot: Snapshot(columns: reader.schema.columns))
    while let batch = try reader.next() {
      found.snapshot.add(batch, inputIndex: reader.inputIndex)
      for row in 0..<batch.rowCount {
        found.rowFormats.append(FormatRegistry.names[batch.formatIndex(row)])
      }
      if found.snapshot.batchCount > Snapshot.batchLimit { throw EndlessBatches() }
    }
    found.snapshot.statistics = reader.statistics
    let detections = reader.formatDetections
    found.formats = paths.indices.map { detections[$0]?.candidates[0].name ?? "given" }
    return found
  }

  private func read(_ text: String) throws -> Found {
    let file = try TemporaryFile(text: text)
    return try read([file.path])
  }

  private let access = "1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 2\n"

  @Test func plainInputs() throws {
    #expect(try read("{\"a\":1}\n{\"a\":2}\n").formats == ["ndjson"])
    #expect(try read(access).formats == ["access"])
    #expect(try read("level=info msg=started\n").formats == ["logfmt"])
    #expect(try read("The quick brown fox\n").formats == ["text"])
    #expect(try read("  indented\n  lines\n").formats == ["text"])
    #expect(try read("42\n\"text\"\nnull\n").formats == ["ndjson"])
    // Broken JSON is JSON all the same, on one line or several.
    #expect(try read("{\"a\":\n").formats == ["ndjson"])
    #expect(try read("{\n  \"a\": 1,\n  \"b\": 2\n}\n").formats == ["ndjson"])
    #expect(try read("").formats == ["ndjson"])
    #expect(try read("\n \n").formats == ["ndjson"])
  }

  /// Sentences hold words, and now and then an equals sign: they are not logfmt for that.
  @Test func proseIsText() throws {
    for line in [
      "Listening on port 8080", "set a=1 and b=2 before starting the server", "x = y",
      "Jun 11 08:05:00 host app[1]: level=info msg=started",
      "2024-06-11 08:05:00 ERROR [main] Something failed: code=7", "[error] nothing to see",
      "[2024-06-11 08:05:00] app.ERROR: failed {\"code\":7}", "a,b,c", "key: value", "---",
      "<165>1 2003-10-11T22:14:15.003Z host app - ID47 - text",
    ] {
      #expect(try read(line + "\n").formats == ["text"], "\(line)")
    }
  }

  /// No line may be plausible in two formats, or the order in which they are tried would matter.
  @Test func linesBelongToOneFormat() throws {
    let lines = [
      "{\"a\":1}", "[1,2]", "\"text\"", "12", "null", "{}", "a=1", "a=\"b c\" d=2", "{a=1}", "[a=1",
      "\"a\"=1", "1=2", "null=1", "12 a=1", "- - - [x] \"y\" 1 2", "a= b= c=",
      String(access.dropLast()), "a=1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 2",
    ]
    var tree = FieldTree()
    let options = ReaderOptions().format
    let scanners = FormatRegistry.formats.map { $0.makeScanner(&tree, options) }
    let pool = ChunkPool(budget: MemoryBudget())
    var record = try ScannedRecord(tree: tree, arenas: ArenaPool(chunkPool: pool))
    for line in lines {
      let bytes = Array(line.utf8)
      var plausible: [String] = []
      for (index, scanner) in scanners.enumerated() {
        record.begin()
        let cursor = ByteCursor(ByteView(bytes.span))
        guard let end = try? scanner.scan(cursor, from: 0, into: &record), end == bytes.count,
          record.plausibility >= FormatDetection.leastPlausibility
        else { continue }
        plausible.append(FormatRegistry.names[index])
      }
      #expect(plausible.count <= 1, "\(line): \(plausible)")
    }
  }

  @Test func mixedInputsAreReadLineByLine() throws {
    let text =
      "{\"level\":\"info\",\"status\":200}\nlevel=warn status=503\n" + access
      + "java.lang.Error: no\n    at Main.main(Main.java:3)\n{\"level\":\"info\"}\n"
    let found = try read(text)
    #expect(found.formats == ["ndjson"])
    #expect(found.rowFormats == ["ndjson", "logfmt", "access", "ndjson"])
    #expect(found.snapshot.rejects.map(\.line) == [4, 5])
    #expect(
      found.snapshot.column("status") == [.int64(200), .int64(503), .int64(200), .null])
    let file = try TemporaryFile(text: text)
    let kept = try read([file.path]) { $0.keepsRejectedLines = true }
    #expect(kept.rowFormats == ["ndjson", "logfmt", "access", "text", "text", "ndjson"])
  }

  /// What was found in the first lines of an input decides, so that nothing depends on what came before.
  @Test func aFormatThatComesLateIsNoFormatOfTheInput() throws {
    let head = String(repeating: "{\"a\":1,\"b\":\"some text to fill a line\"}\n", count: 8000)
    let found = try read(head + "a=2\n")
    #expect(found.snapshot.rejects.map(\.line) == [8001])
    #expect(try read("a=2\n" + head).snapshot.rejects.isEmpty)
  }

  @Test func everyInputHasFormatsOfItsOwn() throws {
    let files = try [
      "{\"status\":200}\n", access, "status=404\n", "just text\n",
    ].map { try TemporaryFile(text: $0) }
    let found = try read(files.map(\.path))
    #expect(found.formats == ["ndjson", "access", "logfmt", "text"])
    #expect(found.rowFormats == ["ndjson", "access", "logfmt", "text"])
    #expect(found.snapshot.column("status") == [.int64(200), .int64(200), .int64(404), .null])
    #expect(found.snapshot.column("line").last == .text(Array("just text".utf8)))
  }

  /// A line with millions of fields is no record, and costs no more memory than its length.
  @Test func linesWithTooManyFieldsAreRejected() throws {
    let line = String(access.dropLast()) + " \"-\" \"-\""
    let file = try TemporaryFile(
      text: access + line + String(repeating: " x", count: 1000) + "\n" + line
        + String(repeating: " x", count: 1001) + "\n" + access)
    let found = try read([file.path]) { $0.memoryByteCount = 32 << 20 }
    #expect(found.snapshot.rows.count == 3)
    #expect(found.snapshot.rejects.map(\.reason) == [.tooManyFields])
    #expect(found.snapshot.rejects.map(\.line) == [3])
  }

  /// The columns of a format are its own, whatever the beginning of the input is like.
  @Test func columnsOfAFormatNeedNoSample() throws {
    let names = AccessFormat().columns.map(\.name) + ["_extra"]
    for text in ["", String(repeating: "x", count: 200) + "\n" + access] {
      let file = try TemporaryFile(text: text)
      for byteCount in [64, 100_000] {
        let found = try read([file.path]) {
          $0.formatName = "access"
          $0.sampleByteCount = 100
          $0.maximumRecordByteCount = 100
          $0.pieceByteCount = byteCount
        }
        #expect(found.snapshot.columns.map(\.name) == names)
      }
    }
  }

  /// Fields behind those of a format are asked for by names that no sample knows.
  @Test func surplusFieldsAreNoSurprise() throws {
    let file = try TemporaryFile(text: access)
    var options = ReaderOptions()
    options.selectedColumns = ["extra1", "extra0", "extra", "host", "extra25"]
    let reader = try RecordReader(paths: [file.path], options: options)
    #expect(reader.unseenNames == ["extra0", "extra"])
    let other = try TemporaryFile(text: "{\"host\":1}\n")
    let another = try RecordReader(paths: [other.path], options: options)
    #expect(another.unseenNames == ["extra1", "extra0", "extra", "extra25"])
  }

  /// A schema without a column for them does not make kept lines disappear.
  @Test func keptLinesNeedNoColumnInTheSchema() throws {
    let file = try TemporaryFile(text: "{\"a\":1}\nno JSON\n")
    let found = try read([file.path]) {
      $0.schema = Schema(columns: [ColumnDefinition(name: "a", type: .int64)])
      $0.keepsRejectedLines = true
    }
    #expect(found.snapshot.columns.map(\.name) == ["a", "line"])
    #expect(found.snapshot.column("line") == [.null, .text(Array("no JSON".utf8))])
  }

  /// Neither the size of pieces nor how they get into memory decides what is found.
  @Test func nothingDependsOnPieces() throws {
    var text = ""
    for number in 0..<300 {
      text += number % 3 == 0 ? "level=info n=\(number)\n" : "{\"level\":\"x\",\"n\":\(number)}\n"
      if number % 50 == 7 { text += "    at some.place\n\n" }
    }
    let file = try TemporaryFile(text: text)
    let expected = try read([file.path])
    #expect(expected.snapshot.rows.count == 300)
    for mode in [InputMode.mmap, .read] {
      for byteCount in [64, 100, 1000, 100_000] {
        for threadCount in [1, 3] {
          let found = try read([file.path]) {
            $0.inputMode = mode
            $0.pieceByteCount = byteCount
            $0.threadCount = threadCount
          }
          #expect(found.formats == expected.formats)
          #expect(found.rowFormats == expected.rowFormats)
          #expect(found.snapshot.rows == expected.snapshot.rows)
          #expect(found.snapshot.rejects == expected.snapshot.rejects)
        }
      }
    }
  }

  /// The mixed and the malformed files of the corpus that are for these formats: what they are, how many
  /// records they have, and which lines are rejected for what reason.
  @Test(
    .needsCorpus,
    arguments: [
      ("access/crowdsec-hub/apache2-malformed.log", "access", 11, [:]),
      ("access/crowdsec-hub/nginx-http-malformed.log", "access", 12, [:]),
      ("access/lnav/logfile_bad_access_log.0", "access", 2, [2: .missingClientFields]),
      ("access/plaso/apache_access.log", "access", 15, [:]),
      ("logfmt/crowdsec-hub/grafana-logs.log", "logfmt", 9, [:]),
      ("logfmt/angle-grinder/test_nested_logfmt.log", "ndjson", 1, [:]),
      ("ndjson/angle-grinder/test_partial_json.log", "text", 6, [:]),
      ("ndjson/crowdsec-hub/authelia-logs.log", "ndjson", 30, [:]),
      ("ndjson/crowdsec-hub/fastly-logs.log", "text", 4, [:]),
      ("ndjson/crowdsec-hub/traefik_json.log", "ndjson", 6, [6: .unexpectedByte]),
      (
        "ndjson/fluent-bit/json_single_map_001.json", "ndjson", 0,
        [
          1: .unexpectedEnd, 2: .trailingContent, 3: .trailingContent, 4: .trailingContent,
          5: .unexpectedByte,
        ]
      ),
      ("ndjson/hl/mixed_valid_invalid.log", "ndjson", 2, [2: .unexpectedByte]),
      (
        "ndjson/hl/multiline_json.log", "ndjson", 0,
        [
          1: .unexpectedEnd, 2: .trailingContent, 3: .unexpectedEnd, 4: .trailingContent,
          5: .unexpectedEnd, 6: .trailingContent,
        ]
      ),
      ("ndjson/lnav/logfile_caddy_log.0", "text", 39, [:]),
      ("ndjson/lnav/logfile_invalid_json.json", "ndjson", 4, [3: .unterminatedString]),
      ("ndjson/lnav/logfile_json_invalid.json", "ndjson", 12, [5: .unterminatedString]),
      (
        "ndjson/lnav/logfile_mixed_json2.json", "ndjson", 14,
        [5: .unexpectedByte, 6: .unexpectedByte, 7: .unexpectedByte, 8: .unexpectedByte]
      ),
    ] as [(String, String, Int, [Int: RejectReason])])
  func oddFilesOfTheCorpus(
    name: String, format: String, recordCount: Int, reasons: [Int: RejectReason]
  ) throws {
    let found = try read([Corpus.path(name)])
    #expect(found.formats == [format])
    #expect(found.snapshot.statistics.recordCount == recordCount)
    #expect(
      Dictionary(uniqueKeysWithValues: found.snapshot.rejects.map { ($0.line, $0.reason) })
        == reasons)
  }
}
