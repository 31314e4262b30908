/// The general decoder's second half: writes a record's fields into a row of the batch.
struct JSONRowWriter {
  let plan: DecodePlan
  let kernels: ScanKernels

  /// Writes row `row`; every column without a value becomes null.
  /// - Returns: whether the record's shape is worth learning: all of its fields went where they belong.
  func write(
    _ scanner: borrowing JSONRecordScanner, _ cursor: borrowing ByteCursor, row: Int,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) -> Bool {
    for column in plan.layout.columns.indices { clear(column, row: row, writer) }
    var isRegular = true
    var extraCount = 0
    for index in 0..<scanner.fields.count {
      let field = scanner.fields[index]
      if field.isReplaced { continue }
      let column = Int(scanner.tree.nodes[Int(field.node)].column)
      if column >= 0 {
        if try store(field, column, cursor, row: row, writer, &notes) { continue }
        notes.statistics.misfits.add(at: cursor.offset(of: Int(field.start)))
        isRegular = false
        if plan.layout.columns[column].tokensStart >= 0 { continue }
      } else if column == Int(DecodePlan.unselected) || plan.extraColumn < 0 {
        continue
      } else {
        notes.statistics.unknownKeys.add(at: cursor.offset(of: Int(field.start)))
      }
      extraCount += 1
    }
    guard extraCount > 0 else { return isRegular }
    if plan.extraColumn >= 0 { try storeExtra(scanner, cursor, row: row, writer, &notes) }
    return false
  }

  /// Makes the value of `column` in `row` null.
  func clear(_ column: Int, row: Int, _ writer: borrowing SlabWriter) {
    ColumnSlot(plan, column).clear(row: row, writer)
  }

  /// Stores a field in its column, as far as the column is wanted.
  /// - Returns: false when the value does not fit the column's type; the column is then null.
  private func store(
    _ field: JSONField, _ column: Int, _ cursor: borrowing ByteCursor, row: Int,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) -> Bool {
    let place = plan.layout.columns[column]
    let range = Int(field.start)..<Int(field.end)
    if place.tokensStart >= 0 {
      try notes.storeText(
        cursor, range, decodesEscapes: false, at: place.tokensStart + row * TextColumn.byteCount,
        writer, kernels)
    }
    guard place.valuesStart >= 0, field.kind != .null else { return true }
    let type = plan.schema.columns[column].type
    let fits: Bool
    if type.isText {
      fits = try storeText(field, type, range, place, cursor, row: row, writer, &notes)
    } else {
      fits = storePlain(field, type, range, place, cursor, row: row, writer)
      let byteCount = type == .timestamp ? range.count - 2 : range.count
      if fits { notes.statistics.ledger.decode.decodedByteCount &+= UInt64(byteCount) }
    }
    if fits { writer.setBit(row, ofBitmapAt: place.validityStart, to: true) }
    return fits
  }

  private func storeText(
    _ field: JSONField, _ type: ColumnType, _ range: Range<Int>, _ place: BatchLayout.Column,
    _ cursor: borrowing ByteCursor, row: Int, _ writer: borrowing SlabWriter,
    _ notes: inout BatchNotes
  ) throws(SpaltError) -> Bool {
    let isString = type == .string
    if isString, field.kind != .string { return false }
    try notes.storeText(
      cursor, isString ? range.lowerBound + 1..<range.upperBound - 1 : range,
      decodesEscapes: isString, at: place.valuesStart + row * TextColumn.byteCount, writer, kernels)
    return true
  }

