/// Records in columns that say by themselves which columns there are.
protocol DeclaredRows: ColumnarRows {
  /// The columns, in their order.
  var columns: [DeclaredColumn] { get }
  /// Columns whose values are not read.
  var unreadable: [UnreadableColumn] { get }
}

/// A column of an input whose values Spalt does not read.
public struct UnreadableColumn: Sendable, Equatable {
  /// The dotted path of the keys that lead to it.
  public let name: String
  /// What it is: `dense union`.
  public let typeName: String

  /// Whether asking for `name` asks for the column: for itself, or for something within it.
  func isMeant(by name: String) -> Bool { name == self.name || name.hasPrefix(self.name + ".") }
}

/// A column that an input declares.
struct DeclaredColumn: Sendable {
  /// The keys that lead to it, as if it were a field of nested objects.
  let keys: [[UInt8]]
  /// What its values become.
  let type: ColumnType
  /// Whether it is what Spalt calls `_extra`: JSON objects of what had no column when the file was written.
  let isExtra: Bool
  /// Whether there may be values that do not fit their type.
  let mayMisfit: Bool
}
