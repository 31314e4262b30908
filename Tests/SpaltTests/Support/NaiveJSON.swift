/// A JSON reader written in the plainest way, straight from RFC 8259: the oracle for the decoder. It
/// shares no code and no trick with it.
struct NaiveJSON {
  struct Failure: Error {}

  enum Value {
    case string([UInt8])
    case number(String)
    case word(String)
    case array
    case object([Member])
  }

  /// A value, with its text as it stood in the input.
  struct Node {
    let value: Value
    let text: ArraySlice<UInt8>
  }

  struct Member {
    let key: String
    let value: Node
  }

  static let depthLimit = 512
  private let bytes: ArraySlice<UInt8>
  private(set) var index: Int
  private var depth = 0
  /// Lone surrogates that strings held.
  private(set) var loneSurrogateCount = 0

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    index = bytes.startIndex
  }

  var isAtEnd: Bool { index == bytes.endIndex }
  var next: UInt8? { isAtEnd ? nil : bytes[index] }

  mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
  }

  mutating func value() throws(Failure) -> Node {
    let start = index
    let value: Value
    switch next {
    case UInt8(ascii: "{"): value = .object(try object())
    case UInt8(ascii: "["):
      try array()
      value = .array
    case UInt8(ascii: "\""): value = .string(try string())
    case UInt8(ascii: "t"): value = try word("true")
    case UInt8(ascii: "f"): value = try word("false")
    case UInt8(ascii: "n"): value = try word("null")
    default: value = .number(try number())
    }
    return Node(value: value, text: bytes[start..<index])
  }

  private mutating func take(_ byte: UInt8) throws(Failure) {
    guard next == byte else { throw Failure() }
    index += 1
  }

  private mutating func word(_ word: String) throws(Failure) -> Value {
    for byte in word.utf8 { try take(byte) }
    return .word(word)
  }

  private mutating func open(_ byte: UInt8) throws(Failure) {
    try take(byte)
    depth += 1
    guard depth <= Self.depthLimit else { throw Failure() }
    skipSpace()
  }

  private mutating func object() throws(Failure) -> [Member] {
    try open(UInt8(ascii: "{"))
    var members: [Member] = []
    if next != UInt8(ascii: "}") {
      while true {
        let start = index
        let key = try string()
        if depth > 0, String(validating: bytes[start..<index], as: UTF8.self) == nil {
          hasIllFormedKey = true
        }
        skipSpace()
        try take(UInt8(ascii: ":"))
        skipSpace()
        members.append(Member(key: String(decoding: key, as: UTF8.self), value: try value()))
        skipSpace()
        if next != UInt8(ascii: ",") { break }
        index += 1
        skipSpace()
      }
    }
    try take(UInt8(ascii: "}"))
    depth -= 1
    return members
  }

  /// Whether a key, at any depth, was not UTF-8.
  private(set) var hasIllFormedKey = false

  private mutating func array() throws(Failure) {
    try open(UInt8(ascii: "["))
    let keysWereFine = !hasIllFormedKey
    if next != UInt8(ascii: "]") {
      while true {
        _ = try value()
        skipSpace()
        if next != UInt8(ascii: ",") { break }
        index += 1
        skipSpace()
      }
    }
    try take(UInt8(ascii: "]"))
    // An array is kept as text, in which anything can be replaced.
    if keysWereFine { hasIllFormedKey = false }
    depth -= 1
  }

  private mutating func digits() throws(Failure) {
    guard let first = next, (0x30...0x39).contains(first) else { throw Failure() }
    while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
  }

  private mutating func number() throws(Failure) -> String {
    let start = index
    if next == UInt8(ascii: "-") { index += 1 }
    if next == UInt8(ascii: "0") { index += 1 } else { try digits() }
    if next == UInt8(ascii: ".") {
      index += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      index += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
      try digits()
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80
      else { throw Failure() }
      value = value * 16 + UInt32(digit)
      index += 1
    }
    return value
  }

  /// The content of a string: escapes decoded, ill-formed UTF-8 as it stands.
  private mutating func string() throws(Failure) -> [UInt8] {
    try take(UInt8(ascii: "\""))
    var text: [UInt8] = []
    while true {
      guard let byte = next, byte >= 0x20 else { throw Failure() }
      index += 1
      if byte == UInt8(ascii: "\"") { return text }
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      guard let letter = next else { throw Failure() }
      index += 1
      switch letter {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
      case UInt8(ascii: "b"): text.append(8)
      case UInt8(ascii: "f"): text.append(12)
      case UInt8(ascii: "n"): text.append(10)
      case UInt8(ascii: "r"): text.append(13)
      case UInt8(ascii: "t"): text.append(9)
      case UInt8(ascii: "u"): text += Array(String(try unicodeEscape()).utf8)
      default: throw Failure()
      }
    }
  }

  private mutating func unicodeEscape() throws(Failure) -> Character {
    let unit = try hexadecimal()
    if let scalar = UnicodeScalar(unit) { return Character(scalar) }
    let afterFirst = index
    if unit < 0xDC00, next == UInt8(ascii: "\\") {
      index += 1
      if next == UInt8(ascii: "u") {
        index += 1
        let low = try hexadecimal()
        if (0xDC00...0xDFFF).contains(low),
          let scalar = UnicodeScalar(0x10000 + (unit - 0xD800) * 0x400 + (low - 0xDC00))
        {
          return Character(scalar)
        }
      }
    }
    index = afterFirst
    loneSurrogateCount += 1
    return "\u{FFFD}"
  }
}