  private func storePlain(
    _ field: JSONField, _ type: ColumnType, _ range: Range<Int>, _ place: BatchLayout.Column,
    _ cursor: borrowing ByteCursor, row: Int, _ writer: borrowing SlabWriter
  ) -> Bool {
    let word: UInt64?
    switch (type, field.kind) {
    case (.bool, .true), (.bool, .false):
      writer.setBit(row, ofBitmapAt: place.valuesStart, to: field.kind == .true)
      return true
    case (.int64, .number):
      word = cursor.int64(cursor.scanNumber(at: range.lowerBound)).map { UInt64(bitPattern: $0) }
    case (.float64, .number):
      word = cursor.exactFloat64(cursor.scanNumber(at: range.lowerBound)).map(\.bitPattern)
    case (.timestamp, .string):
      word = plan.timestamps.scan(cursor, at: range.lowerBound + 1, byteCount: range.count - 2)
        .map { UInt64(bitPattern: $0) }
    default: word = nil
    }
    guard let word else { return false }
    writer.store(word, at: place.valuesStart + row * 8)
    return true
  }

  // MARK: - What has no column

  /// Writes the `_extra` value of a row: a JSON object of everything that has no other place.
  private func storeExtra(
    _ scanner: borrowing JSONRecordScanner, _ cursor: borrowing ByteCursor, row: Int,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) {
    var maximumByteCount = 2
    var firstOffset = -1
    for index in 0..<scanner.fields.count where isExtra(scanner.fields[index], scanner, cursor) {
      let field = scanner.fields[index]
      maximumByteCount += scanner.tree.maximumJSONNameByteCount(of: Int(field.node))
      maximumByteCount += Int(field.end - field.start) * 3 + 2
      if firstOffset < 0 { firstOffset = cursor.offset(of: Int(field.start)) }
    }
    let limit = cursor.end
    let source = cursor.limited(to: limit)
    var isFirst = true
    // The scanner cannot be captured by the closure that fills the block, so each extra is appended
    // to a block that was made for all of them.
    let block = try notes.texts.build(maximumByteCount: maximumByteCount) { output in
      output.append(JSONByte.openBrace)
      for index in 0..<scanner.fields.count {
        let field = scanner.fields[index]
        guard isExtra(field, scanner, source) else { continue }
        if !isFirst { output.append(JSONByte.comma) }
        isFirst = false
        scanner.tree.writeJSONName(of: Int(field.node), to: &output)
        output.append(JSONByte.colon)
        _ = source.writeText(
          Int(field.start)..<Int(field.end), decodesEscapes: false, to: &output)
      }
      output.append(JSONByte.closeBrace)
    }
    let place = plan.layout.columns[plan.extraColumn]
    notes.storeMadeText(block, at: place.valuesStart + row * TextColumn.byteCount, writer)
    writer.setBit(row, ofBitmapAt: place.validityStart, to: true)
    notes.statistics.ledger.countDecodeCopy(
      block.byteCount, .extraCollected, at: firstOffset)
  }

  /// Whether a field belongs into `_extra`: it has no column, or does not fit the one it has.
  private func isExtra(
    _ field: JSONField, _ scanner: borrowing JSONRecordScanner, _ cursor: borrowing ByteCursor
  ) -> Bool {
    if field.isReplaced { return false }
    let column = Int(scanner.tree.nodes[Int(field.node)].column)
    if column < 0 { return column != Int(DecodePlan.unselected) }
    let place = plan.layout.columns[column]
    if place.tokensStart >= 0 || place.valuesStart < 0 { return false }
    return !fits(field, plan.schema.columns[column].type, cursor)
  }

  private func fits(
    _ field: JSONField, _ type: ColumnType, _ cursor: borrowing ByteCursor
  ) -> Bool {
    let start = Int(field.start)
    switch (type, field.kind) {
    case (_, .null), (.json, _), (.string, .string), (.bool, .true), (.bool, .false): return true
    case (.int64, .number): return cursor.int64(cursor.scanNumber(at: start)) != nil
    case (.float64, .number): return cursor.exactFloat64(cursor.scanNumber(at: start)) != nil
    case (.timestamp, .string):
      let byteCount = Int(field.end) - start - 2
      return plan.timestamps.scan(cursor, at: start + 1, byteCount: byteCount) != nil
    default: return false
    }
  }
}
