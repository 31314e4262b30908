/// What an open Arrow file is made of; its batches share it.
final class ArrowFileCore: Sendable {
  let path: String
  let footer: ArrowFooter
  private let mapping: Mapping
  /// All bytes of the file.
  private let whole: SharedSegment
  private let segments = SegmentPool()
  private let pool: ChunkPool
  private let contexts: ZstdContexts
  private let dictionaries = Guarded<ArrowDictionaries?>(nil)

  init(path: String, memoryByteCount: Int) throws(SpaltError) {
    // What lies around a column is other columns, which nobody may want.
    let advice: MemoryAdvice = Syscalls.tellsResidency(ofFile: path) ? .random : .normal
    guard let mapping = try Mapping.ofFile(at: path, advice: advice) else {
      throw .input(path: path, reason: "it is empty, and so no Arrow file")
    }
    let footer = try ArrowFooter(mapping.view(0..<mapping.byteCount), path: path)
    // What was read must have been the file's own bytes.
    try mapping.verify(0..<mapping.byteCount)
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: memoryByteCount))
    self.path = path
    self.footer = footer
    self.mapping = mapping
    self.pool = pool
    whole = SharedSegment(segments.segment(of: mapping, 0..<mapping.byteCount))
    contexts = ZstdContexts(pool)
  }

  func verify() throws(SpaltError) { try mapping.verify(0..<mapping.byteCount) }

  private func message(at place: ArrowMessagePlace) throws(SpaltError) -> ArrowMessage {
    let whole = whole
    return try ArrowFooter.message(at: place, of: whole.view(), path: path)
  }

  /// The header of a batch.
  func header(_ index: Int) throws(SpaltError) -> ArrowBatchHeader {
    let place = footer.batches[index]
    guard case .batch(let header) = try message(at: place) else {
      throw .input(path: path, reason: "the message at offset \(place.offset) is no record batch")
    }
    return header
  }

  func batch(_ index: Int) throws(SpaltError) -> ArrowBatch {
    let dictionaries = try readDictionaries()
    return try batch(
      try header(index), footer.schema, footer.batches[index], dictionaries)
  }

  private func batch(
    _ header: ArrowBatchHeader, _ schema: ArrowSchema, _ place: ArrowMessagePlace,
    _ dictionaries: ArrowDictionaries
  ) throws(SpaltError) -> ArrowBatch {
    let file = whole.share()
    let body = segments.segment(
      of: file, place.bodyOffset..<place.endOffset, offset: place.bodyOffset)
    return try ArrowBatch(
      header, schema: schema, body: SharedSegment(body),
      dictionaries: dictionaries.limited(to: schema), pool: pool,
      segments: segments, path: path, contexts: contexts)
  }

  /// Asks for the bytes of a column that will be read.
  func prefetch(_ batch: ArrowBatch, column: Int) {
    for range in batch.bodyRanges(ofNode: batch.columns[column]) { mapping.prefetch(range) }
  }

  /// Checks the values of all dictionaries.
  func validateDictionaries() throws(SpaltError) {
    for dictionary in try readDictionaries().all {
      for part in dictionary.parts { try part.validate() }
    }
  }

  /// The dictionaries of the file, whose metadata are read when they are first needed.
  private func readDictionaries() throws(SpaltError) -> ArrowDictionaries {
    if let known = dictionaries.withLock({ $0 }) { return known }
    var read = ArrowDictionaries()
    for place in footer.dictionaries {
      guard case .dictionary(let id, let isDelta, let header) = try message(at: place) else {
        throw .input(path: path, reason: "the message at offset \(place.offset) is no dictionary")
      }
      guard isDelta || read[id] == nil else {
        throw .input(
          path: path,
          reason: "the message at offset \(place.offset) replaces a dictionary, as no file may")
      }
      guard let schema = footer.schema.valuesOfDictionary(id) else { continue }
      try read.add(id: id, isDelta: isDelta, try batch(header, schema, place, read))
    }
    let result = read
    dictionaries.withLock { $0 = result }
    return result
  }
}
