/// A mapped file, cut at line ends. Nothing is copied: a piece is a range of the one mapping, and no
/// record is ever split.
final class MappedSource: ByteSource {
  private let mapping: Mapping
  private let inputIndex: Int
  private let options: InputOptions
  private let kernels: ScanKernels
  private let segments: SegmentPool
  private var position = 0

  init(
    mapping: Mapping, inputIndex: Int, options: InputOptions, kernels: ScanKernels,
    segments: SegmentPool
  ) {
    self.mapping = mapping
    self.inputIndex = inputIndex
    self.options = options
    self.kernels = kernels
    self.segments = segments
  }

  var handedOutByteCount: Int { position }
  var modeName: String { "mmap" }
  var mayWait: Bool { false }
  /// Of no meaning: a file is all there.
  var awaitedByteCount = 0

  func next() throws(SpaltError) -> SourcePiece? {
    let end = mapping.byteCount
    guard position < end else { return nil }
    let start = position
    let target = min(end, start + options.pieceByteCount)
    options.residency?.look(at: mapping, start..<target)
    if options.populates { mapping.populate(start..<target) }
    let mapping = mapping
    let cursor = ByteCursor(mapping.view(start..<end))
    var pieceEnd = target
    if target < end {
      if let lineFeed = kernels.lastIndex(of: 0x0A, cursor, in: 0..<target - start) {
        pieceEnd = start + lineFeed + 1
      } else {
        let lineFeed = kernels.firstIndex(of: 0x0A, cursor, in: target - start..<end - start)
        pieceEnd = min(end, start + lineFeed + 1)
        if let oversized = oversizedRecord(cursor, from: start, to: pieceEnd) {
          return oversized
        }
      }
    }
    position = pieceEnd
    return SourcePiece(
      segment: segments.segment(of: mapping, start..<pieceEnd), inputIndex: inputIndex)
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
      segment: segments.segment(of: mapping, start..<start), inputIndex: inputIndex)
    piece.oversized = OversizedRecord(
      offset: start + markByteCount, byteCount: contentEnd - markByteCount,
      lineEndByteCount: lineEnd - start - contentEnd,
      isBlank: isBlank, markByteCount: markByteCount)
    return piece
  }
}
