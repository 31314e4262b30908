import SpaltKernels

// The second pass over records whose fields were found by a walk: converts them into the batch's
// columns, one column at a time.

extension WantedFields {
  /// Converts the fields of a walk's records into the rows from `run.row` on.
  /// - Returns: how many of the records could be converted. The one behind them holds a value that
  ///   does not fit its column, which is for the general decoder.
  func fill(
    _ cursor: borrowing ByteCursor, _ walk: ShapeWalk, _ run: WalkRun,
    _ tools: inout WalkTools, _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) -> Int {
    var count = walk.rowCount
    guard count > 0 else { return 0 }
    // Columns whose values may not fit come first: nothing is made of records that are given up.
    for target in columns where target.slot.valuesStart >= 0 && !target.type.isText {
      count = fillPlain(target, cursor, run.row, count, &tools, writer)
    }
    for target in columns {
      if target.field < 0 {
        clear(target, run.row, count, writer)
        continue
      }
      if target.slot.valuesStart >= 0 {
        if target.type.isText, walk.isEmpty(target.field) {
          clear(target, run.row, count, writer)
        } else if target.type.isText {
          try fillText(target, cursor, run.row, count, tools, writer, &notes)
        } else {
          countDecoded(target, count, tools, &notes)
        }
      }
      if target.slot.tokensStart >= 0, walk.isEmpty(target.field) {
        writer.clearViews(at: Int(target.slot.tokensStart) + run.row * 16, count: count)
      } else if target.slot.tokensStart >= 0 {
        try fillTokens(
          target, Int(target.slot.tokensStart), cursor, run.row, count, tools, writer, &notes)
      }
    }
    return count
  }

  /// Makes a column null that no field of a record can fill.
  private func clear(
    _ target: WantedColumn, _ row: Int, _ count: Int, _ writer: borrowing SlabWriter
  ) {
    writer.storeBits(0, count: count, at: row, ofBitmapAt: Int(target.slot.validityStart))
    writer.clearViews(at: Int(target.slot.valuesStart) + row * 16, count: count)
  }

  /// Counts the bytes of values that were converted. Nulls have been marked as no value by then.
  private func countDecoded(
    _ target: WantedColumn, _ count: Int, _ tools: borrowing WalkTools,
    _ notes: inout BatchNotes
  ) {
    let byteCount = tools.table.byteCountSum(from: target.field, count: count)
    notes.statistics.ledger.decode.decodedByteCount &+= UInt64(byteCount)
  }

  // MARK: - Numbers, times, truth values

  private func fillPlain(
    _ target: WantedColumn, _ cursor: borrowing ByteCursor, _ row: Int, _ count: Int,
    _ tools: inout WalkTools, _ writer: borrowing SlabWriter
  ) -> Int {
    switch target.type {
    case .int64: return fillIntegers(target, cursor, row, count, tools, writer)
    case .float64: return fillFloats(target, cursor, row, count, tools, writer)
    case .timestamp:
      if tools.table[target.field].isLogTime {
        var recent = tools.recentLogTime
        defer { tools.recentLogTime = recent }
        return fillLogTimes(target, cursor, row, count, tools, writer, &recent)
      }
      var recent = tools.recentMinute
      var period = tools.recentPeriod
      defer { (tools.recentMinute, tools.recentPeriod) = (recent, period) }
      return fillTimestamps(target, cursor, row, count, tools, writer, &recent, &period)
    case .bool: return fillBools(target, cursor, row, count, tools, writer)
    case .string, .json: return count
    }
  }

  private func fillIntegers(
    _ target: WantedColumn, _ cursor: borrowing ByteCursor, _ row: Int, _ count: Int,
    _ tools: borrowing WalkTools, _ writer: borrowing SlabWriter
  ) -> Int {
    let values = Int(target.slot.valuesStart) &+ row &* 8
    let stored = tools.table.storeIntegers(
      from: target.field, count: count, cursor, at: values, writer, tools.kernels)
    var valid = stored.valid
    var done = count
    var odd = stored.odd
    while odd != 0 {
      let index = odd.trailingZeroBitCount
      odd &= odd &- 1
      if let value = longInteger(tools.table[target.field &+ index], cursor) {
        writer.store(UInt64(bitPattern: value), at: values &+ index &* 8)
      } else {
        guard noteNull(target.field &+ index, cursor, tools) else {
          done = index
          break
        }
        valid &= ~(1 &<< UInt64(index))
      }
    }
    writer.storeBits(valid, count: done, at: row, ofBitmapAt: Int(target.slot.validityStart))
    return done
  }

