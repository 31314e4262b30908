import SpaltKernels

/// Up to 32 bytes that are compared with one or two vector operations.
struct Literal: BitwiseCopyable {
  /// The most bytes that one literal holds.
  static let maximumByteCount = 32

  private(set) var byteCount: Int32
  /// One bit for each byte in `low` and in `high` that belongs to the literal.
  private var lowBits: UInt32 = 0
  private var highBits: UInt32 = 0
  private var low = SIMD16<UInt8>(repeating: 0)
  private var high = SIMD16<UInt8>(repeating: 0)

  /// The bytes of `view`, at most 32.
  init(_ view: borrowing ByteView) {
    precondition(view.byteCount <= Self.maximumByteCount, "literal longer than 32 bytes")
    byteCount = Int32(view.byteCount)
    for index in 0..<view.byteCount {
      if index < 16 {
        low[index] = view[index]
        lowBits |= 1 << UInt32(index)
      } else {
        high[index - 16] = view[index]
        highBits |= 1 << UInt32(index - 16)
      }
    }
  }

  /// No bytes.
  static let empty = Literal(ByteView([UInt8]().span))

  /// The bytes as text, for messages.
  var text: String {
    let bytes = (0..<Int(byteCount)).map { $0 < 16 ? low[$0] : high[$0 - 16] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether all bytes are ASCII.
  var isASCII: Bool { low.max() < 0x80 && high.max() < 0x80 }

  /// Whether both literals are the same bytes.
  func equals(_ other: Literal) -> Bool {
    byteCount == other.byteCount && low == other.low && high == other.high
  }

  /// Whether the bytes at `index` equal the literal; bytes outside the cursor's view equal nothing
  /// but a NUL, so the caller compares only literals without NUL.
  @inline(__always)
  func matches(_ cursor: borrowing ByteCursor, at index: Int) -> Bool {
    if _fastPath(UInt(bitPattern: index) < cursor.loads32) {
      // SAFETY: 32 bytes exist at `index`.
      guard unsafe spaltEqual16(cursor.base + index, low, lowBits) else { return false }
      if highBits == 0 { return true }
      return unsafe spaltEqual16(cursor.base + index + 16, high, highBits)
    }
    return matchesNearEnd(cursor, at: index)
  }

  @inline(never)
  private func matchesNearEnd(_ cursor: borrowing ByteCursor, at index: Int) -> Bool {
    Self.equal(cursor.block(at: index), low, lowBits)
      && Self.equal(cursor.block(at: index &+ 16), high, highBits)
  }

  private static func equal(
    _ block: SIMD16<UInt8>, _ literal: SIMD16<UInt8>, _ bits: UInt32
  ) -> Bool {
    // SAFETY: the block is a local copy of exactly 16 bytes.
    unsafe withUnsafeBytes(of: block) { bytes in
      guard let base = bytes.baseAddress else { return false }
      return unsafe spaltEqual16(base, literal, bits)
    }
  }
}
