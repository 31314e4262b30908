/// The content that linked blocks refer to: up to 64 KiB before the next block, wherever they lie.
///
/// liblz4 finds history in two places: what it has just written, without a gap, and one run of bytes elsewhere.
/// So a chunk is kept until 64 KiB of content have followed in the next one. Only when the history would lie in
/// three places (tiny chunks) it is copied into one.
final class LZ4History {
  private let stream = LZ4Stream()
  private let options: CodecOptions
  /// What was written last, without a gap, and what stands before that.
  private var current: Run?
  private var older: Run?
  /// Where stored content becomes a block of literals: first its length, then all of it.
  private var lengths: [UInt8] = []
  private var literals: ReadBuffer?

  /// A run of content in a chunk.
  private final class Run {
    let chunk: SharedSegment
    let start: Int
    var end: Int

    init(_ chunk: SharedSegment, _ range: Range<Int>) {
      self.chunk = chunk
      start = range.lowerBound
      end = range.upperBound
    }

    var byteCount: Int { end - start }

    /// Where the last bytes stand, at most `byteCount`.
    func suffix(_ byteCount: Int) -> Range<Int> { max(start, end - byteCount)..<end }
  }

  init(_ options: CodecOptions) { self.options = options }

  /// Forgets everything: a frame begins, with or without a dictionary.
  func begin(dictionary: SharedSegment?) {
    older = nil
    current = nil
    if let dictionary {
      let byteCount = dictionary.byteCount
      current = Run(dictionary, max(0, byteCount - LZ4.historyByteCount)..<byteCount)
    }
    setStream()
  }

  private func setStream() {
    if let current {
      let chunk = current.chunk
      stream.setHistory(chunk.view(current.suffix(LZ4.historyByteCount)))
    } else {
      stream.setHistory(ByteView(RawSpan()))
    }
  }

  /// Decompresses the next block; false when it is malformed.
  func decompress(
    _ block: borrowing ByteView, into buffer: inout ContentBuffer, maximumByteCount: Int,
    _ notes: inout ContentNotes
  ) throws(SpaltError) -> Bool {
    try enter(buffer, &notes)
    guard stream.decompress(block, into: &buffer, maximumByteCount: maximumByteCount) else {
      return false
    }
    extend(to: buffer.end)
    return true
  }

  /// Appends the content of a stored block.
  func store(
    _ content: borrowing ByteView, into buffer: inout ContentBuffer, _ notes: inout ContentNotes
  ) throws(SpaltError) {
    try enter(buffer, &notes)
    let total = (current?.byteCount ?? 0) + content.byteCount
    if older != nil, total < LZ4.historyByteCount {
      try storeAsLiterals(content, into: &buffer, &notes)
    } else {
      buffer.append(content)
      extend(to: buffer.end)
      setStream()
    }
  }

  /// Appends content by way of a block of literals, so that liblz4 knows that it follows on what it has written,
  /// and keeps the history that lies elsewhere.
  private func storeAsLiterals(
    _ content: borrowing ByteView, into buffer: inout ContentBuffer, _ notes: inout ContentNotes
  ) throws(SpaltError) {
    guard content.byteCount > 0 else { return }
    lengths.removeAll(keepingCapacity: true)
    var rest = content.byteCount - 15
    lengths.append(rest < 0 ? UInt8(content.byteCount) << 4 : 0xF0)
    while rest >= 0 {
      lengths.append(UInt8(min(rest, 0xFF)))
      rest -= 0xFF
    }
    if literals == nil {
      literals = try ReadBuffer(byteCount: 2 * LZ4.historyByteCount, pool: options.pool)
    }
    guard var block = literals.take() else { return }
    block.clear()
    block.append(ByteView(lengths.span))
    block.append(content)
    notes.windowByteCount += content.byteCount
    let isGood = stream.decompress(
      block.view(offset: 0), into: &buffer, maximumByteCount: content.byteCount)
    precondition(isGood, "a block of literals is always good")
    literals = consume block
    extend(to: buffer.end)
  }

  /// Decompresses what there is of a block whose end is missing.
  func decompressBeginning(
    _ block: borrowing ByteView, into buffer: inout ContentBuffer, maximumByteCount: Int,
    _ notes: inout ContentNotes
  ) throws(SpaltError) {
    try enter(buffer, &notes)
    if older != nil { try gather(&notes) }
    if let current {
      let chunk = current.chunk
      LZ4.decompressBeginning(
        block, into: &buffer, maximumByteCount: maximumByteCount,
        history: chunk.view(current.suffix(LZ4.historyByteCount)))
    }
  }

  /// Makes sure that what is written next follows on `current`.
  private func enter(
    _ buffer: borrowing ContentBuffer, _ notes: inout ContentNotes
  ) throws(SpaltError) {
    if let current, current.end == buffer.end, current.chunk.isOrigin(of: buffer) { return }
    if let before = current, before.byteCount > 0 {
      if older != nil {
        try gather(&notes)
        setStream()
      }
      older = current
    }
    current = Run(SharedSegment(buffer.share()), buffer.end..<buffer.end)
  }

  private func extend(to end: Int) {
    guard let current else { return }
    current.end = end
    if current.byteCount >= LZ4.historyByteCount { older = nil }
  }

  /// Copies the history into one run.
  private func gather(_ notes: inout ContentNotes) throws(SpaltError) {
    guard let first = older, let second = current else { return }
    var window = try ContentBuffer(
      byteCount: LZ4.historyByteCount, pool: options.pool, segments: options.segments)
    let rest = second.suffix(LZ4.historyByteCount)
    let chunks = (first.chunk, second.chunk)
    window.append(chunks.0.view(first.suffix(LZ4.historyByteCount - rest.count)))
    window.append(chunks.1.view(rest))
    notes.windowByteCount += window.byteCount
    current = Run(SharedSegment(window.share()), window.start..<window.end)
    older = nil
  }
}
