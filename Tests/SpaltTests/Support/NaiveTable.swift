@testable import Spalt

/// What a table of typed columns must hold, worked out the plain way.
extension NaiveNDJSON {
  /// What differs between a snapshot of typed values and this reading; a few lines at most.
  func differences(from snapshot: Snapshot) -> [String] {
    var found: [String] = []
    if snapshot.rows.count != records.count {
      found.append("records: \(snapshot.rows.count), expected \(records.count)")
    }
    let rejected = snapshot.rejects.map {
      Rejected(range: $0.offset..<$0.offset + $0.byteCount, line: $0.line)
    }
    if rejected != rejects {
      let pair = zip(rejected, rejects).first { $0 != $1 }
      found.append("rejects: \(rejected.count), expected \(rejects.count); \(pair as Any)")
    }
    if snapshot.statistics.blankCount != blankCount { found.append("wrong count of blanks") }
    if snapshot.statistics.lineCount != lineFeedCount { found.append("wrong count of lines") }
    if !snapshot.isAccounted { found.append("bytes are not accounted for") }
    found += snapshot.flaws.prefix(3)
    for (row, record) in records.enumerated() where row < snapshot.rows.count {
      let position = snapshot.positions[row]
      if position.offset..<position.offset + position.byteCount != record.range {
        found.append("row \(row) stands at \(position), expected \(record.range)")
      }
      found += Self.differences(in: snapshot.rows[row], record, snapshot.columns).map {
        "row \(row): \($0)"
      }
      if found.count > 5 { break }
    }
    return found
  }

  private static func differences(
    in row: [Cell], _ record: Record, _ columns: [ColumnDefinition]
  ) -> [String] {
    var expected = [Cell](repeating: .null, count: columns.count)
    var extra: [(name: String, text: [UInt8])] = []
    for field in record.fields {
      let index = columns.firstIndex { Array($0.name.utf8) == Array(field.name.utf8) }
      if let index, columns[index].name != Schema.extraName,
        let cell = cell(field.node, columns[index].type)
      {
        expected[index] = cell
      } else {
        extra.append((field.name, repaired(field.node.text)))
      }
    }
    if let index = columns.firstIndex(where: { $0.name == Schema.extraName }), !extra.isEmpty {
      var text: [UInt8] = []
      for (name, value) in extra {
        text += text.isEmpty ? [UInt8(ascii: "{")] : [UInt8(ascii: ",")]
        text += quoted(name) + [UInt8(ascii: ":")] + value
      }
      expected[index] = .text(text + [UInt8(ascii: "}")])
    }
    return zip(columns, zip(row, expected)).compactMap { column, cells in
      cells.0 == cells.1 ? nil : "\(column.name): \(cells.0), expected \(cells.1)"
    }
  }

  /// The cell for a value in a column of `type`, or nil when it does not fit.
  private static func cell(_ node: NaiveJSON.Node, _ type: ColumnType) -> Cell? {
    if case .word("null") = node.value { return .null }
    switch (type, node.value) {
    case (.json, _): return .text(repaired(node.text))
    case (.string, .string(let bytes)): return .text(repaired(bytes[...]))
    case (.bool, .word(let word)): return .bool(word == "true")
    case (.int64, .number(let text)): return Int64(text).map { .int64($0) }
    case (.float64, .number(let text)): return float64(text).map { .float64($0.bitPattern) }
    case (.timestamp, .string):
      return TimestampOracle.nanoseconds(node.text.dropFirst().dropLast()).map { .timestamp($0) }
    default: return nil
    }
  }

  /// The nearest double; nil for an integer that no double equals, and beyond the finite ones.
  private static func float64(_ text: String) -> Double? {
    guard let value = Double(text), value.isFinite else { return nil }
    if text.contains(where: { ".eE".contains($0) }) { return value }
    return Int128(text) == Int128(exactly: value) ? value : nil
  }

  /// Ill-formed parts replaced by U+FFFD.
  static func repaired(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    Array(String(decoding: bytes, as: UTF8.self).utf8)
  }

  private static func quoted(_ name: String) -> [UInt8] {
    var text: [UInt8] = [UInt8(ascii: "\"")]
    for byte in name.utf8 {
      switch byte {
      case 0x22, 0x5C: text += [0x5C, byte]
      case 0x0A: text += Array("\\n".utf8)
      case 0x0D: text += Array("\\r".utf8)
      case 0x09: text += Array("\\t".utf8)
      case 0..<0x20:
        text += Array("\\u00\(byte < 16 ? "0" : "1")\(String(byte % 16, radix: 16))".utf8)
      default: text.append(byte)
      }
    }
    return text + [UInt8(ascii: "\"")]
  }
}
