/// Turns batches into the messages of an Arrow stream or file. Keeps no state from batch to batch but
/// compressors that are used again, so that several threads can encode; dictionaries, which are state, come
/// from the caller.
struct ArrowEncoder: Sendable {
  /// The schema of everything that is encoded.
  let schema: ArrowSchema
  private let options: ArrowOptions
  private let layouts: [Layout]
  private let compressors = ZstdCompressors()

  /// Which buffers an array has besides the validity bitmap.
  private enum Layout {
    case bits, numbers, texts, views, indexes

    init(_ field: ArrowField) {
      self =
        switch field.type {
        case _ where field.dictionary != nil: .indexes
        case .bool: .bits
        case .utf8: .texts
        case .utf8View: .views
        default: .numbers
        }
    }

    var bufferCount: Int { self == .texts || self == .views ? 3 : 2 }
  }

  /// What was found out about a column before its buffers are made.
  private struct Survey {
    let nullCount: Int
    /// Of texts.
    var sizes: TextSizes?
    /// The number of the metadata that the range of its texts will be.
    var rangeValue: Int?
  }

  /// An encoder for batches with these columns.
  init(_ columns: Schema, formatNames: [String], options: ArrowOptions, zone: String) {
    schema = ArrowSchema(columns, formatNames: formatNames, options: options, zone: zone)
    layouts = schema.fields.map(Layout.init)
    self.options = options
  }

  /// The schema's message, as it stands at `offset` of a file or stream.
  func schemaMessage(at offset: Int) -> [UInt8] {
    var builder = FlatBufferBuilder()
    let message = builder.message(.schema)
    builder.append(schema, for: message.header)
    return ArrowFraming.framed(builder.bytes, at: offset)
  }

  /// Dictionaries for the fields that have one, by field; none of another field.
  func makeDictionaries(_ pool: ChunkPool) throws(SpaltError) -> [ArrowDictionaryBuilder?] {
    var made: [ArrowDictionaryBuilder?] = []
    for field in schema.fields {
      guard let dictionary = field.dictionary else {
        made.append(nil)
        continue
      }
      made.append(try ArrowDictionaryBuilder(id: dictionary.id, name: field.name, pool: pool))
    }
    return made
  }

  /// Appends the message of a batch's records. Texts of fields with a dictionary are added to it.
  func append(
    _ batch: borrowing RecordBatch, _ dictionaries: [ArrowDictionaryBuilder?],
    to output: inout TextBuffer
  ) throws(SpaltError) {
    var plan = ArrowMessagePlan()
    plan.rowCount = batch.rowCount
    var surveys: [Survey] = []
    var byteCount = 0
    for index in layouts.indices {
      let survey = try survey(batch.column(index), index, &plan)
      byteCount += (survey.sizes?.byteCount ?? 0) + batch.rowCount * 17 + 256
      surveys.append(survey)
    }
    if options.compression == .none { try output.reserve(output.byteCount + byteCount) }
    var message = try ArrowMessageWriter(plan, options.compression, compressors, to: &output)
    if message.takesPlainBuffers {
      var buffers = BufferNotes()
      for index in layouts.indices {
        try append(
          batch.column(index), index, surveys[index], dictionaries[index], to: &output, &buffers)
      }
      for place in buffers.places { message.note(place, in: &output) }
      Self.copyTexts(batch, &buffers.copies, to: &output)
      setRanges(batch, surveys, buffers.copies, message, in: &output)
    } else {
      var scratch = TextBuffer(pool: output.pool)
      for index in layouts.indices {
        var buffers = BufferNotes()
        scratch.clear()
        try append(
          batch.column(index), index, surveys[index], dictionaries[index], to: &scratch, &buffers)
        Self.copyTexts(batch, &buffers.copies, to: &scratch)
        try message.appendCompressed(buffers.places, of: scratch, to: &output)
        setRanges(batch, surveys, buffers.copies, message, in: &output)
      }
    }
    try message.finish(&output)
  }

  /// Finds out what must be known of a column beforehand.
  private func survey(
    _ column: borrowing Column, _ index: Int, _ plan: inout ArrowMessagePlan
  ) throws(SpaltError) -> Survey {
    let nullCount = column.nullCount
    var survey = Survey(nullCount: nullCount)
    plan.nodes += [Int64(column.rowCount), Int64(nullCount)]
    plan.bufferCount += layouts[index].bufferCount
    if layouts[index] == .views { plan.variadicCounts.append(1) }
    let key = ColumnRange.key(index)
    if let range = ColumnRange.json(column, nullCount: nullCount) {
      plan.metadata.append(ArrowKeyValue(key: key, value: range))
    }
    guard column.type.isText else { return survey }
    let sizes = TextSizes(column, nullCount: nullCount)
    guard sizes.byteCount <= Int(Int32.max) else {
      throw .unwritable(
        column: schema.fields[index].name, reason: "more than 2 GiB of text in one batch")
    }
    survey.sizes = sizes
    guard let count = ColumnRange.maximumByteCount(column, nullCount: nullCount, sizes) else {
      return survey
    }
    if layouts[index] == .texts {
      survey.rangeValue = plan.reserve(key, byteCount: count)
    } else {
      let range = TextRange(column, hasNulls: nullCount > 0)
      let json = ColumnRange.json(column, nullCount: nullCount, range)
      plan.metadata.append(ArrowKeyValue(key: key, value: String(decoding: json, as: UTF8.self)))
    }
    return survey
  }

