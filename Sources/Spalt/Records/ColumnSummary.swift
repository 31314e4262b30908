/// What a sample of an input holds in one column.
public struct ColumnSummary: Equatable, Sendable {
  /// The column's name and type.
  public let definition: ColumnDefinition
  /// What the column is for, when it is not for a key of the input.
  public let role: ColumnRole?
  /// Records without a value: the key was missing, or its value was `null`.
  public internal(set) var nullCount = 0
  /// The first distinct values as they stood in the input, cut at `sampleLength`; strings and times
  /// without their quotes.
  public internal(set) var samples: [String] = []

  /// The most samples of a column.
  public static let sampleLimit = 3
  /// The length at which samples are cut, in Unicode scalars, the mark of the cut included.
  public static let sampleLength = 40

  init(_ definition: ColumnDefinition, role: ColumnRole?) {
    self.definition = definition
    self.role = role
  }
}

/// What a column is for that is not for a key of the input.
public enum ColumnRole: String, CaseIterable, Sendable {
  /// It takes, as JSON text, what has no column or does not fit it.
  case extra
  /// It takes the text of lines that are no records.
  case line
}

extension Schema {
  /// What column `index` is for, when it is not for a key of the input.
  public func role(ofColumn index: Int) -> ColumnRole? {
    if index == extraColumn { return .extra }
    return index == lineColumn ? .line : nil
  }
}
