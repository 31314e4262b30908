/// `key=value` pairs, separated by a space, a line for each record; values are written as go-logfmt writes
/// them.
///
/// A value is quoted when it holds a space or control character, `=`, a quote, or U+FFFD, and when it
/// is the string `null`; in quotes, `"`, `\`, control characters and U+FFFD are escaped (`\n`, `\u001b`,
/// `\ufffd`). A logfmt word stays as it is, `null` too. An empty string is `key=`, an explicit `null` is
/// `key=null`; keys that the record lacks are
/// left out. Keys are dotted names in which spaces, controls, `=`, `"` and U+FFFD became `_`. Arrays are
/// JSON text. What has no column is written behind the columns as if it had one.
///
/// The batches must come from a reader with the representation `text`.
public struct LogfmtFormatter: BatchFormatter {
  private let text: FieldText
  /// `key=` of all columns, one behind the other, and where each ends.
  private let keys: [UInt8]
  private let keyEnds: [Int]
  private let isCopied: [Bool]
  private let typedSyntaxes: [TokenSyntax]
  private let extraColumn: Int?
  private let plain = PlainText(
    stops: (LogfmtText.equals, LogfmtText.space), limit: 0x1F, isASCII: true, usesQuotes: true)

  /// A formatter for batches of `schema`; `timeText` prints times whose values are at hand.
  public init(schema: Schema, timeText: TimeText? = nil) {
    let text = FieldText(schema: schema, timeText: timeText)
    self.text = text
    var keys: [UInt8] = []
    var keyEnds: [Int] = []
    for column in schema.columns {
      keys += column.name.unicodeScalars.flatMap(LogfmtText.keyBytes) + [LogfmtText.equals]
      keyEnds.append(keys.count)
    }
    self.keys = keys
    self.keyEnds = keyEnds
    isCopied = schema.columns.indices.map { text.printsTokens($0) }
    typedSyntaxes = text.typedSyntaxes
    extraColumn = schema.extraColumn
  }

  public func format(
    _ batch: borrowing RecordBatch, to output: inout TextBuffer
  ) throws(SpaltError) {
    let fields = batch.fields
    let keys = ByteView(keys.span)
    for row in 0..<fields.rowCount {
      let start = output.byteCount
      let rowSyntax = fields.tokenSyntax(row)
      var keyStart = 0
      for column in keyEnds.indices {
        let keyEnd = keyEnds[column]
        let key = keys.slice(keyStart..<keyEnd)
        keyStart = keyEnd
        let syntax = rowSyntax == .typed ? typedSyntaxes[column] : rowSyntax
        if try appendPlain(fields, column, row, syntax, key, to: &output) { continue }
        try appendOdd(fields, column, row, syntax, key, to: &output)
      }
      if output.byteCount == start {
        try output.append(JSONByte.lineFeed)
      } else {
        // Every pair ends with a space, so the last one's becomes the line's end.
        output[output.byteCount - 1] = JSONByte.lineFeed
      }
    }
  }

  /// Appends key, value and a space, if the field's token can be copied as it stands.
  @inline(__always)
  private func appendPlain(
    _ fields: borrowing BatchFields, _ column: Int, _ row: Int, _ syntax: TokenSyntax,
    _ key: borrowing ByteView, to output: inout TextBuffer
  ) throws(SpaltError) -> Bool {
    let tokens = fields.columns[column].tokensStart
    guard isCopied[column], tokens >= 0 else { return false }
    let view = tokens &+ row &* TextColumn.byteCount
    // Length and first bytes of the token: see the layout of string views.
    let head = fields.slab.word(at: view)
    let byteCount = Int(UInt32(truncatingIfNeeded: head))
    if byteCount == 0 { return head == 0 }
    let isQuoted = UInt8(truncatingIfNeeded: head &>> 32) == JSONByte.quote && syntax != .plain
    let margin = isQuoted ? 1 : 0
    let contentByteCount = byteCount &- 2 &* margin
    let start = output.byteCount
    try output.append(key)
    let isDone: Bool
    if byteCount <= TextColumn.inlineByteCount {
      // The string "null" is quoted, to tell it from null: six bytes, of which the head holds four.
      if head == LogfmtText.quotedNullHead || head == LogfmtText.nullHead && syntax == .plain {
        isDone = false
      } else {
        isDone = try output.appendPlain(
          fields.slab, start: view &+ 4 &+ margin, byteCount: contentByteCount, plain,
          terminator: LogfmtText.space)
      }
    } else {
      let place = fields.slab.word(at: view &+ 8)
      if UInt32(truncatingIfNeeded: place) != 0 {
        isDone = false
      } else {
        isDone = try output.appendPlain(
          fields.input, start: Int(place &>> 32) &+ margin, byteCount: contentByteCount, plain,
          terminator: LogfmtText.space)
      }
    }
    if !isDone { output.truncate(toByteCount: start) }
    return isDone
  }

