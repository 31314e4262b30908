/// How long something took, counted in buckets of which four share a power of two: percentiles are exact to a
/// quarter, and adding a sample neither allocates nor sorts.
public struct LatencyHistogram: BitwiseCopyable, Sendable {
  /// Durations from 2⁴⁰ ns, 18 minutes, on share the last bucket.
  private static let bucketCount = 160
  private var buckets = InlineArray<160, UInt32>(repeating: 0)

  /// Number of samples.
  public private(set) var count = 0
  /// The longest.
  public private(set) var maximumNanoseconds: UInt64 = 0

  /// No samples yet.
  public init() {}

  /// Counts a sample. O(1).
  public mutating func add(nanoseconds: UInt64) {
    buckets[Self.bucket(nanoseconds)] &+= 1
    count += 1
    maximumNanoseconds = max(maximumNanoseconds, nanoseconds)
  }

  /// Adds the samples of another histogram.
  public mutating func add(_ other: LatencyHistogram) {
    for index in buckets.indices { buckets[index] &+= other.buckets[index] }
    count += other.count
    maximumNanoseconds = max(maximumNanoseconds, other.maximumNanoseconds)
  }

  /// A duration that `share` of the samples, from 0 to 1, do not exceed by more than a quarter; 0 when there is no
  /// sample.
  public func nanoseconds(atPercentile share: Double) -> UInt64 {
    guard count > 0 else { return 0 }
    let wanted = max(1, Int((Double(count) * share).rounded(.up)))
    var seen = 0
    for index in buckets.indices {
      seen += Int(buckets[index])
      if seen >= wanted { return min(Self.upperBound(index), maximumNanoseconds) }
    }
    return maximumNanoseconds
  }

  private static func bucket(_ nanoseconds: UInt64) -> Int {
    guard nanoseconds >= 4 else { return Int(nanoseconds) }
    let power = 63 - nanoseconds.leadingZeroBitCount
    let quarter = Int(truncatingIfNeeded: nanoseconds &>> UInt64(power - 2)) & 3
    return min(bucketCount - 1, (power - 1) * 4 + quarter)
  }

  /// The longest duration that a bucket counts.
  private static func upperBound(_ bucket: Int) -> UInt64 {
    guard bucket >= 4 else { return UInt64(bucket) }
    let power = bucket / 4 + 1
    let quarter = UInt64(bucket % 4)
    return (1 << UInt64(power)) + (quarter + 1) << UInt64(power - 2) - 1
  }
}
