/// Plain text: every line is a record, with its text in the column `line`. What an input is when it is
/// nothing else.
struct TextFormat: LogFormat {
  var name: String { "text" }
  var summary: String { "plain text, one record a line" }
  var tokenSyntax: TokenSyntax { .plain }
  var recordIsLine: Bool { true }

  func makeScanner(_ tree: inout FieldTree, _ options: FormatOptions) -> any RecordScanner {
    TextScanner()
  }
}

/// Takes any line. The decoder does not ask it, since there is nothing to find in a line.
struct TextScanner: RecordScanner {
  func scan(
    _ line: borrowing ByteCursor, from start: Int, into record: inout ScannedRecord
  ) throws(RecordScanFailure) -> Int {
    // Every line is text, so that tells nothing.
    record.plausibility = 0
    return line.end
  }
}