/// What a plain reading of newline-delimited JSON makes of some bytes.
struct NaiveNDJSON {
  struct Record {
    let range: Range<Int>
    /// Leaves under their dotted names, in the order in which they stand; the last of doubles only.
    let fields: [(name: String, node: NaiveJSON.Node)]
  }

  struct Rejected: Equatable {
    let range: Range<Int>
    let line: Int
  }

  private(set) var records: [Record] = []
  private(set) var rejects: [Rejected] = []
  private(set) var blankCount = 0
  private(set) var lineFeedCount = 0

  init(_ bytes: [UInt8]) {
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < bytes.count {
      let lineFeed = bytes[start...].firstIndex(of: 0x0A)
      var end = lineFeed ?? bytes.count
      let next = lineFeed.map { $0 + 1 } ?? bytes.count
      if lineFeed != nil, end > start, bytes[end - 1] == 0x0D { end -= 1 }
      add(bytes[start..<end])
      if lineFeed != nil { lineFeedCount += 1 }
      start = next
    }
  }

  private mutating func add(_ line: ArraySlice<UInt8>) {
    if line.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
      blankCount += 1
      return
    }
    do throws(NaiveJSON.Failure) {
      records += try Self.records(of: line)
    } catch {
      rejects.append(
        Rejected(range: line.startIndex..<line.endIndex, line: lineFeedCount + 1))
    }
  }

  private static func records(of line: ArraySlice<UInt8>) throws(NaiveJSON.Failure) -> [Record] {
    var parser = NaiveJSON(line)
    var nodes: [NaiveJSON.Node] = []
    parser.skipSpace()
    while !parser.isAtEnd {
      nodes.append(try parser.value())
      parser.skipSpace()
      if nodes.count > 1 || !parser.isAtEnd {
        guard case .object = nodes[nodes.count - 1].value else { throw NaiveJSON.Failure() }
      }
    }
    if parser.hasIllFormedKey { throw NaiveJSON.Failure() }
    let isAlone = nodes.count == 1
    return nodes.map { node in
      let range =
        isAlone ? line.startIndex..<line.endIndex : node.text.startIndex..<node.text.endIndex
      if case .object(let members) = node.value {
        return Record(range: range, fields: flatten(members, []))
      }
      return Record(range: range, fields: [("_value", node)])
    }
  }

  private static func flatten(
    _ members: [NaiveJSON.Member], _ path: [String]
  ) -> [(name: String, node: NaiveJSON.Node)] {
    var fields: [(name: String, node: NaiveJSON.Node)] = []
    for (index, member) in members.enumerated() {
      let isReplaced = members[(index + 1)...].contains {
        Array($0.key.utf8) == Array(member.key.utf8)
      }
      if isReplaced { continue }
      let name = path + [quoted(member.key)]
      if case .object(let inner) = member.value.value, !inner.isEmpty {
        fields += flatten(inner, name)
      } else {
        fields.append((name.joined(separator: "."), member.value))
      }
    }
    return fields
  }

  private static func quoted(_ key: String) -> String {
    guard key.isEmpty || key.utf8.contains(0x2E) || key.utf8.contains(0x22) else { return key }
    var name = "\""
    for scalar in key.unicodeScalars {
      name.unicodeScalars.append(scalar)
      if scalar == "\"" { name.unicodeScalars.append(scalar) }
    }
    return name + "\""
  }
}
