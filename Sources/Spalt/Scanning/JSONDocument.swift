/// A small JSON document as a tree whose nodes know their lines: for files that people edit and want
/// precise messages about. Logs are decoded elsewhere.
package struct JSONNode: Sendable {
  package enum Value: Sendable {
    case null
    case bool(Bool)
    /// A number as it is spelled.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([JSONMember])
  }

  package let value: Value
  /// The line of the value's first byte, counted from 1.
  package let line: Int

  /// The member called `key`, or nil when there is none or this is no object. O(members).
  package subscript(key: String) -> JSONNode? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The text of a string, or nil.
  package var text: String? {
    guard case .string(let text) = value else { return nil }
    return text
  }

  /// Whether this is the literal `true`.
  package var isTrue: Bool {
    guard case .bool(let isTrue) = value else { return false }
    return isTrue
  }

  /// The elements of an array; none when this is no array.
  package var elements: [JSONNode] {
    guard case .array(let elements) = value else { return [] }
    return elements
  }
}

/// A key and its value.
package struct JSONMember: Sendable {
  package let key: String
  package let value: JSONNode
}

/// What is wrong with a document, and where.
package struct JSONDocumentError: Error, Equatable {
  package let line: Int
  package let reason: String
}

/// Reads a document (RFC 8259). Stricter than the standard where it leaves a choice: keys are distinct,
/// surrogates come in pairs, and nesting has a limit.
package struct JSONDocumentReader {
  private let bytes: [UInt8]
  private var index = 0
  private var line = 1
  private static let depthLimit = 100

  /// The tree of the document in `bytes`. O(bytes + members²) for each object.
  package static func document(_ bytes: [UInt8]) throws(JSONDocumentError) -> JSONNode {
    var reader = JSONDocumentReader(bytes)
    reader.skipWhiteSpace()
    let node = try reader.node(depth: 0)
    reader.skipWhiteSpace()
    guard reader.next == nil else { throw reader.fault("content after the end of the document") }
    return node
  }

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  /// The byte to be read next, or nil at the end.
  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private func fault(_ reason: String) -> JSONDocumentError {
    JSONDocumentError(line: line, reason: next == nil ? "the document ends too early" : reason)
  }

  private mutating func skipWhiteSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
      if byte == 0x0A { line += 1 }
      index += 1
    }
  }

  /// Takes a byte, and the white space behind it, if it comes next.
  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    index += 1
    skipWhiteSpace()
    return true
  }

  private mutating func node(depth: Int) throws(JSONDocumentError) -> JSONNode {
    guard depth < Self.depthLimit else { throw fault("nested too deeply") }
    let start = line
    let value: JSONNode.Value
    switch next {
    case UInt8(ascii: "{"): value = .object(try members(depth: depth))
    case UInt8(ascii: "["): value = .array(try elements(depth: depth))
    case UInt8(ascii: "\""): value = .string(try string())
    case UInt8(ascii: "-")?, (UInt8(ascii: "0")...UInt8(ascii: "9"))?:
      value = .number(try number())
    default: value = try word()
    }
    return JSONNode(value: value, line: start)
  }

  private mutating func elements(depth: Int) throws(JSONDocumentError) -> [JSONNode] {
    var elements: [JSONNode] = []
    _ = take("[")
    if next == UInt8(ascii: "]") {
      index += 1
      return elements
    }
    while true {
      elements.append(try node(depth: depth + 1))
      skipWhiteSpace()
      if take(",") { continue }
      guard next == UInt8(ascii: "]") else { throw fault("expected ',' or ']'") }
      index += 1
      return elements
    }
  }

  private mutating func members(depth: Int) throws(JSONDocumentError) -> [JSONMember] {
    var members: [JSONMember] = []
    _ = take("{")
    if next == UInt8(ascii: "}") {
      index += 1
      return members
    }
    while true {
      guard next == UInt8(ascii: "\"") else { throw fault("expected a key in quotes") }
      let key = try string()
      guard !members.contains(where: { $0.key.utf8.elementsEqual(key.utf8) }) else {
        throw fault("the key '\(key)' stands twice in one object")
      }
      skipWhiteSpace()
      guard take(":") else { throw fault("expected ':' behind the key '\(key)'") }
      members.append(JSONMember(key: key, value: try node(depth: depth + 1)))
      skipWhiteSpace()
      if take(",") { continue }
      guard next == UInt8(ascii: "}") else { throw fault("expected ',' or '}'") }
      index += 1
      return members
    }
  }

  private mutating func word() throws(JSONDocumentError) -> JSONNode.Value {
    let words: [(String, JSONNode.Value)] = [
      ("true", .bool(true)), ("false", .bool(false)), ("null", .null),
    ]
    for (word, value) in words where bytes[index...].starts(with: word.utf8) {
      index += word.utf8.count
      return value
    }
    throw fault("expected a JSON value")
  }

  /// Takes digits; false when there are none.
  private mutating func takeDigits() -> Bool {
    let start = index
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
    return index > start
  }

  private mutating func number() throws(JSONDocumentError) -> String {
    let start = index
    if next == UInt8(ascii: "-") { index += 1 }
    let isZero = next == UInt8(ascii: "0")
    let digits = index
    guard takeDigits(), !isZero || index == digits + 1 else { throw fault("not a JSON number") }
    if next == UInt8(ascii: ".") {
      index += 1
      guard takeDigits() else { throw fault("not a JSON number") }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      index += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
      guard takeDigits() else { throw fault("not a JSON number") }
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func string() throws(JSONDocumentError) -> String {
    index += 1
    var text: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw fault("control character in a string") }
      index += 1
      if byte == UInt8(ascii: "\\") {
        text += try escaped()
      } else {
        text.append(byte)
      }
    }
    guard next != nil else { throw fault("string without closing quote") }
    index += 1
    guard let string = String(validating: text, as: UTF8.self) else {
      throw fault("a string that is not UTF-8")
    }
    return string
  }

  /// The text of the escape whose backslash was taken.
  private mutating func escaped() throws(JSONDocumentError) -> [UInt8] {
    guard let letter = next else { throw fault("") }
    index += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var value = try hexadecimal4()
      if (0xD800..<0xDC00).contains(value), bytes[index...].starts(with: "\\u".utf8) {
        index += 2
        let low = try hexadecimal4()
        guard (0xDC00..<0xE000).contains(low) else { throw fault("a surrogate stands alone") }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw fault("a surrogate stands alone") }
      return Array(String(Character(scalar)).utf8)
    default: throw fault("invalid escape in a string")
    }
  }

  private mutating func hexadecimal4() throws(JSONDocumentError) -> UInt32 {
    let digits = bytes[index...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw fault("invalid escape in a string") }
    index += 4
    return value
  }
}
