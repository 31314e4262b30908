import Foundation

@testable import Spalt

/// What a sink makes of NDJSON, by way of a file.
func written(
  _ text: String, _ formatter: (Schema) -> any BatchFormatter, isTerminal: Bool = false,
  _ change: (inout ReaderOptions) -> Void = { _ in }
) throws -> String {
  let input = try TemporaryFile(text: text)
  let path = TemporaryFile.newPath()
  defer { try? FileManager.default.removeItem(atPath: path) }
  var options = ReaderOptions.ndjson
  options.representation = .text
  change(&options)
  var reader = try RecordReader(paths: [input.path], options: options)
  var sink = try TextSink(
    formatter: formatter(reader.schema), target: .file(path), isTerminal: isTerminal)
  while let batch = try reader.next() { try sink.write(batch) }
  try sink.finish()
  return try String(contentsOfFile: path, encoding: .utf8)
}

/// What a table of NDJSON looks like.
func table(
  _ text: String, _ options: TableOptions = TableOptions(),
  _ change: (inout ReaderOptions) -> Void = { _ in }
) throws -> (text: String, hidden: [String]) {
  let input = try TemporaryFile(text: text)
  let path = TemporaryFile.newPath()
  defer { try? FileManager.default.removeItem(atPath: path) }
  var readerOptions = ReaderOptions.ndjson
  readerOptions.representation = .text
  change(&readerOptions)
  var reader = try RecordReader(paths: [input.path], options: readerOptions)
  var sink = try TableSink(schema: reader.schema, target: .file(path), options: options)
  while let batch = try reader.next() { try sink.write(batch) }
  try sink.finish()
  return (try String(contentsOfFile: path, encoding: .utf8), sink.hiddenColumnNames)
}
