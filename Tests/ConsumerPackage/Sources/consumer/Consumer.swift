import Spalt

/// Reads a log three ways: columns as spans, records by a cursor, text in place.
@main
struct Consumer {
  var recordCount = 0
  var statusSum: Int64 = 0
  var ratioSum = 0.0
  var errorOffsets: [Int] = []
  var names: [String] = []

  mutating func add(_ batch: borrowing RecordBatch) {
    recordCount += batch.rowCount
    if let status = batch.column(named: "status") {
      let values = status.int64s
      for row in values.indices { statusSum += values[row] }
    }
    if let ratio = batch.column(named: "ratio") {
      for row in 0..<ratio.rowCount { ratioSum += ratio.float64(row) ?? 0 }
    }
    var records = batch.records
    while let record = records.next() {
      if let level = record.field("level")?.text, isError(level) {
        errorOffsets.append(record.offset)
      }
      if let name = record.field("user.name")?.text { names.append(name.makeString()) }
    }
  }

  /// Compares bytes, so that no string is made.
  private func isError(_ level: borrowing ByteView) -> Bool {
    let error: [UInt8] = Array("error".utf8)
    return level.hasSameBytes(as: ByteView(error.span))
  }

  static func main() throws {
    var reader = try RecordReader(paths: Array(CommandLine.arguments.dropFirst()))
    var consumer = Consumer()
    while let batch = try reader.next() { consumer.add(batch) }
    let columns = reader.schema.columns.filter { $0.name != Schema.extraName }
    print("columns:", columns.map { "\($0.name):\($0.type.name)" }.joined(separator: " "))
    print("records:", consumer.recordCount)
    print("status sum:", consumer.statusSum)
    print("ratio sum:", consumer.ratioSum)
    print("errors at:", consumer.errorOffsets)
    print("names:", consumer.names.joined(separator: ","))
    print("rejected:", reader.statistics.rejectedCount)
  }
}
