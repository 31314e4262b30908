import Testing

@testable import Spalt

@Suite struct LayoutTests {
  @Test func typesAreLaidOutAsCodeTakesForGranted() {
    #expect(LayoutChecks.all.count >= 10)
    for check in LayoutChecks.all { #expect(check.holds, "\(check.meaning)") }
    LayoutChecks.run()
  }

  /// Of every type, in several orders and numbers: buffers begin on 64 bytes, none overlaps another, and all lie
  /// inside the slab.
  @Test(arguments: [1, 63, 64, 65, 1000, 8192])
  func buffersOfABatchNeitherOverlapNorLeaveTheSlab(_ maximumRowCount: Int) throws {
    let types: [ColumnType] = [.string, .bool, .int64, .float64, .timestamp]
    var columns: [ColumnDefinition] = []
    var uses: [ColumnUse] = []
    for (index, type) in (types + types.reversed() + types).enumerated() {
      columns.append(ColumnDefinition(name: "c\(index)", type: type))
      uses.append([[.value], [.value, .token], [.token], []][index % 4])
    }
    let layout = BatchLayout(
      schema: Schema(columns: columns), uses: uses, maximumRowCount: maximumRowCount)
    let rows = layout.rowCapacity
    #expect(rows % 64 == 0 && rows >= 64)
    var buffers: [Range<Int>] = []
    for (column, use) in zip(layout.columns, uses) {
      #expect((column.valuesStart >= 0) == use.contains(.value))
      #expect((column.validityStart >= 0) == use.contains(.value))
      #expect((column.tokensStart >= 0) == use.contains(.token))
    }
    for (column, place) in zip(columns, layout.columns) {
      if place.validityStart >= 0 {
        buffers.append(place.validityStart..<place.validityStart + rows / 8)
        buffers.append(place.valuesStart..<place.valuesStart + rows * column.type.bitWidth / 8)
      }
      if place.tokensStart >= 0 {
        buffers.append(place.tokensStart..<place.tokensStart + rows * 16)
      }
    }
    buffers.append(layout.recordStartsStart..<layout.recordStartsStart + rows * 4)
    buffers.append(layout.recordByteCountsStart..<layout.recordByteCountsStart + rows * 4)
    buffers.append(layout.rowFormatsStart..<layout.rowFormatsStart + rows)
    buffers.sort { $0.lowerBound < $1.lowerBound }
    #expect(buffers.allSatisfy { $0.lowerBound % 64 == 0 })
    #expect(zip(buffers, buffers.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
    #expect(try #require(buffers.last).upperBound <= layout.byteCount)
  }
}
