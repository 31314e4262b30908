/// Byte strings that every text matched by a pattern contains, found by reading the pattern.
///
/// It knows literals, groups, alternation, classes and quantifiers, and gives up on everything else:
/// an empty answer is always right, a wrong literal would lose matches.
struct RequiredLiterals: ~Copyable {
  /// The literals of a pattern that PCRE2 accepts and that distinguishes case: printable ASCII, none
  /// inside another, the longest first. Empty when none is certain. O(pattern), but for the comparison
  /// of the literals with each other.
  static func find(in pattern: String) -> [[UInt8]] {
    var parser = RequiredLiterals(pattern)
    guard let found = try? parser.alternation(depth: 0), parser.isAtEnd else { return [] }
    return longestFirst(found)
  }

  /// What the parser does not understand.
  private struct Unknown: Error {}

  /// How often an atom may occur, as far as it matters here.
  private enum Occurrence { case once, optional, repeated }

  /// Deeper than PCRE2 lets parentheses nest.
  private static let deepest = 300

  private let pattern: [UInt8]
  private var position = 0

  private init(_ pattern: String) { self.pattern = Array(pattern.utf8) }

  private var isAtEnd: Bool { position == pattern.count }

  private func peek(_ distance: Int = 0) -> UInt8? {
    position + distance < pattern.count ? pattern[position + distance] : nil
  }

