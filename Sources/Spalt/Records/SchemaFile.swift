/// Schemas as files: a JSON object with the format of the input and its columns in order.
///
///     {"format":"ndjson","columns":[
///     {"name":"status","type":"int64","nulls":3,"samples":["200","500"]},
///     {"name":"_extra","type":"json","role":"extra","nulls":200,"samples":[]}
///     ]}
///
/// `name` and `type` are needed; `role` marks the column for what has no column (`extra`) and the one for
/// lines that are no records (`line`); a column `_extra` is the former when no column has that role.
/// All other members are for people, and are not looked at when the file is read back.
public enum SchemaFile {
  /// No schema file is larger, in bytes.
  static let maximumByteCount = 64 << 20

  /// The text of the file for these columns, one on each line.
  public static func text(_ columns: [ColumnSummary], format: String = "ndjson") -> String {
    let lines = columns.map { column -> String in
      let role = column.role.map { ",\"role\":\"\($0.rawValue)\"" } ?? ""
      return """
        {"name":\(quoted(column.definition.name)),"type":"\(column.definition.type.name)"\(role),\
        "nulls":\(column.nullCount),\
        "samples":[\(column.samples.map(quoted).joined(separator: ","))]}
        """
    }
    return """
      {"format":\(quoted(format)),"columns":[
      \(lines.joined(separator: ",\n"))
      ]}

      """
  }

  /// Text as a JSON string. What a terminal might obey or hide is escaped, too: it stays the same text.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22, 0x5C:
        result += "\\"
        result.unicodeScalars.append(scalar)
      case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// The schema in the file at `path`.
  /// - Throws: `SpaltError` when the file cannot be read; with the line, when it is not JSON, a column's
  ///   type or role is unknown, or two columns have one name.
  static func schema(inFileAt path: String) throws(SpaltError) -> Schema {
    let content: [UInt8]?
    do {
      content = try WholeFile.bytes(ofFileAt: path, maximumByteCount: maximumByteCount)
    } catch { throw .system(error) }
    guard let content else {
      throw .input(path: path, reason: "too large for a schema: more than 64 MiB")
    }
    do {
      return try schema(JSONDocumentReader.document(content))
    } catch { throw .input(path: "\(path):\(error.line)", reason: "schema: \(error.reason)") }
  }

  private static func schema(_ document: JSONNode) throws(JSONDocumentError) -> Schema {
    guard case .object = document.value else {
      throw document.fault("expected an object with a list 'columns'")
    }
    guard let list = document["columns"], case .array(let nodes) = list.value else {
      throw document.fault("there is no list 'columns'")
    }
    guard !nodes.isEmpty else { throw list.fault("there are no columns") }
    var columns: [ColumnDefinition] = []
    var names: Set<[UInt8]> = []
    var roles: [ColumnRole: Int] = [:]
    for (index, node) in nodes.enumerated() {
      let column = try definition(node)
      guard names.insert(Array(column.name.utf8)).inserted else {
        throw node.fault("two columns are called '\(column.name)'")
      }
      if let role = try role(node, column) {
        guard roles.updateValue(index, forKey: role) == nil else {
          throw node.fault("two columns have the role '\(role.rawValue)'")
        }
      }
      columns.append(column)
    }
    let extraColumn = roles[.extra] ?? columns.firstIndex { $0.name == Schema.extraName }
    if let extraColumn, columns[extraColumn].type != .json {
      throw nodes[extraColumn].fault(
        "'\(columns[extraColumn].name)' takes what has no column, so its type must be json")
    }
    return Schema(columns: columns, extraColumn: extraColumn, lineColumn: roles[.line])
  }

  private static func definition(_ node: JSONNode) throws(JSONDocumentError) -> ColumnDefinition {
    guard case .object = node.value else { throw node.fault("a column must be an object") }
    guard let name = node["name"]?.text else { throw node.fault("a column has no 'name'") }
    guard let type = node["type"], let typeName = type.text else {
      throw node.fault("the column '\(name)' has no 'type'")
    }
    guard let known = ColumnType.allCases.first(where: { $0.name == typeName }) else {
      let types = ColumnType.allCases.map(\.name)
      throw type.fault(
        "unknown type '\(typeName)'" + Suggestions.question(for: typeName, among: types)
          + " (types: \(types.joined(separator: ", ")))")
    }
    return ColumnDefinition(name: name, type: known)
  }

  private static func role(
    _ node: JSONNode, _ column: ColumnDefinition
  ) throws(JSONDocumentError) -> ColumnRole? {
    guard let role = node["role"] else { return nil }
    guard let text = role.text, let known = ColumnRole(rawValue: text) else {
      throw role.fault("the role of '\(column.name)' must be 'extra' or 'line'")
    }
    if known == .line, column.type != .string {
      throw node.fault("'\(column.name)' takes the text of lines, so its type must be string")
    }
    return known
  }
}

extension Schema {
  /// The schema in the file at `path`, as `spalt schema --to json` writes it.
  /// - Throws: `SpaltError` when the file cannot be read; with the line, when it is not JSON, a column's
  ///   type or role is unknown, or two columns have one name.
  public convenience init(readingFileAt path: String) throws(SpaltError) {
    let schema = try SchemaFile.schema(inFileAt: path)
    self.init(
      columns: schema.columns, extraColumn: schema.extraColumn, lineColumn: schema.lineColumn)
  }
}

extension JSONNode {
  fileprivate func fault(_ reason: String) -> JSONDocumentError {
    JSONDocumentError(line: line, reason: reason)
  }
}
