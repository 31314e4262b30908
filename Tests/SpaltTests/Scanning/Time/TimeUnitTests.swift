import Testing

@testable import Spalt

@Suite struct TimeUnitTests {
  @Test func integers() {
    #expect(TimeUnit.seconds.nanoseconds(1_700_000_000) == 1_700_000_000_000_000_000)
    #expect(TimeUnit.milliseconds.nanoseconds(-5) == -5_000_000)
    #expect(TimeUnit.microseconds.nanoseconds(7) == 7000)
    for value in [Int64.min, -1, 0, 1, .max] {
      #expect(TimeUnit.nanoseconds.nanoseconds(value) == value)
    }
    #expect(TimeUnit.seconds.nanoseconds(9_223_372_036) == 9_223_372_036_000_000_000)
    #expect(TimeUnit.seconds.nanoseconds(9_223_372_037) == .max)
    #expect(TimeUnit.seconds.nanoseconds(-9_223_372_037) == .min)
    #expect(TimeUnit.milliseconds.nanoseconds(.min) == .min)
  }

  @Test func fractions() {
    #expect(TimeUnit.seconds.nanoseconds(1_700_000_000.5) == 1_700_000_000_500_000_000)
    #expect(TimeUnit.seconds.nanoseconds(1_700_000_000.123) == 1_700_000_000_123_000_000)
    #expect(TimeUnit.milliseconds.nanoseconds(1_700_000_000_123.456) == 1_700_000_000_123_456_000)
    #expect(TimeUnit.seconds.nanoseconds(1.123456789) == 1_123_456_789)
    #expect(TimeUnit.seconds.nanoseconds(1_700_000_000.999_999_9) == 1_700_000_001_000_000_000)
    #expect(TimeUnit.seconds.nanoseconds(-0.25) == -250_000_000)
    #expect(TimeUnit.milliseconds.nanoseconds(-1.5) == -1_500_000)
    #expect(TimeUnit.nanoseconds.nanoseconds(2.6) == 3)
    #expect(TimeUnit.seconds.nanoseconds(-9_223_372_036.5) == -9_223_372_036_500_000_000)
    #expect(TimeUnit.seconds.nanoseconds(1e30) == .max)
    #expect(TimeUnit.seconds.nanoseconds(-1e12) == .min)
    #expect(TimeUnit.nanoseconds.nanoseconds(Double.infinity) == .max)
    #expect(TimeUnit.nanoseconds.nanoseconds(-Double.infinity) == .min)
    #expect(TimeUnit.nanoseconds.nanoseconds(Double.nan) == nil)
  }

  @Test func names() {
    #expect(TimeUnit.allCases.map(\.rawValue) == ["s", "ms", "us", "ns"])
    #expect(TimeUnit(rawValue: "us") == .microseconds)
  }
}
