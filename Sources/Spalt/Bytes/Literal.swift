import SpaltKernels

/// Up to 32 bytes that are compared with one or two vector operations.
struct Literal: BitwiseCopyable {
  /// The most bytes that one literal holds.
  static let maximumByteCount = 32

  private(set) var byteCount: Int
  private var low: SIMD16<UInt8>
  private var lowMask: SIMD16<UInt8>
  private var high: SIMD16<UInt8>
  private var highMask: SIMD16<UInt8>

  /// The bytes of `view`, at most 32.
  init(_ view: borrowing ByteView) {
    precondition(view.byteCount <= Self.maximumByteCount, "literal longer than 32 bytes")
    byteCount = view.byteCount
    low = SIMD16(repeating: 0)
    lowMask = low
    high = low
    highMask = low
    for index in 0..<view.byteCount {
      if index < 16 {
        low[index] = view[index]
        lowMask[index] = 0xFF
      } else {
        high[index - 16] = view[index]
        highMask[index - 16] = 0xFF
      }
    }
  }

  /// Whether both literals are the same bytes.
  func equals(_ other: Literal) -> Bool {
    byteCount == other.byteCount && low == other.low && high == other.high
  }

  /// Whether the bytes at `index` equal the literal; bytes outside the cursor's view equal nothing
  /// but a NUL, so the caller compares only literals without NUL.
  @inline(__always)
  func matches(_ cursor: borrowing ByteCursor, at index: Int) -> Bool {
    if _fastPath(UInt(bitPattern: index) < cursor.loads16) {
      // SAFETY: 16 bytes exist at `index`.
      guard unsafe spaltEqual16(cursor.base + index, low, lowMask) else { return false }
    } else {
      guard Self.equal(cursor.block(at: index), low, lowMask) else { return false }
    }
    if byteCount <= 16 { return true }
    return Self.equal(cursor.block(at: index &+ 16), high, highMask)
  }

  @inline(__always)
  private static func equal(
    _ block: SIMD16<UInt8>, _ literal: SIMD16<UInt8>, _ mask: SIMD16<UInt8>
  ) -> Bool {
    // SAFETY: the block is a local copy of exactly 16 bytes.
    unsafe withUnsafeBytes(of: block) { bytes in
      guard let base = bytes.baseAddress else { return false }
      return unsafe spaltEqual16(base, literal, mask)
    }
  }
}
