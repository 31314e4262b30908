import Testing

@testable import Spalt

/// What a filter gave for the records of some NDJSON.
struct Evaluated {
  /// Indexes of the records for which the filter was true.
  var rows: [Int] = []
  var conditions: [NecessaryCondition] = []
  var columns: [Int] = []
}

/// 2026-03-15T12:34:56.789Z, which is `now()` in these tests.
let testNow: Int64 = 1_773_578_096_789_000_000

/// The records of `lines` for which `text` is true.
func evaluate(
  _ text: String, _ lines: String, options: ReaderOptions = ReaderOptions.ndjson
) throws -> Evaluated {
  let file = try TemporaryFile(text: lines)
  var reader = try RecordReader(paths: [file.path], options: options)
  let filter = try Filter(
    try Expression(text), schema: reader.schema, nowNanoseconds: testNow)
  let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
  var evaluator = try FilterEvaluator(filter, rowCapacity: 8192, chunkPool: pool)
  var result = Evaluated(conditions: filter.necessaryConditions, columns: filter.columns)
  var selection: [UInt64] = []
  var first = 0
  while let batch = try reader.next() {
    let count = try evaluator.evaluate(batch.table, into: &selection)
    let before = result.rows.count
    for row in 0..<selection.count * 64 where selection[row / 64] >> UInt64(row % 64) & 1 == 1 {
      result.rows.append(first + row)
    }
    #expect(result.rows.count - before == count)
    first += batch.rowCount
  }
  return result
}

/// The indexes of the records for which `text` is true.
func rows(_ text: String, _ lines: String) throws -> [Int] { try evaluate(text, lines).rows }

/// The value of a condition that needs no record; nil is NULL.
func truth(_ text: String) throws -> Bool? {
  let lines = "{\"a\":1}\n"
  if try !rows("(\(text)) IS TRUE", lines).isEmpty { return true }
  return try rows("(\(text)) IS FALSE", lines).isEmpty ? nil : false
}

/// The same with values that come from a record, so that nothing is computed before it.
func truth(_ text: String, record: String) throws -> Bool? {
  if try !rows("(\(text)) IS TRUE", record + "\n").isEmpty { return true }
  return try rows("(\(text)) IS FALSE", record + "\n").isEmpty ? nil : false
}

/// What is said about a wrong expression.
func complaint(_ text: String, _ lines: String = "{\"a\":1}\n") -> String {
  do {
    _ = try evaluate(text, lines)
    return "accepted"
  } catch {
    return "\(error)"
  }
}
