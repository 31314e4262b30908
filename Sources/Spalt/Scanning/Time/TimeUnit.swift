/// What the numbers of a column count that are times since 1970-01-01T00:00:00Z.
public enum TimeUnit: String, CaseIterable, Sendable {
  case seconds = "s"
  case milliseconds = "ms"
  case microseconds = "us"
  case nanoseconds = "ns"

  /// Nanoseconds in one unit.
  public var nanosecondCount: Int64 {
    switch self {
    case .seconds: 1_000_000_000
    case .milliseconds: 1_000_000
    case .microseconds: 1000
    case .nanoseconds: 1
    }
  }

  /// The time that is `value` units after 1970-01-01T00:00:00Z, in nanoseconds: the first or last one
  /// that 64 bits can hold when it lies outside.
  @inline(__always)
  public func nanoseconds(_ value: Int64) -> Int64 {
    let (product, overflow) = value.multipliedReportingOverflow(by: nanosecondCount)
    return overflow ? (value < 0 ? .min : .max) : product
  }

  /// As above, with a fraction; nil for no number. The fraction is rounded to the power of ten that a
  /// Double of this size can tell apart: to microseconds for seconds of these decades, so that
  /// 1700000000.123 is no 1700000000.122999907.
  public func nanoseconds(_ value: Double) -> Int64? {
    if value.isNaN { return nil }
    // The product alone would lose digits: 64 bits of nanoseconds are more than a Double holds.
    let whole = value.rounded(.down)
    guard let count = Int64(exactly: whole) else { return value < 0 ? .min : .max }
    let unit = Double(nanosecondCount)
    var step = 1.0
    while step < value.ulp * unit, step < unit { step *= 10 }
    let fraction = ((value - whole) * unit / step).rounded() * step
    let sum = Int128(count) * Int128(nanosecondCount) + Int128(fraction)
    return Int64(clamping: sum)
  }
}
