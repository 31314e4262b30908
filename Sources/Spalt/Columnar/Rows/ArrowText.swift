/// Turns Arrow values into text: as they are printed, or as JSON.
///
/// Arrays that were looked at are kept, because rows of nested columns need them again and again.
struct ArrowText {
  private struct Key: Hashable {
    let batch: ObjectIdentifier
    let node: Int
  }

  private var arrays: [Key: ArrowArray] = [:]
  /// No text that is made of a nested value is longer: a few bytes can describe very much.
  private let maximumByteCount: Int

  init(maximumByteCount: Int) { self.maximumByteCount = maximumByteCount }

  /// The array of a node.
  mutating func array(_ batch: ArrowBatch, _ node: Int) throws(SpaltError) -> ArrowArray {
    let key = Key(batch: ObjectIdentifier(batch), node: node)
    if let array = arrays[key] { return array }
    let array = try batch.array(node)
    arrays[key] = array
    return array
  }

  /// Forgets all arrays.
  mutating func forget() { arrays.removeAll(keepingCapacity: true) }

  /// The array and the row that hold a value: in a dictionary, if that encodes it. Nil for null.
  mutating func resolved(
    _ array: ArrowArray, _ row: Int
  ) throws(SpaltError) -> (array: ArrowArray, row: Int)? {
    let view = ArrowArrayView(array)
    if view.isNull(row) { return nil }
    guard array.field.dictionary != nil else { return (array, row) }
    let index = try view.dictionaryIndex(row)
    guard let dictionary = array.dictionary, let place = dictionary.place(of: index) else {
      return nil
    }
    let values = dictionary.parts[place.part]
    return try resolved(try self.array(values, values.columns[0]), place.row)
  }

  /// Appends a value as it is printed: text as it is, everything else as in JSON, but without quotes.
  /// - Returns: whether there is a value.
  mutating func append(
    _ array: ArrowArray, _ row: Int, to output: inout TextBuffer
  ) throws(SpaltError) -> Bool {
    guard let (array, row) = try resolved(array, row) else { return false }
    let view = ArrowArrayView(array)
    switch array.field.type {
    case .utf8, .utf8View:
      let text = view.bytes(at: try view.bytesPlace(row))
      try Self.check(text, view, row)
      try output.append(text)
    case .list, .fixedSizeList, .structure, .map:
      try appendNested(array, row, to: &output)
    default: try appendPlain(view, row, to: &output)
    }
    return true
  }

  /// Appends a value as JSON.
  mutating func append(
    jsonOf array: ArrowArray, _ row: Int, to output: inout TextBuffer
  ) throws(SpaltError) {
    guard let (array, row) = try resolved(array, row) else {
      return try output.append(text: "null")
    }
    let view = ArrowArrayView(array)
    switch array.field.type {
    case .utf8, .utf8View:
      let text = view.bytes(at: try view.bytesPlace(row))
      try Self.check(text, view, row)
      if array.field.columnType == .json {
        try output.append(text)
      } else {
        try output.append(jsonString: text)
      }
    case .list, .fixedSizeList, .structure, .map:
      try appendNested(array, row, to: &output)
    case .bool, .integer, .decimal, .duration: try appendPlain(view, row, to: &output)
    case .floatingPoint where view.floatingPoint(row).isFinite:
      try appendPlain(view, row, to: &output)
    default:
      try output.append(JSONByte.quote)
      try appendPlain(view, row, to: &output)
      try output.append(JSONByte.quote)
    }
  }

  /// Throws unless the text of a row is UTF-8.
  private static func check(
    _ text: borrowing ByteView, _ view: borrowing ArrowArrayView, _ row: Int
  ) throws(SpaltError) {
    let cursor = ByteCursor(copy text)
    if ScanKernels.current.firstInvalidUTF8(cursor, in: 0..<cursor.end) != nil {
      throw view.fault(row, "the text is not UTF-8")
    }
  }

