/// The columns that the fields of a schema become: structures are taken apart, as nested objects of JSON are.
final class ArrowLeaves: Sendable {
  /// One of them.
  struct Leaf: Sendable {
    /// The node of its array, counted as batches do: each field before its children.
    let node: Int
    /// The nodes of the structures around it, from the outermost in: where one is null, so is the value.
    let ancestors: [Int]
    let field: ArrowField
    let declared: DeclaredColumn
  }

  let schema: ArrowSchema
  let path: String
  let leaves: [Leaf]
  /// Fields whose values are not read, and what they are.
  let unreadable: [UnreadableColumn]
  var columns: [DeclaredColumn] { leaves.map(\.declared) }

  init(_ schema: ArrowSchema, path: String) {
    self.schema = schema
    self.path = path
    var builder = Builder()
    for field in schema.fields { builder.add(field, keys: [], ancestors: []) }
    leaves = builder.leaves
    unreadable = builder.unreadable
  }

  private struct Builder {
    var leaves: [Leaf] = []
    var unreadable: [UnreadableColumn] = []
    var nodeCount = 0
    var names: Set<[[UInt8]]> = []
    /// The last number that a column got whose name was there already.
    var numbers: [[[UInt8]]: Int] = [:]

    mutating func add(_ field: ArrowField, keys: [[UInt8]], ancestors: [Int]) {
      let node = nodeCount
      nodeCount += 1
      var keys = keys.isEmpty ? Self.keys(of: field.name) : keys + [Array(field.name.utf8)]
      if let name = Self.unreadableName(field) {
        unreadable.append(UnreadableColumn(name: FieldPath.name(ofKeys: keys), typeName: name))
        return skip(field)
      }
      if field.dictionary == nil, field.type == .structure, !field.children.isEmpty {
        for child in field.children { add(child, keys: keys, ancestors: ancestors + [node]) }
        return
      }
      skip(field)
      // Names need not differ; the second one gets a number.
      let path = keys
      while !names.insert(keys).inserted {
        let number = (numbers[path] ?? 1) + 1
        numbers[path] = number
        keys[keys.count - 1] = path[path.count - 1] + Array("_\(number)".utf8)
      }
      leaves.append(
        Leaf(
          node: node, ancestors: ancestors, field: field,
          declared: DeclaredColumn(
            keys: keys, type: field.columnType, isExtra: keys.count == 1 && field.isExtra,
            mayMisfit: field.type.mayMisfit)))
    }

    /// Counts the nodes of a field's children, of which those of a dictionary are elsewhere.
    private mutating func skip(_ field: ArrowField) {
      guard field.dictionary == nil else { return }
      for child in field.children {
        nodeCount += 1
        skip(child)
      }
    }

    /// The keys of a column: a dotted name is taken for the path of a field that somebody took out of its structure, as
    /// Spalt does.
    private static func keys(of name: String) -> [[UInt8]] {
      guard let keys = FieldPath.keys(of: name), !keys.contains([]) else {
        return [Array(name.utf8)]
      }
      return keys
    }

    private static func unreadableName(_ field: ArrowField) -> String? {
      if case .unreadable(let name) = field.type { return name }
      if field.dictionary == nil, field.type == .structure { return nil }
      for child in field.children {
        if let name = unreadableName(child) { return name }
      }
      return nil
    }
  }
}

extension ArrowField {
  /// What a field's values become.
  var columnType: ColumnType {
    switch type {
    case .null, .utf8, .utf8View: isJSONText ? .json : .string
    case .binary, .binaryView, .fixedSizeBinary, .time, .interval: .string
    case .bool: .bool
    case .integer, .duration: .int64
    case .floatingPoint, .decimal: .float64
    case .date, .timestamp: .timestamp
    case .list, .fixedSizeList, .structure, .map, .unreadable: .json
    }
  }

  /// Whether texts are JSON, as the extension type says.
  private var isJSONText: Bool { isExtension("arrow.json") }

  /// Whether 16 bytes are a UUID.
  var isUUID: Bool { isExtension("arrow.uuid") }

  private func isExtension(_ name: String) -> Bool {
    metadata.contains { $0.key == "ARROW:extension:name" && $0.value == name }
  }

  /// Whether the field is what Spalt writes its own column `_extra` as.
  fileprivate var isExtra: Bool { name == Schema.extraName && columnType == .json }
}

extension ArrowType {
  /// Whether there are values that the column's type does not hold: of times, it holds 584 years in nanoseconds.
  fileprivate var mayMisfit: Bool {
    switch self {
    case .integer(let bitWidth, let isSigned): bitWidth == 64 && !isSigned
    case .date: true
    case .timestamp(let unit, _): unit != .nanoseconds
    default: false
    }
  }
}
