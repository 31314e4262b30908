/// The least and the greatest value of a batch's column, for readers that look for batches to pass over.
enum ColumnRange {
  /// Under which key the range of column `index` stands in a message's metadata.
  static func key(_ index: Int) -> String { "spalt.statistics.\(index)" }

  /// A JSON array of the number of nulls, the least and the greatest value; of the number alone when all
  /// are null. Integers and times (nanoseconds) are integers, texts are compared by their bytes.
  /// - Returns: nil for truth values and JSON text, when a number is not finite, and for texts that are not all
  ///   null, whose range is found while they are written. O(rows).
  static func json(_ column: borrowing Column, nullCount: Int) -> String? {
    switch column.type {
    case .bool, .json: nil
    case _ where nullCount == column.rowCount: "[\(nullCount)]"
    case .int64, .timestamp: json(nullCount, column.integerRange(hasNulls: nullCount > 0))
    case .float64: json(nullCount, range(column.float64s, column, nullCount))
    case .string: nil
    }
  }

  /// The same for texts, not all of which are null. `range` is what is known of them.
  static func json(_ column: borrowing Column, nullCount: Int, _ range: TextRange) -> [UInt8] {
    let rows = range.rows ?? TextOrder.extremes(column, hasNulls: nullCount > 0)
    var json = Array("[\(nullCount)".utf8)
    for row in [rows.least, rows.greatest] {
      json.append(JSONByte.comma)
      json += JSONText.quoted(column.text(row)?.makeString() ?? "")
    }
    json.append(JSONByte.closeBracket)
    return json
  }

  /// What the range of a column of texts may need in bytes, or nil when it has none: one of them is longer
  /// than 64 bytes, or all are null.
  static func maximumByteCount(
    _ column: borrowing Column, nullCount: Int, _ sizes: TextSizes
  ) -> Int? {
    guard column.type == .string, nullCount < column.rowCount,
      sizes.maximumByteCount <= maximumTextByteCount
    else { return nil }
    // A control character becomes six bytes.
    return 2 * (6 * sizes.maximumByteCount + 3) + 24
  }

  /// The longest text of columns that have a range.
  private static let maximumTextByteCount = 64

  private static func json<Value>(_ nullCount: Int, _ range: (Value, Value)?) -> String? {
    range.map { "[\(nullCount),\($0.0),\($0.1)]" }
  }

  private static func range(
    _ values: Span<Double>, _ column: borrowing Column, _ nullCount: Int
  ) -> (Double, Double)? {
    var least = Double.infinity
    var greatest = -Double.infinity
    for row in values.indices where nullCount == 0 || !column.isNull(row) {
      guard values[row].isFinite else { return nil }
      least = min(least, values[row])
      greatest = max(greatest, values[row])
    }
    return (least, greatest)
  }
}

/// Texts in the order of their bytes.
private enum TextOrder {
  /// The rows of the least and of the greatest text, wherever the texts lie. There is one that is not null.
  @inline(never)
  static func extremes(
    _ column: borrowing Column, hasNulls: Bool
  ) -> (least: Int, greatest: Int) {
    var row = 0
    while hasNulls, column.isNull(row) { row += 1 }
    var (least, greatest) = (row, row)
    row += 1
    while row < column.rowCount {
      if isLess(column, row, least) { least = row }
      if isLess(column, greatest, row) { greatest = row }
      row += 1
    }
    return (least, greatest)
  }

  /// Whether the text in `row` is less than that in another row; false when one is null.
  private static func isLess(_ column: borrowing Column, _ row: Int, _ otherRow: Int) -> Bool {
    guard let text = column.text(row), let other = column.text(otherRow) else { return false }
    let (own, others) = (ByteCursor(text), ByteCursor(other))
    let end = min(text.byteCount, other.byteCount)
    var index = 0
    while index < end {
      // Words beyond the end of a text are zero, which counts as less than any byte.
      let (word, otherWord) = (own.word(at: index), others.word(at: index))
      if word != otherWord { return word.byteSwapped < otherWord.byteSwapped }
      index += 8
    }
    return text.byteCount < other.byteCount
  }
}
