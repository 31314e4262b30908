extension ArrowField {
  /// What the type is called, as Arrow's own tools spell it.
  var typeName: String {
    guard let dictionary else { return valueTypeName }
    let index = "\(dictionary.indexIsSigned ? "" : "u")int\(dictionary.indexBitWidth)"
    return "dictionary<\(index), \(valueTypeName)>"
  }

  private var childTypeNames: String {
    children.map { "\($0.name): \($0.typeName)" }.joined(separator: ", ")
  }

  private var valueTypeName: String {
    switch type {
    case .null: "null"
    case .bool: "bool"
    case .integer(let width, let isSigned): "\(isSigned ? "" : "u")int\(width)"
    case .floatingPoint(let width): "float\(width)"
    case .decimal(let width, let precision, let scale): "decimal\(width)(\(precision), \(scale))"
    case .date(let unit): unit == .day ? "date32" : "date64"
    case .time(let unit):
      "time\(unit == .seconds || unit == .milliseconds ? 32 : 64)[\(unit.rawValue)]"
    case .timestamp(let unit, let zone):
      "timestamp[\(unit.rawValue)\(zone.map { ", \($0)" } ?? "")]"
    case .duration(let unit): "duration[\(unit.rawValue)]"
    case .interval(let unit):
      switch unit {
      case .yearMonth: "interval[months]"
      case .dayTime: "interval[days, ms]"
      case .monthDayNano: "interval[months, days, ns]"
      }
    case .utf8(let isLarge): isLarge ? "large_utf8" : "utf8"
    case .binary(let isLarge): isLarge ? "large_binary" : "binary"
    case .utf8View: "utf8_view"
    case .binaryView: "binary_view"
    case .fixedSizeBinary(let byteCount): "fixed_size_binary[\(byteCount)]"
    case .list(let isLarge): "\(isLarge ? "large_list" : "list")<\(childTypeNames)>"
    case .fixedSizeList(let count): "fixed_size_list<\(childTypeNames)>[\(count)]"
    case .structure: "struct<\(childTypeNames)>"
    case .map: "map<\(childTypeNames)>"
    case .unreadable(let name): name
    }
  }
}
