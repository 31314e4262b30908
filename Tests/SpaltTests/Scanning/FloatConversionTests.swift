import Testing

@testable import Spalt

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Numbers to convert, one after the other in one buffer, with a comma behind each.
final class NumberCorpus {
  let buffer = TextBuffer()
  private var starts: [Int] = []
  private var expected: [Double?] = []

  var count: Int { starts.count }

  /// Adds the number that `body` appends to the buffer, with its value, where that is known.
  func add(expected value: Double? = nil, _ body: (TextBuffer) -> Void) {
    starts.append(buffer.count)
    expected.append(value)
    body(buffer)
    buffer.append(UInt8(ascii: ","))
  }

  func add(_ text: String) { add { $0.append(text) } }

  func removeAll() {
    buffer.removeAll()
    starts.removeAll(keepingCapacity: true)
    expected.removeAll(keepingCapacity: true)
  }

  /// The numbers, at most ten, whose conversion differs from that of the C library or from the
  /// known value.
  func mismatches() -> [String] {
    buffer.withCursor { cursor in
      var wrong: [String] = []
      for (start, known) in zip(starts, expected) {
        let (expected, end) = standardConversion(at: start)
        let number = cursor.scanNumber(at: start)
        let value = cursor.float64(number) ?? (number.isNegative ? -.infinity : .infinity)
        let isRight =
          value.bitPattern == expected.bitPattern && number.isValid && number.end == end
          && (known ?? value) == value
        if !isRight && wrong.count < 10 {
          wrong.append("\(buffer.text(start..<number.end)) gives \(value), not \(expected)")
        }
      }
      return wrong
    }
  }

  /// What `strtod` makes of the number at `index`, and the index where it stops.
  private func standardConversion(at index: Int) -> (value: Double, end: Int) {
    let base = unsafe UnsafeRawPointer(buffer.base)
    var end: UnsafeMutablePointer<CChar>?
    let text = unsafe (base + index).assumingMemoryBound(to: CChar.self)
    let value = unsafe strtod(text, &end)
    return (value, unsafe end.map { unsafe UnsafeRawPointer($0) - base } ?? index)
  }
}

@Suite struct FloatConversionTests {
  /// Fills the corpus `rounds` times with 1,000 numbers and compares them.
  private func mismatches(
    thousands: Int, seed: UInt64, _ fill: (NumberCorpus, inout SeededGenerator) -> Void
  ) -> [String] {
    let corpus = NumberCorpus()
    var generator = SeededGenerator(seed: seed)
    var wrong: [String] = []
    for _ in 0..<thousands {
      corpus.removeAll()
      for _ in 0..<1000 { fill(corpus, &generator) }
      wrong += corpus.mismatches()
    }
    return wrong
  }

  private func randomFinite(_ generator: inout SeededGenerator) -> Double {
    while true {
      let value = Double(bitPattern: generator.next())
      if value.isFinite { return value }
    }
  }

  private func appendDigits(
    _ count: Int, to buffer: TextBuffer, _ generator: inout SeededGenerator
  ) {
    for _ in 0..<count { buffer.append(UInt8(ascii: "0") + UInt8(generator.below(10))) }
  }

  /// Appends a number of `digitCount` random digits with the point anywhere.
  private func appendDecimal(
    digitCount: Int, exponents: ClosedRange<Int>?, to buffer: TextBuffer,
    _ generator: inout SeededGenerator
  ) {
    if generator.below(4) == 0 { buffer.append(UInt8(ascii: "-")) }
    let integerCount = generator.below(digitCount + 1)
    if integerCount == 0 {
      buffer.append(UInt8(ascii: "0"))
    } else {
      buffer.append(UInt8(ascii: "1") + UInt8(generator.below(9)))
      appendDigits(integerCount - 1, to: buffer, &generator)
    }
    if digitCount > integerCount {
      buffer.append(UInt8(ascii: "."))
      appendDigits(digitCount - integerCount, to: buffer, &generator)
    }
    if let exponents {
      let exponent = exponents.lowerBound + generator.below(exponents.count)
      buffer.append(generator.below(2) == 0 ? UInt8(ascii: "e") : UInt8(ascii: "E"))
      if exponent < 0 { buffer.append(UInt8(ascii: "-")) }
      buffer.appendDecimal(UInt64(exponent.magnitude))
    }
  }

  @Test func shortestTextOfRandomBits() {
    let wrong = mismatches(thousands: 250, seed: 10) { corpus, generator in
      let value = randomFinite(&generator)
      corpus.add { $0.append(value.description) }
    }
    #expect(wrong == [])
  }

  @Test func seventeenDigitsOfRandomBits() {
    let scratch = UnsafeMutablePointer<CChar>.allocate(capacity: 64)
    defer { unsafe scratch.deallocate() }
    let wrong = mismatches(thousands: 250, seed: 11) { corpus, generator in
      let value = randomFinite(&generator)
      let count = Int(
        unsafe withVaList([value]) { unsafe vsnprintf(scratch, 64, "%.17g", $0) })
      corpus.add { buffer in
        for index in 0..<count { buffer.append(UInt8(bitPattern: unsafe scratch[index])) }
      }
    }
    #expect(wrong == [])
  }