  @inline(never)
  private func appendOdd(
    _ fields: borrowing BatchFields, _ column: Int, _ row: Int, _ syntax: TokenSyntax,
    _ key: borrowing ByteView, to output: inout TextBuffer
  ) throws(SpaltError) {
    if column == extraColumn {
      guard fields.hasValue(column, row), let members = fields.values(column).text(row) else {
        return
      }
      return try appendMembers(members, to: &output)
    }
    let start = output.byteCount
    try output.append(key)
    if let token = text.verbatim(fields, column, row) {
      try LogfmtText.append(token, isWord: syntax == .logfmt, to: &output)
      return try output.append(LogfmtText.space)
    }
    let valueStart = output.byteCount
    let kind = try text.append(fields, column, row, to: &output)
    if kind == .missing { return output.truncate(toByteCount: start) }
    if kind == .null, syntax != .json { return try output.append(LogfmtText.space) }
    try finishValue(kind, from: valueStart, &output)
  }

  /// Appends the members of a JSON object.
  private func appendMembers(
    _ object: borrowing ByteView, to output: inout TextBuffer
  ) throws(SpaltError) {
    var members = JSONMembers(copy object)
    while let member = members.next() {
      let start = output.byteCount
      _ = try text.append(json: object.slice(member.name), to: &output)
      LogfmtText.replaceOddBytes(&output, from: start)
      try output.append(LogfmtText.equals)
      let valueStart = output.byteCount
      let kind = try text.append(json: object.slice(member.value), to: &output)
      try finishValue(kind, from: valueStart, &output)
    }
  }

  private func finishValue(
    _ kind: FieldKind, from start: Int, _ output: inout TextBuffer
  ) throws(SpaltError) {
    if kind == .null {
      for byte in "null".utf8 { try output.append(byte) }
    } else {
      try LogfmtText.quote(&output, from: start, isString: kind == .string)
    }
    try output.append(LogfmtText.space)
  }
}

/// The spelling of logfmt.
enum LogfmtText {
  static let equals = UInt8(ascii: "=")
  static let space = UInt8(ascii: " ")
  private static let replacementEscape = Array("\\ufffd".utf8)
  private static let tab = UInt8(ascii: "\t")
  /// What the string views of the tokens `null` and `"null"` begin with.
  static let nullHead = UInt64(4) | UInt64(littleEndianBytes: "null") << 32
  static let quotedNullHead = UInt64(6) | UInt64(littleEndianBytes: "\"nul") << 32

  /// A character of a key.
  static func keyBytes(_ scalar: Unicode.Scalar) -> [UInt8] {
    switch scalar {
    case "\0"..." ", "=", "\"", "\u{7F}"..."\u{9F}", "\u{FFFD}": [UInt8(ascii: "_")]
    default: Array(String(scalar).utf8)
    }
  }

  /// Replaces bytes from `start` on that cannot stand in a key.
  static func replaceOddBytes(_ text: inout TextBuffer, from start: Int) {
    for index in start..<text.byteCount {
      let byte = text[index]
      if byte <= space || byte == equals || byte == JSONByte.quote || byte == 0x7F {
        text[index] = UInt8(ascii: "_")
      }
    }
  }

