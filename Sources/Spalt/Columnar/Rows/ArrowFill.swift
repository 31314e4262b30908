/// Fills the columns of one batch from those of an Arrow batch.
struct ArrowFill: ~Copyable {
  private let plan: DecodePlan
  private let segments = SegmentPool()
  private var text: ArrowText
  /// A text that is being made.
  private var buffer: TextBuffer
  /// Which rows of the column that is being filled have values.
  private var valid: [UInt64] = []
  /// Members for `_extra`, by row: JSON, each with a comma before it.
  private var extras: [Int: [UInt8]] = [:]
  private var batch: ArrowBatch?
  private var window: SharedSegment?
  private var rows = 0..<0

  init(plan: DecodePlan, arenas: ArenaPool) {
    self.plan = plan
    buffer = TextBuffer(pool: arenas.chunkPool)
    text = ArrowText(maximumByteCount: plan.maximumRecordByteCount)
  }

  /// Begins with rows of a batch, the first of which is a multiple of 64.
  mutating func begin(_ batch: ArrowBatch, window: SharedSegment, rows: Range<Int>) {
    if self.batch !== batch { text.forget() }
    self.batch = batch
    self.window = window
    self.rows = rows
    extras.removeAll(keepingCapacity: true)
  }

  /// Fills a column's values and texts, as far as they are wanted.
  mutating func fill(
    _ target: ArrowDecoder.Target, _ builder: inout RecordBatchBuilder
  ) throws(SpaltError) {
    guard let batch else { return }
    let array = try text.array(batch, target.leaf.node)
    try findValid(array, target.leaf)
    if target.place.valuesStart >= 0 { try fillValues(array, target, &builder) }
    if target.place.tokensStart >= 0 {
      try fillTexts(
        array, target, at: target.place.tokensStart, isJSON: target.type == .json, marksEmpty: true,
        &builder)
    }
  }

  // MARK: - Nulls

  /// Which rows have a value: those that are null neither themselves nor by a structure around them, nor by what
  /// their dictionary says.
  private mutating func findValid(
    _ array: ArrowArray, _ leaf: ArrowLeaves.Leaf
  ) throws(SpaltError) {
    let wordCount = (rows.count + 63) / 64
    valid.removeAll(keepingCapacity: true)
    for _ in 0..<wordCount { valid.append(.max) }
    if rows.count & 63 != 0 { valid[wordCount - 1] = (1 << UInt64(rows.count & 63)) - 1 }
    mask(array)
    for ancestor in leaf.ancestors { mask(try text.array(array.batch, ancestor)) }
    guard array.field.dictionary != nil, array.dictionary?.mayHoldNulls ?? true else { return }
    for row in 0..<rows.count where isValid(row) {
      if try text.resolved(array, rows.lowerBound + row) == nil {
        valid[row >> 6] &= ~(1 << UInt64(row & 63))
      }
    }
  }

  private mutating func mask(_ array: ArrowArray) {
    let view = ArrowArrayView(array)
    guard view.mayHaveNulls else { return }
    for word in valid.indices {
      valid[word] &= view.validWord(at: rows.lowerBound + word * 64)
    }
  }

  @inline(__always)
  private func isValid(_ row: Int) -> Bool { valid[row >> 6] >> UInt64(row & 63) & 1 != 0 }

  private func storeValid(_ target: ArrowDecoder.Target, _ writer: borrowing SlabWriter) {
    for (index, word) in valid.enumerated() {
      writer.store(word, at: target.place.validityStart + index * 8)
    }
  }

  // MARK: - Values

  private mutating func fillValues(
    _ array: ArrowArray, _ target: ArrowDecoder.Target, _ builder: inout RecordBatchBuilder
  ) throws(SpaltError) {
    switch (target.leaf.declared.type, target.type) {
    case (_, .json):
      try fillTexts(
        array, target, at: target.place.valuesStart, isJSON: true, marksEmpty: false, &builder)
    case (_, .string):
      try fillTexts(
        array, target, at: target.place.valuesStart, isJSON: false, marksEmpty: false, &builder)
    case (.bool, .bool): try fillBits(array, target, &builder)
    case (.int64, .int64), (.float64, .float64), (.timestamp, .timestamp), (.int64, .float64):
      if try !viewValues(array, target, &builder) { try fillWords(array, target, &builder) }
    default:
      // A column that other inputs gave another type.
      for row in 0..<rows.count where isValid(row) { try addExtra(array, target, row) }
      for word in valid.indices { valid[word] = 0 }
      builder.slab.fill(
        target.place.valuesStart..<target.place.valuesStart
          + (rows.count * target.type.bitWidth + 7) / 8, with: 0)
    }
    storeValid(target, builder.slab.writer)
  }

