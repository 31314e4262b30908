/// A run of whole records, or what is to become such runs, as a source hands it to a decoder.
struct SourcePiece: ~Copyable, Sendable {
  /// The bytes: whole lines, of which only the input's last may lack its line end. Empty for a record
  /// that is too long to be looked at.
  let segment: Segment
  /// Which input the bytes belong to.
  let inputIndex: Int
  /// Which formats its lines may have.
  var formats = InputFormats(only: 0)
  /// Bytes that had to be copied to make the piece whole, because a record spans two chunks.
  var copiedByteCount = 0
  /// Bytes that a codec copied through a window of its own.
  var windowByteCount = 0
  /// Whether the piece is what damage of the input has left of a record: it is rejected as it is.
  var isCut = false
  /// Set when the piece has no bytes but stands for content that is still to be decoded.
  var content: ContentJob?
  /// Set when the bytes are no lines, but columns.
  var rows: (any ColumnarRows)?
  /// Set when the piece stands for a record that is longer than allowed.
  var oversized: OversizedRecord?

  init(segment: consuming Segment, inputIndex: Int) {
    self.segment = segment
    self.inputIndex = inputIndex
  }
}

/// A record that was passed over because of its length.
struct OversizedRecord: BitwiseCopyable, Sendable {
  let offset: Int
  /// Without the line's end.
  let byteCount: Int
  /// Bytes of the line's end: 0, 1 or 2.
  let lineEndByteCount: Int
  /// Whether the line holds nothing but white space: then it is blank, however long.
  let isBlank: Bool
  /// Bytes of a byte order mark before it.
  let markByteCount: Int
}

/// U+FEFF as UTF-8, at the beginning of an input: no part of its first record.
enum ByteOrderMark {
  /// Length of the mark at the cursor's first byte, if that is the input's first: 3, or 0.
  static func byteCount(_ cursor: borrowing ByteCursor) -> Int {
    cursor.offset(of: 0) == 0 && cursor.word(at: 0) & 0xFF_FFFF == 0xBF_BBEF ? 3 : 0
  }
}

/// One input: a file, a pipe, or memory. Cuts itself into pieces, in order.
protocol ByteSource: AnyObject {
  /// The next piece, or nil at the end.
  func next() throws(SpaltError) -> SourcePiece?
  /// Bytes handed out so far, oversized records and their line ends included. Those that are decoded by
  /// `ContentJob` are counted in `contentReport`.
  var handedOutByteCount: Int { get }
  /// How the bytes get into memory, in words for `--stats`.
  var modeName: String { get }
  /// Why so, if that is not what was said when the input was opened.
  var modeReason: String? { get }
  /// Whether the next piece may be a long time coming, because another process has to write it.
  var mayWait: Bool { get }
  /// As many bytes are waited for, if a chunk holds them, before a piece is made of what there is.
  var awaitedByteCount: Int { get set }
  /// What becomes of the input if it is compressed, as far as that is known.
  var contentReport: ContentReport? { get }
}

extension ByteSource {
  var contentReport: ContentReport? { nil }
  var modeReason: String? { nil }
}

extension OversizedRecord {
  /// All of its bytes, with what stands around it.
  var sourceByteCount: Int { markByteCount + byteCount + lineEndByteCount }
}

extension SourcePiece {
  /// Whether the bytes are whole lines, which can be looked at.
  var hasRecords: Bool { oversized == nil && !isCut && rows == nil }

  /// Bytes of the source that the piece stands for.
  var sourceByteCount: Int {
    rows?.sourceByteCount ?? oversized?.sourceByteCount ?? segment.byteCount
  }

  /// Where decoding ends: the number of bytes, or of rows.
  var end: Int { rows?.rowCount ?? segment.byteCount }

  /// Checks that all that was looked at so far were the source's bytes; see `Segment.verify`.
  func verify() throws(SpaltError) {
    guard let oversized else { return try segment.verify() }
    try segment.verify(
      through: oversized.offset + oversized.byteCount + oversized.lineEndByteCount)
  }
}
