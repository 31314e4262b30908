// The closer look that a sieve takes.
//
// JSON has several spellings for one text. A key or value of which every byte stands for itself has one
// more, by `\u` escapes, which the sieve lets through. So a record whose field equals a text holds that
// text between quotes, and one that has a field holds its key.

extension FieldProbe {
  /// Whether the text at `index` may be what makes a record of the line meet the condition. False only
  /// when that is certain.
  @inline(__always)
  func mayHold(_ cursor: borrowing ByteCursor, at index: Int, _ texts: borrowing [Literal]) -> Bool
  {
    if test == .none { return true }
    if test == .keyBefore {
      return syntax == .json
        ? key.stands(cursor, before: index) : key.standsRight(cursor, before: index)
    }
    let needleEnd = index &+ needle.byteCount
    let start = syntax == .json ? cursor.valueStart(behindKeyEndingAt: needleEnd) : needleEnd
    guard start >= 0 else { return false }
    if test == .int64 {
      guard cursor.beginsNumber(at: start) else { return false }
      let number = cursor.scanInteger(at: start)
      return !number.isExact || (number.value >= lower && number.value <= upper)
    }
    return mayMeet(cursor, valueAt: start, texts)
  }

  @inline(never)
  private func mayMeet(
    _ cursor: borrowing ByteCursor, valueAt start: Int, _ texts: borrowing [Literal]
  ) -> Bool {
    switch test {
    case .none, .keyBefore, .int64: return true
    case .float64:
      guard cursor.beginsNumber(at: start) else { return false }
      let number = cursor.scanNumber(at: start)
      guard number.isValid, let value = cursor.float64(number) else { return true }
      return value >= Double(bitPattern: UInt64(bitPattern: lower))
        && value <= Double(bitPattern: UInt64(bitPattern: upper))
    case .timestamp: return mayMeet(cursor, timeAt: start)
    case .texts:
      for index in Int(lower)..<Int(upper) where texts[index].matches(cursor, at: start) {
        return true
      }
      return false
    case .notNull:
      return cursor.word(at: start) & 0xFFFF_FFFF != 0x6C6C_756E  // "null"
    case .severity: return mayMeet(cursor, levelAt: start)
    }
  }

  /// Where the text of a value lies, without its quotes, as far as the first `limit` bytes; nil when it has
  /// none and is no word of this syntax.
  private func textRange(
    _ cursor: borrowing ByteCursor, at start: Int, limit: Int
  ) -> Range<Int>? {
    let isQuoted = cursor.byte(at: start) == JSONByte.quote
    guard isQuoted || syntax == .adjacent else { return nil }
    let first = isQuoted ? start + 1 : start
    let limit = min(first + limit, cursor.end)
    var end = first
    while end < limit, cursor.byte(at: end) != JSONByte.quote,
      isQuoted || cursor.byte(at: end) > 0x20
    {
      end += 1
    }
    return first..<end
  }

  /// Whether a level, a word or an integer, may be severe enough.
  private func mayMeet(_ cursor: borrowing ByteCursor, levelAt start: Int) -> Bool {
    // No word for a level is longer than 16 bytes.
    if let range = textRange(cursor, at: start, limit: 17),
      let rank = Severity.rank(cursor.view(at: range.lowerBound, byteCount: range.count)),
      rank >= lower
    {
      return true
    }
    guard cursor.beginsNumber(at: start) else { return false }
    let number = cursor.scanInteger(at: start)
    return !number.isExact || Severity.rank(number.value).map { $0 >= lower } ?? false
  }

  /// A time that cannot be read here may be one all the same.
  private func mayMeet(_ cursor: borrowing ByteCursor, timeAt start: Int) -> Bool {
    guard let range = textRange(cursor, at: start, limit: 64) else { return false }
    guard let time = cursor.scanTimestamp(at: range.lowerBound, byteCount: range.count) else {
      return true
    }
    return time >= lower && time <= upper
  }
}

extension ByteCursor {
  @inline(__always)
  fileprivate func beginsNumber(at index: Int) -> Bool {
    let byte = byte(at: index)
    return byte ^ 0x30 <= 9 || byte == UInt8(ascii: "-")
  }

  /// Where the value begins of a key that ends, with its quote, at `index`; -1 when no colon follows and
  /// the text is no key.
  @inline(__always)
  fileprivate func valueStart(behindKeyEndingAt index: Int) -> Int {
    if _fastPath(byte(at: index) == JSONByte.colon && byte(at: index &+ 1) > 0x20) {
      return index &+ 1
    }
    return distantValueStart(behindKeyEndingAt: index)
  }

  @inline(never)
  private func distantValueStart(behindKeyEndingAt index: Int) -> Int {
    let colon = skipWhiteSpace(from: index)
    guard byte(at: colon) == JSONByte.colon else { return -1 }
    return skipWhiteSpace(from: colon &+ 1)
  }
}

extension Literal {
  /// Whether the literal stands right before `index`, or before the quote there.
  @inline(__always)
  fileprivate func standsRight(_ cursor: borrowing ByteCursor, before index: Int) -> Bool {
    let isQuoted = cursor.byte(at: index &- 1) == JSONByte.quote
    let start = index &- (isQuoted ? 1 : 0) &- Int(byteCount)
    return start >= 0 && matches(cursor, at: start)
  }

  /// Whether the literal stands before `index`, with a colon and perhaps white space between.
  @inline(__always)
  fileprivate func stands(_ cursor: borrowing ByteCursor, before index: Int) -> Bool {
    var at = index &- 1
    while at > 0, cursor.byte(at: at) <= 0x20, cursor.byte(at: at) != 0x0A { at &-= 1 }
    guard at > 0, cursor.byte(at: at) == JSONByte.colon else { return false }
    at &-= 1
    while at > 0, cursor.byte(at: at) <= 0x20, cursor.byte(at: at) != 0x0A { at &-= 1 }
    let start = at &+ 1 &- Int(byteCount)
    return start >= 0 && matches(cursor, at: start)
  }
}
