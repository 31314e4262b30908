/// A buffer of an array.
struct ArrowBuffer: Sendable {
  /// Of exactly the buffer's bytes.
  let segment: SharedSegment
  /// Whether the bytes were decompressed; otherwise they lie where they were read.
  let isExpanded: Bool

  var byteCount: Int { segment.byteCount }
}

/// A record batch, or the values of a dictionary, whose buffers can be asked for one by one. Nothing of the body is
/// looked at before.
final class ArrowBatch: Sendable {
  let rowCount: Int
  /// All arrays, each before those within it.
  let nodes: [ArrowNode]
  /// The nodes of the schema's columns.
  let columns: [Int]
  /// The custom metadata of the batch's message.
  let metadata: [ArrowKeyValue]
  /// Those that the batch was read with: later ones do not change it.
  let dictionaries: ArrowDictionaries
  let path: String
  /// Of the body, in the file or stream.
  let offset: Int
  let compression: ArrowCompression?
  private let places: [ArrowBufferPlace]
  private let body: SharedSegment
  private let segments: SegmentPool
  private let expander: ArrowExpander
  /// Buffers that were asked for.
  private let known: Guarded<[ArrowBuffer?]>

  /// A batch whose structure is checked: counts, lengths and bounds. O(columns).
  /// - Parameters:
  ///   - body: the whole body.
  ///   - dictionaries: those that were read before.
  ///   - contexts: what decompresses zstd; batches that share it touch less memory.
  /// - Throws: `SpaltError.input`.
  init(
    _ header: ArrowBatchHeader, schema: ArrowSchema, body: SharedSegment,
    dictionaries: ArrowDictionaries, pool: ChunkPool, segments: SegmentPool, path: String,
    contexts: ZstdContexts? = nil
  ) throws(SpaltError) {
    let offset = body.view().offset
    do {
      let builder = try ArrowNodeBuilder(header, schema: schema, bodyByteCount: body.byteCount)
      nodes = builder.nodes
      columns = builder.columns
    } catch {
      throw .input(path: path, reason: "the batch at offset \(offset): \(error.reason)")
    }
    rowCount = header.rowCount
    metadata = header.metadata
    compression = header.compression
    places = header.buffers
    expander = ArrowExpander(
      compression: header.compression, pool: pool, segments: segments, contexts: contexts)
    known = Guarded(Array(repeating: nil, count: header.buffers.count))
    self.dictionaries = dictionaries
    self.path = path
    self.offset = offset
    self.body = body
    self.segments = segments
  }

  /// Where the buffers of a node stand in the file or stream, compressed if they are; those of the columns within it
  /// are not among them.
  func bodyRanges(ofNode node: Int) -> [Range<Int>] {
    let described = nodes[node]
    return places[described.bufferStart..<described.bufferStart + described.bufferCount].map {
      offset + $0.offset..<offset + $0.offset + $0.byteCount
    }
  }

  /// Buffer `index` of a node, in the order of its layout: validity, offsets or views or values, bytes. It is
  /// decompressed when it is first asked for, and then kept as long as the batch.
  /// - Throws: `SpaltError.input` when it is too short or damaged, `.memoryBudgetExceeded`.
  func buffer(_ node: Int, _ index: Int) throws(SpaltError) -> ArrowBuffer {
    let described = nodes[node]
    precondition(index >= 0 && index < described.bufferCount, "no such buffer")
    let place = described.bufferStart + index
    if let buffer = known.withLock({ $0[place] }) { return buffer }
    let made = try make(places[place], node)
    do {
      try described.checkLength(ofBuffer: index, made.byteCount)
    } catch {
      throw fault(node, error.reason)
    }
    return known.withLock { known in
      if let other = known[place] { return other }
      known[place] = made
      return made
    }
  }

  private func make(_ place: ArrowBufferPlace, _ node: Int) throws(SpaltError) -> ArrowBuffer {
    let range = place.offset..<place.offset + place.byteCount
    guard compression != nil, !range.isEmpty else { return inPlace(range) }
    let body = body
    do {
      switch try expander.prefix(body.view(range)) {
      case .stored:
        return inPlace(range.lowerBound + ArrowExpander.prefixByteCount..<range.upperBound)
      case .compressed(let byteCount):
        let compressed = body.view(
          range.lowerBound + ArrowExpander.prefixByteCount..<range.upperBound)
        let segment = try expander.expand(compressed, toByteCount: byteCount)
        return ArrowBuffer(segment: SharedSegment(segment), isExpanded: true)
      }
    } catch let error as ArrowFault {
      throw fault(node, error.reason)
    } catch let error as SpaltError {
      throw error
    } catch {
      throw fault(node, "\(error)")
    }
  }

  private func inPlace(_ range: Range<Int>) -> ArrowBuffer {
    let whole = body.share()
    let part = segments.segment(of: whole, range, offset: whole.offset + range.lowerBound)
    return ArrowBuffer(segment: SharedSegment(part), isExpanded: false)
  }

  // MARK: - Errors

  /// The name of a node's column, those around it first, with dots between them.
  func name(of node: Int) -> String {
    var names = [nodes[node].field.name]
    var parent = nodes[node].parent
    while let index = parent {
      names.append(nodes[index].field.name)
      parent = nodes[index].parent
    }
    return names.reversed().joined(separator: ".")
  }

  /// What is wrong with a column, or with a row of it.
  func fault(_ node: Int, row: Int? = nil, _ reason: String) -> SpaltError {
    let row = row.map { ", row \($0)" } ?? ""
    return .input(
      path: path,
      reason: "the batch at offset \(offset), column '\(name(of: node))'\(row): \(reason)")
  }
}
