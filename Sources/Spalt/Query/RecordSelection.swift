/// Which records of an input are wanted: all for which everything that is set here holds.
public struct RecordSelection: Sendable {
  /// True for the records that are wanted.
  public var condition: Expression?
  /// Records from this time on, in nanoseconds since 1970-01-01T00:00:00Z.
  public var sinceNanoseconds: Int64?
  /// Records before this time.
  public var untilNanoseconds: Int64?
  /// Records of at least this severity, a rank of the scale that the SQL function `severity` has.
  public var minimumSeverity: Int64?
  /// The column with the time of a record; nil looks for one (`Schema.timeColumn`).
  public var timeColumn: String?
  /// What the numbers of the time column count, if it holds numbers.
  public var timeUnit: TimeUnit?
  /// The column with the level of a record; nil looks for one (`Schema.levelColumn`).
  public var levelColumn: String?
  /// What `now()` means, in nanoseconds since 1970-01-01T00:00:00Z.
  public var nowNanoseconds = TimePoint.nowNanoseconds

  /// All records.
  public init() {}

  /// The rank of a level: a word such as `warn` in whatever case, or a number of syslog or pino; nil for
  /// anything else.
  public static func severity(_ level: String) -> Int64? { Severity.rank(level) }
}

/// A selection, bound to the columns of an input.
struct BoundSelection {
  private(set) var expression: Expression?
  /// The columns that were chosen to tell time and level, if that was asked.
  private(set) var timeColumnName: String?
  private(set) var levelColumnName: String?
  private var minimumSeverity: Int64?

  /// All records.
  init() {}

  init(_ selection: RecordSelection, _ schema: Schema) throws(SpaltError) {
    if selection.sinceNanoseconds != nil || selection.untilNanoseconds != nil {
      let index = try schema.timeColumn(named: selection.timeColumn, unit: selection.timeUnit)
      let column = schema.columns[index]
      timeColumnName = column.name
      if let since = selection.sinceNanoseconds {
        try add("\(Self.sql(column.name)) >= \(Self.sql(since, column, selection.timeUnit))")
      }
      if let until = selection.untilNanoseconds {
        try add("\(Self.sql(column.name)) < \(Self.sql(until, column, selection.timeUnit))")
      }
    }
    if let minimum = selection.minimumSeverity {
      let index = try schema.levelColumn(named: selection.levelColumn)
      let name = schema.columns[index].name
      levelColumnName = name
      minimumSeverity = minimum
      try add("severity(\(Self.sql(name))) >= \(minimum)")
    }
    // Last, because it may fail on values of records that are not wanted.
    if let condition = selection.condition { add(condition) }
  }

  /// What every wanted record meets, besides what the expression tells by itself.
  func conditions(_ schema: Schema) -> [NecessaryCondition] {
    guard let minimumSeverity, let column = levelColumnName.flatMap({ schema.index(of: $0) })
    else { return [] }
    return [.severity(column: column, minimum: minimumSeverity)]
  }

  private mutating func add(_ text: String) throws(SpaltError) { add(try Expression(text)) }

  private mutating func add(_ condition: Expression) {
    expression = expression.map { Expression.and($0, condition) } ?? condition
  }

  /// A column's name as an SQL identifier.
  private static func sql(_ name: String) -> String {
    (FieldPath.keys(of: name) ?? []).map { key in
      let text = String(decoding: key, as: UTF8.self)
      return
        "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
    }.joined(separator: ".")
  }

  /// A point in time as what a column's values are compared with. Numbers of larger units are rounded up,
  /// so that a number is not less exactly if its time is not.
  private static func sql(
    _ nanoseconds: Int64, _ column: ColumnDefinition, _ unit: TimeUnit?
  ) -> String {
    guard column.type != .timestamp, let unit else {
      return "TIMESTAMP '\(TimestampFormatter.string(nanoseconds: nanoseconds, zone: .utc))'"
    }
    if column.type == .float64 {
      return "CAST('\(Double(nanoseconds) / Double(unit.nanosecondCount))' AS DOUBLE)"
    }
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: unit.nanosecondCount)
    return "(\(remainder > 0 ? quotient + 1 : quotient))"
  }
}
