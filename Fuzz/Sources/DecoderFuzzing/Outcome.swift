import Spalt

/// What reading an input once came to, as far as it must not depend on how it was read.
struct Outcome: Equatable {
  /// The part of the statistics that is the same for every way of reading.
  struct Counts: Equatable {
    var values: [Int] = []

    init() {}

    init(_ statistics: BatchStatistics) {
      values = [
        statistics.byteCount, statistics.recordCount, statistics.recordByteCount,
        statistics.rejectedCount, statistics.rejectedByteCount, statistics.blankCount,
        statistics.blankByteCount, statistics.separatorByteCount, statistics.lineCount,
      ]
    }
  }

  var columns: [ColumnDefinition]
  var counts = Counts()
  var rowCount = 0
  /// Offset, length, line and reason of everything that was rejected.
  var rejects: [[Int]] = []
  /// The records' offsets.
  var offsets: [Int] = []
  /// What the sink wrote.
  var output: [UInt8] = []
  /// Every value of every column, as text that tells all values apart, one list a row.
  var values: [String] = []

  init(schema: Schema) { columns = schema.columns }

  mutating func add(_ batch: borrowing RecordBatch) {
    rowCount += batch.rowCount
    for row in 0..<batch.rowCount { offsets.append(batch.recordBytes(row).offset) }
    for reject in batch.rejects {
      rejects.append([
        reject.offset, reject.byteCount, reject.line, reject.faultOffset,
        Int(reject.reason.rawValue),
      ])
    }
  }

  mutating func addValues(of batch: borrowing RecordBatch) {
    var records = batch.records
    while let record = records.next() {
      var line = ""
      for index in columns.indices {
        line += Self.text(record.field(at: index)) + "\u{1F}"
      }
      values.append(line)
    }
  }

  private static func text(_ field: borrowing Field) -> String {
    if field.isNull { return "null" }
    switch field.type {
    case .bool: return String(describing: field.bool)
    case .int64: return String(describing: field.int64)
    case .float64: return String(field.float64?.bitPattern ?? 0, radix: 16)
    case .timestamp: return String(describing: field.timestampNanoseconds)
    case .string, .json:
      guard let text = field.text else { return "none" }
      let string = text.makeString()
      // A column holds valid UTF-8, so decoding it must change nothing.
      precondition(string.utf8.count == text.byteCount, "a string column is not valid UTF-8")
      return string
    }
  }

  var summary: String {
    """
    \(rowCount) rows, \(rejects.count) rejects \(rejects), \(counts.values), \
    columns \(columns.map { "\($0.name):\($0.type.name)" }), \
    offsets \(offsets), output \(String(decoding: output, as: UTF8.self)), values \(values)
    """
  }
}