  private mutating func fillBits(
    _ array: ArrowArray, _ target: ArrowDecoder.Target, _ builder: inout RecordBatchBuilder
  ) throws(SpaltError) {
    guard array.field.dictionary == nil else {
      return try fillResolvedBits(array, target, &builder)
    }
    let view = ArrowArrayView(array)
    let writer = builder.slab.writer
    for word in valid.indices {
      writer.store(
        view.bitWord(at: rows.lowerBound + word * 64) & valid[word],
        at: target.place.valuesStart + word * 8)
    }
    builder.notes.statistics.ledger.decode.decodedByteCount &+= UInt64(valid.count * 8)
  }

  /// Truth values of a dictionary: nobody does that, but somebody may.
  private mutating func fillResolvedBits(
    _ array: ArrowArray, _ target: ArrowDecoder.Target, _ builder: inout RecordBatchBuilder
  ) throws(SpaltError) {
    for row in 0..<rows.count where isValid(row) {
      guard let found = try text.resolved(array, rows.lowerBound + row) else { continue }
      let value = ArrowArrayView(found.array).bool(found.row)
      builder.slab.writer.setBit(row, ofBitmapAt: target.place.valuesStart, to: value)
    }
  }

  /// Views values where they lie, if Spalt has them just so, and they can be looked at there.
  /// - Returns: whether that is so.
  private func viewValues(
    _ array: ArrowArray, _ target: ArrowDecoder.Target, _ builder: inout RecordBatchBuilder
  ) throws(SpaltError) -> Bool {
    guard let window, array.field.dictionary == nil,
      array.field.type.hasValues(of: target.type), array.buffers.count > 1
    else { return false }
    let buffer = array.buffers[1]
    let isExpanded = try array.batch.buffer(array.node, 1).isExpanded
    // Whoever computes with values looks at 64 of them at a time.
    let byteCount = (rows.count + 63) / 64 * 512
    let start = rows.lowerBound * 8
    let whole = isExpanded ? buffer : window
    let offset = isExpanded ? start : buffer.offset - window.offset + start
    guard offset + byteCount <= whole.byteCount else { return false }
    let part = SharedSegment(
      segments.segment(
        of: whole.share(), offset..<offset + byteCount, offset: whole.offset + offset))
    guard part.view().isAligned(to: UInt64.self) else {
      builder.notes.statistics.ledger.countDecodeCopy(
        rows.count * 8, .misaligned, at: part.offset, column: target.column)
      return false
    }
    _ = builder.notes.texts.adopt(part, asValuesOfColumn: target.column)
    builder.notes.statistics.ledger.decode.viewedByteCount &+= UInt64(rows.count * 8)
    return true
  }

  /// Converts values to 64 bits each.
  private mutating func fillWords(
    _ array: ArrowArray, _ target: ArrowDecoder.Target, _ builder: inout RecordBatchBuilder
  ) throws(SpaltError) {
    var misfits: [Int] = []
    if array.field.dictionary == nil {
      Self.store(
        ArrowArrayView(array), target, rows, valid, &misfits, builder.slab.writer)
    } else {
      for row in 0..<rows.count {
        let word = isValid(row) ? try resolvedWord(array, target, row) : 0
        if word == nil { misfits.append(row) }
        builder.slab.writer.store(word ?? 0, at: target.place.valuesStart + row * 8)
      }
    }
    for row in misfits {
      try addExtra(array, target, row)
      valid[row >> 6] &= ~(1 << UInt64(row & 63))
    }
    builder.notes.statistics.ledger.decode.decodedByteCount &+= UInt64(rows.count * 8)
  }

  /// Stores the values of rows that have one, 0 for the others, and notes the rows whose values do not fit.
  private static func store(
    _ view: borrowing ArrowArrayView, _ target: ArrowDecoder.Target, _ rows: Range<Int>,
    _ valid: borrowing [UInt64], _ misfits: inout [Int], _ writer: borrowing SlabWriter
  ) {
    for row in 0..<rows.count {
      var word: UInt64 = 0
      if valid[row &>> 6] &>> UInt64(row & 63) & 1 != 0 {
        if let value = view.word(rows.lowerBound &+ row, target.type) {
          word = value
        } else {
          misfits.append(row)
        }
      }
      writer.store(word, at: target.place.valuesStart &+ row &* 8)
    }
  }

  private mutating func resolvedWord(
    _ array: ArrowArray, _ target: ArrowDecoder.Target, _ row: Int
  ) throws(SpaltError) -> UInt64? {
    guard let found = try text.resolved(array, rows.lowerBound + row) else { return nil }
    return ArrowArrayView(found.array).word(found.row, target.type)
  }