  private func appendPlain(
    _ view: borrowing ArrowArrayView, _ row: Int, to output: inout TextBuffer
  ) throws(SpaltError) {
    switch view.array.field.type {
    case .bool: try output.append(text: view.bool(row) ? "true" : "false")
    case .integer(_, let isSigned):
      let value = view.integer(row)
      if isSigned { return try output.append(integer: value) }
      try output.append(digits: UInt64(bitPattern: value), minimumCount: 1)
    case .duration: try output.append(integer: view.integer(row))
    case .floatingPoint(let bitWidth):
      let value = view.floatingPoint(row)
      try output.append(
        shortest: bitWidth == 64 ? value.description : Float(value).description)
    case .decimal(_, _, let scale):
      try output.append(decimal: view.decimal(row), scale: scale)
    case .date(.day): try output.append(dayOf1970: view.integer(row))
    case .date(.millisecond): try appendDate(milliseconds: view.integer(row), to: &output)
    case .time(let unit): try output.append(timeOfDay: view.integer(row), unit)
    case .timestamp(let unit, let zone):
      try output.append(time: view.integer(row), unit, isUTC: zone != nil)
    case .interval:
      let interval = view.interval(row)
      try output.append(
        months: interval.months, days: interval.days, nanoseconds: interval.nanoseconds)
    case .fixedSizeBinary(16) where view.array.field.isUUID:
      let bytes = view.bytes(at: try view.bytesPlace(row))
      try output.append(uuid: bytes)
    case .binary, .binaryView, .fixedSizeBinary:
      try output.append(hexadecimal: view.bytes(at: try view.bytesPlace(row)))
    default: break
    }
  }

  /// Whole days are dates, as they should be; others have a time.
  private func appendDate(
    milliseconds: Int64, to output: inout TextBuffer
  ) throws(SpaltError) {
    let (day, rest) = UnixTime.floorDivide(milliseconds, by: 1000 * UnixTime.secondsPerDay)
    guard rest != 0 else { return try output.append(dayOf1970: day) }
    try output.append(time: milliseconds, .milliseconds, isUTC: false)
  }

  // MARK: - Nested values

  private mutating func appendNested(
    _ array: ArrowArray, _ row: Int, to output: inout TextBuffer
  ) throws(SpaltError) {
    try check(output, array, row)
    switch array.field.type {
    case .structure: try appendObject(array, row, to: &output)
    case .map: try appendMap(array, row, to: &output)
    default:
      let range = try ArrowArrayView(array).listRange(row)
      let values = try self.array(array.batch, array.children[0])
      try output.append(JSONByte.openBracket)
      for index in range {
        if index > range.lowerBound { try output.append(JSONByte.comma) }
        try append(jsonOf: values, index, to: &output)
        try check(output, array, row)
      }
      try output.append(JSONByte.closeBracket)
    }
  }

  private func check(
    _ output: borrowing TextBuffer, _ array: ArrowArray, _ row: Int
  ) throws(SpaltError) {
    guard output.byteCount > maximumByteCount else { return }
    throw array.batch.fault(
      array.node, row: row, "as JSON, the value is longer than --max-record (\(maximumByteCount))")
  }

  private mutating func appendObject(
    _ array: ArrowArray, _ row: Int, to output: inout TextBuffer
  ) throws(SpaltError) {
    try output.append(JSONByte.openBrace)
    for (index, node) in array.children.enumerated() {
      if index > 0 { try output.append(JSONByte.comma) }
      let member = try self.array(array.batch, node)
      try output.append(jsonString: ByteView(Array(member.field.name.utf8).span))
      try output.append(JSONByte.colon)
      try append(jsonOf: member, row, to: &output)
    }
    try output.append(JSONByte.closeBrace)
  }

  /// A map is an object, whatever its keys are.
  private mutating func appendMap(
    _ array: ArrowArray, _ row: Int, to output: inout TextBuffer
  ) throws(SpaltError) {
    let range = try ArrowArrayView(array).listRange(row)
    let entries = try self.array(array.batch, array.children[0])
    guard entries.children.count == 2 else {
      throw array.batch.fault(array.node, row: row, "the map's entries are no pairs")
    }
    let keys = try self.array(array.batch, entries.children[0])
    let values = try self.array(array.batch, entries.children[1])
    try output.append(JSONByte.openBrace)
    for index in range {
      if index > range.lowerBound { try output.append(JSONByte.comma) }
      let start = output.byteCount
      try append(jsonOf: keys, index, to: &output)
      if output.byteCount == start || output[start] != JSONByte.quote {
        output.truncate(toByteCount: start)
        try output.append(JSONByte.quote)
        _ = try append(keys, index, to: &output)
        try output.append(JSONByte.quote)
      }
      try output.append(JSONByte.colon)
      try append(jsonOf: values, index, to: &output)
      try check(output, array, row)
    }
    try output.append(JSONByte.closeBrace)
  }
}
