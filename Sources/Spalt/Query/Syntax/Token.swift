/// A word, number, string or symbol of an expression.
struct Token: Sendable {
  enum Kind: Equatable, Sendable {
    case word, quotedWord, number, string, symbol, end
  }

  let kind: Kind
  /// The token's content: without quotes, and with doubled ones undone.
  let text: String
  /// Where it stands, in bytes.
  let range: Range<Int>

  /// Whether this is the keyword `word`, which is given in capitals.
  func isKeyword(_ word: String) -> Bool { kind == .word && text.uppercased() == word }

  func isSymbol(_ symbol: String) -> Bool { kind == .symbol && text == symbol }
}

/// Cuts an expression into tokens. White space, `-- comments` and `/* comments */` are skipped.
struct Tokenizer {
  private let text: String
  private let bytes: [UInt8]
  private var index = 0

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  /// All tokens; the last is the end.
  static func tokens(of text: String) throws(ExpressionError) -> [Token] {
    var tokenizer = Tokenizer(text)
    var tokens: [Token] = []
    while true {
      let token = try tokenizer.next()
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private func byte(_ distance: Int = 0) -> UInt8 {
    index + distance < bytes.count ? bytes[index + distance] : 0
  }

  private func failure(_ range: Range<Int>, _ message: String) -> ExpressionError {
    ExpressionError(text: text, range: range, message: message)
  }

  private mutating func next() throws(ExpressionError) -> Token {
    try skipSpace()
    guard index < bytes.count else {
      return Token(kind: .end, text: "", range: index..<index)
    }
    let first = byte()
    switch first {
    case 0x27: return try quoted(.string, by: 0x27, "this string has no end: a ' is missing")
    case 0x22: return try quoted(.quotedWord, by: 0x22, "this name has no end: a \" is missing")
    case _ where Self.isDigit(first) || (first == 0x2E && Self.isDigit(byte(1))):
      return try number()
    case _ where Self.beginsWord(first) || (first == 0x40 && Self.beginsWord(byte(1))):
      return word()
    default: return try symbol()
    }
  }

  private mutating func skipSpace() throws(ExpressionError) {
    while index < bytes.count {
      let first = byte()
      if first == 0x20 || (first >= 0x09 && first <= 0x0D) {
        index += 1
      } else if first == 0x2D && byte(1) == 0x2D {
        while index < bytes.count, byte() != 0x0A { index += 1 }
      } else if first == 0x2F && byte(1) == 0x2A {
        let start = index
        index += 2
        while !(byte() == 0x2A && byte(1) == 0x2F) {
          guard index < bytes.count else {
            throw failure(start..<start + 2, "this comment has no end")
          }
          index += 1
        }
        index += 2
      } else {
        return
      }
    }
  }

  private mutating func quoted(
    _ kind: Token.Kind, by quote: UInt8, _ complaint: String
  ) throws(ExpressionError) -> Token {
    let start = index
    var content: [UInt8] = []
    index += 1
    while true {
      guard index < bytes.count else { throw failure(start..<bytes.count, complaint) }
      if byte() == quote {
        index += 1
        guard byte() == quote, index < bytes.count else { break }
      }
      content.append(byte())
      index += 1
    }
    return Token(kind: kind, text: String(decoding: content, as: UTF8.self), range: start..<index)
  }

  private mutating func number() throws(ExpressionError) -> Token {
    let start = index
    skipDigits()
    if byte() == 0x2E {
      index += 1
      skipDigits()
    }
    if byte() | 0x20 == 0x65 {
      let sign = byte(1) == 0x2B || byte(1) == 0x2D ? 1 : 0
      if Self.isDigit(byte(1 + sign)) {
        index += 1 + sign
        skipDigits()
      }
    }
    if Self.continuesWord(byte()) {
      while Self.continuesWord(byte()) { index += 1 }
      throw failure(start..<index, "not a number")
    }
    let digits = bytes[start..<index].filter { $0 != 0x5F }
    return Token(kind: .number, text: String(decoding: digits, as: UTF8.self), range: start..<index)
  }

  private mutating func skipDigits() {
    while Self.isDigit(byte()) || (byte() == 0x5F && Self.isDigit(byte(1))) { index += 1 }
  }

  private mutating func word() -> Token {
    let start = index
    index += 1
    while Self.continuesWord(byte()) { index += 1 }
    return token(.word, from: start)
  }

  private func token(_ kind: Token.Kind, from start: Int) -> Token {
    Token(
      kind: kind, text: String(decoding: bytes[start..<index], as: UTF8.self), range: start..<index)
  }

  /// Longer symbols come before those that they begin with.
  private static let symbols = [
    "!~*", "!~", "!=", "~*", "~", "||", "::", "<=", "<>", "<", ">=", ">", "==", "=", "//", "/",
    "^@",
    "+", "-", "*", "%", "(", ")", ",", ".",
  ].map { Array($0.utf8) }

  private mutating func symbol() throws(ExpressionError) -> Token {
    let start = index
    for symbol in Self.symbols where bytes[start...].starts(with: symbol) {
      index += symbol.count
      return token(.symbol, from: start)
    }
    throw failure(start..<start + 1, "this character has no meaning here")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static func beginsWord(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F || byte >= 0x80
  }

  private static func continuesWord(_ byte: UInt8) -> Bool {
    beginsWord(byte) || isDigit(byte) || byte == 0x24
  }
}
