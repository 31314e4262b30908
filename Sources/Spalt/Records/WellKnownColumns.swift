// Which column holds the time of a record, and which its level, when nobody says so.

extension Schema {
  /// Names of columns that hold a record's time, in the order of preference; capitals do not matter.
  public static let timeNames = [
    "@timestamp", "timestamp", "time", "ts", "datetime", "date", "eventTime", "event_time",
    "created_at", "t",
  ]

  /// Names of columns that hold a record's level, in the order of preference; capitals do not matter.
  public static let levelNames = [
    "level", "severity", "lvl", "log.level", "loglevel", "log_level", "levelname", "priority",
    "severity_text", "severityText", "syslog.severity",
  ]

  /// The column with the time of a record: the one called `name`; without a name, the first of
  /// `timeNames` that is the name of a timestamp column, else the first timestamp column.
  ///
  /// A named column may also hold numbers if `unit` says what they count.
  ///
  /// Throws `.usage` when there is none, or when the named one does not exist or holds no times.
  public func timeColumn(
    named name: String?, unit: TimeUnit? = nil
  ) throws(SpaltError) -> Int {
    if let name { return try namedTimeColumn(name, unit) }
    if let known = wellKnown(Self.timeNames, where: { $0 == .timestamp }) { return known }
    if let first = columns.firstIndex(where: { $0.type == .timestamp }) { return first }
    var message = "no column holds timestamps; say which one holds the time with --time-column"
    if let index = wellKnown(Self.timeNames, where: { _ in true }) {
      message += ". " + hint(columns[index])
    }
    throw .usage(message)
  }

  private func namedTimeColumn(_ name: String, _ unit: TimeUnit?) throws(SpaltError) -> Int {
    let index = try existing(name, option: "--time-column")
    let type = columns[index].type
    let holdsNumbers = type == .int64 || type == .float64
    if type == .timestamp || (holdsNumbers && unit != nil) { return index }
    throw .usage("--time-column: " + hint(columns[index]))
  }

  /// Why a column holds no times, and what to do.
  private func hint(_ column: ColumnDefinition) -> String {
    let beginning = "'\(column.name)' is a column of type \(column.type.name)"
    switch column.type {
    case .int64, .float64:
      let units = TimeUnit.allCases.map(\.rawValue).joined(separator: ", ")
      return """
        \(beginning); if its numbers are times, use --time-column '\(column.name)' and --time-unit \
        (\(units))
        """
    case .string:
      return """
        \(beginning); if its times lack an offset from UTC, say in which zone they are with --assume-tz
        """
    case .timestamp, .bool, .json: return beginning
    }
  }

  /// The column with the level of a record: the one called `name`; without a name, the first of
  /// `levelNames` that is the name of a column of strings or integers.
  ///
  /// Throws `.usage` when there is none, or when the named one does not exist or holds something else.
  public func levelColumn(named name: String?) throws(SpaltError) -> Int {
    let holdsLevels = { (type: ColumnType) in type == .string || type == .int64 }
    guard let name else {
      if let known = wellKnown(Self.levelNames, where: holdsLevels) { return known }
      throw .usage(
        """
        no column of strings or integers has a usual name of a level \
        (\(Self.levelNames.joined(separator: ", "))); say which one it is with --level-column
        """)
    }
    let index = try existing(name, option: "--level-column")
    guard holdsLevels(columns[index].type) else {
      throw .usage(
        """
        --level-column: '\(columns[index].name)' is a column of type \
        \(columns[index].type.name), not of strings or integers
        """)
    }
    return index
  }

  // MARK: - Looking for names

  /// The column called `name`, in quotes or without: `log.level` may be one key with a dot.
  private func existing(_ name: String, option: String) throws(SpaltError) -> Int {
    if let index = index(of: name) ?? index(of: "\"\(name)\"") { return index }
    let question = Suggestions.question(for: name, among: columns.map(\.name))
    throw .usage("\(option): there is no column '\(name)'\(question)")
  }

  /// The first of `names` that is the name of a column of the right type.
  private func wellKnown(_ names: [String], where isRight: (ColumnType) -> Bool) -> Int? {
    for name in names {
      let wanted = [name.lowercased(), "\"\(name.lowercased())\""]
      let found = columns.firstIndex { wanted.contains($0.name.lowercased()) && isRight($0.type) }
      if let found { return found }
    }
    return nil
  }
}
