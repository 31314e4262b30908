import Testing

@testable import Spalt

/// What sinks make of tokens in several syntaxes. In the batches, format 0 is NDJSON, 1 logfmt, 2 text.
@Suite struct TokenSinkTests {
  /// A token and what each sink prints of it; `logfmt` and `json` without the key.
  struct Example: CustomStringConvertible {
    var format: Int
    var types: [ColumnType]
    var token: String
    var json: String
    var csv: String
    var logfmt: String

    init(
      _ format: Int, _ types: [ColumnType], _ token: String, json: String, csv: String? = nil,
      logfmt: String? = nil
    ) {
      self.format = format
      self.types = types
      self.token = token
      self.json = json
      self.csv = csv ?? token
      self.logfmt = logfmt ?? token
    }

    var description: String { "format \(format), `\(token)`" }
  }

  private static let plainTypes: [ColumnType] = [.int64, .float64, .bool]
  private static let examples: [Example] = [
    // JSON, as it always was.
    Example(0, ColumnType.allCases, "12.50", json: "12.50"),
    Example(0, ColumnType.allCases, "null", json: "null", csv: ""),
    Example(0, ColumnType.allCases, #""null""#, json: #""null""#, csv: "null"),
    Example(0, ColumnType.allCases, #""""#, json: #""""#, csv: #""""#, logfmt: ""),
    Example(0, ColumnType.allCases, #""a\n""#, json: #""a\n""#, csv: "\"a\n\"", logfmt: #""a\n""#),
    // Words.
    Example(1, plainTypes + [.json], "12", json: "12"),
    Example(1, plainTypes + [.json], "-0.5e+10", json: "-0.5e+10"),
    Example(1, plainTypes + [.json], "true", json: "true"),
    Example(1, plainTypes + [.json], "false", json: "false"),
    Example(1, [.string, .timestamp], "12", json: #""12""#),
    Example(1, [.string, .timestamp], "true", json: #""true""#),
    Example(1, ColumnType.allCases, "2024-02-29T12:00:00Z", json: #""2024-02-29T12:00:00Z""#),
    Example(1, ColumnType.allCases, "null", json: #""null""#),
    Example(1, ColumnType.allCases, "007", json: #""007""#),
    Example(1, ColumnType.allCases, "12ms", json: #""12ms""#),
    Example(1, ColumnType.allCases, "truest", json: #""truest""#),
    Example(1, ColumnType.allCases, "tru", json: #""tru""#),
    Example(1, ColumnType.allCases, "-", json: #""-""#),
    Example(1, ColumnType.allCases, "1e", json: #""1e""#),
    Example(1, ColumnType.allCases, "+1", json: #""+1""#),
    Example(1, ColumnType.allCases, "NaN", json: #""NaN""#),
    Example(1, ColumnType.allCases, #"C:\temp"#, json: #""C:\\temp""#),
    Example(1, ColumnType.allCases, "Größe", json: #""Größe""#),
    Example(1, ColumnType.allCases, "[1]", json: #""[1]""#),
    Example(1, ColumnType.allCases, "a\u{7F}b", json: "\"a\u{7F}b\""),
    Example(1, ColumnType.allCases, "\u{FFFD}", json: "\"\u{FFFD}\"", logfmt: #""\ufffd""#),
    Example(1, plainTypes + [.timestamp], "", json: "null"),
    Example(1, [.string, .json], "", json: #""""#, csv: #""""#),
    // Strings of logfmt, also such as JSON does not allow.
    Example(1, ColumnType.allCases, #""12""#, json: #""12""#, csv: "12", logfmt: "12"),
    Example(1, ColumnType.allCases, #""""#, json: #""""#, csv: #""""#, logfmt: ""),
    Example(1, ColumnType.allCases, #""null""#, json: #""null""#, csv: "null"),
    Example(1, ColumnType.allCases, #""a b""#, json: #""a b""#, csv: "a b"),
    Example(
      1, ColumnType.allCases, #""say \"hi\", \\ \u00e9\t""#, json: #""say \"hi\", \\ \u00e9\t""#,
      csv: "\"say \"\"hi\"\", \\ é\t\"", logfmt: #""say \"hi\", \\ é\t""#),
    Example(
      1, ColumnType.allCases, "\"a\tb\\'c\\x\"", json: #""a\tb'cx""#, csv: "a\tb'cx",
      logfmt: #""a\tb'cx""#),
    // Text as it stands.
    Example(2, plainTypes + [.json], "200", json: "200"),
    Example(2, [.string, .timestamp], "200", json: #""200""#),
    Example(2, ColumnType.allCases, "null", json: #""null""#, logfmt: #""null""#),
    Example(
      2, ColumnType.allCases, #""null""#, json: #""\"null\"""#, csv: #""""null""""#,
      logfmt: #""\"null\"""#),
    Example(2, ColumnType.allCases, #"\x16\x03"#, json: #""\\x16\\x03""#),
    Example(2, ColumnType.allCases, "\"", json: #""\"""#, csv: #""""""#, logfmt: #""\"""#),
    Example(2, ColumnType.allCases, "\"\"", json: #""\"\"""#, csv: #""""""""#, logfmt: #""\"\"""#),
    Example(
      2, ColumnType.allCases, "10/Oct/2000:13:55:36 -0700", json: #""10/Oct/2000:13:55:36 -0700""#,
      logfmt: #""10/Oct/2000:13:55:36 -0700""#),
    Example(
      2, ColumnType.allCases, #"a, "b" \c of some length"#, json: #""a, \"b\" \\c of some length""#,
      csv: #""a, ""b"" \c of some length""#, logfmt: #""a, \"b\" \\c of some length""#),
    Example(
      2, ColumnType.allCases, "\u{1}\t\u{1B}[0m\u{7F}", json: "\"\\u0001\\t\\u001b[0m\u{7F}\"",
      logfmt: "\"\\u0001\\t\\u001b[0m\u{7F}\""),
    Example(2, plainTypes + [.timestamp], "", json: "null"),
    Example(2, [.string, .json], "", json: #""""#, csv: #""""#),
  ]

  @Test func whatATokenMeansInEachColumn() throws {
    for example in Self.examples {
      for type in example.types {
        for (isMade, padding) in [(false, 64), (false, 0), (true, 64)] {
          var batch = TokenBatch(
            [("k", type), ("z", .int64)], [(example.format, [example.token, nil])])
          batch.isMade = isMade
          batch.padding = padding
          let message = "\(example) in \(type), made: \(isMade), padding: \(padding)"
          #expect(
            try batch.text(NDJSONFormatter(schema: batch.schema)) == "{\"k\":\(example.json)}\n",
            "\(message)")
          #expect(
            try batch.text(CSVFormatter(schema: batch.schema)) == "\(example.csv),\n", "\(message)")
          #expect(
            try batch.text(LogfmtFormatter(schema: batch.schema)) == "k=\(example.logfmt)\n",
            "\(message)")
        }
      }
    }
  }

  @Test func delimitersOfOneFormatAreTextInAnother() throws {
    let batch = TokenBatch(
      [("a", .string), ("b", .string)],
      [
        (2, ["tab\tand \\ and \"quote\" in a long text", "x;y,z"]), (1, ["x;y", "\"tab\\t\""]),
        (2, ["a,b", ""]), (1, ["", nil]),
      ])
    #expect(
      try batch.text(TSVFormatter(schema: batch.schema))
        == "tab\\tand \\\\ and \"quote\" in a long text\tx;y,z\nx;y\ttab\\t\na,b\t\n\t\n")
    #expect(
      try batch.text(CSVFormatter(schema: batch.schema, delimiter: ";"))
        == "\"tab\tand \\ and \"\"quote\"\" in a long text\";\"x;y,z\"\n\"x;y\";tab\t\na,b;\"\"\n\"\";\n"
    )
  }

  @Test func whatIsMissingIsLeftOut() throws {
    for format in 0..<3 {
      let batch = TokenBatch(
        [("a", .string), ("b", .int64)], [(format, [nil, nil]), (format, [nil, "1"])])
      #expect(try batch.text(NDJSONFormatter(schema: batch.schema)) == "{}\n{\"b\":1}\n")
      #expect(try batch.text(CSVFormatter(schema: batch.schema)) == ",\n,1\n")
      #expect(try batch.text(TSVFormatter(schema: batch.schema)) == "\t\n\t1\n")
      #expect(try batch.text(LogfmtFormatter(schema: batch.schema)) == "\nb=1\n")
    }
  }

  /// Records do not depend on their neighbours, whatever formats these have.
  @Test func mixedBatchesAreTheSumOfTheirRows() throws {
    var random = SeededGenerator(seed: 41)
    let columns: [(String, ColumnType)] = [
      ("a", .string), ("b", .int64), ("c", .json), ("d", .timestamp), ("e", .bool),
    ]
    var all = TokenBatch(columns)
    for _ in 0..<300 {
      let format = random.below(3)
      all.rows.append((format, columns.map { _ in Self.token(format, &random) }))
    }
    let formatters: [any BatchFormatter] = [
      NDJSONFormatter(schema: all.schema), CSVFormatter(schema: all.schema),
      TSVFormatter(schema: all.schema), LogfmtFormatter(schema: all.schema),
    ]
    for formatter in formatters {
      var expected = ""
      for row in all.rows { expected += try TokenBatch(columns, [row]).text(formatter) }
      #expect(try all.text(formatter) == expected)
      all.isMade.toggle()
      #expect(try all.text(formatter) == expected)
      all.isMade.toggle()
    }
  }

  private static func token(_ format: Int, _ random: inout SeededGenerator) -> String? {
    let examples = examples.filter { $0.format == format }
    let token = examples[random.below(examples.count)].token
    switch random.below(4) {
    case 0: return nil
    case 1 where format == 2: return String(repeating: token, count: 1 + random.below(20))
    default: return token
    }
  }

  @Test func timesOfEveryFormatArePrintedInAZone() throws {
    // Values that could not be read as times stand as they stood.
    let batch = TokenBatch(
      [("t", .timestamp)], [(0, ["\"x\""]), (1, ["x"]), (2, ["x \"y\""]), (1, [""])])
    let timeText: TimeText = { (_, output) throws(SpaltError) in
      try output.append(Array("time".utf8))
    }
    #expect(
      try batch.text(NDJSONFormatter(schema: batch.schema, timeText: timeText))
        == #"{"t":"x"}\#n{"t":"x"}\#n{"t":"x \"y\""}\#n{"t":null}\#n"#)
    #expect(
      try batch.text(LogfmtFormatter(schema: batch.schema, timeText: timeText))
        == #"t=x\#nt=x\#nt="x \"y\""\#nt=\#n"#)
  }
}
