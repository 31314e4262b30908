/// Writes FlatBuffers that need not make sense, in the simplest way: each table behind what refers to it.
struct FlatWriter {
  indirect enum Value {
    case int8(Int)
    case int16(Int)
    case int32(Int)
    case int64(Int)
    case table(Table)
    case text(String)
    case tables([Table])
    /// Elements of so many bytes that were written already.
    case structures([UInt8], count: Int)

    fileprivate var byteCount: Int {
      switch self {
      case .int8: 1
      case .int16: 2
      case .int64: 8
      default: 4
      }
    }
  }

  /// Values by the number of their field.
  typealias Table = [Int: Value]

  private(set) var bytes: [UInt8] = [0, 0, 0, 0]

  init(_ root: Table) { patch(0, append(root)) }

  static func littleEndian(_ number: Int, _ byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  private mutating func put(_ number: Int, _ byteCount: Int, at index: Int) {
    bytes.replaceSubrange(index..<index + byteCount, with: Self.littleEndian(number, byteCount))
  }

  /// Makes the offset at an index lead to a target.
  private mutating func patch(_ index: Int, _ target: Int) { put(target - index, 4, at: index) }

  private mutating func align(_ step: Int, behind byteCount: Int = 0) {
    while (bytes.count + byteCount) % step != 0 { bytes.append(0) }
  }

  /// - Returns: where the table stands.
  private mutating func append(_ table: Table) -> Int {
    let fieldCount = (table.keys.max() ?? -1) + 1
    var places: [Int: Int] = [:]
    var end = 4
    for (field, value) in table.sorted(by: { $0.key < $1.key }) {
      end = (end + value.byteCount - 1) / value.byteCount * value.byteCount
      places[field] = end
      end += value.byteCount
    }
    align(8, behind: 4 + 2 * fieldCount)
    let fieldTable = bytes.count
    bytes += Self.littleEndian(4 + 2 * fieldCount, 2) + Self.littleEndian(end, 2)
    for field in 0..<fieldCount { bytes += Self.littleEndian(places[field] ?? 0, 2) }
    let start = bytes.count
    bytes += Self.littleEndian(start - fieldTable, 4) + [UInt8](repeating: 0, count: end - 4)
    for (field, value) in table.sorted(by: { $0.key < $1.key }) {
      write(value, at: start + (places[field] ?? 0))
    }
    return start
  }

  private mutating func write(_ value: Value, at index: Int) {
    switch value {
    case .int8(let number), .int16(let number), .int32(let number), .int64(let number):
      put(number, value.byteCount, at: index)
    case .table(let table): patch(index, append(table))
    case .text(let text):
      align(4)
      patch(index, bytes.count)
      bytes += Self.littleEndian(text.utf8.count, 4) + Array(text.utf8) + [0]
    case .tables(let tables):
      align(4)
      patch(index, bytes.count)
      let first = bytes.count + 4
      bytes += Self.littleEndian(tables.count, 4) + [UInt8](repeating: 0, count: 4 * tables.count)
      for (number, table) in tables.enumerated() { patch(first + 4 * number, append(table)) }
    case .structures(let elements, let count):
      align(8, behind: 4)
      patch(index, bytes.count)
      bytes += Self.littleEndian(count, 4) + elements
    }
  }
}
