import Testing

@testable import Spalt

/// One value, copied out of a batch.
enum Cell: Equatable {
  case null
  case bool(Bool)
  case int64(Int64)
  /// By bit pattern, so that -0.0 is not 0.0.
  case float64(UInt64)
  case timestamp(Int64)
  case text([UInt8])
  /// The text of a value as it stood in the input, if only an empty one.
  case token([UInt8])
}

extension Cell: CustomStringConvertible {
  var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .int64(let value): "\(value)"
    case .float64(let bits): "\(Double(bitPattern: bits))f"
    case .timestamp(let value): "t\(value)"
    case .text(let bytes): "'\(Self.beginning(of: bytes))'"
    case .token(let bytes): "`\(Self.beginning(of: bytes))`"
    }
  }

  private static func beginning(of bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(80), as: UTF8.self) + (bytes.count > 80 ? "…" : "")
  }
}

/// A reject, with the input it is from.
struct RejectFacts: Equatable {
  let inputIndex: Int
  let reason: RejectReason
  let offset: Int
  let byteCount: Int
  let faultOffset: Int
  let line: Int
}

/// Where a record stands.
struct Position: Equatable {
  let inputIndex: Int
  let offset: Int
  let byteCount: Int
}

/// Everything that a reader gave, copied, with all batches put together.
struct Snapshot {
  var columns: [ColumnDefinition]
  var rows: [[Cell]] = []
  var positions: [Position] = []
  var rejects: [RejectFacts] = []
  var statistics = BatchStatistics()
  var batchCount = 0
  /// What is wrong with the batches in themselves.
  var flaws: [String] = []
}

/// More batches than the input can possibly give.
struct EndlessBatches: Error {}

extension Snapshot {
  static let batchLimit = 100_000

  /// Reads inputs to their end.
  static func read(
    _ paths: [String], _ options: ReaderOptions = ReaderOptions.ndjson, batchLimit: Int = batchLimit
  ) throws -> Snapshot {
    var reader = try RecordReader(paths: paths, options: options)
    var snapshot = Snapshot(columns: reader.schema.columns)
    while let batch = try reader.next() {
      snapshot.add(batch, inputIndex: reader.inputIndex)
      if snapshot.batchCount > batchLimit { throw EndlessBatches() }
    }
    snapshot.statistics = reader.statistics
    return snapshot
  }

  static func read(
    _ text: String, _ options: ReaderOptions = ReaderOptions.ndjson
  ) throws -> Snapshot {
    let file = try TemporaryFile(text: text)
    return try read([file.path], options)
  }

  mutating func add(_ batch: borrowing RecordBatch, inputIndex: Int) {
    batchCount += 1
    let firstRow = rows.count
    for row in 0..<batch.rowCount {
      let record = batch.recordBytes(row)
      positions.append(
        Position(inputIndex: inputIndex, offset: record.offset, byteCount: record.byteCount))
      rows.append([])
      rows[firstRow + row].reserveCapacity(columns.count)
    }
    for index in columns.indices { addColumn(index, of: batch, firstRow) }
    for reject in batch.rejects {
      rejects.append(
        RejectFacts(
          inputIndex: inputIndex, reason: reject.reason, offset: reject.offset,
          byteCount: reject.byteCount, faultOffset: reject.faultOffset, line: reject.line))
    }
  }

  private mutating func addColumn(_ index: Int, of batch: borrowing RecordBatch, _ firstRow: Int) {
    if let tokens = batch.tokens(index) {
      for row in 0..<batch.rowCount {
        rows[firstRow + row].append(
          tokens.isPresent(row) ? .token(tokens.text(row).array) : .null)
      }
    }
    guard let column = batch.values(index) else { return }
    var nullCount = 0
    for row in 0..<batch.rowCount {
      let cell = column.cell(row)
      if cell == .null {
        nullCount += 1
        if !column.isZero(row) { flaws.append("column \(index), row \(row): null is not zero") }
      }
      rows[firstRow + row].append(cell)
    }
    if nullCount != column.nullCount { flaws.append("column \(index): wrong count of nulls") }
  }

  // MARK: - Looking things up

  func column(_ name: String) -> [Cell] {
    guard let index = columns.firstIndex(where: { $0.name == name }) else { return [] }
    return rows.map { $0[index] }
  }

  /// The texts of a column; nil where null.
  func texts(_ name: String) -> [String?] {
    column(name).map { cell in
      if case .text(let bytes) = cell { return String(decoding: bytes, as: UTF8.self) }
      return nil
    }
  }

  var columnTexts: [String] { columns.map { "\($0.name): \($0.type.name)" } }

