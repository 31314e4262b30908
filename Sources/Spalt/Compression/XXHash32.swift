/// XXH32 with seed 0, the checksum of LZ4 frames: over all content that it is shown, in order. After
/// "xxHash fast digest algorithm", version 0.1.1.
struct XXHash32 {
  private static let primes: InlineArray<5, UInt32> = [
    0x9E37_79B1, 0x85EB_CA77, 0xC2B2_AE3D, 0x27D4_EB2F, 0x1656_67B1,
  ]
  private static let stripeByteCount = 16

  private var lanes: InlineArray<4, UInt32> = [
    primes[0] &+ primes[1], primes[1], 0, 0 &- primes[0],
  ]
  private var byteCount = 0
  /// What has come since the last whole stripe.
  private var rest: InlineArray<16, UInt8> = InlineArray(repeating: 0)
  private var restByteCount = 0
  private let kernels: ScanKernels

  init(_ kernels: ScanKernels = .current) { self.kernels = kernels }

  /// Takes the bytes of a view into account.
  mutating func update(_ view: borrowing ByteView) {
    byteCount += view.byteCount
    var start = 0
    if restByteCount > 0 {
      start = min(view.byteCount, Self.stripeByteCount - restByteCount)
      keep(view.slice(0..<start))
      guard restByteCount == Self.stripeByteCount else { return }
      let stripe = rest
      _ = kernels.addXXH32Stripes(ByteView(stripe.span), to: &lanes)
      restByteCount = 0
    }
    start += kernels.addXXH32Stripes(view.slice(start..<view.byteCount), to: &lanes)
    keep(view.slice(start..<view.byteCount))
  }

  private mutating func keep(_ bytes: borrowing ByteView) {
    for index in 0..<bytes.byteCount { rest[restByteCount + index] = bytes[index] }
    restByteCount += bytes.byteCount
  }

  /// The checksum of everything so far.
  var digest: UInt32 {
    let primes = Self.primes
    var sum =
      byteCount >= Self.stripeByteCount
      ? Self.rotated(lanes[0], 1) &+ Self.rotated(lanes[1], 7) &+ Self.rotated(lanes[2], 12)
        &+ Self.rotated(lanes[3], 18)
      : primes[4]
    sum &+= UInt32(truncatingIfNeeded: byteCount)
    var index = 0
    while index + 4 <= restByteCount {
      let word =
        UInt32(rest[index]) | UInt32(rest[index + 1]) << 8 | UInt32(rest[index + 2]) << 16
        | UInt32(rest[index + 3]) << 24
      sum = Self.rotated(sum &+ word &* primes[2], 17) &* primes[3]
      index += 4
    }
    while index < restByteCount {
      sum = Self.rotated(sum &+ UInt32(rest[index]) &* primes[4], 11) &* primes[0]
      index += 1
    }
    sum = (sum ^ sum >> 15) &* primes[1]
    sum = (sum ^ sum >> 13) &* primes[2]
    return sum ^ sum >> 16
  }

  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word << count | word >> (32 - count)
  }

  /// The checksum of a view.
  static func digest(of view: borrowing ByteView) -> UInt32 {
    var hash = XXHash32()
    hash.update(view)
    return hash.digest
  }
}