  /// Where the buffers of arrays are, and texts that are not there yet.
  private struct BufferNotes {
    var places: [Range<Int>] = []
    var copies: [TextCopy] = []
  }

  /// Appends the buffers of a column; of texts, room for them.
  private func append(
    _ column: borrowing Column, _ index: Int, _ survey: Survey,
    _ dictionary: ArrowDictionaryBuilder?, to output: inout TextBuffer,
    _ buffers: inout BufferNotes
  ) throws(SpaltError) {
    let rowCount = column.rowCount
    let hasNulls = survey.nullCount > 0
    var start = output.byteCount
    if hasNulls { try output.append(bits: column.validity, count: rowCount) }
    buffers.places.append(start..<output.byteCount)
    try output.pad()
    start = output.byteCount
    switch layouts[index] {
    case .bits: try output.append(bits: column.values, count: rowCount)
    case .numbers: try output.append(column.values.slice(0..<rowCount * 8))
    case .texts:
      buffers.places.append(start..<start + (rowCount + 1) * 4)
      start = try appendTexts(column, index, survey, to: &output, &buffers)
    case .views:
      let sizes = survey.sizes ?? TextSizes(column, nullCount: survey.nullCount)
      let texts = try output.appendViews(column, sizes, hasNulls: hasNulls)
      buffers.places.append(start..<start + rowCount * 16)
      start = texts
    case .indexes: try dictionary?.appendIndexes(column, hasNulls: hasNulls, to: &output)
    }
    buffers.places.append(start..<output.byteCount)
    try output.pad()
  }

  /// Appends the two buffers of a column of texts; room for them, unless all are null.
  /// - Returns: where the texts begin.
  private func appendTexts(
    _ column: borrowing Column, _ index: Int, _ survey: Survey, to output: inout TextBuffer,
    _ buffers: inout BufferNotes
  ) throws(SpaltError) -> Int {
    if survey.nullCount == column.rowCount {
      try output.appendZeros((column.rowCount + 1) * 4)
      try output.pad()
      return output.byteCount
    }
    let copy = try output.appendRoom(
      forTextsOf: column, index, survey.sizes ?? TextSizes(column, nullCount: survey.nullCount),
      hasNulls: survey.nullCount > 0, findsRange: survey.rangeValue != nil,
      isFirst: buffers.copies.isEmpty)
    buffers.copies.append(copy)
    return copy.textsStart
  }

  /// Copies texts some rows at a time, column after column, so that these rows of the input come from memory
  /// once and not once a column.
  private static func copyTexts(
    _ batch: borrowing RecordBatch, _ copies: inout [TextCopy], to output: inout TextBuffer
  ) {
    var row = 0
    while row < batch.rowCount {
      let end = min(row + 256, batch.rowCount)
      for index in copies.indices {
        output.copyTexts(batch.column(copies[index].index), rows: row..<end, &copies[index])
      }
      row = end
    }
    for copy in copies {
      precondition(copy.byteCount == copy.sizes.byteCount, "the texts have changed")
    }
  }

  /// Sets the ranges that were found while texts were copied.
  private func setRanges(
    _ batch: borrowing RecordBatch, _ surveys: [Survey], _ copies: [TextCopy],
    _ message: borrowing ArrowMessageWriter, in output: inout TextBuffer
  ) {
    for copy in copies {
      guard let range = copy.range, let value = surveys[copy.index].rangeValue else { continue }
      let json = ColumnRange.json(
        batch.column(copy.index), nullCount: surveys[copy.index].nullCount, range)
      message.setValue(value, json, in: &output)
    }
  }

  /// Appends the message of a dictionary's texts from `first` on; with `isDelta`, they go behind those before.
  func append(
    _ dictionary: borrowing ArrowDictionaryBuilder, from first: Int, isDelta: Bool,
    to output: inout TextBuffer
  ) throws(SpaltError) {
    var plan = ArrowMessagePlan()
    plan.rowCount = dictionary.count - first
    plan.nodes = [Int64(plan.rowCount), 0]
    plan.bufferCount = 3
    plan.dictionary = (dictionary.id, isDelta)
    var message = try ArrowMessageWriter(plan, options.compression, compressors, to: &output)
    if message.takesPlainBuffers {
      for place in try dictionary.appendBuffers(from: first, to: &output) {
        message.note(place, in: &output)
      }
    } else {
      var scratch = TextBuffer(pool: output.pool)
      let places = try dictionary.appendBuffers(from: first, to: &scratch)
      try message.appendCompressed(places, of: scratch, to: &output)
    }
    try message.finish(&output)
  }
}
