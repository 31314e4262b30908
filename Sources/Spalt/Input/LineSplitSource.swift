/// The lines that begin in a range of a file that is read.
///
/// The file is read from the byte before the range on, so that it shows whether a line begins with the range; reading goes
/// on behind the range for the line that ends there. What was read of other lines is not handed out.
final class LineSplitSource: ByteSource {
  private let source: ReadSource
  private let range: Range<Int>
  private let context: InputContext
  /// Where the pieces of the source have come to.
  private var position: Int
  /// Whether the next piece begins with the end of a line that began before the range.
  private var skipsBeginning: Bool
  private var hasEnded = false
  private(set) var handedOutByteCount = 0

  /// Takes the descriptor over.
  /// - Parameter byteCount: the file's size.
  init(
    descriptor: Int32, path: String, byteCount: Int, _ range: Range<Int>, _ context: InputContext
  ) throws(SystemError) {
    let start = max(0, range.lowerBound - 1)
    try Syscalls.seek(descriptor, to: start, path: path)
    source = ReadSource(
      descriptor: descriptor, path: path, offset: start, byteCount: byteCount, context)
    position = start
    skipsBeginning = range.lowerBound > 0
    self.range = range
    self.context = context
  }

  let modeName = "read"
  let mayWait = false
  var awaitedByteCount = 0

  func next() throws(SpaltError) -> SourcePiece? {
    while !hasEnded {
      guard let piece = try source.next() else {
        hasEnded = true
        return nil
      }
      let taken = take(piece)
      guard let taken else { continue }
      guard piece.oversized == nil, taken.count < piece.segment.byteCount else {
        handedOutByteCount += piece.sourceByteCount
        return piece
      }
      handedOutByteCount += taken.count
      return cut(piece, taken, at: position - piece.segment.byteCount + taken.lowerBound)
    }
    return nil
  }

  /// Says what of the next piece belongs to the range; nil if nothing does.
  private func take(_ piece: borrowing SourcePiece) -> Range<Int>? {
    let start = position
    position += piece.sourceByteCount
    let skips = skipsBeginning
    skipsBeginning = false
    if piece.oversized != nil {
      // One line.
      if start >= range.upperBound { hasEnded = true }
      return skips || hasEnded ? nil : 0..<0
    }
    let cursor = ByteCursor(piece.segment.view)
    let first = skips ? lineEnd(cursor, from: 0) : 0
    let reachesEnd = position > range.upperBound
    let last = reachesEnd ? lineEnd(cursor, from: max(0, range.upperBound - 1 - start)) : cursor.end
    hasEnded = reachesEnd
    // A line that begins behind the range is another split's.
    guard first < last, start + first < range.upperBound else { return nil }
    return first..<last
  }

  private func cut(
    _ piece: borrowing SourcePiece, _ range: Range<Int>, at offset: Int
  ) -> SourcePiece {
    var part = SourcePiece(
      segment: context.segments.segment(of: piece.segment, range, offset: offset),
      inputIndex: context.inputIndex)
    part.formats = piece.formats
    part.copiedByteCount = piece.copiedByteCount
    return part
  }

  /// Just past the first line feed from `index` on, or the end.
  private func lineEnd(_ cursor: borrowing ByteCursor, from index: Int) -> Int {
    min(
      cursor.end,
      context.kernels.firstIndex(of: 0x0A, cursor, in: min(index, cursor.end)..<cursor.end) + 1)
  }
}