  // MARK: - Texts

  /// Fills a column of string views. With `marksEmpty`, an empty text is told apart from none.
  private mutating func fillTexts(
    _ array: ArrowArray, _ target: ArrowDecoder.Target, at start: Int, isJSON: Bool,
    marksEmpty: Bool, _ builder: inout RecordBatchBuilder
  ) throws(SpaltError) {
    if array.field.holdsText(asJSON: isJSON) {
      var texts = ArrowTexts(segments: segments, isJSON: isJSON)
      if array.field.dictionary == nil,
        try texts.storeAll(array, rows, valid, at: start, marksEmpty: marksEmpty, &builder)
      {
        return
      }
      for row in 0..<rows.count {
        let view = start + row * TextColumn.byteCount
        guard isValid(row), let found = try text.resolved(array, rows.lowerBound + row) else {
          builder.slab.writer.clearView(at: view)
          continue
        }
        let run = array.field.dictionary == nil ? rows : 0..<found.array.rowCount
        try texts.store(found.array, found.row, run: run, at: view, &builder)
        if marksEmpty, try ArrowArrayView(found.array).isEmptyText(found.row) {
          builder.slab.writer.storeEmptyText(at: view)
        }
      }
      return
    }
    for row in 0..<rows.count {
      let view = start + row * TextColumn.byteCount
      guard isValid(row) else {
        builder.slab.writer.clearView(at: view)
        continue
      }
      buffer.clear()
      if isJSON {
        try text.append(jsonOf: array, rows.lowerBound + row, to: &buffer)
      } else {
        _ = try text.append(array, rows.lowerBound + row, to: &buffer)
      }
      guard buffer.byteCount <= ArrowTexts.maximumMadeByteCount else {
        throw array.batch.fault(
          array.node, row: rows.lowerBound + row, "the value's text is longer than 1 GiB")
      }
      let block = try builder.notes.texts.append(buffer.view)
      Self.store(block, at: view, &builder.slab, &builder.notes)
      if block.byteCount == 0, marksEmpty { builder.slab.writer.storeEmptyText(at: view) }
      builder.notes.statistics.ledger.decode.decodedByteCount &+= UInt64(block.byteCount)
    }
  }

  // MARK: - What does not fit

  /// Notes a value that does not fit its column.
  private mutating func addExtra(
    _ array: ArrowArray, _ target: ArrowDecoder.Target, _ row: Int
  ) throws(SpaltError) {
    buffer.clear()
    try buffer.append(JSONByte.comma)
    try buffer.append(
      jsonString: ByteView(Array(plan.schema.columns[target.column].name.utf8).span))
    try buffer.append(JSONByte.colon)
    try text.append(jsonOf: array, rows.lowerBound + row, to: &buffer)
    var members = extras[row] ?? []
    for index in 0..<buffer.byteCount { members.append(buffer[index]) }
    extras[row] = members
  }

  private static func store(
    _ block: ArenaBlock, at viewOffset: Int, _ slab: inout ColumnSlab, _ notes: inout BatchNotes
  ) {
    notes.storeMadeText(block, at: viewOffset, slab.writer)
  }

  /// Writes what does not fit its column to `_extra`, behind what the input has there.
  mutating func finish(_ builder: inout RecordBatchBuilder) throws(SpaltError) {
    guard !extras.isEmpty, let offset = batch?.offset else { return }
    for _ in extras { builder.notes.statistics.misfits.add(at: offset) }
    guard plan.extraColumn >= 0 else { return }
    let place = plan.layout.columns[plan.extraColumn]
    for (row, members) in extras.sorted(by: { $0.key < $1.key }) {
      let view = place.valuesStart + row * TextColumn.byteCount
      let known = builder.extraMembers(row, place)
      let object =
        [JSONByte.openBrace] + known + members.dropFirst(known.isEmpty ? 1 : 0)
        + [JSONByte.closeBrace]
      guard object.count <= ArrowTexts.maximumMadeByteCount else {
        throw .input(
          path: batch?.path ?? "",
          reason:
            "the batch at offset \(offset): what does not fit its columns is longer than 1 GiB")
      }
      let block = try builder.notes.texts.append(ByteView(object.span))
      Self.store(block, at: view, &builder.slab, &builder.notes)
      builder.slab.writer.setBit(row, ofBitmapAt: place.validityStart, to: true)
      builder.notes.statistics.ledger.countDecodeCopy(
        block.byteCount, .extraCollected, at: offset, column: plan.extraColumn)
    }
  }
}
