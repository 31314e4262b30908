/// The rows that are being looked at, and where their values lie. Borrows the batch and the registers.
struct FilterBlock: ~Escapable {
  let table: RecordTable
  let registers: ByteView
  private let scratch: ArenaChunks
  private let constants: ArenaChunks
  /// A multiple of 64.
  let firstRow: Int
  let rowCount: Int

  @_lifetime(copy table, copy registers, copy scratch, copy constants)
  init(
    table: RecordTable, registers: ByteView, scratch: ArenaChunks, constants: ArenaChunks,
    firstRow: Int, rowCount: Int
  ) {
    self.table = table
    self.registers = registers
    self.scratch = scratch
    self.constants = constants
    self.firstRow = firstRow
    self.rowCount = rowCount
  }

  /// Number of words of bits, one bit a row.
  @inline(__always)
  var wordCount: Int { (rowCount + 63) / 64 }

  /// Word `index` of the bits at a byte offset of the registers.
  @inline(__always)
  func word(_ offset: Int, _ index: Int) -> UInt64 {
    registers.load(at: offset &+ index &* 8, as: UInt64.self)
  }

  /// The values of a node that was evaluated.
  @_lifetime(copy self)
  func operand(_ node: FilterNode) -> Operand {
    let paddedRowCount = wordCount * 64
    if let column = node.column {
      let place = table.layout.columns[column]
      precondition(place.valuesStart >= 0, "the column's values were not asked for")
      let validStart = place.validityStart + firstRow / 8
      let valuesStart = firstRow * node.type.bitWidth / 8
      return Operand(
        valid: table.slab.slice(validStart..<validStart + paddedRowCount / 8),
        values: table.values(column).slice(
          valuesStart..<valuesStart + paddedRowCount * node.type.bitWidth / 8))
    }
    let places = node.registers
    return Operand(
      valid: registers.slice(places.valid..<places.valid + paddedRowCount / 8),
      values: registers.slice(
        places.values..<places.values + paddedRowCount * node.type.bitWidth / 8))
  }

  /// The text in a row of text or JSON, which has a value.
  @inline(__always)
  @_lifetime(copy self, copy operand)
  func text(_ operand: Operand, _ row: Int) -> ByteView {
    let start = row &* TextColumn.byteCount
    let byteCount = Int(operand.values.load(at: start, as: UInt32.self))
    if byteCount <= TextColumn.inlineByteCount {
      return operand.values.slice(start &+ 4..<start &+ 4 &+ byteCount)
    }
    let buffer = operand.values.load(at: start &+ 8, as: UInt32.self)
    let offset = Int(operand.values.load(at: start &+ 12, as: UInt32.self))
    if buffer == 0 { return table.texts.input.slice(offset..<offset + byteCount) }
    return farText(buffer, offset, byteCount)
  }

  @inline(never)
  @_lifetime(copy self)
  private func farText(_ buffer: UInt32, _ offset: Int, _ byteCount: Int) -> ByteView {
    let range = offset..<offset + byteCount
    if buffer >= TextView.scratchBuffer {
      return scratch.view(Int(buffer - TextView.scratchBuffer)).slice(range)
    }
    if buffer >= TextView.constantBuffer {
      return constants.view(Int(buffer - TextView.constantBuffer)).slice(range)
    }
    return table.texts.arena.view(Int(buffer) - 1).slice(range)
  }

  /// The view of text that was just made.
  func scratchView(_ block: ArenaBlock) -> TextView {
    let start = Int(block.start)
    let text = scratch.view(Int(block.chunkIndex)).slice(start..<start + block.byteCount)
    return TextView(
      text, bufferIndex: TextView.scratchBuffer + UInt32(block.chunkIndex), offset: UInt32(start))
  }

  /// Absolute offset of the record in a row of this block.
  func recordOffset(_ row: Int) -> Int { Record(table: table, row: firstRow + row).offset }
}

/// The values of one node in one block.
struct Operand: ~Escapable {
  let valid: ByteView
  let values: ByteView

  @_lifetime(copy valid, copy values)
  init(valid: ByteView, values: ByteView) {
    self.valid = valid
    self.values = values
  }

  /// Which of 64 rows have a value.
  @inline(__always)
  func validWord(_ index: Int) -> UInt64 { valid.load(at: index &* 8, as: UInt64.self) }

  /// The truth values of 64 rows.
  @inline(__always)
  func boolWord(_ index: Int) -> UInt64 { values.load(at: index &* 8, as: UInt64.self) }

  @inline(__always)
  func bool(_ row: Int) -> Bool { values[row >> 3] & (1 << UInt8(row & 7)) != 0 }

  @inline(__always)
  func int64(_ row: Int) -> Int64 { values.load(at: row &* 8, as: Int64.self) }

  @inline(__always)
  func float64(_ row: Int) -> Double { values.load(at: row &* 8, as: Double.self) }

  @inline(__always)
  func interval(_ row: Int) -> Interval { values.load(at: row &* 16, as: Interval.self) }

  @inline(__always)
  func view(_ row: Int) -> TextView { values.load(at: row &* 16, as: TextView.self) }
}
