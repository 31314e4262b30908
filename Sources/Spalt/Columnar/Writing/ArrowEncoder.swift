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
    var size: TextColumnSize?
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
      byteCount += (survey.size?.byteCount ?? 0) + batch.rowCount * 17 + 256
      surveys.append(survey)
    }
    if options.compression == .none { try output.reserve(output.byteCount + byteCount) }
    var message = try ArrowMessageWriter(plan, options.compression, compressors, to: &output)
    var scratch = TextBuffer(pool: output.pool)
    var places: [Range<Int>] = []
    for index in layouts.indices {
      places.removeAll(keepingCapacity: true)
      if message.takesPlainBuffers {
        try append(
          batch.column(index), layouts[index], surveys[index], dictionaries[index], to: &output,
          &places)
        for place in places { message.note(place, in: &output) }
      } else {
        scratch.clear()
        try append(
          batch.column(index), layouts[index], surveys[index], dictionaries[index], to: &scratch,
          &places)
        try message.appendCompressed(places, of: scratch, to: &output)
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
    if column.type.isText {
      let size = TextColumnSize(column, hasNulls: nullCount > 0)
      guard size.byteCount <= Int(Int32.max) else {
        throw .unwritable(
          column: schema.fields[index].name, reason: "more than 2 GiB of text in one batch")
      }
      survey.size = size
    }
    plan.nodes += [Int64(column.rowCount), Int64(nullCount)]
    plan.bufferCount += layouts[index].bufferCount
    if layouts[index] == .views { plan.variadicCounts.append(1) }
    if let range = ColumnRange.json(column, nullCount: nullCount, survey.size) {
      plan.metadata.append(ArrowKeyValue(key: ColumnRange.key(index), value: range))
    }
    return survey
  }

  /// Appends the buffers of a column, and notes where each of them is.
  private func append(
    _ column: borrowing Column, _ layout: Layout, _ survey: Survey,
    _ dictionary: ArrowDictionaryBuilder?, to output: inout TextBuffer,
    _ places: inout [Range<Int>]
  ) throws(SpaltError) {
    let rowCount = column.rowCount
    let hasNulls = survey.nullCount > 0
    var start = output.byteCount
    if hasNulls { try output.append(bits: column.validity, count: rowCount) }
    places.append(start..<output.byteCount)
    try output.pad()
    start = output.byteCount
    switch layout {
    case .bits: try output.append(bits: column.values, count: rowCount)
    case .numbers: try output.append(column.values.slice(0..<rowCount * 8))
    case .texts:
      let size = survey.size ?? TextColumnSize(column, hasNulls: hasNulls)
      let texts = try output.appendTexts(column, size, hasNulls: hasNulls)
      places.append(start..<start + (rowCount + 1) * 4)
      start = texts
    case .views:
      let size = survey.size ?? TextColumnSize(column, hasNulls: hasNulls)
      let texts = try output.appendViews(column, size, hasNulls: hasNulls)
      places.append(start..<start + rowCount * 16)
      start = texts
    case .indexes: try dictionary?.appendIndexes(column, hasNulls: hasNulls, to: &output)
    }
    places.append(start..<output.byteCount)
    try output.pad()
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
