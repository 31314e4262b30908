/// Values as Spalt's columns have them.
extension ArrowArrayView {
  /// Which of 64 rows have a value, from a row on that is a multiple of 8; what lies behind the last row does not count.
  func validWord(at row: Int) -> UInt64 {
    if validity.isEmpty { return isAllNull ? 0 : .max }
    return Self.word(of: validity, at: row / 8)
  }

  /// The truth values of 64 rows.
  func bitWord(at row: Int) -> UInt64 { Self.word(of: values, at: row / 8) }

  private static func word(of bits: ByteView, at index: Int) -> UInt64 {
    if index + 8 <= bits.byteCount { return bits.load(at: index, as: UInt64.self).littleEndian }
    var word: UInt64 = 0
    for step in 0..<max(0, bits.byteCount - index) {
      word |= UInt64(bits[index + step]) << UInt64(step * 8)
    }
    return word
  }

  /// A value as 64 bits of a column of integers, numbers or times; nil when it does not fit.
  func word(_ row: Int, _ type: ColumnType) -> UInt64? {
    switch (array.field.type, type) {
    case (.integer(_, let isSigned), .float64):
      let value = integer(row)
      return (isSigned ? Double(value) : Double(UInt64(bitPattern: value))).bitPattern
    case (.duration, .float64): return Double(integer(row)).bitPattern
    case (.integer(64, false), _):
      let value = integer(row)
      return value < 0 ? nil : UInt64(bitPattern: value)
    case (.integer, _), (.duration, _): return UInt64(bitPattern: integer(row))
    case (.floatingPoint, _): return floatingPoint(row).bitPattern
    case (.decimal(_, _, let scale), _): return Self.number(decimal(row), scale).bitPattern
    case (.date(.day), _): return Self.nanoseconds(integer(row), 86_400_000_000_000)
    case (.date(.millisecond), _): return Self.nanoseconds(integer(row), 1_000_000)
    case (.timestamp(let unit, _), _): return Self.nanoseconds(integer(row), unit.nanosecondCount)
    default: return nil
    }
  }

  private static func nanoseconds(_ value: Int64, _ factor: Int64) -> UInt64? {
    let (product, overflows) = value.multipliedReportingOverflow(by: factor)
    return overflows ? nil : UInt64(bitPattern: product)
  }

  /// The number nearest to a decimal.
  private static func number(_ decimal: ArrowDecimal, _ scale: Int) -> Double {
    // Both are exact here, so there is one rounding.
    if let value = decimal.int64, value.magnitude <= 1 << 53, (0...22).contains(scale) {
      return Double(value) / powersOfTen[scale]
    }
    var digits: [UInt8] = []
    decimal.appendDigits(to: &digits)
    let text =
      "\(decimal.isNegative ? "-" : "")\(String(decoding: digits, as: UTF8.self))e\(-scale)"
    return Double(text) ?? .nan
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// Whether the text in a row has no bytes.
  func isEmptyText(_ row: Int) throws(SpaltError) -> Bool { try bytesPlace(row).byteCount == 0 }
}

extension ArrowType {
  /// Whether values lie in memory just as those of a column of some type do.
  func hasValues(of type: ColumnType) -> Bool {
    switch self {
    case .integer(64, true), .duration: type == .int64
    case .floatingPoint(64): type == .float64
    case .timestamp(.nanoseconds, _): type == .timestamp
    default: false
    }
  }
}

extension ArrowField {
  /// Whether values are texts that a column of strings, or of JSON, can view as they are.
  func holdsText(asJSON: Bool) -> Bool {
    switch type {
    case .utf8, .utf8View: asJSON == (columnType == .json)
    default: false
    }
  }
}

extension ArrowDictionary {
  /// Whether any value may be null.
  var mayHoldNulls: Bool {
    parts.contains { part in
      let node = part.nodes[part.columns[0]]
      return node.nullCount != 0 || node.layout == .none || node.field.dictionary != nil
    }
  }
}

extension RecordBatchBuilder {
  /// The members of the object that a row has in `_extra`, without the braces.
  mutating func extraMembers(_ row: Int, _ place: BatchLayout.Column) -> [UInt8] {
    let bits = slab.view(place.validityStart..<place.validityStart + layout.rowCapacity / 8)
    guard bits[row >> 3] >> UInt8(row & 7) & 1 != 0 else { return [] }
    let range =
      place.valuesStart..<place.valuesStart + layout.rowCapacity * TextColumn.byteCount
    // Texts of columns never lie in buffer 0.
    let texts = TextSource(input: ByteView(RawSpan()), arena: notes.texts.chunks)
    let text = TextColumn(views: slab.view(range), texts: texts).text(row)
    guard text.byteCount > 2, text[0] == JSONByte.openBrace else { return [] }
    return (1..<text.byteCount - 1).map { text[$0] }
  }
}
