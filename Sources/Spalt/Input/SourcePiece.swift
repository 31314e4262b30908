/// A run of whole records, as a source hands it to a decoder.
struct SourcePiece: ~Copyable, Sendable {
  /// The bytes: whole lines, of which only the input's last may lack its line end. Empty for a record
  /// that is too long to be looked at.
  let segment: Segment
  /// Which input the bytes belong to.
  let inputIndex: Int
  /// Bytes that had to be copied to make the piece whole, because a record spans two chunks.
  var copiedByteCount = 0
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
}

/// One input: a file, a pipe, or memory. Cuts itself into pieces, in order.
protocol ByteSource: AnyObject {
  /// The next piece, or nil at the end.
  func next() throws(SpaltError) -> SourcePiece?
  /// Bytes handed out so far, oversized records and their line ends included.
  var handedOutByteCount: Int { get }
  /// How the bytes get into memory, in words for `--stats`.
  var modeName: String { get }
}

extension SourcePiece {
  /// Bytes of the source that the piece stands for.
  var sourceByteCount: Int {
    oversized.map { $0.byteCount + $0.lineEndByteCount } ?? segment.byteCount
  }
}
