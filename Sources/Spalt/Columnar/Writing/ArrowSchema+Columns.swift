extension ArrowSchema {
  /// The version of Spalt, in a schema's metadata.
  static let versionKey = "spalt.version"
  /// The formats of the input that a field comes from, with commas between them.
  static let formatKey = "spalt.format"
  /// What a field's numbers count, where its name tells.
  static let unitKey = "spalt.unit"
  /// What a field is for that is not for a key of the input: `extra`, `line`, or what `Provenance` lists.
  static let roleKey = "spalt.role"

  /// The schema that `columns` have in a file or stream.
  /// - Parameters:
  ///   - formatNames: the formats of the input.
  ///   - options: decides on the layout of texts.
  ///   - zone: in which times are to be shown.
  init(_ columns: Schema, formatNames: [String], options: ArrowOptions, zone: String) {
    fields = columns.columns.enumerated().map { index, column in
      var field = ArrowField(
        name: column.name, type: ArrowType(column.type, options.strings, zone: zone))
      if options.strings == .dictionary, column.type == .string {
        field.dictionary = ArrowDictionaryEncoding(
          id: Int64(index), indexBitWidth: 32, indexIsSigned: true, isOrdered: false)
      }
      if column.type == .json {
        // Readers that do not know the extension see the text.
        field.metadata.append(ArrowKeyValue(key: "ARROW:extension:name", value: "arrow.json"))
        field.metadata.append(ArrowKeyValue(key: "ARROW:extension:metadata", value: ""))
      }
      if columns.isFromInput(index), !formatNames.isEmpty {
        let names = formatNames.joined(separator: ",")
        field.metadata.append(ArrowKeyValue(key: Self.formatKey, value: names))
      }
      if let unit = column.unit {
        field.metadata.append(ArrowKeyValue(key: Self.unitKey, value: unit))
      }
      let role = columns.role(ofColumn: index)?.rawValue
      if let role = role ?? columns.provenance[index].map({ String($0.rawValue.dropFirst()) }) {
        field.metadata.append(ArrowKeyValue(key: Self.roleKey, value: role))
      }
      return field
    }
    metadata = [ArrowKeyValue(key: Self.versionKey, value: SpaltVersion.current)]
  }
}

extension ArrowType {
  /// The type of a column's values; with a dictionary, of what is in the dictionary.
  fileprivate init(_ type: ColumnType, _ strings: ArrowOptions.Strings, zone: String) {
    self =
      switch type {
      case .bool: .bool
      case .int64: .integer(bitWidth: 64, isSigned: true)
      case .float64: .floatingPoint(bitWidth: 64)
      case .timestamp: .timestamp(.nanoseconds, zone: zone)
      case .string, .json: strings == .utf8View ? .utf8View : .utf8(isLarge: false)
      }
  }
}

extension ColumnDefinition {
  /// What the numbers of a column count, if the last word of its name is a unit: `latency_ms`, `bytes`.
  fileprivate var unit: String? {
    guard type == .int64 || type == .float64 else { return nil }
    let word = name.utf8.split { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") }.last
    return switch word.map({ String(Substring($0)) }) {
    case "ns", "nanoseconds": "ns"
    case "us", "microseconds": "us"
    case "ms", "millis", "milliseconds": "ms"
    case "s", "sec", "secs", "seconds": "s"
    case "bytes": "bytes"
    default: nil
    }
  }
}
