/// Bytes that mean something in JSON.
enum JSONByte {
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let openBrace = UInt8(ascii: "{")
  static let closeBrace = UInt8(ascii: "}")
  static let openBracket = UInt8(ascii: "[")
  static let closeBracket = UInt8(ascii: "]")
  static let colon = UInt8(ascii: ":")
  static let comma = UInt8(ascii: ",")
  static let minus = UInt8(ascii: "-")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
}

/// What kind of JSON value stands in a field.
enum JSONKind: UInt8, BitwiseCopyable {
  case string, number, `true`, `false`, null, array, emptyObject
}

/// What is wrong with a text, and the index of the byte at fault.
struct JSONFault: BitwiseCopyable, Error {
  let reason: RejectReason
  let index: Int
}

/// Where a string ends, or why it does not.
struct JSONStringEnd: BitwiseCopyable {
  /// Index of the closing quote.
  var end: Int
  /// Whether there are backslashes.
  var isEscaped: Bool
}

/// How deep objects and arrays may nest.
enum JSONLimits {
  static let depth = 512
}

extension ByteCursor {
  /// The index of the quote that ends a string of plain ASCII whose content begins at `start`, or -1
  /// when the string needs a closer look. The one loop that most bytes of a log go through.
  @inline(__always)
  func plainStringEnd(from start: Int) -> Int {
    var index = start
    while let step = plainStringStep(at: index) {
      index &+= step
      if step < 16 { return byte(at: index) == JSONByte.quote ? index : -1 }
    }
    return -1
  }

  /// Checks the content of a string from `start` to its closing quote (RFC 8259, section 7).
  func scanString(from start: Int, _ kernels: ScanKernels) throws(JSONFault) -> JSONStringEnd {
    var index = start
    var isEscaped = false
    while true {
      index = stringStop(from: index, kernels)
      let stop = byte(at: index)
      if index >= end { throw JSONFault(reason: .unterminatedString, index: end) }
      if stop == JSONByte.quote { return JSONStringEnd(end: index, isEscaped: isEscaped) }
      guard stop == JSONByte.backslash else {
        throw JSONFault(reason: .controlCharacter, index: index)
      }
      isEscaped = true
      index = try scanEscape(at: index)
    }
  }

  /// The next byte that is special in a string, from `index` on, or `end`.
  @inline(__always)
  private func stringStop(from index: Int, _ kernels: ScanKernels) -> Int {
    var index = index
    for _ in 0..<4 {
      guard let step = stringStep(at: index) else { break }
      index &+= step
      if step < 16 { return index }
    }
    return index >= end ? end : kernels.firstStringEnd(self, in: index..<end)
  }

  /// The index just past the escape whose backslash stands at `index`.
  private func scanEscape(at index: Int) throws(JSONFault) -> Int {
    switch byte(at: index &+ 1) {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return index &+ 2
    case UInt8(ascii: "u"):
      guard hexadecimal4(at: index &+ 2) != nil else {
        throw JSONFault(reason: .invalidEscape, index: index)
      }
      return index &+ 6
    default:
      if index &+ 1 >= end { throw JSONFault(reason: .unterminatedString, index: end) }
      throw JSONFault(reason: .invalidEscape, index: index)
    }
  }

  /// The value of four hexadecimal digits at `index`, or nil when there are no such digits.
  func hexadecimal4(at index: Int) -> UInt32? {
    var value: UInt32 = 0
    for step in 0..<4 {
      let byte = byte(at: index &+ step)
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// The end of `true`, `false` or `null` at `index`, with its kind, or nil.
  @inline(__always)
  func scanWord(at index: Int) -> (end: Int, kind: JSONKind)? {
    let word = word(at: index)
    switch UInt32(truncatingIfNeeded: word) {
    case 0x6575_7274: return (index &+ 4, .true)  // "true", little-endian
    case 0x6C6C_756E: return (index &+ 4, .null)  // "null"
    case 0x736C_6166:  // "fals"
      return UInt8(truncatingIfNeeded: word &>> 32) == UInt8(ascii: "e")
        ? (index &+ 5, .false) : nil
    default: return nil
    }
  }
}
