/// Finds out which columns an input has and of which types, from a sample of its records.
struct SchemaInference: ~Copyable {
  /// The types that were seen under one key, as a set: those of JSON values and of others that say what
  /// they are, and those that bare words look like.
  struct TypeSet: OptionSet, BitwiseCopyable {
    let rawValue: UInt16
    static let bool = TypeSet(rawValue: 1)
    static let int64 = TypeSet(rawValue: 2)
    static let float64 = TypeSet(rawValue: 4)
    static let timestamp = TypeSet(rawValue: 8)
    static let string = TypeSet(rawValue: 16)
    /// Arrays, empty objects, and numbers that no machine type holds exactly.
    static let other = TypeSet(rawValue: 32)
    static let null = TypeSet(rawValue: 64)
    /// A word without a byte: null among numbers, else an empty string.
    static let emptyWord = TypeSet(rawValue: 128)

    /// The same types, of what words look like.
    var ofWords: TypeSet { TypeSet(rawValue: rawValue << 8) }
    /// The types of values that say what they are.
    var ofValues: TypeSet { TypeSet(rawValue: rawValue & 63) }
    /// All types, whoever says so.
    var merged: TypeSet { TypeSet(rawValue: (rawValue | rawValue >> 8) & 63) }
  }

  private var types: [TypeSet] = []
  /// The nodes that have types, in the order in which their values came.
  private(set) var nodes: [Int] = []
  private let timestamps: TimestampReader

  init(timestamps: TimestampReader) { self.timestamps = timestamps }

  private mutating func grow(to count: Int) {
    if types.count < count {
      types.append(contentsOf: repeatElement([], count: count - types.count))
    }
  }

  /// Notes that the values of a node have a type, whatever the sample holds.
  mutating func declare(_ node: Int, _ type: ColumnType) {
    grow(to: node + 1)
    if types[node].isEmpty { nodes.append(node) }
    switch type {
    case .bool: types[node].formUnion(.bool)
    case .int64: types[node].formUnion(.int64)
    case .float64: types[node].formUnion(.float64)
    case .timestamp: types[node].formUnion(.timestamp)
    case .string: types[node].formUnion(.string)
    case .json: types[node].formUnion(.other)
    }
  }

  /// Takes one record's fields into account.
  mutating func add(_ record: borrowing ScannedRecord, _ cursor: borrowing ByteCursor) {
    grow(to: record.tree.count)
    for index in 0..<record.fields.count {
      let field = record.fields[index]
      if field.isReplaced || field.isSurplus { continue }
      if types[Int(field.node)].isEmpty { nodes.append(Int(field.node)) }
      types[Int(field.node)].formUnion(type(of: field, types[Int(field.node)], cursor))
    }
  }

  /// Takes the fields of the first `rowCount` rows of a table into account, in which the values of
  /// node n are noted in column n.
  mutating func add(
    _ table: borrowing FieldTable, rowCount: Int, nodeCount: Int, _ cursor: borrowing ByteCursor
  ) {
    for node in 1..<min(nodeCount, types.count) {
      for row in 0..<rowCount {
        let span = table[node * FieldTable.rowCapacity + row]
        guard let kind = Self.kind(of: span, cursor) else { continue }
        if kind == .string, types[node].contains(.string) { continue }
        let margin = kind == .string ? 1 : 0
        let field = ScannedField(
          node: Int32(node), kind: kind, start: Int32(span.start - margin),
          end: Int32(span.end + margin))
        types[node].formUnion(type(of: field, types[node], cursor))
      }
    }
  }

  /// The kind of value that a span holds, or nil when there is none.
  private static func kind(of span: FieldSpan, _ cursor: borrowing ByteCursor) -> ScannedKind? {
    switch span.kind {
    case .none: return nil
    case .plainString, .oddString: return .string
    case .word: return .word
    case .oddText: return .text
    case .logTime: return .logTime
    case .array: return .array
    case .bare: return cursor.scanWord(at: span.start).map { ScannedKind($0.kind) } ?? .number
    }
  }

  private func type(
    of field: ScannedField, _ seen: TypeSet, _ cursor: borrowing ByteCursor
  ) -> TypeSet {
    switch field.kind {
    case .null: return .null
    case .true, .false: return .bool
    case .flag: return TypeSet.bool.ofWords
    case .array, .emptyObject: return .other
    case .logTime: return .timestamp
    case .text, .escapedText, .looseString: return .string
    case .string:
      if seen.contains(.string) { return .string }
      return cursor.timestamp(of: field, timestamps) == nil ? .string : .timestamp
    case .number:
      let start = Int(field.start)
      if cursor.scanInteger(at: start).isExact { return .int64 }
      if seen.contains(.other) { return .other }
      let number = cursor.scanNumber(at: start)
      return number.isInteger || cursor.float64(number) == nil ? .other : .float64
    case .word:
      if field.range.isEmpty { return .emptyWord }
      return seen.contains(TypeSet.string.ofWords) ? [] : word(field, cursor).ofWords
    }
  }

  /// What a bare word looks like. Digits that no machine type holds exactly are text.
  private func word(_ field: ScannedField, _ cursor: borrowing ByteCursor) -> TypeSet {
    let number = cursor.scanNumber(at: Int(field.start))
    if number.isValid, number.end == Int(field.end) {
      if cursor.int64(number) != nil { return .int64 }
      return number.isInteger || cursor.float64(number) == nil ? .string : .float64
    }
    if cursor.truthValue(of: field) != nil { return .bool }
    return cursor.timestamp(of: field, timestamps) == nil ? .string : .timestamp
  }

  /// The column type for a set of types, or nil when the key never had a value of its own.
  static func columnType(_ types: TypeSet) -> ColumnType? {
    if types.isEmpty { return nil }
    switch types.merged {
    case .bool: return .bool
    case .int64: return .int64
    case .float64, [.int64, .float64]: return .float64
    case .timestamp: return .timestamp
    case .string, [.timestamp, .string]: return .string
    case []: return types.contains(.emptyWord) ? .string : .json
    // Words are text, whatever they look like.
    default: return types.ofValues.isSubset(of: [.timestamp, .string]) ? .string : .json
    }
  }

  /// The column type of node `node`, or nil when it never had a value of its own.
  func columnType(ofNode node: Int) -> ColumnType? {
    node < types.count ? Self.columnType(types[node]) : nil
  }
}
