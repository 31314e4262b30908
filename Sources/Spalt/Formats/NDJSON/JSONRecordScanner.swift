/// Checks JSON values from their first byte to their last (RFC 8259) and lists the fields of objects: leaves,
/// with nested objects flattened.
struct JSONRecordScanner: RecordScanner {
  private let kernels: ScanKernels
  /// The key of records that are no objects.
  private let valueNode: Int

  init(_ tree: inout FieldTree, kernels: ScanKernels) {
    self.kernels = kernels
    valueNode = tree.node(Array(Schema.valueName.utf8))
  }

  func scan(
    _ cursor: borrowing ByteCursor, from start: Int, into record: inout ScannedRecord
  ) throws(RecordScanFailure) -> Int {
    if cursor.byte(at: start) == JSONByte.openBrace {
      return try scanObject(cursor, at: start, node: FieldTree.root, depth: 1, &record)
    }
    let value = try Self.checked { () throws(JSONFault) in
      try cursor.scanValue(at: start, depth: 0, kernels)
    }
    try record.append(valueNode, ScannedKind(value.kind), start..<value.end)
    return value.end
  }

  private static func checked<Result>(
    _ body: () throws(JSONFault) -> Result
  ) throws(RecordScanFailure) -> Result {
    do { return try body() } catch { throw RecordScanFailure(error) }
  }

  /// Checks the object whose brace stands at `index`; gives the index just past it.
  private func scanObject(
    _ cursor: borrowing ByteCursor, at brace: Int, node: Int, depth: Int,
    _ record: inout ScannedRecord
  ) throws(RecordScanFailure) -> Int {
    guard depth <= JSONLimits.depth else {
      throw .fault(RecordFault(reason: .tooDeep, index: brace))
    }
    var index = cursor.skipWhiteSpace(from: brace &+ 1)
    if cursor.byte(at: index) == JSONByte.closeBrace {
      if node != FieldTree.root { try record.append(node, .emptyObject, brace..<index &+ 1) }
      return index &+ 1
    }
    while true {
      let (child, valueStart) = try scanKey(cursor, at: index, parent: node, &record)
      if cursor.byte(at: valueStart) == JSONByte.openBrace {
        index = try scanObject(cursor, at: valueStart, node: child, depth: depth &+ 1, &record)
      } else {
        let value = try Self.checked { () throws(JSONFault) in
          try cursor.scanValue(at: valueStart, depth: depth, kernels)
        }
        try record.append(child, ScannedKind(value.kind), valueStart..<value.end)
        index = value.end
      }
      record.endValue(ofNode: child)
      index = cursor.skipWhiteSpace(from: index)
      switch cursor.byte(at: index) {
      case JSONByte.comma: index = cursor.skipWhiteSpace(from: index &+ 1)
      case JSONByte.closeBrace: return index &+ 1
      default:
        let reason: RejectReason = index >= cursor.end ? .unexpectedEnd : .missingComma
        throw .fault(RecordFault(reason: reason, index: index))
      }
    }
  }

  /// Checks `"key":` at `index`; gives the key's node and the index where the value begins.
  private func scanKey(
    _ cursor: borrowing ByteCursor, at index: Int, parent: Int, _ record: inout ScannedRecord
  ) throws(RecordScanFailure) -> (node: Int, valueStart: Int) {
    guard cursor.byte(at: index) == JSONByte.quote else {
      let reason: RejectReason = index >= cursor.end ? .unexpectedEnd : .unexpectedByte
      throw .fault(RecordFault(reason: reason, index: index))
    }
    let start = index &+ 1
    var end = cursor.plainStringEnd(from: start)
    var isEscaped = false
    if end < 0 {
      let string = try Self.checked { () throws(JSONFault) in
        try cursor.scanString(from: start, kernels)
      }
      end = string.end
      isEscaped = string.isEscaped
      if let fault = kernels.firstInvalidUTF8(cursor, in: start..<end) {
        throw .fault(RecordFault(reason: .invalidUTF8Key, index: fault))
      }
    }
    let colon = cursor.skipWhiteSpace(from: end &+ 1)
    guard cursor.byte(at: colon) == JSONByte.colon else {
      throw .fault(RecordFault(reason: .missingColon, index: colon))
    }
    let node =
      isEscaped
      ? try record.node(ofEscapedKey: start..<end, cursor, in: parent)
      : record.tree.node(parent, cursor, start..<end)
    record.beginValue(ofNode: node, keyOffset: cursor.offset(of: start))
    return (node, cursor.skipWhiteSpace(from: colon &+ 1))
  }
}
