/// A mapped file, cut at line ends. Nothing is copied: a piece is a range of the one mapping, and no
/// record is ever split.
///
/// What is appended to the file while it is being read is read behind it, beginning with the last line if that had no
/// end yet.
final class MappedSource: ByteSource {
  private let mapping: Mapping
  private let path: String
  private let context: InputContext
  private let options: InputOptions
  private var position = 0
  /// Reads what has been appended.
  private var growth: ReadSource?

  init(_ mapping: Mapping, path: String, _ context: InputContext) {
    self.mapping = mapping
    self.path = path
    self.context = context
    options = context.options
  }

  var handedOutByteCount: Int { position + (growth?.handedOutByteCount ?? 0) }
  var modeName: String { growth == nil ? "mmap" : "mmap+read" }
  var modeReason: String? { growth == nil ? nil : "local file, which grew while it was read" }
  var mayWait: Bool { false }
  /// Of no meaning: a file is all there.
  var awaitedByteCount = 0

  func next() throws(SpaltError) -> SourcePiece? {
    if let growth { return try growth.next() }
    let end = mapping.byteCount
    guard position < end else {
      try followGrowth()
      return try growth?.next()
    }
    let start = position
    let target = min(end, start + options.pieceByteCount)
    if options.populates { mapping.populate(start..<target) }
    let mapping = mapping
    let cursor = ByteCursor(mapping.view(start..<end))
    let range = 0..<target - start
    var pieceEnd = target
    if target < end || cursor.byte(at: target - start - 1) != 0x0A {
      if let lineFeed = context.kernels.lastIndex(of: 0x0A, cursor, in: range) {
        pieceEnd = start + lineFeed + 1
      } else {
        let rest = target - start..<end - start
        let lineFeed = context.kernels.firstIndex(of: 0x0A, cursor, in: rest)
        pieceEnd = min(end, start + lineFeed + 1)
        if pieceEnd == end, cursor.byte(at: end - start - 1) != 0x0A {
          // The file's last line has no end; perhaps it is still being written.
          try followGrowth()
          if let growth { return try growth.next() }
        }
        if target < end, let oversized = oversizedRecord(cursor, from: start, to: pieceEnd) {
          return oversized
        }
      }
    }
    position = pieceEnd
    return SourcePiece(
      segment: context.segments.segment(of: mapping, start..<pieceEnd),
      inputIndex: context.inputIndex)
  }

  /// If the file has grown, reads on where the pieces end.
  private func followGrowth() throws(SpaltError) {
    guard options.mode == .auto, let byteCount = mapping.currentByteCount,
      byteCount > mapping.byteCount
    else { return }
    do {
      guard let descriptor = try mapping.descriptor(at: position) else { return }
      growth = ReadSource(
        descriptor: descriptor, path: path, offset: position, byteCount: byteCount, context)
    } catch { throw .system(error) }
  }

  /// The piece for a single line from `start` to `lineEnd` if it is too long.
  private func oversizedRecord(
    _ cursor: borrowing ByteCursor, from start: Int, to lineEnd: Int
  ) -> SourcePiece? {
    var contentEnd = lineEnd - start
    if cursor.byte(at: contentEnd - 1) == 0x0A { contentEnd -= 1 }
    if contentEnd > 0, contentEnd < lineEnd - start, cursor.byte(at: contentEnd - 1) == 0x0D {
      contentEnd -= 1
    }
    let markByteCount = ByteOrderMark.byteCount(cursor)
    guard contentEnd - markByteCount > options.maximumRecordByteCount else { return nil }
    position = lineEnd
    let content = cursor.limited(to: contentEnd)
    let isBlank = content.skipWhiteSpace(from: markByteCount) == contentEnd
    var piece = SourcePiece(
      segment: context.segments.segment(of: mapping, start..<start), inputIndex: context.inputIndex)
    piece.oversized = OversizedRecord(
      offset: start + markByteCount, byteCount: contentEnd - markByteCount,
      lineEndByteCount: lineEnd - start - contentEnd,
      isBlank: isBlank, markByteCount: markByteCount)
    return piece
  }
}
