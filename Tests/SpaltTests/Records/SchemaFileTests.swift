import Testing

@testable import Spalt

/// Schemas as files.
@Suite struct SchemaFileTests {
  private func schema(_ text: String) throws -> Schema {
    let file = try TemporaryFile(text: text)
    return try Schema(readingFileAt: file.path)
  }

  private func message(_ text: String) throws -> String {
    let file = try TemporaryFile(text: text)
    do {
      _ = try Schema(readingFileAt: file.path)
      return ""
    } catch {
      let prefix = "\(file.path):"
      #expect(error.description.hasPrefix(prefix))
      return String(error.description.dropFirst(prefix.count))
    }
  }

  private let everyType = """
    {"columns":[{"name":"b","type":"bool"},{"name":"i","type":"int64"},{"name":"f","type":"float64"},
    {"name":"t","type":"timestamp"},{"name":"s","type":"string"},{"name":"j","type":"json"}]}
    """

  @Test func columnsAreReadInOrder() throws {
    let schema = try schema(everyType)
    #expect(schema.columns.map(\.name) == ["b", "i", "f", "t", "s", "j"])
    #expect(schema.columns.map(\.type) == ColumnType.allCases)
    #expect(schema.extraColumn == nil)
    #expect(schema.lineColumn == nil)
  }

  @Test func unknownMembersAreNotLookedAt() throws {
    let schema = try schema(
      """
      {"comment":["by hand"],"format":7,"columns":[
       {"type":"int64","name":"a","nulls":"many","samples":{},"unit":"ms"}],"more":null}
      """)
    #expect(schema.columns == [ColumnDefinition(name: "a", type: .int64)])
  }

  @Test func rolesAreKept() throws {
    let schema = try schema(
      """
      {"columns":[{"name":"_extra","type":"string"},{"name":"x","type":"json","role":"extra"},
      {"name":"line","type":"int64"},{"name":"line_","type":"string","role":"line"}]}
      """)
    #expect(schema.extraColumn == 1)
    #expect(schema.lineColumn == 3)
    #expect((0..<4).map { schema.role(ofColumn: $0) } == [nil, .extra, nil, .line])
  }

  @Test func withoutARoleTheNameDecides() throws {
    let named = try schema(#"{"columns":[{"name":"_extra","type":"json"}]}"#)
    #expect(named.extraColumn == 0)
    // A key called `line` is an ordinary one.
    let line = try schema(#"{"columns":[{"name":"line","type":"string"}]}"#)
    #expect(line.lineColumn == nil)
  }

  @Test func faultsAreNamedWithTheirLine() throws {
    let cases = [
      (
        "{\n\"columns\":[\n{\"name\":\"a\",\"type\":\"int\"}]}",
        "3: schema: unknown type 'int'; did you mean 'int64'? (types: bool, int64, float64, timestamp, string, json)"
      ),
      (
        #"{"columns":[{"name":"a","type":"Bool"}]}"#,
        "1: schema: unknown type 'Bool'; did you mean 'bool'?"
      ),
      (#"{"columns":[{"name":"a","type":"xyz"}]}"#, "1: schema: unknown type 'xyz' (types:"),
      (
        "{\"columns\":[{\"name\":\"a\",\"type\":\"bool\"},\n{\"name\":\"a\",\"type\":\"json\"}]}",
        "2: schema: two columns are called 'a'"
      ),
      ("{\"columns\":[\n{\"name\":\"a\"}]}", "2: schema: the column 'a' has no 'type'"),
      (#"{"columns":[{"type":"bool"}]}"#, "1: schema: a column has no 'name'"),
      (#"{"columns":["a"]}"#, "1: schema: a column must be an object"),
      ("{\"columns\":\n[]}", "2: schema: there are no columns"),
      ("{}", "1: schema: there is no list 'columns'"),
      ("[]", "1: schema: expected an object"),
      ("", "1: schema: the document ends too early"),
      ("{\"columns\":[\n{\"name\" \"a\"}]}", "2: schema: expected ':' behind the key 'name'"),
      (
        #"{"columns":[{"name":"a","type":"json","role":"other"}]}"#,
        "1: schema: the role of 'a' must be"
      ),
      (
        #"{"columns":[{"name":"a","type":"bool","role":"extra"}]}"#,
        "1: schema: 'a' takes what has no column"
      ),
      (
        #"{"columns":[{"name":"_extra","type":"int64"}]}"#,
        "1: schema: '_extra' takes what has no column"
      ),
      (
        #"{"columns":[{"name":"a","type":"bool","role":"line"}]}"#,
        "1: schema: 'a' takes the text of lines"
      ),
      (
        "{\"columns\":[{\"name\":\"a\",\"type\":\"json\",\"role\":\"extra\"},\n{\"name\":\"b\",\"type\":\"json\",\"role\":\"extra\"}]}",
        "2: schema: two columns have the role 'extra'"
      ),
    ]
    for (text, expected) in cases {
      let message = try message(text)
      #expect(message.hasPrefix(expected), "\(message)")
    }
  }

  @Test func missingFilesAndFoldersAreErrors() throws {
    #expect(throws: SpaltError.self) { try Schema(readingFileAt: "/missing/schema") }
    #expect(throws: SpaltError.self) { try Schema(readingFileAt: "/") }
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let names = [
      "plain", "http.path", "\"a.b\".c", "say \"\"x\"\"", "tab\tand\nline feed", "\u{1B}[31m",
      "größe",
      "\u{202E}", "emoji 😀", "\\", "", "\u{0}",
    ]
    let columns = names.enumerated().map { index, name in
      ColumnDefinition(name: name, type: ColumnType.allCases[index % 6])
    }
    var summaries = columns.map { ColumnSummary($0, role: nil) }
    summaries.append(ColumnSummary(ColumnDefinition(name: "rest", type: .json), role: .extra))
    summaries[0].samples = ["\"", "\\", "\n"]
    let text = SchemaFile.text(summaries)
    let file = try TemporaryFile(text: text)
    let schema = try Schema(readingFileAt: file.path)
    #expect(schema.columns == summaries.map(\.definition))
    #expect(schema.extraColumn == names.count)
    let isPlain = text.unicodeScalars.allSatisfy {
      $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7F && $0 != "\u{202E}"
    }
    #expect(isPlain)
  }
}
