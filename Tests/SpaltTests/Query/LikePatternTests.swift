import Testing

@testable import Spalt

/// Patterns of `LIKE` against a naive matcher, and text search against a naive search.
@Suite struct LikePatternTests {
  /// Matches characters by trying everything.
  private func naive(_ pattern: ArraySlice<Unicode.Scalar>, _ text: ArraySlice<Unicode.Scalar>)
    -> Bool
  {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "%" {
      return (text.startIndex...text.endIndex).contains { naive(pattern.dropFirst(), text[$0...]) }
    }
    guard let next = text.first, first == "_" || first == next else { return false }
    return naive(pattern.dropFirst(), text.dropFirst())
  }

  @Test func agreesWithTheNaiveMatcher() throws {
    var generator = SystemRandomNumberGenerator()
    let patternAlphabet: [Unicode.Scalar] = ["a", "b", "é", "%", "_", "A"]
    let textAlphabet: [Unicode.Scalar] = ["a", "b", "é", "A", "É"]
    func random(_ alphabet: [Unicode.Scalar], _ limit: Int) -> [Unicode.Scalar] {
      (0..<Int.random(in: 0...limit, using: &generator)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
    }
    func bytes(_ scalars: [Unicode.Scalar]) -> [UInt8] {
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      return Array(String(text).utf8)
    }
    func folded(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
      scalars.compactMap { Unicode.Scalar(TextScalars.lowercase($0.value)) }
    }
    for _ in 0..<20_000 {
      let pattern = random(patternAlphabet, 6)
      let text = random(textAlphabet, 8)
      let textBytes = bytes(text)
      let plain = try LikePattern(bytes(pattern), escape: nil, ignoresCase: false)
      let matches = plain.matches(ByteView(textBytes.span))
      #expect(matches == naive(pattern[...], text[...]), "\(pattern) on \(text)")
      let ignoring = try LikePattern(bytes(pattern), escape: nil, ignoresCase: true)
      #expect(
        ignoring.matches(ByteView(textBytes.span))
          == naive(folded(pattern)[...], folded(text)[...]), "\(pattern) on \(text)")
      if matches {
        for literal in plain.requiredLiterals {
          #expect(!literal.isEmpty)
          #expect(ByteView(textBytes.span).firstIndex(of: ByteView(literal.span)) != nil)
        }
      }
    }
  }

  @Test func escapes() throws {
    func matches(_ pattern: String, _ text: String) throws -> Bool {
      let bytes = Array(text.utf8)
      return try LikePattern(Array(pattern.utf8), escape: 0x21, ignoresCase: false)
        .matches(ByteView(bytes.span))
    }
    #expect(try matches("100!%", "100%"))
    #expect(try !matches("100!%", "1000"))
    #expect(try matches("a!_b%", "a_bc"))
    #expect(try matches("!!", "!"))
    #expect(try matches("%!é", "xé"))
    #expect(throws: LikePattern.EscapeError.self) { try matches("a!", "a!") }
  }

  @Test func searchAgreesWithTheNaiveSearch() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
        UInt8.random(in: 97...99, using: &generator)
      }
      let needle = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        UInt8.random(in: 97...99, using: &generator)
      }
      let expected = (0...text.count).first { text[$0...].starts(with: needle) }
      let found = ByteView(text.span).firstIndex(of: ByteView(needle.span))
      #expect(found == expected, "\(needle) in \(text)")
    }
  }
}
