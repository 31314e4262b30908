/// Types whose values are not read. Columns of such types are there, with the nodes and buffers that they have.
enum ArrowUnreadableLayout: String {
  case sparseUnion = "sparse union"
  case denseUnion = "dense union"
  case runEndEncoded = "run-end encoded"
  case listView = "list view"
  case largeListView = "large list view"
}

/// Reads schemas, as Schema.fbs of the Arrow columnar format 1.5 says.
enum ArrowSchemaReader {
  /// Columns, and columns within them, at most.
  static let maximumFieldCount = 1 << 16

  static func schema(
    _ table: FlatTable, _ reader: inout FlatBufferReader
  ) throws(ArrowFault) -> ArrowSchema {
    guard try reader.value(0, of: table, default: Int16(0)) == 0 else {
      throw ArrowFault("its values are big-endian, which is not read")
    }
    var fieldCount = 0
    let fields = try fields(1, of: table, &reader, depth: 0, &fieldCount)
    let schema = ArrowSchema(fields: fields, metadata: try metadata(2, of: table, &reader))
    try checkDictionaries(schema)
    return schema
  }

  private static func fields(
    _ field: Int, of table: FlatTable, _ reader: inout FlatBufferReader, depth: Int,
    _ fieldCount: inout Int
  ) throws(ArrowFault) -> [ArrowField] {
    guard let vector = try reader.vector(field, of: table, elementByteCount: 4) else { return [] }
    guard depth < FlatBufferReader.maximumDepth else {
      throw ArrowFault("columns are nested more than \(FlatBufferReader.maximumDepth) deep")
    }
    var fields: [ArrowField] = []
    for index in 0..<vector.count {
      fieldCount += 1
      guard fieldCount <= maximumFieldCount else {
        throw ArrowFault("there are more than \(maximumFieldCount) columns")
      }
      try reader.countTable()
      let table = try reader.table(index, of: vector)
      fields.append(try self.field(table, &reader, depth: depth, &fieldCount))
    }
    return fields
  }

  private static func field(
    _ table: FlatTable, _ reader: inout FlatBufferReader, depth: Int, _ fieldCount: inout Int
  ) throws(ArrowFault) -> ArrowField {
    let name = try reader.text(0, of: table) ?? ""
    let children = try fields(5, of: table, &reader, depth: depth + 1, &fieldCount)
    let number = try reader.value(2, of: table, default: UInt8(0))
    guard number != 0, let typeTable = try reader.table(3, of: table) else {
      throw ArrowFault("column '\(name)' has no type")
    }
    do {
      let type = try type(number, typeTable, &reader)
      try checkChildren(of: type, children)
      return ArrowField(
        name: name, type: type, isNullable: try reader.flag(1, of: table), children: children,
        dictionary: try dictionary(4, of: table, &reader),
        metadata: try metadata(6, of: table, &reader))
    } catch {
      throw ArrowFault("column '\(name)': \(error.reason)")
    }
  }

  private static func checkChildren(
    of type: ArrowType, _ children: [ArrowField]
  ) throws(ArrowFault) {
    let count: Int
    switch type {
    case .structure: return
    case .list, .fixedSizeList, .map: count = 1
    case .unreadable(let name):
      switch ArrowUnreadableLayout(rawValue: name) {
      case .sparseUnion, .denseUnion: return
      case .runEndEncoded: count = 2
      default: count = 1
      }
    default: count = 0
    }
    guard children.count == count else {
      throw ArrowFault("its type has \(count) columns within it, not \(children.count)")
    }
    if case .map = type {
      guard case .structure = children[0].type, children[0].children.count == 2,
        children[0].dictionary == nil
      else { throw ArrowFault("the entries of a map are no pairs") }
    }
  }

