import Foundation
import Testing

@testable import Spalt

/// The exact content of a golden file, in the JSON that Arrow's implementations test each other with.
struct ArrowIntegrationJSON {
  private let document: [String: Any]

  init(path: String) throws {
    var bytes: [UInt8] = []
    var content = try ContentReader(path: path)
    while let segment = try content.next() {
      let view = segment.view
      for index in 0..<view.byteCount { bytes.append(view[index]) }
    }
    document = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  /// What differs, and how many values were compared.
  struct Comparison {
    var differences: [String] = []
    var valueCount = 0
    /// Columns that were passed over.
    var unreadable: Set<String> = []
    /// The numbers of dictionaries here and there: writers may number them as they like.
    fileprivate(set) var dictionaries: [Int64: Set<Int64>] = [:]

    mutating func expect(_ isSame: Bool, _ difference: @autoclosure () -> String) {
      if !isSame { differences.append(difference()) }
    }
  }

  func compare(with content: ArrowReading) throws -> Comparison {
    var comparison = Comparison()
    let schema = document["schema"] as? [String: Any] ?? [:]
    compare(schema["fields"] as? [[String: Any]] ?? [], content.schema.fields, &comparison)
    comparison.expect(
      pairs(schema["metadata"]) == sorted(content.schema.metadata), "the schema's metadata differ")
    let batches = document["batches"] as? [[String: Any]] ?? []
    comparison.expect(
      batches.count == content.batches.count,
      "\(content.batches.count) batches, not \(batches.count)")
    for (expected, batch) in zip(batches, content.batches) {
      comparison.expect(expected["count"] as? Int == batch.rowCount, "\(batch.rowCount) rows")
      try compare(expected["columns"], batch, batch.columns, &comparison)
    }
    for expected in document["dictionaries"] as? [[String: Any]] ?? [] {
      let id = expected["id"] as? Int64 ?? -1
      let data = expected["data"] as? [String: Any] ?? [:]
      for found in comparison.dictionaries[id] ?? [] {
        let part = try #require(content.dictionaries[found]?.parts.first)
        try compare(data["columns"], part, part.columns, &comparison)
      }
    }
    return comparison
  }

  // MARK: - Schemas

  private func pairs(_ value: Any?) -> [ArrowKeyValue] {
    let pairs = (value as? [[String: Any]] ?? []).map {
      ArrowKeyValue(key: $0["key"] as? String ?? "", value: $0["value"] as? String ?? "")
    }
    return sorted(pairs)
  }

  /// The order of the keys is not told.
  private func sorted(_ pairs: [ArrowKeyValue]) -> [ArrowKeyValue] {
    pairs.sorted { ($0.key, $0.value) < ($1.key, $1.value) }
  }

  private func compare(
    _ expected: [[String: Any]], _ fields: [ArrowField], _ comparison: inout Comparison
  ) {
    comparison.expect(expected.count == fields.count, "\(fields.count) columns")
    for (expected, field) in zip(expected, fields) {
      comparison.expect(expected["name"] as? String == field.name, "named \(field.name)")
      comparison.expect(
        expected["nullable"] as? Bool == field.isNullable, "\(field.name): nullable")
      comparison.expect(
        pairs(expected["metadata"]) == sorted(field.metadata), "\(field.name): metadata")
      let type = expected["type"] as? [String: Any] ?? [:]
      let name = Self.typeName(type)
      comparison.expect(
        name == Self.typeName(field.type), "\(field.name): \(field.typeName), not \(name)")
      let dictionary = expected["dictionary"] as? [String: Any]
      let index = dictionary?["indexType"] as? [String: Any]
      if let id = dictionary?["id"] as? Int64, let found = field.dictionary?.id {
        comparison.dictionaries[id, default: []].insert(found)
      }
      comparison.expect(
        (dictionary == nil) == (field.dictionary == nil)
          && (index?["bitWidth"] as? Int) == field.dictionary?.indexBitWidth
          && (index?["isSigned"] as? Bool) == field.dictionary?.indexIsSigned
          && (dictionary?["isOrdered"] as? Bool) == field.dictionary?.isOrdered,
        "\(field.name): the dictionary")
      compare(expected["children"] as? [[String: Any]] ?? [], field.children, &comparison)
    }
  }

  private static func typeName(_ type: [String: Any]) -> String {
    let name = type["name"] as? String ?? ""
    let unit = type["unit"] as? String ?? ""
    switch name {
    case "int": return "int \(type["isSigned"] as? Bool ?? false) \(type["bitWidth"] as? Int ?? 0)"
    case "floatingpoint": return "float \(type["precision"] as? String ?? "")"
    case "decimal":
      let width = type["bitWidth"] as? Int ?? 128
      return "decimal \(width) \(type["precision"] as? Int ?? 0) \(type["scale"] as? Int ?? 0)"
    case "timestamp": return "timestamp \(unit) \(type["timezone"] as? String ?? "none")"
    case "date", "time", "duration", "interval": return "\(name) \(unit)"
    case "fixedsizebinary": return "\(name) \(type["byteWidth"] as? Int ?? 0)"
    case "fixedsizelist": return "\(name) \(type["listSize"] as? Int ?? 0)"
    case "map": return "map \(type["keysSorted"] as? Bool ?? false)"
    case "union": return "union \(type["mode"] as? String ?? "")"
    default: return name
    }
  }

  private static func name(_ unit: TimeUnit) -> String {
    switch unit {
    case .seconds: "SECOND"
    case .milliseconds: "MILLISECOND"
    case .microseconds: "MICROSECOND"
    case .nanoseconds: "NANOSECOND"
    }
  }

  private static func typeName(_ type: ArrowType) -> String {
    switch type {
    case .null: "null"
    case .bool: "bool"
    case .integer(let width, let isSigned): "int \(isSigned) \(width)"
    case .floatingPoint(let width): "float \([16: "HALF", 32: "SINGLE", 64: "DOUBLE"][width] ?? "")"
    case .decimal(let width, let precision, let scale): "decimal \(width) \(precision) \(scale)"
    case .date(let unit): unit == .day ? "date DAY" : "date MILLISECOND"
    case .time(let unit): "time \(name(unit))"
    case .timestamp(let unit, let zone): "timestamp \(name(unit)) \(zone ?? "none")"
    case .duration(let unit): "duration \(name(unit))"
    case .interval(let unit):
      "interval \(["YEAR_MONTH", "DAY_TIME", "MONTH_DAY_NANO"][Int(unit.rawValue)])"
    case .utf8(let isLarge): isLarge ? "largeutf8" : "utf8"
    case .binary(let isLarge): isLarge ? "largebinary" : "binary"
    case .utf8View: "utf8view"
    case .binaryView: "binaryview"
    case .fixedSizeBinary(let byteCount): "fixedsizebinary \(byteCount)"
    case .list(let isLarge): isLarge ? "largelist" : "list"
    case .fixedSizeList(let count): "fixedsizelist \(count)"
    case .structure: "struct"
    case .map(let keysAreSorted): "map \(keysAreSorted)"
    case .unreadable(let name):
      switch ArrowUnreadableLayout(rawValue: name) {
      case .sparseUnion: "union SPARSE"
      case .denseUnion: "union DENSE"
      case .runEndEncoded: "runendencoded"
      default: name
      }
    }
  }
}
