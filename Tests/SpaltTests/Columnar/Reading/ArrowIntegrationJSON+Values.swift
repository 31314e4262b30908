import Foundation

@testable import Spalt

extension ArrowIntegrationJSON {
  /// Compares columns, and the columns within them.
  func compare(
    _ columns: Any?, _ batch: ArrowBatch, _ nodes: [Int], _ comparison: inout Comparison
  ) throws {
    let columns = columns as? [[String: Any]] ?? []
    comparison.expect(columns.count == nodes.count, "\(nodes.count) columns")
    for (column, node) in zip(columns, nodes) { try compare(column, batch, node, &comparison) }
  }

  private func compare(
    _ column: [String: Any], _ batch: ArrowBatch, _ node: Int, _ comparison: inout Comparison
  ) throws {
    let name = batch.name(of: node)
    let field = batch.nodes[node].field
    if case .unreadable(let type) = field.type, field.dictionary == nil {
      comparison.unreadable.insert(type)
      do {
        _ = try batch.array(node)
        comparison.differences.append("\(name) is read")
      } catch {
        comparison.expect("\(error)".contains(type), "\(error)")
        comparison.expect("\(error)".contains("'\(name)'"), "\(error)")
      }
      return
    }
    let array = try batch.array(node)
    let view = ArrowArrayView(array)
    comparison.expect(column["count"] as? Int == view.rowCount, "\(name): rows")
    for row in 0..<view.rowCount {
      let expected = Self.text(column, row, array)
      let found = try view.text(row)
      comparison.valueCount += 1
      comparison.expect(
        expected == found, "\(name) \(row): \(found ?? "null"), not \(expected ?? "null")")
    }
    try compare(column["children"], batch, array.children, &comparison)
  }

  /// The value of a row, in the words of `ArrowArrayView.text`.
  private static func text(_ column: [String: Any], _ row: Int, _ array: ArrowArray) -> String? {
    if array.layout == .none { return nil }
    if let validity = column["VALIDITY"] as? [Int], validity[row] == 0 { return nil }
    if array.field.dictionary == nil {
      switch array.field.type {
      case .list, .map:
        let offsets = column["OFFSET"] as? [Any] ?? []
        return "\(offsets[row])..<\(offsets[row + 1])"
      case .fixedSizeList(let count): return "\(row * count..<row * count + count)"
      case .structure: return "{}"
      case .utf8View, .binaryView: return viewText(column, row)
      default: break
      }
    }
    guard let data = column["DATA"] as? [Any] else { return "no data" }
    return text(data[row], array.field)
  }

  private static func text(_ value: Any, _ field: ArrowField) -> String {
    if field.dictionary != nil { return "\(value)" }
    switch field.type {
    case .bool: return (value as? Bool ?? false) ? "true" : "false"
    case .floatingPoint(let width):
      let number = (value as? NSNumber)?.doubleValue ?? .nan
      return width == 32 ? "\(Double(Float(number)))" : "\(number)"
    case .interval(let unit):
      switch unit {
      case .yearMonth: return "\(value) months 0 days 0 ns"
      case .dayTime, .monthDayNano:
        let parts = value as? [String: Int64] ?? [:]
        let nanoseconds = parts["nanoseconds"] ?? (parts["milliseconds"] ?? 0) * 1_000_000
        return "\(parts["months"] ?? 0) months \(parts["days"] ?? 0) days \(nanoseconds) ns"
      }
    default: return "\(value)"
    }
  }

  private static func viewText(_ column: [String: Any], _ row: Int) -> String {
    let views = column["VIEWS"] as? [[String: Any]] ?? []
    let view = views[row]
    if let inlined = view["INLINED"] as? String { return inlined }
    let buffers = column["VARIADIC_DATA_BUFFERS"] as? [String] ?? []
    let digits = Array((buffers[view["BUFFER_INDEX"] as? Int ?? 0]).utf8)
    let start = 2 * (view["OFFSET"] as? Int ?? 0)
    let part = digits[start..<start + 2 * (view["SIZE"] as? Int ?? 0)]
    let hexadecimal = String(decoding: part, as: UTF8.self)
    return column["name"] as? String == "sv" ? decoded(hexadecimal) : hexadecimal
  }

  private static func decoded(_ hexadecimal: String) -> String {
    let digits = Array(hexadecimal)
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
