// The values of learned shapes. Each function decodes the value at `position` into the step's slot and
// gives the index just past the value, or -1 when it is not what the step expects: then the next
// alternative is tried, and in the end the general decoder, which knows everything.

extension LearnedShapes {
  /// The index of the quote that ends a string of plain ASCII whose content begins at `start`, or -1
  /// when the string needs a closer look.
  @inline(__always)
  private static func plainStringEnd(
    _ cursor: borrowing ByteCursor, from start: Int, _ marks: borrowing StringMarks
  ) -> Int {
    let end = marks.first(from: start)
    return _fastPath(cursor.byte(at: end) == JSONByte.quote) ? end : -1
  }

  /// A string whose opening quote the literal holds, for a `string` column.
  @inline(__always)
  func string(
    _ index: Int, _ cursor: borrowing ByteCursor, at position: Int, _ row: Int,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes, _ kernels: ScanKernels,
    _ marks: borrowing StringMarks
  ) throws(SpaltError) -> Int {
    let end = Self.plainStringEnd(cursor, from: position, marks)
    guard _fastPath(end >= 0) else {
      return try oddString(
        steps[index].slot, cursor, at: position, isToken: false, row, writer, &notes, kernels)
    }
    writer.storeView(
      at: Int(steps[index].slot.valuesStart) &+ row &* 16, cursor, start: position,
      byteCount: end &- position, bufferIndex: 0,
      bufferOffset: UInt32(truncatingIfNeeded: position))
    storeToken(index, cursor, position &- 1, end &+ 1, row, writer)
    return end &+ 1
  }

  /// A string whose text, quotes included, is wanted as it stands.
  @inline(__always)
  func stringToken(
    _ index: Int, _ cursor: borrowing ByteCursor, at position: Int, _ row: Int,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes, _ kernels: ScanKernels,
    _ marks: borrowing StringMarks
  ) throws(SpaltError) -> Int {
    let end = Self.plainStringEnd(cursor, from: position, marks)
    guard _fastPath(end >= 0) else {
      return try oddString(
        steps[index].slot, cursor, at: position, isToken: true, row, writer, &notes, kernels)
    }
    return token(index, cursor, position &- 1, end &+ 1, row, writer)
  }

  /// Stores the text of a value as it stands, as the slot wants it.
  @inline(__always)
  func token(
    _ index: Int, _ cursor: borrowing ByteCursor, _ start: Int, _ end: Int, _ row: Int,
    _ writer: borrowing SlabWriter
  ) -> Int {
    guard end >= 0 else { return -1 }
    if steps[index].slot.valuesStart >= 0 {
      writer.storeView(
        at: Int(steps[index].slot.valuesStart) &+ row &* 16, cursor, start: start,
        byteCount: end &- start, bufferIndex: 0, bufferOffset: UInt32(truncatingIfNeeded: start))
    }
    storeToken(index, cursor, start, end, row, writer)
    return end
  }

  @inline(__always)
  private func storeToken(
    _ index: Int, _ cursor: borrowing ByteCursor, _ start: Int, _ end: Int, _ row: Int,
    _ writer: borrowing SlabWriter
  ) {
    guard steps[index].slot.tokensStart >= 0 else { return }
    writer.storeView(
      at: Int(steps[index].slot.tokensStart) &+ row &* 16, cursor, start: start,
      byteCount: end &- start, bufferIndex: 0, bufferOffset: UInt32(truncatingIfNeeded: start))
  }

  /// A string with escapes, with characters beyond ASCII, or near the end of the bytes.
  @inline(never)
  private func oddString(
    _ slot: ColumnSlot, _ cursor: borrowing ByteCursor, at position: Int, isToken: Bool,
    _ row: Int, _ writer: borrowing SlabWriter, _ notes: inout BatchNotes, _ kernels: ScanKernels
  ) throws(SpaltError) -> Int {
    let string: JSONStringEnd
    do { string = try cursor.scanString(from: position, kernels) } catch { return -1 }
    let content = position..<string.end
    let whole = position - 1..<string.end + 1
    if slot.valuesStart >= 0 {
      try notes.storeText(
        cursor, isToken ? whole : content, decodesEscapes: !isToken,
        at: Int(slot.valuesStart) + row * 16, writer, kernels)
    }
    if slot.tokensStart >= 0 {
      try notes.storeText(
        cursor, whole, decodesEscapes: false, at: Int(slot.tokensStart) + row * 16, writer, kernels
      )
    }
    return string.end + 1
  }

  @inline(__always)
  static func skipString(
    _ cursor: borrowing ByteCursor, at position: Int, _ kernels: ScanKernels,
    _ marks: borrowing StringMarks
  ) -> Int {
    let end = Self.plainStringEnd(cursor, from: position, marks)
    return _fastPath(end >= 0) ? end &+ 1 : skipOddString(cursor, at: position, kernels)
  }

