/// The messages of an Arrow file or stream that is read from a descriptor, each body into a chunk of its own. Of a file,
/// the footer is not needed: its messages are a stream.
final class ReadArrowMessages: ArrowMessages {
  private let descriptor: Int32
  private let path: String
  private let context: InputContext
  /// What the file's size says, if it has one.
  private let expectedByteCount: Int?
  /// What was read before it was known that this is Arrow.
  private let beginning: SharedSegment
  private var offset = 0
  private var hasBegun = false
  private var hasEnded = false
  private var messageByteCount = 0
  private var isFile = false
  /// Whether the last message began with the continuation marker.
  private var hasMarkers = false

  init(
    _ beginning: consuming ReadBuffer, descriptor: Int32, path: String, byteCount: Int?,
    _ context: InputContext
  ) {
    let byteCountRead = beginning.filledByteCount
    self.beginning = SharedSegment(
      beginning.segment(byteCount: byteCountRead, offset: 0, context.segments))
    self.descriptor = descriptor
    self.path = path
    self.context = context
    expectedByteCount = byteCount
  }

  deinit { if descriptor != 0 { Syscalls.close(descriptor) } }

  var otherByteCount: Int { offset - messageByteCount }
  var modeName: String { "read" }
  var mayWait: Bool { expectedByteCount == nil }
  private(set) var wasInterrupted = false

  func next() throws(SpaltError) -> ArrowMessageRead? {
    guard !hasEnded else { return nil }
    if !hasBegun { try begin() }
    while true {
      let start = offset
      let prefix = try read(byteCount: 8, reserve: 0)
      if prefix.byteCount == 0 || wasInterrupted { return try endOfStream() }
      if isFile, hasMarkers, !Self.isMarked(prefix) {
        return try endBeforeFooter(at: start, nil)
      }
      let found: (message: ArrowMessage, place: ArrowMessagePlace)?
      do { found = try message(prefix) } catch {
        guard isFile else { throw error }
        return try endBeforeFooter(at: start, error)
      }
      if let (message, place) = found {
        hasMarkers = Self.isMarked(prefix)
        return try withBody(message, place, from: start)
      }
      // A file goes on with its footer; behind a stream, another one may stand.
      if isFile { return try endOfStream() }
    }
  }

  private func withBody(
    _ message: ArrowMessage, _ place: ArrowMessagePlace, from start: Int
  ) throws(SpaltError) -> ArrowMessageRead? {
    try checkBody(place)
    let body = try read(byteCount: place.bodyByteCount, reserve: ArrowRows.slackByteCount)
    guard !wasInterrupted else { return nil }
    guard body.byteCount >= place.bodyByteCount else {
      throw .input(path: path, reason: "the message at offset \(start): its body is cut off")
    }
    messageByteCount += offset - start
    return ArrowMessageRead(
      message: message, offset: start, mapping: nil, window: body,
      bodyByteCount: place.bodyByteCount,
      sourceByteCount: offset - start)
  }

  /// Passes over what a file has before its first message.
  private func begin() throws(SpaltError) {
    hasBegun = true
    let beginning = beginning
    isFile = ArrowBeginning.recognise(beginning.view()) == .file
    if isFile { offset = 8 }
  }

  private static func isMarked(_ prefix: SharedSegment) -> Bool {
    prefix.byteCount >= 4 && prefix.view().littleEndian32(at: 0) == 0xFFFF_FFFF
  }

  /// The message whose prefix was read; nil at the end of the stream.
  private func message(
    _ prefix: SharedSegment
  ) throws(SpaltError) -> (message: ArrowMessage, place: ArrowMessagePlace)? {
    guard let length = try metadataByteCount(prefix) else { return nil }
    // Of the old prefix, four of the eight bytes belong to the metadata.
    let metadata = try metadata(prefix, length)
    return try ArrowMessage.parse(metadata.view(), path: path)
  }

  private func metadataByteCount(_ prefix: SharedSegment) throws(SpaltError) -> Int? {
    do throws(ArrowFault) {
      switch try ArrowMessage.prefix(prefix.view()) {
      case .endOfStream: return nil
      case .message(let prefixByteCount, let count): return prefixByteCount + count
      case .tooShort: throw ArrowFault("it is cut off")
      }
    } catch {
      throw .input(
        path: path, reason: "the message at offset \(prefix.offset): \(error.reason)")
    }
  }