  /// The bytes of all records, rejects and blanks add up.
  var isAccounted: Bool { statistics.accountedByteCount == statistics.byteCount }

  // MARK: - Comparing

  /// All counters by name. How the bytes were brought in is left out unless `includingInput`.
  func counters(includingInput: Bool) -> [String: Int] {
    var counters: [String: Int] = [
      "byteCount": statistics.byteCount, "recordCount": statistics.recordCount,
      "recordByteCount": statistics.recordByteCount, "ruledOutCount": statistics.ruledOutCount,
      "ruledOutByteCount": statistics.ruledOutByteCount,
      "rejectedCount": statistics.rejectedCount,
      "rejectedByteCount": statistics.rejectedByteCount, "blankCount": statistics.blankCount,
      "blankByteCount": statistics.blankByteCount,
      "separatorByteCount": statistics.separatorByteCount, "lineCount": statistics.lineCount,
    ]
    for (name, occurrences) in [
      ("duplicateKeys", statistics.duplicateKeys), ("loneSurrogates", statistics.loneSurrogates),
      ("transcodedStrings", statistics.transcodedStrings),
      ("unknownKeys", statistics.unknownKeys), ("misfits", statistics.misfits),
    ] {
      counters[name] = occurrences.count
      counters[name + ".firstOffset"] = occurrences.firstOffset
    }
    for stage in LedgerStage.allCases where stage != .input || includingInput {
      let counts = statistics.ledger.stage(stage)
      counters["\(stage).viewed"] = Int(bitPattern: UInt(counts.viewedByteCount))
      counters["\(stage).inlined"] = Int(bitPattern: UInt(counts.inlinedByteCount))
      counters["\(stage).decoded"] = Int(bitPattern: UInt(counts.decodedByteCount))
      for reason in CopyReason.allCases {
        counters["\(stage).\(reason)"] = Int(bitPattern: UInt(counts.copiedByteCount(reason)))
      }
    }
    if includingInput, let copy = statistics.ledger.firstCopy {
      counters["firstCopy.offset"] = copy.offset
      counters["firstCopy.reason"] = copy.reason.rawValue
      counters["firstCopy.stage"] = copy.stage.rawValue
    }
    return counters
  }

  /// What differs from another snapshot, in words; a few lines at most.
  func differences(from other: Snapshot, includingInput: Bool = false) -> [String] {
    var found = flaws.prefix(3) + other.flaws.prefix(3)
    if columns != other.columns { found.append("columns: \(columnTexts) / \(other.columnTexts)") }
    if rows.count != other.rows.count { found.append("rows: \(rows.count) / \(other.rows.count)") }
    var wrongCount = 0
    for row in 0..<min(rows.count, other.rows.count) where rows[row] != other.rows[row] {
      wrongCount += 1
      if wrongCount > 2 { continue }
      for (index, (left, right)) in zip(rows[row], other.rows[row]).enumerated()
      where left != right {
        found.append("row \(row), \(columns[index].name): \(left) / \(right)")
      }
    }
    if wrongCount > 2 { found.append("\(wrongCount) rows differ") }
    if positions != other.positions { found.append("record positions differ") }
    for (left, right) in zip(rejects, other.rejects) where left != right {
      found.append("reject: \(left) / \(right)")
      break
    }
    if rejects.count != other.rejects.count {
      found.append("rejects: \(rejects.count) / \(other.rejects.count)")
    }
    let counters = counters(includingInput: includingInput)
    for (name, value) in other.counters(includingInput: includingInput).sorted(by: { $0 < $1 })
    where counters[name] != value {
      found.append("\(name): \(counters[name].map { "\($0)" } ?? "none") / \(value)")
    }
    if !isAccounted { found.append("bytes are not accounted for") }
    return Array(found)
  }
}

extension Column {
  /// The value in `row`, copied.
  func cell(_ row: Int) -> Cell {
    if isNull(row) { return .null }
    switch type {
    case .bool: return .bool(bool(row) ?? false)
    case .int64: return .int64(int64s[row])
    case .float64: return .float64(float64s[row].bitPattern)
    case .timestamp: return .timestamp(timestampsNanoseconds[row])
    case .string, .json:
      guard let text = text(row) else { return .null }
      return .text(text.array)
    }
  }

  /// Whether a null value is stored as zero.
  fileprivate func isZero(_ row: Int) -> Bool {
    switch type {
    case .int64: int64s[row] == 0
    case .float64: float64s[row].bitPattern == 0
    case .timestamp: timestampsNanoseconds[row] == 0
    case .bool, .string, .json: true
    }
  }
}

extension ByteView {
  /// The bytes, copied.
  var array: [UInt8] { unsafe bytes.withUnsafeBytes { unsafe Array($0) } }
}
