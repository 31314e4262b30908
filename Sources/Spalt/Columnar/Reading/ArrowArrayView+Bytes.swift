// Values that are bytes or text.

/// Where the bytes of a value lie.
struct ArrowBytesPlace: Equatable {
  /// Index of the buffer in the order of the array's layout.
  let buffer: Int
  /// From the beginning of the buffer, in bytes.
  let offset: Int
  let byteCount: Int
}

extension ArrowArrayView {
  /// Where the bytes of a row lie: text or bytes with offsets, views, or of fixed size.
  ///
  /// A text's bytes begin and end between characters, if `checkText` found nothing wrong.
  /// - Throws: `SpaltError.input` when they lie outside their buffer.
  @inline(__always)
  func bytesPlace(_ row: Int) throws(SpaltError) -> ArrowBytesPlace {
    precondition(row >= 0 && row < rowCount, "no such row")
    switch layout {
    case .bytes: return try offsetPlace(row)
    case .views: return try viewPlace(row)
    case .fixed: return ArrowBytesPlace(buffer: 1, offset: row * width, byteCount: width)
    default: preconditionFailure("no bytes")
    }
  }

  @inline(__always)
  private func offsetPlace(_ row: Int) throws(SpaltError) -> ArrowBytesPlace {
    let start = offset(row)
    let end = offset(row + 1)
    guard _fastPath(start >= 0 && start <= end && end <= data.byteCount) else {
      throw fault(row, "the value has the bytes \(start) to \(end) of \(data.byteCount)")
    }
    if isText, isInsideCharacter(start) || isInsideCharacter(end) {
      throw fault(row, "the text begins or ends within a character")
    }
    return ArrowBytesPlace(buffer: 2, offset: start, byteCount: end - start)
  }

  @inline(__always)
  private func isInsideCharacter(_ index: Int) -> Bool {
    index < data.byteCount && data[index] & 0xC0 == 0x80
  }

  /// Bytes that a view holds itself.
  static var inlineByteCount: Int { 12 }

  private func viewPlace(_ row: Int) throws(SpaltError) -> ArrowBytesPlace {
    let start = row * 16
    let byteCount = Int(values.load(at: start, as: Int32.self))
    guard byteCount >= 0 else { throw fault(row, "the view has \(byteCount) bytes") }
    if byteCount <= Self.inlineByteCount {
      for index in byteCount..<Self.inlineByteCount where values[start + 4 + index] != 0 {
        throw fault(row, "the view holds more than its \(byteCount) bytes")
      }
      return ArrowBytesPlace(buffer: 1, offset: start + 4, byteCount: byteCount)
    }
    let buffer = Int(values.load(at: start + 8, as: Int32.self))
    let offset = Int(values.load(at: start + 12, as: Int32.self))
    guard buffer >= 0, buffer < array.buffers.count - 2 else {
      throw fault(row, "the view refers to buffer \(buffer), which does not exist")
    }
    let available = array.buffers.byteCount(buffer + 2)
    guard offset >= 0, offset <= available - byteCount else {
      throw fault(row, "the view refers to \(byteCount) bytes at \(offset) of \(available)")
    }
    let prefix = array.buffers.view(buffer + 2, offset..<offset + 4).littleEndian32(at: 0)
    guard prefix == values.littleEndian32(at: start + 4) else {
      throw fault(row, "the view begins with other bytes than what it refers to")
    }
    return ArrowBytesPlace(buffer: buffer + 2, offset: offset, byteCount: byteCount)
  }

  /// The bytes at a place that `bytesPlace` gave.
  @_lifetime(borrow self)
  func bytes(at place: ArrowBytesPlace) -> ByteView {
    array.buffers.view(place.buffer, place.offset..<place.offset + place.byteCount)
  }

  /// Checks that every row that is not null, and can be read as text, is UTF-8. O(bytes): with offsets, their whole
  /// range once.
  ///
  /// Call it once for each column of text, before `bytesPlace`. Columns of other types, and indices into a dictionary,
  /// have nothing to check.
  func checkText() throws(SpaltError) {
    switch layout {
    case .bytes:
      guard isText, rowCount > 0 else { return }
      let start = offset(0)
      let end = offset(rowCount)
      guard start >= 0, start <= end, end <= data.byteCount else {
        throw fault(0, "the column has the bytes \(start) to \(end) of \(data.byteCount)")
      }
      let cursor = ByteCursor(data)
      if ScanKernels.current.firstInvalidUTF8(cursor, in: start..<end) == nil { return }
      // What stands in null rows does not matter.
      try checkEachText()
    case .views:
      guard isText else { return }
      try checkEachText()
    default: return
    }
  }

  private func checkEachText() throws(SpaltError) {
    for row in 0..<rowCount where !isNull(row) {
      if isText(try bytesPlace(row)) { continue }
      throw fault(row, "the text is not UTF-8")
    }
  }

  private func isText(_ place: ArrowBytesPlace) -> Bool {
    let cursor = ByteCursor(bytes(at: place))
    return ScanKernels.current.firstInvalidUTF8(cursor, in: 0..<cursor.end) == nil
  }
}