  /// Appends text, which is not empty, as a value. A word is itself, where another text that is `null` is
  /// told apart from null.
  static func append(
    _ text: borrowing ByteView, isWord: Bool, to output: inout TextBuffer
  ) throws(SpaltError) {
    let kernels = ScanKernels.current
    let cursor = ByteCursor(copy text)
    let start = output.byteCount
    // U+FFFD begins with EF, and what JSON escapes besides is the same.
    if kernels.firstIndex(of: 0xEF, cursor, in: 0..<cursor.end) < cursor.end {
      try output.append(text)
      return try quote(&output, from: start, isString: !isWord)
    }
    var index = 0
    while index < cursor.end, !callsForQuotes(cursor.byte(at: index)) { index += 1 }
    let isNull =
      cursor.end == 4 && !isWord
      && UInt32(truncatingIfNeeded: cursor.word(at: 0))
        == UInt32(truncatingIfNeeded: nullHead >> 32)
    guard index < cursor.end || isNull else { return try output.append(text) }
    try output.append(jsonString: text)
  }

  private static func callsForQuotes(_ byte: UInt8) -> Bool {
    byte <= space || byte == equals || byte == JSONByte.quote
  }

  /// Puts the value from `start` on into quotes, where it needs them.
  static func quote(
    _ text: inout TextBuffer, from start: Int, isString: Bool
  ) throws(SpaltError) {
    let end = text.byteCount
    var needsQuotes = isString && isNull(text, from: start)
    var extra = 2
    for index in start..<end {
      let byte = text[index]
      if callsForQuotes(byte) { needsQuotes = true }
      extra += escapedByteCount(byte) - 1
      if isReplacement(text, endingAt: index, from: start) {
        needsQuotes = true
        extra += 3
      }
    }
    guard needsQuotes else { return }
    try text.extend(by: extra)
    var target = text.byteCount - 1
    text[target] = JSONByte.quote
    var index = end
    // From the end to the beginning, so that nothing is overwritten before it was read.
    while index > start {
      index -= 1
      if isReplacement(text, endingAt: index, from: start) {
        for byte in replacementEscape.reversed() {
          target -= 1
          text[target] = byte
        }
        index -= 2
      } else {
        writeEscaped(text[index], before: &target, &text)
      }
    }
    text[start] = JSONByte.quote
  }

  private static func escapedByteCount(_ byte: UInt8) -> Int {
    switch byte {
    case JSONByte.quote, JSONByte.backslash, JSONByte.lineFeed, JSONByte.carriageReturn, tab: 2
    case 0..<0x20: 6
    default: 1
    }
  }

  private static func writeEscaped(
    _ byte: UInt8, before target: inout Int, _ text: inout TextBuffer
  ) {
    switch byte {
    case JSONByte.lineFeed: write("n", before: &target, &text)
    case JSONByte.carriageReturn: write("r", before: &target, &text)
    case tab: write("t", before: &target, &text)
    case 0..<0x20:
      target -= 6
      text[target] = JSONByte.backslash
      text[target + 1] = UInt8(ascii: "u")
      text[target + 2] = UInt8(ascii: "0")
      text[target + 3] = UInt8(ascii: "0")
      text[target + 4] = UInt8(ascii: "0") + byte >> 4
      text[target + 5] = JSONText.hexadecimalDigit(byte & 15)
    default:
      target -= 1
      text[target] = byte
      guard byte == JSONByte.quote || byte == JSONByte.backslash else { return }
      target -= 1
      text[target] = JSONByte.backslash
    }
  }

  /// Writes an escape whose letter is known.
  private static func write(
    _ letter: Unicode.Scalar, before target: inout Int, _ text: inout TextBuffer
  ) {
    target -= 2
    text[target] = JSONByte.backslash
    text[target + 1] = UInt8(ascii: letter)
  }

  /// Whether U+FFFD ends at `index`.
  private static func isReplacement(
    _ text: borrowing TextBuffer, endingAt index: Int, from start: Int
  ) -> Bool {
    index >= start + 2 && text[index] == 0xBD && text[index - 1] == 0xBF && text[index - 2] == 0xEF
  }

  private static func isNull(_ text: borrowing TextBuffer, from start: Int) -> Bool {
    guard text.byteCount == start + 4 else { return false }
    return text[start] == UInt8(ascii: "n") && text[start + 1] == UInt8(ascii: "u")
      && text[start + 2] == UInt8(ascii: "l") && text[start + 3] == UInt8(ascii: "l")
  }
}

extension UInt64 {
  /// The bytes of a short text as a little-endian number.
  fileprivate init(littleEndianBytes text: StaticString) {
    self = "\(text)".utf8.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
