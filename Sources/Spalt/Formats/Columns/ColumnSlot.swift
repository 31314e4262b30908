/// Where the buffers of one column lie, and how to make a value null.
struct ColumnSlot: BitwiseCopyable {
  let validityStart: Int32
  let valuesStart: Int32
  let tokensStart: Int32
  /// Bytes of a value: 16 for text, 8 for numbers and times, 0 for bits.
  let valueByteCount: Int32

  init(_ plan: DecodePlan, _ column: Int) {
    let place = plan.layout.columns[column]
    validityStart = Int32(place.validityStart)
    valuesStart = Int32(place.valuesStart)
    tokensStart = Int32(place.tokensStart)
    valueByteCount = Int32(plan.schema.columns[column].type.bitWidth / 8)
  }

  /// The slot of no column.
  static let none = ColumnSlot()

  private init() {
    validityStart = -1
    valuesStart = -1
    tokensStart = -1
    valueByteCount = 0
  }

  /// Makes the value in `row` null, and zero.
  @inline(__always)
  func clear(row: Int, _ writer: borrowing SlabWriter) {
    if tokensStart >= 0 { writer.clearView(at: Int(tokensStart) &+ row &* 16) }
    guard valuesStart >= 0 else { return }
    writer.setBit(row, ofBitmapAt: Int(validityStart), to: false)
    switch valueByteCount {
    case 16: writer.clearView(at: Int(valuesStart) &+ row &* 16)
    case 8: writer.store(0 as UInt64, at: Int(valuesStart) &+ row &* 8)
    default: writer.setBit(row, ofBitmapAt: Int(valuesStart), to: false)
    }
  }
}
