/// What is wrong with Arrow metadata, in words that can stand behind a file's name.
struct ArrowFault: Error, Equatable {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// A table of a FlatBuffer: where its fields stand. A plain value: the bytes are asked for with each access.
struct FlatTable {
  fileprivate let start: Int
  /// Length of the part in which fields stand.
  fileprivate let byteCount: Int
  fileprivate let fieldTable: Int
  fileprivate let fieldTableByteCount: Int
}

/// A vector of a FlatBuffer.
struct FlatVector {
  /// Index of the first element.
  fileprivate let start: Int
  let count: Int
  fileprivate let elementByteCount: Int
}

/// Reads a FlatBuffer where it lies. Every access is checked, and throws where it leads outside the bytes: they are
/// what a file says.
///
/// Tables may refer to each other in any way, so that a few bytes can describe very much. What is copied is
/// therefore counted against a budget that grows with the bytes.
struct FlatBufferReader: ~Escapable {
  private let bytes: ByteView
  /// How many bytes of text may still be copied.
  private var textBudget: Int
  /// How many tables may still be entered that are counted.
  private var tableBudget: Int

  /// Tables within tables within tables, at most.
  static let maximumDepth = 64

  @_lifetime(copy bytes)
  init(_ bytes: ByteView) {
    self.bytes = bytes
    textBudget = 16 * bytes.byteCount
    // A table of its own takes 8 bytes at least, and what refers to it 4.
    tableBudget = bytes.byteCount / 8 + 1
  }

  // MARK: - Plain values

  private func check(_ index: Int, _ byteCount: Int) throws(ArrowFault) {
    guard index >= 0, byteCount >= 0, byteCount <= bytes.byteCount,
      index <= bytes.byteCount - byteCount
    else { throw ArrowFault("the metadata refers to something outside itself") }
  }

  private func load<Value: FixedWidthInteger & BitwiseCopyable>(
    _ index: Int, as type: Value.Type
  ) throws(ArrowFault) -> Value {
    try check(index, MemoryLayout<Value>.size)
    return Value(littleEndian: bytes.load(at: index, as: Value.self))
  }

  /// Follows the offset that stands at an index.
  private func target(of index: Int) throws(ArrowFault) -> Int {
    let distance = Int(try load(index, as: UInt32.self))
    guard distance > 0 else { throw ArrowFault("the metadata holds an offset of zero") }
    return index + distance
  }

  // MARK: - Tables

  /// The table that the FlatBuffer is.
  func root() throws(ArrowFault) -> FlatTable { try table(at: try target(of: 0)) }

  private func table(at start: Int) throws(ArrowFault) -> FlatTable {
    let fieldTable = start - Int(try load(start, as: Int32.self))
    let fieldTableByteCount = Int(try load(fieldTable, as: UInt16.self))
    try check(fieldTable, fieldTableByteCount)
    guard fieldTableByteCount >= 4, fieldTableByteCount % 2 == 0 else {
      throw ArrowFault("the metadata holds a malformed table")
    }
    let byteCount = Int(try load(fieldTable + 2, as: UInt16.self))
    try check(start, byteCount)
    guard byteCount >= 4 else { throw ArrowFault("the metadata holds a malformed table") }
    return FlatTable(
      start: start, byteCount: byteCount, fieldTable: fieldTable,
      fieldTableByteCount: fieldTableByteCount)
  }

  /// Where a field of `byteCount` bytes stands; nil when the table lacks it.
  private func index(
    of field: Int, _ table: FlatTable, _ byteCount: Int
  ) throws(ArrowFault) -> Int? {
    let entry = 4 + 2 * field
    guard entry + 2 <= table.fieldTableByteCount else { return nil }
    let offset = Int(try load(table.fieldTable + entry, as: UInt16.self))
    if offset == 0 { return nil }
    guard offset >= 4, offset + byteCount <= table.byteCount else {
      throw ArrowFault("the metadata holds a table whose field lies outside it")
    }
    return table.start + offset
  }

  /// The value of a field, or what it is when the table lacks it.
  func value<Value: FixedWidthInteger & BitwiseCopyable>(
    _ field: Int, of table: FlatTable, default standard: Value
  ) throws(ArrowFault) -> Value {
    guard let index = try index(of: field, table, MemoryLayout<Value>.size) else { return standard }
    return try load(index, as: Value.self)
  }

  func flag(_ field: Int, of table: FlatTable) throws(ArrowFault) -> Bool {
    try value(field, of: table, default: UInt8(0)) != 0
  }

  func table(_ field: Int, of table: FlatTable) throws(ArrowFault) -> FlatTable? {
    guard let index = try index(of: field, table, 4) else { return nil }
    return try self.table(at: try target(of: index))
  }

  /// Counts a table of which there may be many.
  mutating func countTable() throws(ArrowFault) {
    tableBudget -= 1
    if tableBudget < 0 {
      throw ArrowFault("the metadata describes more than its length allows")
    }
  }

  // MARK: - Vectors and texts

  /// A vector whose elements take `elementByteCount` bytes: 4 when they are tables.
  func vector(
    _ field: Int, of table: FlatTable, elementByteCount: Int
  ) throws(ArrowFault) -> FlatVector? {
    guard let index = try index(of: field, table, 4) else { return nil }
    let target = try target(of: index)
    let count = Int(try load(target, as: UInt32.self))
    try check(target + 4, count * elementByteCount)
    return FlatVector(start: target + 4, count: count, elementByteCount: elementByteCount)
  }

  /// A number at a byte offset within an element.
  func value<Value: FixedWidthInteger & BitwiseCopyable>(
    _ element: Int, of vector: FlatVector, at byteOffset: Int = 0, as type: Value.Type
  ) throws(ArrowFault) -> Value {
    precondition(element >= 0 && element < vector.count, "no such element")
    return try load(vector.start + element * vector.elementByteCount + byteOffset, as: type)
  }

  func table(_ element: Int, of vector: FlatVector) throws(ArrowFault) -> FlatTable {
    precondition(element >= 0 && element < vector.count, "no such element")
    return try table(at: try target(of: vector.start + element * vector.elementByteCount))
  }

  /// A text, copied; nil when the table lacks it.
  mutating func text(_ field: Int, of table: FlatTable) throws(ArrowFault) -> String? {
    guard let vector = try vector(field, of: table, elementByteCount: 1) else { return nil }
    textBudget -= vector.count
    guard textBudget >= 0 else {
      throw ArrowFault("the metadata describes more than its length allows")
    }
    let text = bytes.slice(vector.start..<vector.start + vector.count)
    guard
      ScanKernels.current.firstInvalidUTF8(ByteCursor(text), in: 0..<text.byteCount) == nil
    else { throw ArrowFault("the metadata holds a text that is not UTF-8") }
    return text.makeString()
  }
}
