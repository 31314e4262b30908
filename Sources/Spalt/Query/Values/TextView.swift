/// One value of a text column (Arrow `Utf8View`), as two words.
struct TextView: BitwiseCopyable, Sendable, Equatable {
  /// Length in bytes, then the first four bytes.
  var low: UInt64
  /// The next eight bytes of short text; else the index of the data buffer and the offset there.
  var high: UInt64

  static let empty = TextView(low: 0, high: 0)

  /// Buffers beyond those of a batch: text that an expression holds, and text that was made.
  static let constantBuffer: UInt32 = 0x4000_0000
  static let scratchBuffer: UInt32 = 0x8000_0000

  private init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// The view of `text`, which lies at `offset` of a buffer; short text lies in the view itself.
  init(_ text: ByteView, bufferIndex: UInt32, offset: UInt32) {
    let cursor = ByteCursor(text)
    let first = cursor.word(at: 0)
    let second = cursor.word(at: 8)
    low = UInt64(UInt32(truncatingIfNeeded: text.byteCount)) | first << 32
    high =
      text.byteCount <= TextColumn.inlineByteCount
      ? first >> 32 | second << 32 : UInt64(bufferIndex) | UInt64(offset) << 32
  }

  var byteCount: Int { Int(truncatingIfNeeded: low & 0xFFFF_FFFF) }
  var isInline: Bool { byteCount <= TextColumn.inlineByteCount }
  var bufferIndex: UInt32 { UInt32(truncatingIfNeeded: high) }
  var offset: UInt32 { UInt32(truncatingIfNeeded: high >> 32) }

  /// The view of a part of this view's text, which is `text`.
  func part(_ range: Range<Int>, of text: borrowing ByteView) -> TextView {
    TextView(
      text.slice(range), bufferIndex: bufferIndex,
      offset: offset &+ UInt32(truncatingIfNeeded: range.lowerBound))
  }
}
