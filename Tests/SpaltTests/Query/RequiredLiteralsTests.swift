import Testing

@testable import Spalt

/// Literals that a pattern requires: the expected ones, and never one that a match lacks.
@Suite struct RequiredLiteralsTests {
  private func literals(_ pattern: String) throws -> [String] {
    try RegexPattern(pattern).requiredLiterals.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    ("timeout", ["timeout"]), ("timeout.*upstream", ["upstream", "timeout"]),
    ("^GET /api/v[12]$", ["GET /api/v"]), ("ab?c", ["a", "c"]), ("ab*", ["a"]),
    ("ab+cd", ["bcd", "ab"]),
    ("a{2}b", ["ab"]), ("xa{0,3}b", ["x", "b"]), ("xa{1,}?b", ["xa", "ab"]),
    ("xa{00}yz", ["yz", "x"]),
    ("a(bcd)e", ["bcd", "a", "e"]), ("a(?:bcd)?e", ["a", "e"]),
    ("a(?<n>bcd)+e", ["bcd", "a", "e"]),
    ("(?P<n>x)", ["x"]), ("(?'n'x)", ["x"]), ("one|two", []), ("a(?:one|two)b", ["a", "b"]),
    ("((x|y)zz)u", ["zz", "u"]), ("10\\.0\\.0\\.1", ["10.0.0.1"]), ("\\[\\d+\\] x", ["] x", "["]),
    ("a[]b]c", ["a", "c"]), ("a[^]b]cc", ["cc", "a"]), ("a[[:alpha:]]c", ["a", "c"]),
    ("a[\\]b]c", ["a", "c"]), ("Größe", ["Gr", "e"]), ("\\s{2}xy\\s+", ["xy"]), ("a b#", ["a b#"]),
    ("x]y}", ["x]y}"]), ("", []), ("(?:)", []), ("aXbXa", ["aXbXa"]), ("ab.b.ab", ["ab"]),
  ])
  func found(pattern: String, expected: [String]) throws {
    #expect(try literals(pattern) == expected)
  }

  @Test(arguments: [
    "(?i)abc", "abc(?i)", "(?i:abc)", "abc(?=d)", "abc(?!d)", "(?<=abc)d", "(?<!abc)d", "(abc)\\1",
    "\\Qa|b\\E", "(?>abc)", "(?|abc)", "abc(?#no)", "(?x)a b c", "(*UTF)abc", "abc(?C)",
    "(a)(?(1)b)",
    "abc\\x41", "a\\Kbc", "abc\\N{U+20}", "abc[\\Q]\\E]", "a{,3}b", "abc{x", "a{2}{0}b",
    "abc(?:\\g{-0})?|x",
  ])
  func givesUp(pattern: String) throws {
    guard let pattern = try? RegexPattern(pattern) else { return }
    #expect(pattern.requiredLiterals == [])
  }

  @Test func ignoringCase() throws {
    let pattern = try RegexPattern("abc", options: .init(ignoresCase: true))
    #expect(pattern.requiredLiterals == [])
  }

  // MARK: - Random patterns

  /// Patterns of the usual kind, and some that the parser has to refuse.
  private struct Grammar {
    var random: SeededGenerator

    mutating func pick<Element>(_ elements: [Element]) -> Element {
      elements[random.below(elements.count)]
    }

    mutating func alternation(_ depth: Int) -> String {
      let count = random.below(5) == 0 ? 2 : 1
      return (0..<count).map { _ in sequence(depth) }.joined(separator: "|")
    }

    mutating func sequence(_ depth: Int) -> String {
      (0..<(1 + random.below(4))).map { _ in atom(depth) + quantifier() }.joined()
    }

    mutating func quantifier() -> String {
      guard random.below(3) == 0 else { return "" }
      return pick(["*", "+", "?", "{0}", "{2}", "{1,}", "{0,2}", "{1,2}", "{,2}", "{2}{0}"])
        + pick(["", "", "?", "+"])
    }

    mutating func atom(_ depth: Int) -> String {
      switch random.below(depth < 3 ? 14 : 10) {
      case 0: return pick([".", "^", "$", "\\b", "\\d", "\\W", "\\n", "\\."])
      case 1:
        return pick(["[ab]", "[^a]", "[]a]", "[^]]", "[[:alpha:]b]", "[\\]a]", "[[]", "[a[:]"])
      case 2:
        return pick([
          "\\Qab\\E", "(?i)", "(?=a)", "(?!b)", "\\x61", "ö", "]", "}", "\\K", "(?#a)", "-",
        ])
      case 10: return "(\(alternation(depth + 1)))"
      case 11: return "(?:\(alternation(depth + 1)))"
      case 12: return pick(["(?>", "(?|", "(?i:", "(?=", "(?!", "(?<=", "("]) + "\(sequence(3)))"
      case 13: return "(?<n\(random.below(1000))>\(alternation(depth + 1)))"
      default: return pick(["a", "b", "c", "a", "b"])
      }
    }
  }

  /// Checks one pattern on random texts; counts the matches that had a literal to show.
  private func check(
    _ text: String, alphabet: [Character], _ random: inout SeededGenerator
  ) throws -> Int {
    guard let pattern = try? RegexPattern(text) else { return 0 }
    let literals = pattern.requiredLiterals
    guard !literals.isEmpty else { return 0 }
    var matcher = try RegexMatcher(pattern)
    var count = 0
    for _ in 0..<60 {
      let subject = String(
        (0..<random.below(9)).map { _ in alphabet[random.below(alphabet.count)] })
      let bytes = Array(subject.utf8)
      guard (try? matcher.matches(ByteView(bytes.span))) == true else { continue }
      count += 1
      for literal in literals where !bytes.contains(literal) {
        Issue.record("\(text) matches \(subject), which lacks \(literal)")
      }
    }
    return count
  }

  @Test func matchesContainThem() throws {
    var grammar = Grammar(random: SeededGenerator(seed: 21))
    var random = SeededGenerator(seed: 22)
    var count = 0
    for _ in 0..<6000 {
      count += try check(grammar.alternation(0), alphabet: Array("aabbcA]-ö\n"), &random)
    }
    #expect(count > 10_000)
  }

  /// Characters thrown together: what PCRE2 accepts of it is full of odd corners.
  @Test func matchesOfOddPatternsContainThem() throws {
    let characters = Array("aabbb()[]{}|?*+\\^$.:<>=!-,012QEx#P'&dsn")
    var random = SeededGenerator(seed: 23)
    var count = 0
    for _ in 0..<60_000 {
      let pattern = String(
        (0..<(2 + random.below(9))).map { _ in characters[random.below(characters.count)] })
      count += try check(pattern, alphabet: Array("abAB:=<>-]}{,012\\Ex#"), &random)
    }
    #expect(count > 3000)
  }
}
