// What single fields of an access log look like.

extension ByteCursor {
  /// Whether a bracket stands at `index` that opens a time, or a dash in its place, and not an address of
  /// IPv6.
  func beginsTime(at index: Int) -> Bool {
    let word = word(at: index)
    guard UInt8(truncatingIfNeeded: word) == AccessByte.openBracket else { return false }
    return UInt8(truncatingIfNeeded: word &>> 24) == UInt8(ascii: "/")
      || UInt8(truncatingIfNeeded: word &>> 40) == AccessByte.dash
      || word & 0xFF_FFFF == 0x5D_2D5B  // "[-]"
  }

  /// Whether a space, a status of three digits or a dash, and a space or the end follow the byte at `quote`.
  func standsBeforeStatus(_ quote: Int) -> Bool {
    guard byte(at: quote &+ 1) == AccessByte.space else { return false }
    var index = quote &+ 2
    if byte(at: index) == AccessByte.dash {
      index &+= 1
    } else {
      for _ in 0..<3 {
        guard byte(at: index) ^ 0x30 <= 9 else { return false }
        index &+= 1
      }
    }
    return index >= end || byte(at: index) == AccessByte.space
  }

  /// Whether a field in quotes begins at `index`, or one that is a dash without quotes.
  func isQuotedOrDash(at index: Int) -> Bool {
    if byte(at: index) == AccessByte.quote { return true }
    guard byte(at: index) == AccessByte.dash else { return false }
    return index &+ 1 >= end || byte(at: index &+ 1) == AccessByte.space
  }

  /// Whether anything but white space follows from `index` on.
  func hasMore(from index: Int) -> Bool { skipWhiteSpace(from: index) < end }

  /// The three parts of a request line (RFC 9112, section 3), or nil when it has another form: a token,
  /// a target without spaces, and a protocol that begins with `HTTP/`, with one space between them.
  func requestParts(
    _ text: Range<Int>
  ) -> (method: Range<Int>, target: Range<Int>, `protocol`: Range<Int>)? {
    var index = text.lowerBound
    while index < text.upperBound, Self.isTokenByte(byte(at: index)) { index &+= 1 }
    let method = text.lowerBound..<index
    guard !method.isEmpty, index < text.upperBound, byte(at: index) == AccessByte.space else {
      return nil
    }
    let targetStart = index &+ 1
    index = targetStart
    while index < text.upperBound, byte(at: index) != AccessByte.space { index &+= 1 }
    let target = targetStart..<index
    let protocolStart = index &+ 1
    // "HTTP/"
    guard !target.isEmpty, protocolStart &+ 5 <= text.upperBound,
      word(at: protocolStart) & 0xFF_FFFF_FFFF == 0x2F_5054_5448
    else { return nil }
    for index in protocolStart..<text.upperBound where byte(at: index) == AccessByte.space {
      return nil
    }
    return (method, target, protocolStart..<text.upperBound)
  }

  /// Whether a byte may stand in a token (RFC 9110, section 5.6.2).
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
      UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
      UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
