/// The type of a column, and how its values lie in memory (Arrow columnar format).
public enum ColumnType: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  /// Arrow `Bool`: one bit a value.
  case bool
  /// Arrow `Int64`.
  case int64
  /// Arrow `Float64`.
  case float64
  /// Arrow `Timestamp(nanosecond, "UTC")`: nanoseconds since 1970-01-01T00:00:00Z.
  case timestamp
  /// Arrow `Utf8View`: 16 bytes a value, the text where it was in the input.
  case string
  /// Arrow `Utf8View` holding JSON text: arrays, and values of different types under one key.
  case json

  /// The type's name in schemas and reports.
  public var name: String { String(describing: self) }

  /// Bits that one value takes in its values buffer.
  var bitWidth: Int {
    switch self {
    case .bool: 1
    case .int64, .float64, .timestamp: 64
    case .string, .json: 128
    }
  }

  /// Whether values are string views.
  public var isText: Bool { self == .string || self == .json }
}

/// Name and type of one column.
public struct ColumnDefinition: Equatable, Sendable {
  /// The dotted path of keys; a key that holds a dot or a quote is itself in double quotes.
  public let name: String
  public let type: ColumnType

  /// A column called `name` with values of type `type`.
  public init(name: String, type: ColumnType) {
    self.name = name
    self.type = type
  }
}

/// Where a record stands, and in which format: columns that are not in the input and can be asked for by
/// name.
public enum Provenance: String, CaseIterable, Sendable {
  /// The input as it was given.
  case file = "_file"
  /// The number of the record's first line in its file, from 1 on.
  case line = "_line"
  /// The offset in its file of the record's first byte.
  case offset = "_offset"
  /// The number of the record in its file, from 1 on.
  case record = "_record"
  /// The name of the record's format.
  case format = "_format"

  /// The type of the column.
  public var type: ColumnType { self == .file || self == .format ? .string : .int64 }

}

/// The columns of an input, fixed before its first batch.
public final class Schema: Sendable {
  /// Name of the column for what has no column of its own or does not fit it: JSON text.
  public static let extraName = "_extra"
  /// Name of the column for the text of a line that is not a record, with `--on-error keep`.
  public static let lineName = "line"
  /// Name under which a record that is not an object keeps its value.
  public static let valueName = "_value"

  /// The columns in order.
  public let columns: [ColumnDefinition]
  /// The column for what has no column or does not fit, if there is one.
  let extraColumn: Int?
  /// The column for the text of lines that are no records, if there is one.
  let lineColumn: Int?
  /// What Spalt adds by itself, by column.
  let provenance: [Int: Provenance]
  /// By the bytes of the name: two names that only look alike are two names.
  private let indexes: [[UInt8]: Int]

  /// A schema of these columns. Their names are distinct. A column called `_extra` takes what has no
  /// column or does not fit; one called `line`, with rejected lines kept, their text.
  public convenience init(columns: [ColumnDefinition]) {
    self.init(
      columns: columns,
      extraColumn: columns.firstIndex { $0.name == Self.extraName },
      lineColumn: columns.firstIndex { $0.name == Self.lineName })
  }

  /// A schema that says which of its columns are not the input's own.
  init(
    columns: [ColumnDefinition], extraColumn: Int?, lineColumn: Int?,
    provenance: [Int: Provenance] = [:]
  ) {
    self.columns = columns
    self.provenance = provenance
    self.extraColumn = extraColumn
    self.lineColumn = lineColumn
    indexes = Dictionary(
      columns.enumerated().map { (Array($0.element.name.utf8), $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Whether a column's values stand in the input, and are not made by Spalt.
  func isFromInput(_ column: Int) -> Bool {
    column != extraColumn && column != lineColumn && provenance[column] == nil
  }

  /// The first `count` columns.
  func prefix(_ count: Int) -> Schema {
    guard count < columns.count else { return self }
    return Schema(
      columns: Array(columns.prefix(count)),
      extraColumn: extraColumn.flatMap { $0 < count ? $0 : nil },
      lineColumn: lineColumn.flatMap { $0 < count ? $0 : nil },
      provenance: provenance.filter { $0.key < count })
  }

  /// The position of the column called `name`, or nil.
  public func index(of name: String) -> Int? { indexes[Array(name.utf8)] }
}

/// What a reader wants of a column.
public struct ColumnUse: OptionSet, BitwiseCopyable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Its values, typed.
  public static let value = ColumnUse(rawValue: 1)
  /// Its text as it stood in the input: what row sinks print.
  public static let token = ColumnUse(rawValue: 2)
}