  private func fillFloats(
    _ target: WantedColumn, _ cursor: borrowing ByteCursor, _ row: Int, _ count: Int,
    _ tools: borrowing WalkTools, _ writer: borrowing SlabWriter
  ) -> Int {
    let cursor = copy cursor
    let values = Int(target.slot.valuesStart) &+ row &* 8
    var valid = UInt64.max
    var index = 0
    while index < count {
      let span = tools.table[target.field &+ index]
      if let value = cursor.scanShortDecimal(at: span.start, byteCount: span.byteCount) {
        writer.store(value.bitPattern, at: values &+ index &* 8)
      } else if let value = longFloat(span, cursor) {
        writer.store(value.bitPattern, at: values &+ index &* 8)
      } else {
        guard noteNull(target.field &+ index, cursor, tools) else { break }
        valid &= ~(1 &<< UInt64(index))
        writer.store(0 as UInt64, at: values &+ index &* 8)
      }
      index &+= 1
    }
    writer.storeBits(valid, count: index, at: row, ofBitmapAt: Int(target.slot.validityStart))
    return index
  }

  @inline(never)
  private func longInteger(_ span: FieldSpan, _ cursor: borrowing ByteCursor) -> Int64? {
    guard span.kind == .bare || span.kind == .word else { return nil }
    let number = cursor.scanInteger(at: span.start)
    return number.isExact && number.end == span.end ? number.value : nil
  }

  @inline(never)
  private func longFloat(_ span: FieldSpan, _ cursor: borrowing ByteCursor) -> Double? {
    guard span.kind == .bare || span.kind == .word else { return nil }
    let number = cursor.scanNumber(at: span.start)
    guard number.isValid, number.end == span.end else { return nil }
    return cursor.exactFloat64(number)
  }

  private func fillTimestamps(
    _ target: WantedColumn, _ cursor: borrowing ByteCursor, _ row: Int, _ count: Int,
    _ tools: borrowing WalkTools, _ writer: borrowing SlabWriter,
    _ recent: inout RecentMinute, _ period: inout TimeZonePeriod
  ) -> Int {
    let cursor = copy cursor
    let values = Int(target.slot.valuesStart) &+ row &* 8
    var valid = UInt64.max
    var index = 0
    while index < count {
      let span = tools.table[target.field &+ index]
      if let time = Self.time(span, cursor, tools.plan.timestamps, &recent, &period) {
        writer.store(UInt64(bitPattern: time), at: values &+ index &* 8)
      } else {
        guard noteNull(target.field &+ index, cursor, tools) else { break }
        valid &= ~(1 &<< UInt64(index))
        writer.store(0 as UInt64, at: values &+ index &* 8)
      }
      index &+= 1
    }
    writer.storeBits(valid, count: index, at: row, ofBitmapAt: Int(target.slot.validityStart))
    return index
  }

  /// Times as web servers write them, which stand in one column of all records or of none.
  private func fillLogTimes(
    _ target: WantedColumn, _ cursor: borrowing ByteCursor, _ row: Int, _ count: Int,
    _ tools: borrowing WalkTools, _ writer: borrowing SlabWriter, _ recent: inout RecentLogTime
  ) -> Int {
    let cursor = copy cursor
    let values = Int(target.slot.valuesStart) &+ row &* 8
    var index = 0
    while index < count {
      let span = tools.table[target.field &+ index]
      guard span.isLogTime,
        let time = cursor.scanLogTime(at: span.start, byteCount: span.byteCount, &recent)
      else { break }
      writer.store(UInt64(bitPattern: time), at: values &+ index &* 8)
      index &+= 1
    }
    writer.storeBits(.max, count: index, at: row, ofBitmapAt: Int(target.slot.validityStart))
    return index
  }

  /// The time that a field holds, or nil when it holds none.
  @inline(__always)
  private static func time(
    _ span: FieldSpan, _ cursor: borrowing ByteCursor, _ timestamps: TimestampReader,
    _ recent: inout RecentMinute, _ period: inout TimeZonePeriod
  ) -> Int64? {
    if _fastPath(span.isPlainText) {
      return cursor.scanTimestamp(at: span.start, byteCount: span.byteCount, &recent)
        ?? timestamps.scanLocal(cursor, at: span.start, byteCount: span.byteCount, &period)
    }
    guard span.isLogTime else { return nil }
    return cursor.scanLogTime(at: span.start, byteCount: span.byteCount)
  }

  private func fillBools(
    _ target: WantedColumn, _ cursor: borrowing ByteCursor, _ row: Int, _ count: Int,
    _ tools: borrowing WalkTools, _ writer: borrowing SlabWriter
  ) -> Int {
    let cursor = copy cursor
    var valid = UInt64.max
    var bits: UInt64 = 0
    var index = 0
    while index < count {
      let span = tools.table[target.field &+ index]
      let mask: UInt64 = 1 &<< UInt64(index)
      // Compared without branches: which of the two it is, nobody can guess.
      let word = cursor.word(at: span.start)
      let isTrue = span.byteCount == 4 && UInt32(truncatingIfNeeded: word) == 0x6575_7274  // "true"
      let isFalse = span.byteCount == 5 && word & 0xFF_FFFF_FFFF == 0x65_736C_6166  // "false"
      if _fastPath((isTrue ? 1 : 0) | (isFalse ? 1 : 0) != 0) {
        bits |= isTrue ? mask : 0
      } else {
        guard noteNull(target.field &+ index, cursor, tools) else { break }
        valid &= ~mask
      }
      index &+= 1
    }
    writer.storeBits(bits, count: index, at: row, ofBitmapAt: Int(target.slot.valuesStart))
    writer.storeBits(valid, count: index, at: row, ofBitmapAt: Int(target.slot.validityStart))
    return index
  }

