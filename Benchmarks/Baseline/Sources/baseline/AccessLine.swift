/// The combined format: `host ident user [time] "request" status bytes "referer" "user agent"`. A dash stands for no
/// value; in quotes, a backslash escapes what follows it.
enum AccessLine {
  /// The record of a line, or nil if it has another form.
  static func record(in bytes: [UInt8], _ line: Range<Int>) -> LogRecord? {
    var cursor = Cursor(bytes: bytes, position: line.lowerBound, end: line.upperBound)
    guard let host = cursor.word(), let ident = cursor.word(), let user = cursor.word(),
      let time = cursor.bracketed(), let request = cursor.quoted(), let status = cursor.word(),
      let byteCount = cursor.word(), let referer = cursor.quoted(), let agent = cursor.quoted(),
      cursor.isAtEnd, let nanoseconds = AccessTime.nanoseconds(in: bytes, time)
    else { return nil }

    var fields = FieldList(bytes: bytes)
    fields.addText(FieldName.host, host)
    fields.addText(FieldName.ident, ident)
    fields.addText(FieldName.user, user)
    fields.add(FieldName.time, .time(nanoseconds))
    addRequest(bytes, request, to: &fields)
    guard fields.addInteger(FieldName.status, status),
      fields.addInteger(FieldName.byteCount, byteCount)
    else { return nil }
    fields.addText(FieldName.referer, referer)
    fields.addText(FieldName.agent, agent)
    return LogRecord(fields: fields.fields)
  }

  /// `METHOD path PROTOCOL`: the path is what stands between the first space and the last one.
  private static func addRequest(_ bytes: [UInt8], _ request: Range<Int>, to list: inout FieldList)
  {
    guard let first = bytes.firstIndex(of: .space, in: request) else {
      return list.addText(FieldName.path, request)
    }
    var last = request.upperBound - 1
    while bytes[last] != .space { last -= 1 }
    list.addText(FieldName.method, request.lowerBound..<first)
    guard last > first else {
      return list.addText(FieldName.path, first + 1..<request.upperBound)
    }
    list.addText(FieldName.path, first + 1..<last)
    list.addText(FieldName.protocol, last + 1..<request.upperBound)
  }
}

/// The fields of a record that is being made.
private struct FieldList {
  let bytes: [UInt8]
  private(set) var fields: [Field] = []

  init(bytes: [UInt8]) {
    self.bytes = bytes
    fields.reserveCapacity(11)
  }

  mutating func add(_ name: String, _ value: Value) {
    fields.append(Field(name, value))
  }

  mutating func addText(_ name: String, _ range: Range<Int>) {
    if bytes.isDash(range) { return }
    add(name, .text(String(decoding: bytes[range], as: UTF8.self)))
  }

  /// Whether it is a number, or no value.
  mutating func addInteger(_ name: String, _ range: Range<Int>) -> Bool {
    if bytes.isDash(range) { return true }
    guard let value = bytes.integer(range) else { return false }
    add(name, .integer(value))
    return true
  }
}

/// Goes through a line, field by field. A field ends with a space that is skipped, or with the line.
private struct Cursor {
  let bytes: [UInt8]
  private(set) var position: Int
  let end: Int

  init(bytes: [UInt8], position: Int, end: Int) {
    self.bytes = bytes
    self.position = position
    self.end = end
  }

  var isAtEnd: Bool { position == end }

  /// What stands before the next space.
  mutating func word() -> Range<Int>? {
    guard let space = bytes.firstIndex(of: .space, in: position..<end), space > position else {
      return nil
    }
    defer { position = space + 1 }
    return position..<space
  }

  /// What stands between brackets.
  mutating func bracketed() -> Range<Int>? {
    guard position < end, bytes[position] == UInt8(ascii: "["),
      let close = bytes.firstIndex(of: UInt8(ascii: "]"), in: position..<end)
    else { return nil }
    return finish(position + 1..<close)
  }

  /// What stands between quotes.
  mutating func quoted() -> Range<Int>? {
    guard position < end, bytes[position] == .quote else { return nil }
    let start = position + 1
    var search = start
    while let quote = bytes.firstIndex(of: .quote, in: search..<end) {
      var backslash = quote
      while backslash > start, bytes[backslash - 1] == .backslash { backslash -= 1 }
      if (quote - backslash) % 2 == 0 { return finish(start..<quote) }
      search = quote + 1
    }
    return nil
  }

  /// Skips the byte that closes a field, and the space behind it.
  private mutating func finish(_ field: Range<Int>) -> Range<Int>? {
    position = field.upperBound + 1
    if position == end { return field }
    guard bytes[position] == .space else { return nil }
    position += 1
    return field
  }
}
