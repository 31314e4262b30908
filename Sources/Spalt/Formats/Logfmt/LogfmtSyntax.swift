// The syntax of logfmt, as go-logfmt's decoder reads it.
//
// Bytes up to and including the space separate tokens. A token is a key, or a key, `=` and a value; a value
// is a word, which goes up to the next separator, or stands in quotes, as JSON strings do.

/// One token of a line: a key, and its value if it has one.
struct LogfmtToken {
  /// Where the key stands.
  let key: Range<Int>
  /// `word`, `string`, `looseString`, or `flag` when there is no equals sign.
  let kind: ScannedKind
  /// Where the value stands, a string's with its quotes. It ends where the token does.
  let value: Range<Int>

  /// Index just past the token.
  var end: Int { value.upperBound }
}

/// Bytes that mean something in logfmt, besides JSON's.
enum LogfmtByte {
  static let space = UInt8(ascii: " ")
  static let equals = UInt8(ascii: "=")
  static let dot = UInt8(ascii: ".")

  /// What ends a word, besides the end of the line.
  static func endsWord(_ byte: UInt8) -> Bool {
    byte <= space || byte == equals || byte == JSONByte.quote
  }
}

extension ByteCursor {
  /// The index of the next token from `index` on, or the end of the line.
  func skipLogfmtSeparators(from index: Int) -> Int {
    var index = index
    while index < end, byte(at: index) <= LogfmtByte.space { index &+= 1 }
    return index
  }

  /// Checks the token that begins at `start`, which is no separator.
  /// - Throws: what is wrong with it, and the index at which go-logfmt notices.
  func scanLogfmtToken(
    at start: Int, _ kernels: ScanKernels
  ) throws(RecordFault) -> LogfmtToken {
    let keyEnd = logfmtWordEnd(from: start)
    let delimiter = keyEnd < end ? byte(at: keyEnd) : LogfmtByte.space
    if delimiter == JSONByte.quote { throw RecordFault(reason: .quoteInWord, index: keyEnd) }
    if keyEnd == start { throw RecordFault(reason: .missingKey, index: keyEnd) }
    try checkLogfmtKey(start..<keyEnd, kernels)
    guard delimiter == LogfmtByte.equals else {
      return LogfmtToken(key: start..<keyEnd, kind: .flag, value: keyEnd..<keyEnd)
    }
    let valueStart = keyEnd &+ 1
    if valueStart < end, byte(at: valueStart) == JSONByte.quote {
      return try scanLogfmtString(at: valueStart, key: start..<keyEnd, kernels)
    }
    let valueEnd = logfmtWordEnd(from: valueStart)
    if valueEnd < end, byte(at: valueEnd) > LogfmtByte.space {
      let isQuote = byte(at: valueEnd) == JSONByte.quote
      throw RecordFault(reason: isQuote ? .quoteInWord : .equalsInValue, index: valueEnd)
    }
    return LogfmtToken(key: start..<keyEnd, kind: .word, value: valueStart..<valueEnd)
  }

  /// The index of the first byte from `index` on that ends a word, or the end of the line.
  private func logfmtWordEnd(from index: Int) -> Int {
    var index = index
    while let step = wordStep(at: index) {
      index &+= step
      if step < 16 { return index }
    }
    while index < end, !LogfmtByte.endsWord(byte(at: index)) { index &+= 1 }
    return index
  }

  /// Keys are well-formed UTF-8 and hold no U+FFFD.
  private func checkLogfmtKey(
    _ range: Range<Int>, _ kernels: ScanKernels
  ) throws(RecordFault) {
    var isASCII = true
    for index in range where byte(at: index) >= 0x80 { isASCII = false }
    if isASCII { return }
    if kernels.firstInvalidUTF8(self, in: range) != nil {
      throw RecordFault(reason: .invalidUTF8Key, index: range.upperBound)
    }
    for index in range where word(at: index) & 0xFF_FFFF == 0xBD_BFEF {
      throw RecordFault(reason: .replacementCharacterKey, index: range.upperBound)
    }
  }

  /// The token whose value is the string with its opening quote at `quote`. Its end comes first; what
  /// stands between the quotes is looked at only when there is a backslash.
  private func scanLogfmtString(
    at quote: Int, key: Range<Int>, _ kernels: ScanKernels
  ) throws(RecordFault) -> LogfmtToken {
    var index = quote &+ 1
    var hasEscape = false
    var isLoose = false
    while true {
      index = logfmtStringStop(from: index, kernels)
      if index >= end { throw RecordFault(reason: .unterminatedString, index: end) }
      let stop = byte(at: index)
      if stop == JSONByte.quote { break }
      if stop == JSONByte.backslash {
        hasEscape = true
        index &+= 2
      } else {
        isLoose = true
        index &+= 1
      }
    }
    if hasEscape, !checkLogfmtEscapes(quote &+ 1..<index, kernels, isLoose: &isLoose) {
      throw RecordFault(reason: .invalidEscape, index: index &+ 1)
    }
    return LogfmtToken(
      key: key, kind: isLoose ? .looseString : .string, value: quote..<index &+ 1)
  }

  /// The next quote, backslash or control character from `index` on, or the end of the line or beyond.
  private func logfmtStringStop(from index: Int, _ kernels: ScanKernels) -> Int {
    var index = index
    for _ in 0..<4 {
      guard let step = stringStep(at: index) else { break }
      index &+= step
      if step < 16 { return index }
    }
    return index >= end ? index : kernels.firstStringEnd(self, in: index..<end)
  }

  /// Whether each backslash in the content of a string begins an escape: one of JSON, or `\'`, with which
  /// the string is a loose one.
  private func checkLogfmtEscapes(
    _ range: Range<Int>, _ kernels: ScanKernels, isLoose: inout Bool
  ) -> Bool {
    var index = kernels.firstIndex(of: JSONByte.backslash, self, in: range)
    while index < range.upperBound {
      switch byte(at: index &+ 1) {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
        UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
        index &+= 2
      case UInt8(ascii: "'"):
        isLoose = true
        index &+= 2
      case UInt8(ascii: "u"):
        // Behind the content stands a quote, which is no digit.
        guard hexadecimal4(at: index &+ 2) != nil else { return false }
        index &+= 6
      default: return false
      }
      index = kernels.firstIndex(of: JSONByte.backslash, self, in: index..<range.upperBound)
    }
    return true
  }
}
