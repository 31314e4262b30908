/// Lines of `key=value` pairs.
struct LogfmtFormat: LogFormat {
  private static let delimiters = ByteClass(LogfmtByte.endsWord)

  var name: String { "logfmt" }
  var summary: String { "key=value pairs, values with spaces in quotes" }
  var tokenSyntax: TokenSyntax { .logfmt }
  var wordDelimiters: ByteClass? { Self.delimiters }
  var learnsShapes: Bool { true }

  func makeScanner(_ tree: inout FieldTree, _ options: FormatOptions) -> any RecordScanner {
    LogfmtScanner(kernels: options.kernels)
  }

  func probes(
    _ condition: NecessaryCondition, _ schema: Schema, _ options: FormatOptions
  ) -> ProbedCondition? { LogfmtProbes.condition(condition, schema) }

  func likeness(
    _ line: borrowing ByteCursor, from start: Int, _ fault: RecordFault
  ) -> Double {
    var share = LogfmtPairShare()
    var index = line.skipLogfmtSeparators(from: start)
    while index < fault.index,
      let token = try? line.scanLogfmtToken(at: index, ScanKernels.current)
    {
      share.add(token, line)
      index = line.skipLogfmtSeparators(from: token.end)
    }
    return share.likeness
  }
}
