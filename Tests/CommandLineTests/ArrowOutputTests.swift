import Foundation
import Testing

/// Arrow files and streams, as pyarrow, Polars and DuckDB read them.
@Suite(.enabled(if: Engines.python != nil, "pyarrow, Polars and DuckDB cannot be installed here"))
struct ArrowOutputTests {
  /// What `arrow_tables.py` found in all files.
  struct Tables {
    let rowCount: Int
    let batchCount: Int
    /// Columns of batches with a statistics entry.
    let statisticsCount: Int
    /// Names and types of the columns, of each file.
    let layouts: [String]
  }

  private static let layouts: [[String]] = ["utf8", "utf8_view", "dictionary"].flatMap { strings in
    ["none", "lz4", "zstd"].flatMap { compression in
      ["arrow", "arrow-stream"].map { format in
        ["--to", format, "--strings", strings, "--compress", compression]
      }
    }
  }

  private func run(_ arguments: [String]) throws {
    let outcome = try Program.execute(Program.path, arguments, timeoutSeconds: 60)
    #expect(outcome.status == 0, "\(arguments): \(outcome.errorText)")
  }

  /// Writes an input in each layout, and compares everything with the NDJSON of the same arguments.
  private func tables(
    _ arguments: [String], _ layouts: [[String]] = layouts
  ) throws -> Tables {
    let folder = try TemporaryFolder()
    let reference = folder.path("reference.ndjson")
    try run(arguments + ["--to", "ndjson", "--time-zone", "UTC", "-o", reference])
    var paths: [String] = []
    for (index, layout) in layouts.enumerated() {
      let isStream = layout.contains("arrow-stream")
      paths.append(folder.path("\(index)." + (isStream ? "arrows" : "arrow")))
      try run(arguments + layout + ["-o", paths[index]])
    }
    let outcome = try Program.execute(
      Engines.python ?? "", [Samples.oracle("arrow_tables.py"), reference] + paths,
      timeoutSeconds: 120)
    guard outcome.status == 0, let first = outcome.lines.first else {
      throw TestFailure("arrow_tables.py: \(outcome.errorText.suffix(2000))")
    }
    let counts = first.split(separator: "\t").compactMap { Int($0) }
    return Tables(
      rowCount: counts[0], batchCount: counts[1], statisticsCount: counts[2],
      layouts: Array(outcome.lines.dropFirst()))
  }

  @Test(arguments: [
    ("service.ndjson", 40), ("access.log", 24), ("service.logfmt", 24), ("mixed.log", 7),
    ("odd.ndjson", 16), ("compressed/service.ndjson.lz4", 40), ("compressed/access.log.gz", 24),
    ("compressed/service.logfmt.zst", 24),
  ])
  func everyLayoutHoldsEveryValue(name: String, leastRowCount: Int) throws {
    let tables = try tables([Samples.testData(name)])
    #expect(tables.rowCount >= leastRowCount)
    #expect(tables.batchCount >= 1)
    #expect(tables.statisticsCount > 0)
    #expect(tables.layouts.count == Self.layouts.count)
  }

