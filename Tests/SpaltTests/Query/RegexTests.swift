import Testing

@testable import Spalt

/// Patterns on borrowed bytes: what matches, what is refused, and what fails instead of hanging.
@Suite struct RegexTests {
  private static let machineCode = [true, false]

  private func options(_ machineCode: Bool, ignoresCase: Bool = false) -> RegexPattern.Options {
    RegexPattern.Options(ignoresCase: ignoresCase, allowsMachineCode: machineCode)
  }

  private func matches(
    _ pattern: String, _ bytes: [UInt8], _ options: RegexPattern.Options = .init()
  ) throws -> Bool {
    var matcher = try RegexMatcher(RegexPattern(pattern, options: options))
    return try matcher.matches(ByteView(bytes.span))
  }

  @Test(arguments: machineCode) func whatMatches(machineCode: Bool) throws {
    let cases: [(pattern: String, text: String, matches: Bool)] = [
      ("timeout.*upstream", "a timeout of the upstream", true),
      ("timeout.*upstream", "upstream timeout", false),
      ("", "", true), ("^$", "", true), ("a", "", false), (".", "", false),
      ("a.b", "a\nb", false), ("a.b", "a\rb", true), ("(?s)a.b", "a\nb", true),
      // The end is the very end, as in RE2.
      ("a$", "a", true), ("a$", "a\n", false), ("(?m)a$", "a\nb", true), ("^b", "a\nb", false),
      // One character, however many bytes.
      ("^.$", "ü", true), ("^.{2}$", "🚀日", true), ("[ü-ÿ]", "ý", true), ("[ü-ÿ]", "u", false),
      // Classes know ASCII only.
      ("^\\d+$", "123", true), ("\\d", "٣", false), ("\\w", "ü", false), ("^\\W$", "ü", true),
      ("\\bstatus\\b", "the status: 5", true), ("(a)(b)\\2\\1", "abba", true),
      ("(?<=x)y", "xy", true), ("^(?:GET|POST) /api/", "POST /api/v1", true),
    ]
    for entry in cases {
      let found = try matches(entry.pattern, Array(entry.text.utf8), options(machineCode))
      #expect(found == entry.matches, "\(entry.pattern) on \(entry.text)")
    }
  }

  @Test(arguments: machineCode) func letterCase(machineCode: Bool) throws {
    let text = Array("Größe: ERROR".utf8)
    for (pattern, ignoresCase, expected) in [
      ("error", false, false), ("error", true, true), ("GRÖSSE", true, false),
      ("GRÖßE", true, true), ("(?i)error", false, true), ("\\D", true, true),
    ] {
      let options = options(machineCode, ignoresCase: ignoresCase)
      #expect(try matches(pattern, text, options) == expected, "\(pattern) \(ignoresCase)")
    }
  }

  @Test(arguments: machineCode) func invalidUTF8(machineCode: Bool) throws {
    let options = options(machineCode)
    // A byte that starts nothing, an overlong form, a surrogate, and a sequence that is cut off.
    for broken: [UInt8] in [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE6, 0x97], [0x80]] {
      let inside = Array("error ".utf8) + broken + Array(" code 7".utf8)
      #expect(try matches("error", inside, options))
      #expect(try matches("code \\d", inside, options))
      #expect(try !matches("error.*code", inside, options), "what is broken is no character")
      #expect(try !matches("^ code", inside, options), "what follows is no beginning")
      #expect(try !matches(".", broken, options))
      #expect(try matches("ö$", broken + Array("ö".utf8), options))
      #expect(try matches("^ö", Array("ö".utf8) + broken, options))
      #expect(try !matches("\u{FFFD}", inside, options))
    }
  }

  /// Nothing outside the view has a say, not even a character that it cuts in two.
  @Test(arguments: machineCode) func partOfALargerText(machineCode: Bool) throws {
    let bytes = Array("say: abcdef".utf8)
    var matcher = try RegexMatcher(RegexPattern("^bcd$", options: options(machineCode)))
    #expect(try matcher.matches(ByteView(bytes.span).slice(6..<9)))
    #expect(try !matcher.matches(ByteView(bytes.span).slice(5..<9)))
    #expect(try !matcher.matches(ByteView(bytes.span).slice(6..<10)))
    var behind = try RegexMatcher(RegexPattern("(?<=a)bcd", options: options(machineCode)))
    #expect(try !behind.matches(ByteView(bytes.span).slice(6..<9)))
    let character = Array("日".utf8)
    var any = try RegexMatcher(RegexPattern(".", options: options(machineCode)))
    #expect(try !any.matches(ByteView(character.span).slice(0..<2)))
    #expect(try any.matches(ByteView(character.span)))
  }

  @Test(arguments: machineCode, ["(a+)+$", "^(a|aa|a?)*$", "(?:a*)*(?:a*)*(?:a*)*b\\d"])
  func endlessBacktracking(machineCode: Bool, pattern: String) throws {
    let bytes = [UInt8](repeating: 0x61, count: 5000) + [0x62]
    let compiled = try RegexPattern(pattern, options: options(machineCode))
    var matcher = try RegexMatcher(compiled)
    let error = #expect(throws: SpaltError.self) {
      try matcher.matches(ByteView(bytes.span, offset: 1234))
    }
    guard case .regexLimit(pattern, 1234, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("limit"))
    #expect(error?.description.contains("offset 1234") == true)
    // The matcher is good for other texts.
    #expect(try matcher.matches(ByteView([0x61].span)) == !pattern.hasSuffix("\\d"))
  }

  @Test(arguments: machineCode) func longTexts(machineCode: Bool) throws {
    let bytes = [UInt8](repeating: 0x78, count: 4 << 20) + Array("timeout upstream".utf8)
    for pattern in ["timeout.*upstream$", "x[^y]+am$", "[a-f]+ "] {
      #expect(try matches(pattern, bytes, options(machineCode)) == !pattern.hasPrefix("[a"))
    }
  }

  @Test func whatIsRefused() {
    let cases = [
      ("a(b", 3), ("a)", 1), ("[z-a]", 3), ("*a", 0), ("\\C", 2), ("ä\\", 3),
      ("(?<n>a)(?<n>b)", 12),
    ]
    for (pattern, offset) in cases {
      let error = #expect(throws: RegexError.self) { _ = try RegexPattern(pattern) }
      #expect(error?.byteOffset == offset, "\(pattern)")
      #expect(error?.message.isEmpty == false)
    }
    let error = #expect(throws: RegexError.self) { _ = try RegexPattern("a(b") }
    #expect(error?.description == "missing closing parenthesis at byte 3 of the pattern")
  }

  @Test func machineCodeCanBeForbidden() throws {
    #expect(try !RegexPattern("a", options: options(false)).hasMachineCode)
  }

  @Test func threadsShareAPattern() async throws {
    let pattern = try RegexPattern("(\\d+)-\\1x")
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for thread in 0..<4 {
        group.addTask {
          var matcher = try RegexMatcher(pattern)
          var count = 0
          for number in 0..<3000 where number % 4 == thread {
            let other = number % 3 == 0 ? number : number + 1
            let bytes = Array("text \(number)-\(other)x".utf8)
            if try matcher.matches(ByteView(bytes.span)) { count += 1 }
          }
          return count
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(counts == [250, 250, 250, 250])
  }
}
