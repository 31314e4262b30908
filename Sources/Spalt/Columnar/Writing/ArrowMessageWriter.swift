/// What the metadata of a batch's message says beforehand.
struct ArrowMessagePlan {
  var rowCount = 0
  /// Length and null count of each array.
  var nodes: [Int64] = []
  var bufferCount = 0
  /// Number of data buffers of each array of views.
  var variadicCounts: [Int64] = []
  var metadata: [ArrowKeyValue] = []
  /// The dictionary that the batch is, or nil for records.
  var dictionary: (id: Int64, isDelta: Bool)?

  /// Adds metadata whose value is set later and takes so many bytes at most.
  /// - Returns: its number.
  mutating func reserve(_ key: String, byteCount: Int) -> Int {
    let room = String(decoding: [UInt8](repeating: 0, count: byteCount), as: UTF8.self)
    metadata.append(ArrowKeyValue(key: key, value: room))
    return metadata.count - 1
  }
}

/// Writes the message of a batch to a text: first the metadata, in which buffers have no place yet, then the
/// buffers, whose places are set as they come. Nothing is moved afterwards.
struct ArrowMessageWriter {
  private let bodyStart: Int
  /// Where in the text the body's length stands, and the place of the next buffer.
  private let bodyByteCountPlace: Int
  private var bufferPlace: Int
  private let valuePlaces: [Int]
  private let compression: ArrowOptions.Compression
  private let compressors: ZstdCompressors

  /// Begins a message at the end of `output`.
  init(
    _ plan: ArrowMessagePlan, _ compression: ArrowOptions.Compression,
    _ compressors: ZstdCompressors, to output: inout TextBuffer
  ) throws(SpaltError) {
    var builder = FlatBufferBuilder()
    let message = builder.message(
      plan.dictionary == nil ? .recordBatch : .dictionaryBatch, metadata: plan.metadata)
    var reference = message.header
    if let dictionary = plan.dictionary {
      let fields: [FlatBufferBuilder.Field] = [
        .int64(dictionary.id), .reference, .uint8(dictionary.isDelta ? 1 : 0),
      ]
      reference = builder.table(fields, for: reference)[1]
    }
    let buffers = builder.batch(plan, compression, for: reference)
    let start = output.byteCount
    let metadata = ArrowFraming.framed(builder.bytes, at: start)
    try output.append(metadata)
    bodyStart = start + metadata.count
    bodyByteCountPlace = start + 8 + message.bodyByteCount
    bufferPlace = start + 8 + buffers
    valuePlaces = message.values.map { start + 8 + $0 }
    self.compression = compression
    self.compressors = compressors
  }

  /// Whether buffers may be appended to the message as they are.
  var takesPlainBuffers: Bool { compression == .none }

  /// Notes that the next buffer is a part of the text.
  mutating func note(_ buffer: Range<Int>, in output: inout TextBuffer) {
    output.store(Int64(buffer.lowerBound - bodyStart), at: bufferPlace)
    output.store(Int64(buffer.count), at: bufferPlace + 8)
    bufferPlace += 16
  }

  /// Sets a value of the metadata for which there is room.
  func setValue(_ index: Int, _ value: [UInt8], in output: inout TextBuffer) {
    let place = valuePlaces[index]
    precondition(value.count <= Int(output.load(at: place - 4, as: UInt32.self)), "too long")
    // What is left of the room stays zero: a string ends with one.
    output.store(UInt32(value.count), at: place - 4)
    for (offset, byte) in value.enumerated() { output[place + offset] = byte }
  }

  /// Appends all buffers of an array, the first of which is the validity bitmap.
  mutating func appendCompressed(
    _ buffers: [Range<Int>], of text: borrowing TextBuffer, to output: inout TextBuffer
  ) throws(SpaltError) {
    for (index, buffer) in buffers.enumerated() {
      // A bitmap without bytes is one that is not there. Of all other buffers the length is written, too,
      // when they are empty: not all readers do without.
      if index == 0, buffer.isEmpty {
        note(output.byteCount..<output.byteCount, in: &output)
      } else {
        try appendCompressed(text.view.slice(buffer), to: &output)
      }
    }
  }

  /// Appends the next buffer: its length and then a frame, or -1 and the bytes as they are when a frame
  /// would be no shorter.
  private mutating func appendCompressed(
    _ buffer: borrowing ByteView, to output: inout TextBuffer
  ) throws(SpaltError) {
    let start = output.byteCount
    try output.extend(by: 8)
    let isShorter =
      switch compression {
      case _ where buffer.isEmpty: false
      case .none: false
      case .lz4: try LZ4FrameCompressor.compress(buffer, to: &output)
      case .zstd: try compressors.compress(buffer, to: &output)
      }
    if !isShorter { try output.append(buffer) }
    output.store(isShorter ? Int64(buffer.byteCount) : -1, at: start)
    note(start..<output.byteCount, in: &output)
    try output.pad()
  }

  /// Ends the message.
  func finish(_ output: inout TextBuffer) throws(SpaltError) {
    try output.pad()
    output.store(Int64(output.byteCount - bodyStart), at: bodyByteCountPlace)
  }
}

extension FlatBufferBuilder {
  /// Appends a table `RecordBatch`.
  /// - Returns: where the places of the buffers begin, which are all zero.
  fileprivate mutating func batch(
    _ plan: ArrowMessagePlan, _ compression: ArrowOptions.Compression, for reference: Int
  ) -> Int {
    let places = table(
      [
        .int64(Int64(plan.rowCount)), .reference, .reference,
        compression == .none ? .absent : .reference,
        plan.variadicCounts.isEmpty ? .absent : .reference,
      ], for: reference)
    _ = numbers(plan.nodes, count: plan.nodes.count / 2, for: places[1])
    let buffers = numbers(
      [Int64](repeating: 0, count: 2 * plan.bufferCount), count: plan.bufferCount, for: places[2])
    if compression != .none {
      // The codec; each buffer by itself is the default, and the only method.
      _ = table([.uint8(compression == .lz4 ? 0 : 1), .uint8(0)], for: places[3])
    }
    if !plan.variadicCounts.isEmpty {
      _ = numbers(plan.variadicCounts, count: plan.variadicCounts.count, for: places[4])
    }
    return buffers
  }
}