  /// Takes the next byte if it is this one.
  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    position += 1
    return true
  }

  // MARK: - Structure

  /// Branches up to a closing parenthesis or the end. Only what has a single branch requires something.
  private mutating func alternation(depth: Int) throws(Unknown) -> [[UInt8]] {
    guard depth < Self.deepest else { throw Unknown() }
    var found = try sequence(depth: depth)
    while take(UInt8(ascii: "|")) {
      _ = try sequence(depth: depth)
      found = []
    }
    return found
  }

  private mutating func sequence(depth: Int) throws(Unknown) -> [[UInt8]] {
    var runs = Runs()
    while let byte = peek(), byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      if byte == UInt8(ascii: "(") {
        position += 1
        runs.end()
        let inner = try group(depth: depth + 1)
        if try occurrence() != .optional { runs.add(inner) }
      } else if let literal = try atom() {
        runs.append(literal, try occurrence())
      } else {
        runs.end()
        _ = try occurrence()
      }
    }
    runs.end()
    return runs.found
  }

  /// What stands between parentheses, behind the first of which the parser stands.
  private mutating func group(depth: Int) throws(Unknown) -> [[UInt8]] {
    if peek() == UInt8(ascii: "*") { throw Unknown() }
    if take(UInt8(ascii: "?")) {
      if take(UInt8(ascii: "P")) {
        guard take(UInt8(ascii: "<")) else { throw Unknown() }
        try name(until: UInt8(ascii: ">"))
      } else if take(UInt8(ascii: "<")) {
        try name(until: UInt8(ascii: ">"))
      } else if take(UInt8(ascii: "'")) {
        try name(until: UInt8(ascii: "'"))
      } else if !take(UInt8(ascii: ":")) {
        throw Unknown()
      }
    }
    let found = try alternation(depth: depth)
    guard take(UInt8(ascii: ")")) else { throw Unknown() }
    return found
  }

  /// A group's name and what ends it. Behind `<`, a name tells a group from a look behind.
  private mutating func name(until end: UInt8) throws(Unknown) {
    let start = position
    while let byte = peek(), Self.isWordCharacter(byte) { position += 1 }
    guard position > start, take(end) else { throw Unknown() }
  }

  // MARK: - Atoms

  /// The next atom, no group: a byte that the text must hold here, or nil for anything else.
  private mutating func atom() throws(Unknown) -> UInt8? {
    let byte = pattern[position]
    position += 1
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"): return nil
    case UInt8(ascii: "["):
      try skipClass()
      return nil
    case UInt8(ascii: "\\"): return try escape()
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
      throw Unknown()
    default: return Self.isPrintable(byte) ? byte : nil
    }
  }

  /// What stands behind a backslash.
  private mutating func escape() throws(Unknown) -> UInt8? {
    guard let byte = peek(), Self.isPrintable(byte) else { throw Unknown() }
    position += 1
    if !Self.isWordCharacter(byte) || byte == UInt8(ascii: "_") { return byte }
    // `\N{U+…}` names a character.
    let isNamed = byte == UInt8(ascii: "N") && peek() == UInt8(ascii: "{")
    guard Self.simpleEscapes.contains(byte), !isNamed else { throw Unknown() }
    return nil
  }

  /// Letters that a backslash makes a class, an anchor or a control character, all by themselves.
  private static let simpleEscapes = Array("dDwWsSbBhHvVNRAZzXntrfae".utf8)

  /// A character class, behind whose opening bracket the parser stands.
  private mutating func skipClass() throws(Unknown) {
    _ = take(UInt8(ascii: "^"))
    // A bracket that closes at once is a member.
    _ = take(UInt8(ascii: "]"))
    while !take(UInt8(ascii: "]")) {
      guard let byte = peek() else { throw Unknown() }
      position += 1
      if byte == UInt8(ascii: "[") {
        try skipNamedClass()
      } else if byte == UInt8(ascii: "\\") {
        guard let escaped = peek(), Self.isPrintable(escaped) else { throw Unknown() }
        if Self.isWordCharacter(escaped), !Self.simpleEscapes.contains(escaped) { throw Unknown() }
        position += 1
      }
    }
  }

  /// The rest of `[:name:]` inside a class, or nothing when the bracket just is a member.
  private mutating func skipNamedClass() throws(Unknown) {
    guard let byte = peek() else { throw Unknown() }
    if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "=") { throw Unknown() }
    guard take(UInt8(ascii: ":")) else { return }
    _ = take(UInt8(ascii: "^"))
    try name(until: UInt8(ascii: ":"))
    guard take(UInt8(ascii: "]")) else { throw Unknown() }
  }

  // MARK: - Quantifiers

  /// The quantifier behind an atom, if there is one.
  private mutating func occurrence() throws(Unknown) -> Occurrence {
    let result: Occurrence
    switch peek() {
    case UInt8(ascii: "*"), UInt8(ascii: "?"):
      position += 1
      result = .optional
    case UInt8(ascii: "+"):
      position += 1
      result = .repeated
    case UInt8(ascii: "{"):
      position += 1
      result = try bounds()
    default: return .once
    }
    // Lazy or possessive; then a second quantifier would be of the first's whole.
    if !take(UInt8(ascii: "?")) { _ = take(UInt8(ascii: "+")) }
    if let next = peek(), Array("*+?{".utf8).contains(next) { throw Unknown() }
    return result
  }

  /// `n}`, `n,}` or `n,m}`. Other braces are literals for some versions of PCRE2 and bounds for others.
  private mutating func bounds() throws(Unknown) -> Occurrence {
    let leastIsZero = try numberIsZero()
    if take(UInt8(ascii: ",")), peek() != UInt8(ascii: "}") { _ = try numberIsZero() }
    guard take(UInt8(ascii: "}")) else { throw Unknown() }
    return leastIsZero ? .optional : .repeated
  }

  private mutating func numberIsZero() throws(Unknown) -> Bool {
    let start = position
    while let byte = peek(), Self.isDigit(byte) { position += 1 }
    guard position > start else { throw Unknown() }
    return pattern[start..<position].allSatisfy { $0 == UInt8(ascii: "0") }
  }

  // MARK: - Bytes

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func isWordCharacter(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return isDigit(byte) || byte == UInt8(ascii: "_")
      || (letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z"))
  }

  private static func isPrintable(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }

  /// Literals without those that others contain, the longest first.
  private static func longestFirst(_ literals: [[UInt8]]) -> [[UInt8]] {
    let ordered = literals.enumerated().sorted { first, second in
      first.element.count != second.element.count
        ? first.element.count > second.element.count : first.offset < second.offset
    }
    var kept: [[UInt8]] = []
    for (_, literal) in ordered where !kept.contains(where: { $0.contains(literal) }) {
      kept.append(literal)
    }
    return kept
  }

  /// Literal bytes next to each other, as they are put together.
  private struct Runs {
    private(set) var found: [[UInt8]] = []
    private var run: [UInt8] = []

    /// One more literal byte, which may be there, must be there, or must be there more than once.
    mutating func append(_ byte: UInt8, _ occurrence: Occurrence) {
      switch occurrence {
      case .once: run.append(byte)
      case .optional: end()
      case .repeated:
        // The first of them stands behind what was before, the last before what comes.
        run.append(byte)
        end()
        run = [byte]
      }
    }

    mutating func add(_ literals: [[UInt8]]) { found += literals }

    /// What comes next need not stand next to the run.
    mutating func end() {
      if !run.isEmpty { found.append(run) }
      run = []
    }
  }
}