  /// Whether a field has no value, an explicit `null`, or an empty word.
  @inline(never)
  private func isNull(_ span: FieldSpan, _ cursor: borrowing ByteCursor) -> Bool {
    switch span.kind {
    case .none: return true
    case .bare:
      guard let word = cursor.scanWord(at: span.start) else { return false }
      return word.kind == .null && word.end == span.end
    case .word: return span.byteCount == 0
    case .plainString, .oddString, .oddText, .array, .logTime: return false
    }
  }

  /// As `isNull`, and notes in the table that there is no value.
  @inline(never)
  private func noteNull(
    _ field: Int, _ cursor: borrowing ByteCursor, _ tools: borrowing WalkTools
  ) -> Bool {
    guard isNull(tools.table[field], cursor) else { return false }
    tools.table[field] = .none
    return true
  }

  // MARK: - Text

  /// Strings, or JSON text for a `json` column.
  private func fillText(
    _ target: WantedColumn, _ cursor: borrowing ByteCursor, _ row: Int, _ count: Int,
    _ tools: borrowing WalkTools, _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) {
    let cursor = copy cursor
    guard target.type == .string else {
      try fillTokens(
        target, Int(target.slot.valuesStart), cursor, row, count, tools, writer, &notes)
      return storeTextValidity(target, cursor, row, count, tools, writer)
    }
    let views = Int(target.slot.valuesStart) &+ row &* TextColumn.byteCount
    var valid = UInt64.max
    var odd = tools.table.storeViews(
      from: target.field, count: count, cursor, at: views, writer, valid: &valid)
    while odd != 0 {
      let index = odd.trailingZeroBitCount
      odd &= odd &- 1
      let view = views &+ index &* TextColumn.byteCount
      let hasValue = try storeOdd(
        tools.table[target.field &+ index], cursor, at: view, tools.kernels, writer, &notes)
      if !hasValue { valid &= ~(1 &<< UInt64(index)) }
    }
    writer.storeBits(valid, count: count, at: row, ofBitmapAt: Int(target.slot.validityStart))
  }

  /// Stores a string that is more than plain text; false when there is none.
  private func storeOdd(
    _ span: FieldSpan, _ cursor: borrowing ByteCursor, at view: Int, _ kernels: ScanKernels,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) -> Bool {
    switch span.kind {
    case .plainString, .word, .oddString, .oddText, .logTime:
      try notes.storeText(
        cursor, span.start..<span.end, decodesEscapes: span.kind == .oddString, at: view, writer,
        kernels)
      return true
    case .bare, .array, .none:
      writer.clearView(at: view)
      return false
    }
  }

  /// The text of values as it stands in the input, strings with their quotes.
  private func fillTokens(
    _ target: WantedColumn, _ start: Int, _ cursor: borrowing ByteCursor, _ row: Int, _ count: Int,
    _ tools: borrowing WalkTools, _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) {
    let views = start &+ row &* TextColumn.byteCount
    for index in 0..<count {
      let span = tools.table[target.field &+ index]
      let view = views &+ index &* TextColumn.byteCount
      switch span.kind {
      case .plainString:
        storeToken(at: view, cursor, span.start &- 1, span.byteCount &+ 2, writer)
      case .word where span.byteCount == 0: writer.storeEmptyText(at: view)
      case .bare, .word, .logTime:
        storeToken(at: view, cursor, span.start, span.byteCount, writer)
      case .oddString:
        try notes.storeText(
          cursor, span.start - 1..<span.end + 1, decodesEscapes: false, at: view, writer,
          tools.kernels)
      case .array, .oddText:
        try notes.storeText(
          cursor, span.start..<span.end, decodesEscapes: false, at: view, writer, tools.kernels)
      case .none: writer.clearView(at: view)
      }
    }
  }

  @inline(__always)
  private func storeToken(
    at view: Int, _ cursor: borrowing ByteCursor, _ start: Int, _ byteCount: Int,
    _ writer: borrowing SlabWriter
  ) {
    writer.storeView(
      at: view, cursor, start: start, byteCount: byteCount, bufferIndex: 0,
      bufferOffset: UInt32(truncatingIfNeeded: start))
  }

  private func storeTextValidity(
    _ target: WantedColumn, _ cursor: borrowing ByteCursor, _ row: Int, _ count: Int,
    _ tools: borrowing WalkTools, _ writer: borrowing SlabWriter
  ) {
    var valid = UInt64.max
    for index in 0..<count {
      let span = tools.table[target.field &+ index]
      if span.kind == .none { valid &= ~(1 &<< UInt64(index)) }
      if span.kind == .bare, isNull(span, cursor) {
        valid &= ~(1 &<< UInt64(index))
        writer.clearView(
          at: Int(target.slot.valuesStart) &+ (row &+ index) &* TextColumn.byteCount)
      }
    }
    writer.storeBits(valid, count: count, at: row, ofBitmapAt: Int(target.slot.validityStart))
  }
}
