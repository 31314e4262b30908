/// What a run found: how many records, those that are kept, and sums by which the answer is checked.
struct Reading {
  var records: [LogRecord] = []
  var rejectedCount = 0
  private var recordCount = 0
  private var status = IntegerSum()
  private var byteCount = IntegerSum()
  private var time = IntegerSum()
  private var texts: [String: TextSum] = [:]
  private let checks: Bool

  init(checks: Bool) {
    self.checks = checks
  }

  /// Adds a record to the sums.
  mutating func add(_ record: LogRecord) {
    recordCount += 1
    for field in record.fields {
      switch field.value {
      case .integer(let value):
        if field.name == FieldName.status { status.add(value) } else { byteCount.add(value) }
      case .time(let nanoseconds): time.add(nanoseconds)
      case .text(let text):
        if checks { texts[field.name, default: TextSum()].add(text) }
      }
    }
  }

  /// In the form that the benchmark's other programs print.
  func json(seconds: Double) -> String {
    let numbers = [
      (FieldName.status, status), (FieldName.byteCount, byteCount), (FieldName.time, time),
    ]
    let fields =
      numbers.map { "\"\($0.0)\": \($0.1.json)" }
      + texts.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value.json)" }
    return """
      {"rows": \(recordCount), "seconds": \(seconds), "fields": {\(fields.joined(separator: ", "))}}
      """
  }
}

/// Sums modulo 2⁶⁴.
struct IntegerSum {
  private var count = 0
  private var sum: UInt64 = 0

  mutating func add(_ value: Int) {
    count += 1
    sum &+= UInt64(bitPattern: Int64(value))
  }

  var json: String { "{\"non_null\": \(count), \"sum\": \(sum)}" }
}

/// Sums over the bytes of texts, after escapes.
struct TextSum {
  private var count = 0
  private var byteCount = 0
  private var byteSum = 0

  mutating func add(_ text: String) {
    count += 1
    var isEscaped = false
    for byte in text.utf8 {
      isEscaped = byte == .backslash && !isEscaped
      if isEscaped { continue }
      byteCount += 1
      byteSum += Int(byte)
    }
  }

  var json: String {
    "{\"non_null\": \(count), \"byte_count\": \(byteCount), \"byte_sum\": \(byteSum)}"
  }
}
