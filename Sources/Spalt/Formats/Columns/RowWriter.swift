/// The general path's second half: writes a scanned record's fields into a row of the batch.
struct RowWriter {
  let plan: DecodePlan
  let kernels: ScanKernels

  /// Writes row `row`; every column without a value becomes null.
  /// - Returns: whether the record's shape is worth learning: all of its fields went where they belong.
  func write(
    _ record: inout ScannedRecord, _ cursor: borrowing ByteCursor, row: Int,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) -> Bool {
    clear(row: row, writer)
    var isRegular = true
    var extraCount = 0
    for index in 0..<record.fields.count {
      let field = record.fields[index]
      if field.isReplaced { continue }
      let column = Int(record.tree.nodes[Int(field.node)].column)
      if column >= 0 {
        if try store(field, column, cursor, row: row, writer, &notes) { continue }
        notes.statistics.misfits.add(at: cursor.offset(of: Int(field.start)))
        isRegular = false
        if plan.layout.columns[column].tokensStart >= 0 { continue }
      } else if column == Int(DecodePlan.unselected) || plan.extraColumn < 0 {
        continue
      } else if !field.isSurplus {
        notes.statistics.unknownKeys.add(at: cursor.offset(of: Int(field.start)))
      }
      record.markExtra(index)
      extraCount += 1
    }
    guard extraCount > 0 else { return isRegular }
    if plan.extraColumn >= 0 { try storeExtra(record, cursor, row: row, writer, &notes) }
    return false
  }

  /// Makes all values of a row null.
  func clear(row: Int, _ writer: borrowing SlabWriter) {
    for column in plan.layout.columns.indices { ColumnSlot(plan, column).clear(row: row, writer) }
  }

  /// Stores a field in its column, as far as the column is wanted.
  /// - Returns: false when the value does not fit the column's type; the column is then null.
  private func store(
    _ field: ScannedField, _ column: Int, _ cursor: borrowing ByteCursor, row: Int,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) -> Bool {
    let place = plan.layout.columns[column]
    if place.tokensStart >= 0 {
      try storeToken(
        field, cursor, at: place.tokensStart + row * TextColumn.byteCount, writer, &notes)
    }
    guard place.valuesStart >= 0, field.kind != .null else { return true }
    let type = plan.schema.columns[column].type
    if field.kind == .word, field.range.isEmpty, !type.isText { return true }
    let view = place.valuesStart + row * TextColumn.byteCount
    let fits: Bool
    switch type {
    case .string: fits = try storeString(field, cursor, at: view, writer, &notes)
    case .json:
      try storeJSON(field, cursor, at: view, writer, &notes)
      fits = true
    case .bool, .int64, .float64, .timestamp:
      fits = storePlain(field, type, place, cursor, row: row, writer)
      let byteCount = field.contentRange.count
      if fits { notes.statistics.ledger.decode.decodedByteCount &+= UInt64(byteCount) }
    }
    if fits { writer.setBit(row, ofBitmapAt: place.validityStart, to: true) }
    return fits
  }

  /// Stores a value's text as it stood.
  private func storeToken(
    _ field: ScannedField, _ cursor: borrowing ByteCursor, at view: Int,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) {
    switch field.kind {
    case .flag: notes.storeTrue(at: view, writer)
    case .escapedText: try notes.storeLogText(cursor, field.range, at: view, writer, kernels)
    case .looseString: try storeJSON(field, cursor, at: view, writer, &notes)
    default:
      try notes.storeText(cursor, field.range, decodesEscapes: false, at: view, writer, kernels)
    }
    if field.range.isEmpty, field.kind != .flag { writer.storeEmptyText(at: view) }
  }

  private func storeString(
    _ field: ScannedField, _ cursor: borrowing ByteCursor, at view: Int,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) -> Bool {
    switch field.kind {
    case .string, .looseString, .word, .text, .logTime:
      let isString = field.kind == .string || field.kind == .looseString
      try notes.storeText(
        cursor, field.contentRange, decodesEscapes: isString, at: view, writer,
        kernels)
    case .escapedText: try notes.storeLogText(cursor, field.range, at: view, writer, kernels)
    case .flag: notes.storeTrue(at: view, writer)
    case .number, .true, .false, .null, .array, .emptyObject: return false
    }
    return true
  }

  /// Stores a value as JSON text.
  private func storeJSON(
    _ field: ScannedField, _ cursor: borrowing ByteCursor, at view: Int,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) {
    guard cursor.needsQuotes(field) || field.kind == .looseString else {
      if field.kind == .flag { return notes.storeTrue(at: view, writer) }
      return try notes.storeText(
        cursor, field.range, decodesEscapes: false, at: view, writer, kernels)
    }
    let source = cursor.limited(to: Int(field.end))
    let block = try notes.texts.build(maximumByteCount: field.range.count * 6 + 2) { output in
      source.writeJSON(field, to: &output)
    }
    notes.storeMadeText(block, at: view, writer)
    notes.statistics.ledger.countDecodeCopy(
      block.byteCount, .quoted, at: cursor.offset(of: Int(field.start)))
  }

  private func storePlain(
    _ field: ScannedField, _ type: ColumnType, _ place: BatchLayout.Column,
    _ cursor: borrowing ByteCursor, row: Int, _ writer: borrowing SlabWriter
  ) -> Bool {
    if type == .bool {
      guard let value = cursor.truthValue(of: field) else { return false }
      writer.setBit(row, ofBitmapAt: place.valuesStart, to: value)
      return true
    }
    let word: UInt64?
    switch type {
    case .int64: word = cursor.int64(of: field).map { UInt64(bitPattern: $0) }
    case .float64: word = cursor.float64(of: field).map(\.bitPattern)
    case .timestamp:
      word = cursor.timestamp(of: field, plan.timestamps).map { UInt64(bitPattern: $0) }
    case .bool, .string, .json: word = nil
    }
    guard let word else { return false }
    writer.store(word, at: place.valuesStart + row * 8)
    return true
  }

  // MARK: - What has no column

  /// Writes the `_extra` value of a row: a JSON object of everything that has no other place.
  private func storeExtra(
    _ record: borrowing ScannedRecord, _ cursor: borrowing ByteCursor, row: Int,
    _ writer: borrowing SlabWriter, _ notes: inout BatchNotes
  ) throws(SpaltError) {
    var maximumByteCount = 2
    var firstOffset = -1
    for index in 0..<record.fields.count where record.fields[index].isExtra {
      let field = record.fields[index]
      maximumByteCount += record.tree.maximumJSONNameByteCount(of: Int(field.node))
      maximumByteCount += field.range.count * 6 + 8
      if firstOffset < 0 { firstOffset = cursor.offset(of: Int(field.start)) }
    }
    let source = cursor.limited(to: cursor.end)
    var isFirst = true
    let block = try notes.texts.build(maximumByteCount: maximumByteCount) { output in
      output.append(JSONByte.openBrace)
      for index in 0..<record.fields.count where record.fields[index].isExtra {
        let field = record.fields[index]
        if !isFirst { output.append(JSONByte.comma) }
        isFirst = false
        record.tree.writeJSONName(of: Int(field.node), to: &output)
        output.append(JSONByte.colon)
        source.writeJSON(field, to: &output)
      }
      output.append(JSONByte.closeBrace)
    }
    let place = plan.layout.columns[plan.extraColumn]
    notes.storeMadeText(block, at: place.valuesStart + row * TextColumn.byteCount, writer)
    writer.setBit(row, ofBitmapAt: place.validityStart, to: true)
    notes.statistics.ledger.countDecodeCopy(
      block.byteCount, .extraCollected, at: firstOffset)
  }
}
