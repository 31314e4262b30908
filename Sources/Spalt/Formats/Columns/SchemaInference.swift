/// Finds out which columns an input has and of which types, from a sample of its records.
struct SchemaInference: ~Copyable {
  /// The types that were seen under one key, as a set.
  struct TypeSet: OptionSet, BitwiseCopyable {
    let rawValue: UInt8
    static let null = TypeSet(rawValue: 1)
    static let bool = TypeSet(rawValue: 2)
    static let int64 = TypeSet(rawValue: 4)
    static let float64 = TypeSet(rawValue: 8)
    static let timestamp = TypeSet(rawValue: 16)
    static let string = TypeSet(rawValue: 32)
    /// Arrays, empty objects, and numbers that no machine type holds exactly.
    static let other = TypeSet(rawValue: 64)
  }

  private var types: [TypeSet] = []
  private let timestamps: TimestampReader

  init(timestamps: TimestampReader) { self.timestamps = timestamps }

  /// Takes one record's fields into account.
  mutating func add(_ scanner: borrowing JSONRecordScanner, _ cursor: borrowing ByteCursor) {
    if types.count < scanner.tree.count {
      types.append(contentsOf: repeatElement([], count: scanner.tree.count - types.count))
    }
    for index in 0..<scanner.fields.count {
      let field = scanner.fields[index]
      if field.isReplaced { continue }
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
        let field = JSONField(
          node: Int32(node), kind: kind, start: Int32(span.start - margin),
          end: Int32(span.end + margin))
        types[node].formUnion(type(of: field, types[node], cursor))
      }
    }
  }

  /// The kind of JSON value that a span holds, or nil when there is none.
  private static func kind(of span: FieldSpan, _ cursor: borrowing ByteCursor) -> JSONKind? {
    switch span.kind {
    case .none: return nil
    case .plainString, .oddString: return .string
    case .array: return .array
    case .bare: return cursor.scanWord(at: span.start)?.kind ?? .number
    }
  }

  private func type(
    of field: JSONField, _ seen: TypeSet, _ cursor: borrowing ByteCursor
  ) -> TypeSet {
    let start = Int(field.start)
    switch field.kind {
    case .null: return .null
    case .true, .false: return .bool
    case .array, .emptyObject: return .other
    case .string:
      if seen.contains(.string) { return .string }
      let time = timestamps.scan(cursor, at: start + 1, byteCount: Int(field.end) - start - 2)
      return time == nil ? .string : .timestamp
    case .number:
      if cursor.scanInteger(at: start).isExact { return .int64 }
      if seen.contains(.other) { return .other }
      let number = cursor.scanNumber(at: start)
      return number.isInteger || cursor.float64(number) == nil ? .other : .float64
    }
  }

  /// The column type for a set of types, or nil when the key never had a value of its own.
  static func columnType(_ types: TypeSet) -> ColumnType? {
    if types.isEmpty { return nil }
    switch types.subtracting(.null) {
    case .bool: return .bool
    case .int64: return .int64
    case .float64, [.int64, .float64]: return .float64
    case .timestamp: return .timestamp
    case .string, [.timestamp, .string]: return .string
    default: return .json
    }
  }

  /// The column type of node `node`, or nil when it never had a value of its own.
  func columnType(ofNode node: Int) -> ColumnType? {
    node < types.count ? Self.columnType(types[node]) : nil
  }
}
