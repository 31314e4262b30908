/// A record that is too long, while it is passed over: only what must be known of it is kept.
struct OversizedScan {
  /// Offset of its first byte, a byte order mark included.
  private let start: Int
  private let markByteCount: Int
  private var byteCount = 0
  private var isBlank = true
  private var endsWithReturn = false

  /// A record whose first bytes are those of the view.
  init(_ beginning: borrowing ByteView) {
    start = beginning.offset
    markByteCount = ByteOrderMark.byteCount(ByteCursor(copy beginning))
    add(beginning)
  }

  /// Takes more of the record into account, but no line feed.
  mutating func add(_ bytes: borrowing ByteView) {
    guard bytes.byteCount > 0 else { return }
    if isBlank {
      let cursor = ByteCursor(copy bytes)
      let first = byteCount == 0 ? markByteCount : 0
      isBlank = cursor.skipWhiteSpace(from: first) >= cursor.end
    }
    endsWithReturn = bytes[bytes.byteCount - 1] == 0x0D
    byteCount += bytes.byteCount
  }

  /// The record, which ends with a line feed or with the input.
  func record(hasLineFeed: Bool) -> OversizedRecord {
    let hasReturn = hasLineFeed && endsWithReturn
    return OversizedRecord(
      offset: start + markByteCount,
      byteCount: byteCount - markByteCount - (hasReturn ? 1 : 0),
      lineEndByteCount: hasLineFeed ? (hasReturn ? 2 : 1) : 0, isBlank: isBlank,
      markByteCount: markByteCount)
  }
}
