/// Writes JSON strings. What needs no escape is copied in runs, however long they are.
extension TextBuffer {
  /// Appends text as a JSON string.
  mutating func append(jsonString text: borrowing ByteView) throws(SpaltError) {
    try append(JSONByte.quote)
    try append(jsonContent: text, keepsEscapes: false)
    try append(JSONByte.quote)
  }

  /// Appends text as the content of a JSON string. With `keepsEscapes` it is the content of a string
  /// already, perhaps of one that JSON does not allow: with control characters, or escapes such as `\'`,
  /// which stand for the character behind the backslash.
  mutating func append(
    jsonContent text: borrowing ByteView, keepsEscapes: Bool
  ) throws(SpaltError) {
    let kernels = ScanKernels.current
    let cursor = ByteCursor(copy text)
    var start = 0
    while true {
      let stop = kernels.firstStringEnd(cursor, in: start..<cursor.end)
      try append(cursor.view(at: start, byteCount: stop - start))
      guard stop < cursor.end else { return }
      var byte = cursor.byte(at: stop)
      start = stop + 1
      if keepsEscapes, byte == JSONByte.backslash, start < cursor.end {
        byte = cursor.byte(at: start)
        start += 1
        if Self.isEscape(byte) {
          try append(JSONByte.backslash)
          try append(byte)
          continue
        }
      }
      try append(maximumByteCount: 6) { output in JSONText.append(byte, to: &output) }
    }
  }

  /// Whether JSON has an escape with this letter.
  private static func isEscape(_ letter: UInt8) -> Bool {
    switch letter {
    case JSONByte.quote, JSONByte.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"),
      UInt8(ascii: "u"):
      true
    default: false
    }
  }
}
