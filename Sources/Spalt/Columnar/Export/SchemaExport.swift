extension Schema {
  /// The schema of batches that `RecordBatch.export` gives: a structure with a field for each column.
  func exported(_ strings: ExportedStrings) -> ExportedSchema {
    var schema = ExportedSchema(format: "+s")
    schema.children = columns.map { column in
      var field = ExportedSchema(format: column.type.arrowFormat(strings))
      field.name = column.name
      field.isNullable = true
      if column.type == .json {
        field.metadata = [
          ArrowKeyValue(key: "ARROW:extension:name", value: "arrow.json"),
          ArrowKeyValue(key: "ARROW:extension:metadata", value: ""),
        ]
      }
      return field
    }
    return schema
  }
}

extension ColumnType {
  /// The type as the Arrow C data interface writes it.
  fileprivate func arrowFormat(_ strings: ExportedStrings) -> String {
    switch self {
    case .bool: "b"
    case .int64: "l"
    case .float64: "g"
    case .timestamp: "tsn:UTC"
    case .string, .json: strings == .utf8 ? "u" : "vu"
    }
  }
}
