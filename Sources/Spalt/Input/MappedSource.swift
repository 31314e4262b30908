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
  private let start: Int
  private let end: Int
  private var position: Int
  /// Reads what has been appended.
  private var growth: ReadSource?
  /// Whether a last line without an end was handed out, so that nothing more can belong to it.
  private var endsWithinLine = false

  /// - Parameter range: the part of the file whose lines are read; nil for all of it.
  init(
    _ mapping: Mapping, path: String, _ context: InputContext, linesIn range: Range<Int>? = nil
  ) {
    self.mapping = mapping
    self.path = path
    self.context = context
    options = context.options
    let lines = range.map {
      Self.lines(mapping, context.kernels, beginningIn: $0.clamped(to: 0..<mapping.byteCount))
    }
    start = lines?.lowerBound ?? 0
    end = lines?.upperBound ?? mapping.byteCount
    position = start
  }

  /// The lines that begin in a range of a file.
  private static func lines(
    _ mapping: Mapping, _ kernels: ScanKernels, beginningIn range: Range<Int>
  ) -> Range<Int> {
    let cursor = ByteCursor(mapping.view(0..<mapping.byteCount))
    func firstBeginning(from offset: Int) -> Int {
      guard offset > 0 else { return 0 }
      let lineFeed = kernels.firstIndex(of: 0x0A, cursor, in: offset - 1..<cursor.end)
      return min(cursor.end, lineFeed + 1)
    }
    return firstBeginning(from: range.lowerBound)..<firstBeginning(from: range.upperBound)
  }

  var handedOutByteCount: Int { position - start + (growth?.handedOutByteCount ?? 0) }
  var modeName: String { growth == nil ? "mmap" : "mmap+read" }
  var modeReason: String? { growth == nil ? nil : "local file, which grew while it was read" }
  var mayWait: Bool { false }
  /// Of no meaning: a file is all there.
  var awaitedByteCount = 0

  func next() throws(SpaltError) -> SourcePiece? {
    if let growth { return try growth.next() }
    let end = end
    guard position < end else {
      try followGrowth()
      return try growth?.next()
    }
    let start = position
    let target = min(end, start + options.pieceByteCount)
    options.residency?.look(at: mapping, start..<target)
    if options.populates { mapping.populate(start..<target) }
    let mapping = mapping
    let cursor = ByteCursor(mapping.view(start..<end))
    var pieceEnd = target
    if target < end {
      let range = 0..<target - start
      if let lineFeed = context.kernels.lastIndex(of: 0x0A, cursor, in: range) {
        pieceEnd = start + lineFeed + 1
      } else {
        let rest = target - start..<end - start
        let lineFeed = context.kernels.firstIndex(of: 0x0A, cursor, in: rest)
        pieceEnd = min(end, start + lineFeed + 1)
        if let oversized = oversizedRecord(cursor, from: start, to: pieceEnd) {
          return oversized
        }
      }
    }
    if pieceEnd == end, cursor.byte(at: end - start - 1) != 0x0A {
      // The file's last line has no end. If it is still being written, it is not complete yet.
      let lineFeed =
        hasGrown ? context.kernels.lastIndex(of: 0x0A, cursor, in: 0..<end - start) : nil
      if let lineFeed {
        pieceEnd = start + lineFeed + 1
      } else {
        try followGrowth()
        if let growth { return try growth.next() }
        endsWithinLine = true
      }
    }
    position = pieceEnd
    return piece(start..<pieceEnd)
  }

  private func piece(_ range: Range<Int>) -> SourcePiece {
    SourcePiece(
      segment: context.segments.segment(of: mapping, range), inputIndex: context.inputIndex)
  }

  /// Whether something was appended that is to be read.
  private var hasGrown: Bool {
    options.mode == .auto && options.split == nil
      && (mapping.currentByteCount ?? 0) > mapping.byteCount
  }

  /// If the file has grown, reads on where the pieces end.
  private func followGrowth() throws(SpaltError) {
    guard !endsWithinLine, hasGrown, let byteCount = mapping.currentByteCount else { return }
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
    endsWithinLine = contentEnd == lineEnd - start
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
