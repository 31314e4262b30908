import Testing

@testable import Spalt

@Suite struct DecimalNumberTests {
  /// What the grammar says about the bytes from `index`: the end of the number, or the offending
  /// byte. Written as plainly as the grammar is.
  private func oracle(_ bytes: [UInt8], at start: Int) -> (isValid: Bool, end: Int) {
    var index = start
    func current() -> UInt8 { index < bytes.count ? bytes[index] : 0 }
    func isDigit() -> Bool { current() >= 48 && current() <= 57 }

    if current() == UInt8(ascii: "-") { index += 1 }
    guard isDigit() else { return (false, index) }
    if current() == UInt8(ascii: "0") {
      index += 1
      if isDigit() { return (false, index) }
    }
    while isDigit() { index += 1 }
    if current() == UInt8(ascii: ".") {
      index += 1
      guard isDigit() else { return (false, index) }
      while isDigit() { index += 1 }
    }
    if current() == UInt8(ascii: "e") || current() == UInt8(ascii: "E") {
      index += 1
      if current() == UInt8(ascii: "+") || current() == UInt8(ascii: "-") { index += 1 }
      guard isDigit() else { return (false, index) }
      while isDigit() { index += 1 }
    }
    return (true, index)
  }

  @Test(
    arguments: [
      ("0", 0, 0, true), ("-0", 0, 0, true), ("12", 12, 0, true), ("1.5", 15, -1, false),
      ("-1.50", 150, -2, false), ("0.001", 1, -3, false), ("1e5", 1, 5, false),
      ("1E+05", 1, 5, false), ("12.5e-3", 125, -4, false), ("0e0", 0, 0, false),
      ("1234567890123456789", 1_234_567_890_123_456_789, 0, true),
      ("12345678901234567890", 1_234_567_890_123_456_789, 1, true),
      ("1e999999999999999999999", 1, 1_000_000, false),
      ("1e-999999999999999999999", 1, -1_000_000, false),
      ("0.00000000000000000000000125", 125, -26, false),
      ("100000000000000000000.5", 1_000_000_000_000_000_000, 2, false),
    ] as [(String, UInt64, Int, Bool)])
  func parts(_ text: String, significand: UInt64, exponent: Int, isInteger: Bool) {
    for rest in ["", ",", "}", " ", "\n1234567890"] {
      let number = withCursor(over: text + rest) { $0.scanNumber(at: 0) }
      #expect(number.isValid)
      #expect(number.start == 0)
      #expect(number.end == text.utf8.count)
      #expect(number.significand == significand)
      #expect(number.exponent == exponent)
      #expect(number.isInteger == isInteger)
      #expect(number.isNegative == text.hasPrefix("-"))
    }
  }

  @Test(arguments: [
    ("", 0), ("-", 1), ("--1", 1), ("+1", 0), (".5", 0), ("-.5", 1), ("01", 1), ("-01", 2),
    ("00.5", 1), ("1.", 2), ("1.e5", 2), ("1..5", 2), ("1e", 2), ("1e+", 3), ("1E-x", 3),
    ("1e.5", 2), ("NaN", 0), ("Infinity", 0), ("-Infinity", 1), ("x", 0),
    ("12345678901234567890.", 21), ("0.00000000000000000000001e", 26),
  ])
  func offendingByte(_ text: String, index: Int) {
    for rest in ["", ",", "}", " x"] {
      let number = withCursor(over: text + rest) { $0.scanNumber(at: 0) }
      #expect(!number.isValid)
      #expect(number.end == index)
      let end = withCursor(over: text + rest) { $0.skipNumber(at: 0) }
      #expect(end == nil)
      let isExact = withCursor(over: text + rest) { $0.scanInteger(at: 0).isExact }
      #expect(!isExact)
    }
  }

  @Test func truncation() {
    func isTruncated(_ text: String) -> Bool {
      withCursor(over: text) { $0.scanNumber(at: 0).isTruncated }
    }
    #expect(!isTruncated("1234567890123456789"))
    #expect(!isTruncated("12345678901234567890000"))
    #expect(!isTruncated("0.0000000000000000000000000001234567890123456789"))
    #expect(isTruncated("12345678901234567891"))
    #expect(isTruncated("1234567890123456789.00000000000001"))
  }

  @Test func randomTextFollowsTheGrammar() {
    let alphabet = Array("0011234567899..--+eE, }x\u{0}".utf8)
    var generator = SeededGenerator(seed: 2)
    var wrong: [String] = []
    for _ in 0..<100_000 {
      let bytes = (0..<generator.below(14)).map { _ in alphabet[generator.below(alphabet.count)] }
      let expected = oracle(bytes, at: 0)
      let cursor = ByteCursor(ByteView(unsafe bytes.span.bytes))
      let number = cursor.scanNumber(at: 0)
      let integer = cursor.scanInteger(at: 0)
      let skipped = cursor.skipNumber(at: 0)
      let isRight =
        number.isValid == expected.isValid && number.end == expected.end
        && skipped == (expected.isValid ? expected.end : nil)
        && integer.isExact == (number.isValid && number.isInteger)
        && (!integer.isExact || integer.end == number.end)
      if !isRight { wrong.append(String(decoding: bytes, as: UTF8.self)) }
    }
    #expect(wrong == [])
  }

  @Test func exponentsAreWeighedAgainstFractionsOfAnyLength() {
    // A fraction that begins with two million zeros, and an exponent that undoes them.
    let zeros = String(repeating: "0", count: 2_000_000)
    withCursor(over: "0." + zeros + "25e2000001") { cursor in
      let value = cursor.float64(cursor.scanNumber(at: 0))
      #expect(value == 2.5)
    }
    withCursor(over: "25" + zeros + "e-2000001") { cursor in
      let value = cursor.float64(cursor.scanNumber(at: 0))
      #expect(value == 2.5)
    }
  }
}
