/// What the writer of a record batch says of a column: the number of its nulls, and its least and greatest value.
///
/// It stands in the custom metadata of the batch's message, under `spalt.statistics.` and the column's number, as a JSON
/// array: `[nullCount, least, greatest]`, or `[nullCount]` where all values are null. Integers, and times in nanoseconds
/// since 1970-01-01T00:00:00Z, are JSON integers.
struct ColumnBounds {
  enum Value {
    case int64(Int64, Int64)
    case float64(Double, Double)
    case text([UInt8], [UInt8])
    /// There are only nulls.
    case none
  }

  static let keyPrefix = "spalt.statistics."

  let nullCount: Int
  let value: Value

  /// Reads what was written; nil for anything else.
  init?(_ text: String, type: ColumnType) {
    guard let elements = (try? JSONDocumentReader.document(Array(text.utf8)))?.elements,
      let count = elements.first?.number,
      let nullCount = Int(count), elements.count == 1 || elements.count == 3
    else { return nil }
    self.nullCount = nullCount
    guard elements.count == 3 else {
      value = .none
      return
    }
    switch type {
    case .int64, .timestamp:
      guard let low = elements[1].number.flatMap(Int64.init),
        let high = elements[2].number.flatMap(Int64.init)
      else { return nil }
      value = .int64(low, high)
    case .float64:
      guard let low = elements[1].number.flatMap(Double.init),
        let high = elements[2].number.flatMap(Double.init)
      else { return nil }
      value = .float64(low, high)
    case .string:
      guard let low = elements[1].text, let high = elements[2].text else { return nil }
      value = .text(Array(low.utf8), Array(high.utf8))
    case .bool, .json: return nil
    }
  }
}

extension JSONNode {
  /// A number as it is spelled, or nil.
  fileprivate var number: String? {
    guard case .number(let number) = value else { return nil }
    return number
  }
}

/// Tells which batches hold no record that a filter lets through, by what their writer says of them.
struct BatchPruning {
  /// All of which a record meets for which the filter is true.
  let conditions: [NecessaryCondition]
  let types: [ColumnType]

  /// Whether no record of a batch can be wanted. `bounds` tells what is known of a column.
  func excludes(rowCount: Int, _ bounds: (Int) -> ColumnBounds?) -> Bool {
    conditions.contains { isMetByNone($0, rowCount: rowCount, bounds) }
  }

  private func isMetByNone(
    _ condition: NecessaryCondition, rowCount: Int, _ bounds: (Int) -> ColumnBounds?
  ) -> Bool {
    if case .any(let parts) = condition {
      return parts.allSatisfy { isMetByNone($0, rowCount: rowCount, bounds) }
    }
    guard let column = condition.column, let known = bounds(column) else { return false }
    if case .none = known.value { return true }
    switch (condition, known.value) {
    case (.int64(_, let range), .int64(let low, let high)),
      (.timestamp(_, let range), .int64(let low, let high)):
      return low > range.upperBound || high < range.lowerBound
    case (.float64(_, let range), .float64(let low, let high)):
      return low > range.upperBound || high < range.lowerBound
    case (.texts(_, let texts), .text(let low, let high)):
      return texts.allSatisfy {
        $0.lexicographicallyPrecedes(low) || high.lexicographicallyPrecedes($0)
      }
    default: return false
    }
  }
}

extension NecessaryCondition {
  /// The column that the condition is about; nil for an alternative.
  fileprivate var column: Int? {
    switch self {
    case .int64(let column, _), .float64(let column, _), .timestamp(let column, _),
      .texts(let column, _), .containsText(let column, _), .isNotNull(let column),
      .severity(let column, _):
      column
    case .any: nil
    }
  }
}