  @Test func randomDecimalText() {
    let wrong = mismatches(thousands: 400, seed: 12) { corpus, generator in
      let digitCount = 1 + generator.below(40)
      let isPlain = generator.below(4) == 0
      corpus.add {
        appendDecimal(
          digitCount: digitCount, exponents: isPlain ? nil : -400...400, to: $0, &generator)
      }
    }
    #expect(wrong == [])
  }

  @Test func randomIntegers() {
    let wrong = mismatches(thousands: 100, seed: 13) { corpus, generator in
      let value = generator.next() >> UInt64(generator.below(64))
      corpus.add { $0.appendDecimal(value) }
    }
    #expect(wrong == [])
  }

  @Test func longDecimalText() {
    let wrong = mismatches(thousands: 10, seed: 14) { corpus, generator in
      let digitCount = 17 + generator.below(784)
      corpus.add {
        appendDecimal(digitCount: digitCount, exponents: -700...300, to: $0, &generator)
      }
    }
    #expect(wrong == [])
  }

  @Test func remarkableNumbers() {
    let corpus = NumberCorpus()
    for text in [
      "0", "-0", "0.0", "-0.0", "0e400", "-0e-400", "1e308", "1e-308", "1e309", "-1e309", "1e-323",
      "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308",
      "179769313486231580793e289", "2.2250738585072014e-308", "2.2250738585072011e-308",
      "2.225073858507201e-308", "4.9e-324", "5e-324", "2.4703282292062327e-324",
      "2.4703282292062328e-324", "2.47e-324", "1e-324", "9007199254740991", "9007199254740992",
      "9007199254740993", "9007199254740993.0000000000000000000000000000000000000001",
      "9007199254740994", "9007199254740995", "-9007199254740993", "18446744073709551615",
      "18446744073709551616", "9223372036854775807", "1e22", "1e23", "1e-22", "1e-23",
      "8.5e22", "123456789012345678e-40", "6929495644600919.5", "3.5e-46", "1e-400", "1e400",
      "0.1", "0.2", "0.3", "0.30000000000000004", "1e-7", "1e7", "100000000000000016777215",
      "100000000000000016777216", "7.2057594037927933e16", "9214843084008499",
      "3.518437208883201171875e13", "0.500000000000000166533453693773481063544750213623046875",
    ] {
      corpus.add(text)
      if !text.contains("e") { corpus.add(text + (text.contains(".") ? "0" : ".0")) }
    }
    for exponent in -345...310 { corpus.add("1e\(exponent)") }
    for exponent in -345...310 { corpus.add("9999999999999999999e\(exponent)") }
    #expect(corpus.mismatches() == [])
  }

  @Test func overflowIsNil() {
    for text in ["1e309", "-1e309", "1e400", "1.7976931348623159e308", "1e99999999999999999999"] {
      let value = withCursor(over: text) { $0.float64($0.scanNumber(at: 0)) }
      #expect(value == nil)
    }
    let zero = withCursor(over: "-0") { $0.float64($0.scanNumber(at: 0)) }
    #expect(zero?.sign == .minus)
  }

  @Test func integersAreExactOrNothing() {
    func exact(_ text: String) -> Double? {
      withCursor(over: text) { $0.exactFloat64($0.scanNumber(at: 0)) }
    }
    #expect(exact("0") == 0)
    #expect(exact("-7") == -7)
    #expect(exact("9007199254740992") == 9_007_199_254_740_992)
    #expect(exact("9007199254740993") == nil)
    #expect(exact("-9007199254740993") == nil)
    #expect(exact("9007199254740994") == 9_007_199_254_740_994)
    #expect(exact("9223372036854775807") == nil)
    #expect(exact("9223372036854775808") == 0x1p63)
    #expect(exact("36893488147419103232") == 0x1p65)
    #expect(exact("36893488147419103233") == nil)
    #expect(exact("100000000000000000000") == 1e20)
    #expect(exact("10000000000000000000000") == 1e22)
    #expect(exact("100000000000000000000000") == nil)
    #expect(exact("1" + String(repeating: "0", count: 400)) == nil)
    #expect(exact("0.1") == 0.1)
    #expect(exact("9007199254740993.0") == 9_007_199_254_740_992)
    #expect(exact("1.5e1") == 15)
  }

  @Test func randomIntegersAreExactOrNothing() {
    var generator = SeededGenerator(seed: 15)
    var wrong: [String] = []
    for _ in 0..<20_000 {
      let value = generator.next() >> UInt64(generator.below(12))
      let text = "\(value)"
      let found = withCursor(over: text) { $0.exactFloat64($0.scanNumber(at: 0)) }
      if found != Double(exactly: value) { wrong.append(text) }
    }
    #expect(wrong == [])
  }
}