  private static func dictionary(
    _ field: Int, of table: FlatTable, _ reader: inout FlatBufferReader
  ) throws(ArrowFault) -> ArrowDictionaryEncoding? {
    guard let encoding = try reader.table(field, of: table) else { return nil }
    guard try reader.value(3, of: encoding, default: Int16(0)) == 0 else {
      throw ArrowFault("its dictionary is of an unknown kind")
    }
    var width = 32
    var isSigned = true
    if let index = try reader.table(1, of: encoding) {
      (width, isSigned) = try integer(index, reader)
    }
    return ArrowDictionaryEncoding(
      id: try reader.value(0, of: encoding, default: Int64(0)), indexBitWidth: width,
      indexIsSigned: isSigned, isOrdered: try reader.flag(2, of: encoding))
  }

  /// The pairs of custom metadata in a field of a table.
  static func metadata(
    _ field: Int, of table: FlatTable, _ reader: inout FlatBufferReader
  ) throws(ArrowFault) -> [ArrowKeyValue] {
    guard let vector = try reader.vector(field, of: table, elementByteCount: 4) else { return [] }
    var pairs: [ArrowKeyValue] = []
    for index in 0..<vector.count {
      try reader.countTable()
      let pair = try reader.table(index, of: vector)
      pairs.append(
        ArrowKeyValue(
          key: try reader.text(0, of: pair) ?? "", value: try reader.text(1, of: pair) ?? ""))
    }
    return pairs
  }

  /// Two columns may share a dictionary, but it has one type, and no column of its values uses itself.
  private static func checkDictionaries(_ schema: ArrowSchema) throws(ArrowFault) {
    var known: [Int64: ArrowField] = [:]
    for field in schema.fields { try checkDictionaries(field, &known, inside: []) }
  }

  private static func checkDictionaries(
    _ field: ArrowField, _ known: inout [Int64: ArrowField], inside: [Int64]
  ) throws(ArrowFault) {
    var inside = inside
    if let id = field.dictionary?.id {
      guard !inside.contains(id) else {
        throw ArrowFault("the values of dictionary \(id) refer to itself")
      }
      inside.append(id)
      if let other = known[id] {
        guard other.type == field.type,
          other.children.map(\.type) == field.children.map(\.type)
        else { throw ArrowFault("dictionary \(id) has values of two types") }
      } else {
        known[id] = field
      }
    }
    for child in field.children { try checkDictionaries(child, &known, inside: inside) }
  }
}

// MARK: - Types

extension ArrowSchemaReader {
  private static func integer(
    _ table: FlatTable, _ reader: borrowing FlatBufferReader
  ) throws(ArrowFault) -> (bitWidth: Int, isSigned: Bool) {
    let width = Int(try reader.value(0, of: table, default: Int32(0)))
    guard [8, 16, 32, 64].contains(width) else {
      throw ArrowFault("integers of \(width) bits do not exist")
    }
    return (width, try reader.flag(1, of: table))
  }

  private static func unit(
    _ table: FlatTable, _ reader: borrowing FlatBufferReader, default standard: Int16
  ) throws(ArrowFault) -> TimeUnit {
    switch try reader.value(0, of: table, default: standard) {
    case 0: .seconds
    case 1: .milliseconds
    case 2: .microseconds
    case 3: .nanoseconds
    default: throw ArrowFault("its unit of time is unknown")
    }
  }

  private static func decimal(
    _ table: FlatTable, _ reader: borrowing FlatBufferReader
  ) throws(ArrowFault) -> ArrowType {
    let width = Int(try reader.value(2, of: table, default: Int32(128)))
    guard [32, 64, 128, 256].contains(width) else {
      throw ArrowFault("decimals of \(width) bits do not exist")
    }
    let precision = Int(try reader.value(0, of: table, default: Int32(0)))
    let most = [32: 9, 64: 18, 128: 38, 256: 76][width] ?? 0
    guard (1...most).contains(precision) else {
      throw ArrowFault("decimals of \(width) bits have no \(precision) digits")
    }
    let scale = Int(try reader.value(1, of: table, default: Int32(0)))
    guard abs(scale) <= 1000 else { throw ArrowFault("its scale, \(scale), makes no sense") }
    return .decimal(bitWidth: width, precision: precision, scale: scale)
  }