  /// The prefix with the metadata behind it, in one chunk.
  private func metadata(
    _ prefix: SharedSegment, _ byteCount: Int
  ) throws(SpaltError) -> SharedSegment {
    let start = prefix.offset
    if let expectedByteCount, byteCount > expectedByteCount - start {
      throw .input(path: path, reason: "the message at offset \(start): its metadata are cut off")
    }
    var buffer = try ReadBuffer(byteCount: byteCount, pool: context.pool)
    buffer.append(prefix.view(0..<min(byteCount, prefix.byteCount)))
    try fill(&buffer, upTo: byteCount)
    let filled = buffer.filledByteCount
    return SharedSegment(buffer.segment(byteCount: filled, offset: start, context.segments))
  }

  private func checkBody(_ place: ArrowMessagePlace) throws(SpaltError) {
    guard let expectedByteCount, place.bodyByteCount > max(0, expectedByteCount - offset) else {
      return
    }
    throw .input(path: path, reason: "the message at offset \(place.offset): its body is cut off")
  }

  /// Reads as many bytes, or fewer at the end, into a chunk with some room behind them.
  private func read(byteCount: Int, reserve: Int) throws(SpaltError) -> SharedSegment {
    let start = offset
    guard byteCount > 0 else {
      return SharedSegment(context.segments.emptySegment(offset: start))
    }
    var buffer = try ReadBuffer(byteCount: byteCount + reserve, pool: context.pool)
    try fill(&buffer, upTo: byteCount)
    let filled = buffer.filledByteCount
    if filled == byteCount { buffer.zero(upTo: byteCount + reserve) }
    let end = buffer.filledByteCount
    return SharedSegment(buffer.segment(byteCount: end, offset: start, context.segments))
  }

  private func fill(_ buffer: inout ReadBuffer, upTo byteCount: Int) throws(SpaltError) {
    let beginning = beginning
    if offset < beginning.byteCount {
      let count = min(byteCount - buffer.filledByteCount, beginning.byteCount - offset)
      buffer.append(beginning.view(offset..<offset + count))
      offset += count
    }
    while buffer.filledByteCount < byteCount {
      if mayWait, !context.interrupter.waitForInput(descriptor) {
        wasInterrupted = true
        return
      }
      let count = try buffer.fill(from: descriptor, upTo: byteCount, path: path)
      if count == 0 { return }
      offset += count
    }
  }

  /// Ends where a stream does; a file goes on with its footer.
  private func endOfStream() throws(SpaltError) -> ArrowMessageRead? {
    _ = try end()
    guard isFile, !wasInterrupted,
      Array(tail.suffix(ArrowBeginning.magic.count)) != ArrowBeginning.magic
    else { return nil }
    throw .input(
      path: path, reason: "the Arrow file has no end: it is cut off, or was never finished")
  }

  /// Ends at `start`, where no message is: in a file, the footer may follow the messages without a mark between them.
  private func endBeforeFooter(
    at start: Int, _ error: SpaltError?
  ) throws(SpaltError) -> ArrowMessageRead? {
    _ = try end()
    guard !wasInterrupted else { return nil }
    let length = tail.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard tail.count == Self.tailByteCount, Array(tail.dropFirst(4)) == ArrowBeginning.magic,
      start + length + Self.tailByteCount == offset
    else {
      throw error
        ?? .input(path: path, reason: "the message at offset \(start): it is no message")
    }
    return nil
  }

  /// The last bytes of a file: the footer's length, and the magic.
  private static let tailByteCount = 10
  private var tail: [UInt8] = []

  /// Reads what stands behind the last message, so that whoever writes it is not cut off.
  private func end() throws(SpaltError) -> ArrowMessageRead? {
    hasEnded = true
    guard !wasInterrupted else { return nil }
    let beginning = beginning
    if offset < beginning.byteCount {
      note(beginning.view(offset..<beginning.byteCount))
      offset = beginning.byteCount
    }
    var buffer = try ReadBuffer(byteCount: ChunkPool.minimumByteCount, pool: context.pool)
    while true {
      if mayWait, !context.interrupter.waitForInput(descriptor) {
        wasInterrupted = true
        return nil
      }
      let count = try buffer.fill(from: descriptor, path: path)
      if count == 0 { return nil }
      offset += count
      note(buffer.view(offset: 0))
      buffer.clear()
    }
  }

  private func note(_ bytes: borrowing ByteView) {
    for index in max(0, bytes.byteCount - Self.tailByteCount)..<bytes.byteCount {
      tail.append(bytes[index])
    }
    tail.removeFirst(max(0, tail.count - Self.tailByteCount))
  }
}
