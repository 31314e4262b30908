import SpaltKernels

/// A text that is searched for: what a block kernel looks for, and what is compared where it found that.
struct Needle: BitwiseCopyable {
  /// The text, or its first 32 bytes.
  let literal: Literal
  /// The two bytes of it that are rarest in logs.
  private(set) var pair: SpaltNeedle

  /// A needle of these bytes, of which there is at least one and none is NUL.
  init(_ bytes: [UInt8]) {
    precondition(!bytes.isEmpty && !bytes.contains(0), "a needle is not empty and holds no NUL")
    let kept = Array(bytes.prefix(Literal.maximumByteCount))
    literal = Literal(ByteView(kept.span))
    let ranked = kept.indices.sorted { Self.rarity(kept[$0]) > Self.rarity(kept[$1]) }
    let first = ranked[0]
    // The same byte twice tells less than another one.
    let second = ranked.dropFirst().first { kept[$0] != kept[first] } ?? ranked[ranked.count - 1]
    pair = SpaltNeedle(
      first: kept[first], firstOffset: UInt8(first), second: kept[second],
      secondOffset: UInt8(second), valueOffset: 0, endOffset: 0, lowDigit: 0, highDigit: 0,
      requiresDigit: 0)
  }

  /// Takes back what `leaveOutIntegers` did.
  mutating func keepIntegers() { pair.endOffset = 0 }

  /// Leaves out the places where no digit from `low` to `high` stands `distance` bytes behind the needle.
  mutating func requireDigit(from low: Int64, to high: Int64, behind distance: Int) {
    precondition(low >= 0 && low <= high && high <= 9, "not digits")
    pair.valueOffset = UInt8(byteCount + distance)
    pair.lowDigit = UInt8(ascii: "0") + UInt8(low)
    pair.highDigit = UInt8(ascii: "0") + UInt8(high)
    pair.requiresDigit = 1
  }

  /// Leaves out the places where the needle is a key, an integer follows, `distance` bytes behind it, and the
  /// integer is outside `range` by its length and first digit. One with a point or an exponent may be left
  /// out, too.
  mutating func leaveOutIntegers(outside range: ClosedRange<Int64>, behind distance: Int = 1) {
    // Integers as long as the least that is wanted, or, where a comma or space happens to stand as far
    // behind, shorter ones, which are less. Were there only a bound above, those could be wanted.
    guard range.lowerBound > 0 else { return }
    let low = Array(String(range.lowerBound).utf8)
    let high = Array(String(range.upperBound).utf8)
    pair.valueOffset = UInt8(byteCount + distance)
    pair.endOffset = UInt8(byteCount + distance + low.count)
    pair.lowDigit = low[0]
    pair.highDigit = high.count == low.count ? high[0] : UInt8(ascii: "9")
  }

  /// Bytes from the most frequent in logs on; what is not here is rarer still.
  private static let frequentBytes = Array(
    "\"e0ta1oins2:r3c4d,5l/-6.7p8u9mhg_fbywvkT Z{}[]xqAEISjRNODCPULzMGHFBWVYKXJQ".utf8)

  /// A number that is larger for rarer bytes.
  private static func rarity(_ byte: UInt8) -> Int {
    frequentBytes.firstIndex(of: byte) ?? frequentBytes.count
  }

  /// Whether the text stands at `index`.
  @inline(__always)
  func matches(_ cursor: borrowing ByteCursor, at index: Int) -> Bool {
    literal.matches(cursor, at: index)
  }

  /// Length of what is compared, in bytes.
  @inline(__always) var byteCount: Int { Int(literal.byteCount) }
}
