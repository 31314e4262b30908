@testable import Spalt

/// A small generator with a fixed seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &+ 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed &>> 31)
  }

  /// A number from 0 up to `bound`; the slight bias does not matter here.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// Text that is built byte by byte, millions of times: no strings, no bounds checks.
@safe
final class TextBuffer {
  /// The bytes, of which there is always one more than `count`, and that is zero.
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var capacity = 1 << 16

  init() {
    unsafe base = .allocate(capacity: capacity)
    unsafe base[0] = 0
  }

  deinit { unsafe base.deallocate() }

  func removeAll() {
    count = 0
    unsafe base[0] = 0
  }

  func append(_ byte: UInt8) {
    if count + 1 == capacity { reserve(1) }
    unsafe base[count] = byte
    count += 1
    unsafe base[count] = 0
  }

  func append(_ text: String) {
    for byte in text.utf8 { append(byte) }
  }

  func append(_ byte: UInt8, count repeatCount: Int) {
    reserve(repeatCount)
    unsafe (base + count).update(repeating: byte, count: repeatCount)
    count += repeatCount
    unsafe base[count] = 0
  }

  /// Appends bytes of this very buffer once more.
  func append(copyOf range: Range<Int>) {
    reserve(range.count)
    unsafe (base + count).update(from: base + range.lowerBound, count: range.count)
    count += range.count
    unsafe base[count] = 0
  }

  subscript(index: Int) -> UInt8 {
    get { unsafe base[index] }
    set { unsafe base[index] = newValue }
  }

  func appendDecimal(_ value: UInt64, digits: Int = 1) {
    var divisor: UInt64 = 1
    var width = 1
    while width < digits || value / divisor >= 10 {
      divisor *= 10
      width += 1
    }
    while divisor > 0 {
      append(UInt8(truncatingIfNeeded: value / divisor % 10) + UInt8(ascii: "0"))
      divisor /= 10
    }
  }

  func text(_ range: Range<Int>) -> String {
    String(decoding: range.map { self[$0] }, as: UTF8.self)
  }

  func withCursor<Result>(_ body: (borrowing ByteCursor) -> Result) -> Result {
    let bytes = unsafe UnsafeRawBufferPointer(start: base, count: count)
    return body(ByteCursor(ByteView(unsafe RawSpan(_unsafeBytes: bytes))))
  }

  private func reserve(_ byteCount: Int) {
    guard count + byteCount >= capacity else { return }
    let larger = 2 * (count + byteCount)
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    unsafe bytes.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = bytes
    capacity = larger
  }
}

/// Runs `body` on a cursor over exactly the bytes of `text`.
func withCursor<Result>(
  over text: String, _ body: (borrowing ByteCursor) -> Result
) -> Result {
  let bytes = Array(text.utf8)
  return body(ByteCursor(ByteView(unsafe bytes.span.bytes)))
}
