/// Newline-delimited JSON: one value a line (RFC 8259 for each; `\n` or `\r\n` between them).
///
/// An object's fields become columns; a nested object's fields get dotted names. A record that is not
/// an object keeps its value under `_value`. Several objects on one line are several records; a line
/// with anything else behind its value is rejected as a whole.
struct NDJSONFormat: LogFormat {
  var name: String { "ndjson" }
  var summary: String { "newline-delimited JSON" }
  var tokenSyntax: TokenSyntax { .json }
  var learnsShapes: Bool { true }
  var allowsSeveralRecordsPerLine: Bool { true }

  func makeScanner(_ tree: inout FieldTree, _ options: FormatOptions) -> any RecordScanner {
    JSONRecordScanner(&tree, kernels: options.kernels)
  }

  func likeness(_ line: borrowing ByteCursor, from start: Int, _ fault: RecordFault) -> Double {
    switch line.byte(at: start) {
    case JSONByte.openBrace: 0.5
    case JSONByte.openBracket, JSONByte.quote: fault.index > start + 1 ? 0.1 : 0
    default: 0
    }
  }

  func probes(
    _ condition: NecessaryCondition, _ schema: Schema, _ options: FormatOptions
  ) -> ProbedCondition? {
    JSONProbes.condition(condition, schema)
  }
}
