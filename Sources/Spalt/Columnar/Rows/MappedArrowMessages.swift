/// The messages of a mapped Arrow file, in the order of its footer, or of a mapped stream. Of their bodies, nothing is
/// looked at.
final class MappedArrowMessages: ArrowMessages {
  /// Whether nothing is read ahead of what is looked at, because around a column lie others, which nobody may want. Then
  /// whoever reads a column asks for it. Done only where the system tells what is in memory already.
  private let isReadHereAndThere: Bool

  private enum Order {
    /// Places that a footer names, from the last one back.
    case footer([ArrowMessagePlace])
    /// The offset of the next message of a stream.
    case stream(Int)
    case ended
  }

  private let mapping: Mapping
  private let path: String
  private let context: InputContext
  private var order: Order?
  private var messageByteCount = 0
  /// Whether only some of the batches are wanted.
  private var isPart = false
  /// Whether the bytes of dictionaries are this part's.
  private var countsDictionaries = true
  /// What is wrong with the end of a file, to be told when what comes before it was handed out.
  private var footerError: SpaltError?
  /// What stands before the first message of a file: the magic and two zeros.
  private static let headByteCount = 8

  init(_ mapping: Mapping, path: String, _ context: InputContext) {
    self.mapping = mapping
    self.path = path
    self.context = context
    isReadHereAndThere = Syscalls.tellsResidency(ofFile: path)
    if isReadHereAndThere { mapping.advise(.random) }
  }

  /// Of a part of a file, what is around its batches is another's.
  var otherByteCount: Int { isPart ? 0 : mapping.byteCount - messageByteCount }
  var modeName: String { "mmap" }
  var mayWait: Bool { false }
  var wasInterrupted: Bool { false }

  func next() throws(SpaltError) -> ArrowMessageRead? {
    let mapping = mapping
    let file = mapping.view(0..<mapping.byteCount)
    guard let order else { return try begin(file) }
    switch order {
    case .footer(var places):
      guard let place = places.popLast() else {
        self.order = .ended
        return nil
      }
      self.order = .footer(places)
      return read(try ArrowFooter.message(at: place, of: file, path: path), place)
    case .stream(let offset): return try nextOfStream(file, offset)
    case .ended: return nil
    }
  }

  private func begin(_ file: ByteView) throws(SpaltError) -> ArrowMessageRead? {
    guard ArrowBeginning.recognise(file) == .file else {
      order = .stream(0)
      return try next()
    }
    let footer: ArrowFooter
    do { footer = try ArrowFooter(file, path: path) } catch {
      // Without its directory, a file is still a stream, as far as it goes.
      footerError = error
      order = .stream(Self.headByteCount)
      return try next()
    }
    var batches = footer.batches
    if case .batches(let range) = context.options.split?.part {
      batches = Array(batches[range.clamped(to: batches.indices)])
      isPart = true
      countsDictionaries = range.lowerBound == 0
    }
    order = .footer(batches.reversed() + footer.dictionaries.reversed())
    return ArrowMessageRead(
      message: .schema(footer.schema), offset: 0, mapping: nil, window: window(0..<0),
      bodyByteCount: 0,
      sourceByteCount: 0)
  }

  private func nextOfStream(
    _ file: ByteView, _ start: Int
  ) throws(SpaltError) -> ArrowMessageRead? {
    var offset = start
    while offset < file.byteCount {
      let rest = file.slice(offset..<file.byteCount)
      guard let (message, place) = try ArrowMessage.parse(rest, path: path) else {
        // A file goes on with its footer; behind a stream, another one may stand.
        if footerError != nil { return try end() }
        offset += rest.littleEndian32(at: 0) == 0xFFFF_FFFF ? 8 : 4
        continue
      }
      guard place.bodyByteCount <= file.byteCount - place.bodyOffset else {
        throw .input(
          path: path, reason: "the message at offset \(offset): its body is cut off")
      }
      order = .stream(place.endOffset)
      return read(message, place)
    }
    return try end()
  }

  private func end() throws(SpaltError) -> ArrowMessageRead? {
    order = .ended
    if let footerError { throw footerError }
    return nil
  }

  private func read(_ message: ArrowMessage, _ place: ArrowMessagePlace) -> ArrowMessageRead {
    var byteCount = place.metadataByteCount + place.bodyByteCount
    if case .dictionary = message, !countsDictionaries { byteCount = 0 }
    messageByteCount += byteCount
    return ArrowMessageRead(
      message: message, offset: place.offset, mapping: isReadHereAndThere ? mapping : nil,
      window: window(place.bodyOffset..<place.endOffset),
      bodyByteCount: place.bodyByteCount,
      sourceByteCount: byteCount)
  }

  /// The bytes of a body, and as many behind it as may be read for the last 64 values.
  private func window(_ range: Range<Int>) -> SharedSegment {
    let end = min(mapping.byteCount, range.upperBound + ArrowRows.slackByteCount)
    return SharedSegment(context.segments.segment(of: mapping, range.lowerBound..<end))
  }
}