  @Test func typesAreThoseOfTheLayout() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(
      "in", #"{"s":"x","i":1,"f":0.5,"b":true,"t":"2024-02-29T12:00:00Z","j":[1]}"# + "\n")
    let rest = "i:int64,f:double,b:bool,t:timestamp[ns, tz=UTC],j:extension<arrow.json>"
    let tables = try tables(
      [input], Self.layouts.filter { $0.contains("none") && $0.contains("arrow") })
    #expect(
      tables.layouts.map { $0.replacingOccurrences(of: ",_extra:extension<arrow.json>", with: "") }
        == [
          "s:string,\(rest)", "s:string_view,\(rest)",
          "s:dictionary<values=string, indices=int32, ordered=0>,\(rest)",
        ])
  }

  @Test func plainTextHasItsLines() throws {
    let folder = try TemporaryFolder()
    let lines = (0..<3000).map { "line \($0) of a text that is nothing else, \u{1F332}\n" }
    let input = try folder.write("in.txt", lines.joined() + "\n\nshort\n")
    #expect(try tables([input, "-f", "text"]).rowCount == 3003)
  }

  @Test(
    .enabled(if: Tools.generator != nil, "no C++ compiler for the generator"),
    arguments: ["ndjson", "access", "logfmt"])
  func generatedFilesOfManyBatches(kind: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("in")
    let outcome = try Program.execute(
      Tools.generator ?? "", [kind, "--bytes", "1000000", "--out", path, "--seed", "3"])
    #expect(outcome.status == 0)
    let tables = try tables(
      [path, "-j", "2", "--piece", "64KiB"],
      [("utf8", "none"), ("utf8_view", "lz4"), ("dictionary", "zstd")].flatMap { layout in
        Self.layouts.filter { $0.contains(layout.0) && $0.contains(layout.1) }
      })
    #expect(tables.batchCount >= 8)
    #expect(tables.rowCount > 1000)
  }

  @Test func emptyInputsHaveASchemaAndNoBatch() throws {
    let tables = try tables([Samples.testData("empty.ndjson")])
    #expect(tables.rowCount == 0)
    #expect(tables.batchCount == 0)
    #expect(tables.layouts.allSatisfy { $0 == "_extra:extension<arrow.json>" })
  }

  @Test(
    arguments: [
      (["-n", "7"], 7), (["-n", "0"], 0), (["--where", "status >= 500"], nil),
      (["--where", "status = 12345"], 0), (["--select", "msg,_line,_file,status"], nil),
      (["--select", "latency_ms", "-n", "3"], 3),
    ] as [([String], Int?)])
  func limitsFiltersAndSelections(arguments: [String], rowCount: Int?) throws {
    let tables = try tables([Samples.testData("service.ndjson")] + arguments)
    if let rowCount { #expect(tables.rowCount == rowCount) } else { #expect(tables.rowCount > 0) }
    if rowCount == 0 { #expect(tables.batchCount == 0) }
  }

  @Test func nullsAndEscapesAreWhereTheyWere() throws {
    var lines = #"{"i":1,"f":1.5,"b":true,"t":"2024-02-29T12:00:00.123456789Z","s":"x","l":"y"}"#
    for row in 0..<2000 {
      let values = [
        "\"i\":\(row % 3 == 0 ? "null" : "\(row - 1000)")",
        "\"f\":\(row % 5 == 0 ? "null" : "-\(row)e-3")",
        "\"b\":\(row % 7 == 0 ? "null" : "\(row % 2 == 0)")",
        "\"t\":\(row % 11 == 0 ? "null" : "\"2024-02-29T12:00:\(10 + row % 50)Z\"")",
        "\"s\":\(row % 13 == 0 ? "null" : "\"\(row % 17 == 0 ? "a \\\"quoted\\\" text, \\u00e9" : "s\(row)")\"")",
        "\"l\":\(row % 2 == 0 ? "null" : "\"a longer text than fits into a view, number \(row)\"")",
        "\"never\":null",
      ]
      lines += "\n{\(values.joined(separator: ","))}"
    }
    let folder = try TemporaryFolder()
    let tables = try tables([folder.write("in", lines)])
    #expect(tables.rowCount == 2001)
    // All columns but the truth values and `_extra`.
    #expect(tables.statisticsCount >= 5)
  }

  @Test func statisticsAreOfTheRowsThatAreWritten() throws {
    let folder = try TemporaryFolder()
    let long = String(repeating: "x", count: 65)
    let input = try folder.write(
      "in",
      """
      {"i":5,"f":-1.5,"s":"b","long":"\(long)","n":null}
      {"i":-9223372036854775808,"f":2,"s":"é\\n\\"","long":"a","n":null}
      {"i":null,"f":0,"s":"","long":"a","n":null}
      {"i":100,"f":1e300,"s":"zz","long":"a","n":null}

      """)
    let output = folder.path("out.arrow")
    try run([input, "--to", "arrow", "-n", "3", "-o", output])
    let script = """
      import json, pyarrow.ipc, sys
      with pyarrow.ipc.open_file(sys.argv[1]) as file:
          batch, metadata = file.get_batch_with_custom_metadata(0)
          for i, name in enumerate(batch.schema.names):
              print(name, (metadata.get(f"spalt.statistics.{i}") or b"none").decode())
          fields = [f.metadata for f in file.schema]
          print(file.schema.metadata[b"spalt.version"].decode(), fields[0][b"spalt.format"].decode())
      """
    let found = try Program.execute(Engines.python ?? "", ["-c", script, output])
    #expect(found.status == 0, "\(found.errorText)")
    let lines = Set(found.lines)
    #expect(lines.contains("i [1,-9223372036854775808,5]"))
    #expect(lines.contains("f [0,-1.5,2.0]"))
    #expect(lines.contains(#"s [0,"","é\u000a\""]"#))
    #expect(lines.contains("long none"))
    #expect(lines.contains("0.1.0 ndjson"))
  }

  @Test(arguments: [("Europe/Berlin", "Europe/Berlin"), ("+02:00", "+02:00")])
  func timesAreShownInTheZone(zone: String, expected: String) throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("in", #"{"t":"2024-02-29T12:00:00Z"}"# + "\n")
    let output = folder.path("out.arrow")
    try run([input, "--to", "arrow", "-Z", zone, "-o", output])
    let script = """
      import pyarrow, pyarrow.ipc, sys
      table = pyarrow.ipc.open_file(sys.argv[1]).read_all()
      print(table.schema.field("t").type.tz, table.column("t").cast(pyarrow.int64())[0])
      """
    let found = try Program.execute(Engines.python ?? "", ["-c", script, output])
    #expect(found.text == "\(expected) 1709208000000000000\n", "\(found.errorText)")
  }

  @Test func streamsComeThroughPipes() throws {
    let script = """
      "$SPALT" "$1" --to arrow-stream | "$2" -c 'import pyarrow.ipc, sys
      print(pyarrow.ipc.open_stream(sys.stdin.buffer).read_all().num_rows)'
      """
    let path = Samples.testData("access.log")
    let outcome = try Program.shell(script, [path, Engines.python ?? ""])
    #expect(outcome.text == (try Program.output([path, "-c"])), "\(outcome.errorText)")
  }
}
