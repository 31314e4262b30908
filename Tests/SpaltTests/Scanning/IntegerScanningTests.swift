import Testing

@testable import Spalt

@Suite struct IntegerScanningTests {
  /// The integer of a text and where it ends, or nil, by the standard library's conversion.
  private func expected(_ text: String) -> (value: Int64, end: Int)? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard let first = digits.first, first != "0" || digits.count == 1 else { return nil }
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return Int64(text).map { ($0, text.utf8.count) }
  }

  /// What is wrong with the scan of `integer` when it is followed by `rest`.
  private func mismatch(_ integer: String, followedBy rest: String) -> String? {
    withCursor(over: "[" + integer + rest) { cursor in
      let scanned = cursor.scanInteger(at: 1)
      let number = cursor.scanNumber(at: 1)
      if let expected = expected(integer) {
        let isRight =
          scanned.isExact && scanned.value == expected.value && scanned.end == expected.end + 1
          && number.isValid && number.isInteger && number.end == expected.end + 1
          && cursor.int64(number) == expected.value
          && cursor.skipNumber(at: 1) == expected.end + 1
        return isRight ? nil : "\(integer)|\(rest) gives \(scanned), \(number)"
      }
      let isRight = !scanned.isExact && cursor.int64(number) == nil
      return isRight ? nil : "\(integer)|\(rest) is accepted: \(scanned), \(number)"
    }
  }

  private func mismatches(_ integers: some Sequence<String>) -> [String] {
    integers.flatMap { integer in
      ["", ",", "}", "]\n", " ", "\n{\"padding\": 1234567}", "a", ":", "/"].compactMap {
        mismatch(integer, followedBy: $0)
      }
    }
  }

  @Test func everyLength() {
    var texts: [String] = []
    for length in 0...25 {
      for digit in ["1", "9", "0"] {
        texts.append(String(repeating: digit, count: length))
        texts.append("-" + String(repeating: digit, count: length))
        texts.append(String("1234567890123456789012345".prefix(length)))
        texts.append("1" + String(repeating: "0", count: length))
      }
    }
    #expect(mismatches(texts) == [])
  }

  @Test func boundaries() {
    var texts = ["0", "-0", "00", "-00", "01", "-01", "-", "--1", "+1", "", "a", " 1", ".5"]
    for magnitude in [
      "9223372036854775806", "9223372036854775807", "9223372036854775808", "9223372036854775809",
      "18446744073709551615", "18446744073709551616", "9999999999999999999",
      "10000000000000000000", "99999999", "100000000", "9999999999999999", "10000000000000000",
      "92233720368547758070", "27670116110564327424", "09223372036854775807",
    ] {
      texts += [magnitude, "-" + magnitude]
    }
    #expect(mismatches(texts) == [])
    #expect(withCursor(over: "-9223372036854775808") { $0.scanInteger(at: 0).value } == .min)
  }

  @Test func whatBelongsToTheNumberMakesItInexact() {
    for integer in ["1", "-1", "12345678", "123456789", "1234567890123456", "12345678901234567"] {
      for rest in [".", ".5", "e", "E5", "e+5", ".0"] {
        let isExact = withCursor(over: integer + rest) { $0.scanInteger(at: 0).isExact }
        #expect(!isExact, "\(integer)\(rest)")
      }
    }
  }

  @Test func randomIntegers() {
    var generator = SeededGenerator(seed: 1)
    var wrong: [String] = []
    for _ in 0..<50_000 {
      let value = Int64(bitPattern: generator.next()) >> Int64(generator.below(64))
      let isWrong = withCursor(over: "\(value)") { cursor in
        let scanned = cursor.scanInteger(at: 0)
        return !scanned.isExact || scanned.value != value || scanned.end != cursor.end
          || cursor.int64(cursor.scanNumber(at: 0)) != value
      }
      if isWrong { wrong.append("\(value)") }
    }
    #expect(wrong == [])
  }
}