  @inline(never)
  private static func skipOddString(
    _ cursor: borrowing ByteCursor, at position: Int, _ kernels: ScanKernels
  ) -> Int {
    do { return try cursor.scanString(from: position, kernels).end + 1 } catch { return -1 }
  }

  @inline(__always)
  func timestamp(
    _ index: Int, _ cursor: borrowing ByteCursor, at position: Int, _ row: Int,
    _ writer: borrowing SlabWriter, _ marks: borrowing StringMarks,
    _ recentMinute: inout RecentMinute
  ) -> Int {
    let end = Self.plainStringEnd(cursor, from: position, marks)
    guard end >= 0,
      let time = cursor.scanTimestamp(at: position, byteCount: end &- position, &recentMinute)
    else { return -1 }
    writer.store(
      UInt64(bitPattern: time), at: Int(steps[index].slot.valuesStart) &+ row &* 8)
    storeToken(index, cursor, position &- 1, end &+ 1, row, writer)
    return end &+ 1
  }

  @inline(__always)
  func int64(
    _ index: Int, _ cursor: borrowing ByteCursor, at position: Int, _ row: Int,
    _ writer: borrowing SlabWriter
  ) -> Int {
    let number = cursor.scanInteger(at: position)
    guard number.isExact else { return -1 }
    writer.store(
      UInt64(bitPattern: number.value), at: Int(steps[index].slot.valuesStart) &+ row &* 8)
    storeToken(index, cursor, position, number.end, row, writer)
    return number.end
  }

  @inline(__always)
  func float64(
    _ index: Int, _ cursor: borrowing ByteCursor, at position: Int, _ row: Int,
    _ writer: borrowing SlabWriter
  ) -> Int {
    let number = cursor.scanShortDecimal(at: position)
    guard _fastPath(number.end >= 0) else {
      return longFloat64(index, cursor, at: position, row, writer)
    }
    writer.store(number.value.bitPattern, at: Int(steps[index].slot.valuesStart) &+ row &* 8)
    storeToken(index, cursor, position, number.end, row, writer)
    return number.end
  }

  @inline(never)
  private func longFloat64(
    _ index: Int, _ cursor: borrowing ByteCursor, at position: Int, _ row: Int,
    _ writer: borrowing SlabWriter
  ) -> Int {
    let number = cursor.scanNumber(at: position)
    guard number.isValid, let value = cursor.exactFloat64(number) else { return -1 }
    writer.store(value.bitPattern, at: Int(steps[index].slot.valuesStart) &+ row &* 8)
    storeToken(index, cursor, position, number.end, row, writer)
    return number.end
  }

  @inline(__always)
  func bool(
    _ index: Int, _ cursor: borrowing ByteCursor, at position: Int, _ row: Int,
    _ writer: borrowing SlabWriter
  ) -> Int {
    guard let word = cursor.scanWord(at: position), word.kind != .null else { return -1 }
    writer.setBit(
      row, ofBitmapAt: Int(steps[index].slot.valuesStart), to: word.kind == .true)
    storeToken(index, cursor, position, word.end, row, writer)
    return word.end
  }

  /// The literal ended with `null`.
  @inline(__always)
  func setNull(
    _ index: Int, _ cursor: borrowing ByteCursor, at position: Int, _ row: Int,
    _ writer: borrowing SlabWriter
  ) -> Int {
    steps[index].slot.clear(row: row, writer)
    storeToken(index, cursor, position &- 4, position, row, writer)
    return position
  }

  /// `true` or `false`, unconverted.
  @inline(__always)
  static func skipWord(_ cursor: borrowing ByteCursor, at position: Int) -> Int {
    guard let word = cursor.scanWord(at: position), word.kind != .null else { return -1 }
    return word.end
  }

  @inline(never)
  func array(
    _ index: Int, _ cursor: borrowing ByteCursor, at position: Int, _ row: Int,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes, _ kernels: ScanKernels
  ) throws(SpaltError) -> Int {
    guard cursor.byte(at: position) == JSONByte.openBracket else { return -1 }
    let end: Int
    do {
      end = try cursor.scanValue(at: position, depth: 0, kernels).end
    } catch { return -1 }
    let slot = steps[index].slot
    if slot.valuesStart >= 0 {
      try notes.storeText(
        cursor, position..<end, decodesEscapes: false, at: Int(slot.valuesStart) + row * 16,
        writer, kernels)
    }
    if slot.tokensStart >= 0 {
      try notes.storeText(
        cursor, position..<end, decodesEscapes: false, at: Int(slot.tokensStart) + row * 16,
        writer, kernels)
    }
    return end
  }
}