  private static func time(
    _ table: FlatTable, _ reader: borrowing FlatBufferReader
  ) throws(ArrowFault) -> ArrowType {
    let unit = try unit(table, reader, default: 1)
    let width = Int(try reader.value(1, of: table, default: Int32(32)))
    let isShort = unit == .seconds || unit == .milliseconds
    guard width == (isShort ? 32 : 64) else {
      throw ArrowFault("times in \(unit.rawValue) have no \(width) bits")
    }
    return .time(unit)
  }

  private static func length(
    _ table: FlatTable, _ reader: borrowing FlatBufferReader
  ) throws(ArrowFault) -> Int {
    let length = Int(try reader.value(0, of: table, default: Int32(0)))
    guard length >= 0 else { throw ArrowFault("its length is negative") }
    return length
  }

  private static func floatingPoint(
    _ table: FlatTable, _ reader: borrowing FlatBufferReader
  ) throws(ArrowFault) -> ArrowType {
    let precision = try reader.value(0, of: table, default: Int16(0))
    guard (0...2).contains(precision) else { throw ArrowFault("its precision is unknown") }
    return .floatingPoint(bitWidth: 16 << Int(precision))
  }

  private static func date(
    _ table: FlatTable, _ reader: borrowing FlatBufferReader
  ) throws(ArrowFault) -> ArrowType {
    switch try reader.value(0, of: table, default: Int16(1)) {
    case 0: .date(.day)
    case 1: .date(.millisecond)
    default: throw ArrowFault("its unit of time is unknown")
    }
  }

  private static func interval(
    _ table: FlatTable, _ reader: borrowing FlatBufferReader
  ) throws(ArrowFault) -> ArrowType {
    let unit = try reader.value(0, of: table, default: Int16(0))
    guard let unit = UInt8(exactly: unit).flatMap(ArrowIntervalUnit.init(rawValue:)) else {
      throw ArrowFault("its unit of time is unknown")
    }
    return .interval(unit)
  }

  /// The type with a number of the `Type` union.
  private static func type(
    _ number: UInt8, _ table: FlatTable, _ reader: inout FlatBufferReader
  ) throws(ArrowFault) -> ArrowType {
    switch number {
    case 1: return .null
    case 2:
      let integer = try integer(table, reader)
      return .integer(bitWidth: integer.bitWidth, isSigned: integer.isSigned)
    case 3: return try floatingPoint(table, reader)
    case 4: return .binary(isLarge: false)
    case 5: return .utf8(isLarge: false)
    case 6: return .bool
    case 7: return try decimal(table, reader)
    case 8: return try date(table, reader)
    case 9: return try time(table, reader)
    case 10:
      let zone = try reader.text(1, of: table)
      return .timestamp(
        try unit(table, reader, default: 0), zone: zone?.isEmpty == true ? nil : zone)
    case 11: return try interval(table, reader)
    case 12: return .list(isLarge: false)
    case 13: return .structure
    case 14:
      let isDense = try reader.value(0, of: table, default: Int16(0)) == 1
      let layout: ArrowUnreadableLayout = isDense ? .denseUnion : .sparseUnion
      return .unreadable(layout.rawValue)
    case 15: return .fixedSizeBinary(byteCount: try length(table, reader))
    case 16: return .fixedSizeList(count: try length(table, reader))
    case 17: return .map(keysAreSorted: try reader.flag(0, of: table))
    case 18: return .duration(try unit(table, reader, default: 1))
    case 19: return .binary(isLarge: true)
    case 20: return .utf8(isLarge: true)
    case 21: return .list(isLarge: true)
    case 22: return .unreadable(ArrowUnreadableLayout.runEndEncoded.rawValue)
    case 23: return .binaryView
    case 24: return .utf8View
    case 25: return .unreadable(ArrowUnreadableLayout.listView.rawValue)
    case 26: return .unreadable(ArrowUnreadableLayout.largeListView.rawValue)
    default: throw ArrowFault("type number \(number) is unknown")
    }
  }
}
