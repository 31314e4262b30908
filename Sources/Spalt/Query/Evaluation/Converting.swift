/// Casts.
extension FilterMachine {
  /// What happens to a value that cannot be converted: NULL with `TRY_CAST`, an error without.
  private func refused(
    _ node: FilterNode, _ row: Int, _ block: FilterBlock, isTry: Bool,
    _ value: @autoclosure () -> String
  ) throws(SpaltError) {
    if isTry { return }
    throw failure(node, row, block, "cannot convert \(value()) to \(node.type.name)")
  }

  func convert(
    _ node: FilterNode, _ conversion: Conversion, isTry: Bool, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    switch conversion {
    case .boolToInt64:
      try map(node, active, block) { (row) throws(SpaltError) -> Int64? in source.bool(row) ? 1 : 0
      }
    case .boolToFloat64:
      try map(node, active, block) { (row) throws(SpaltError) -> Double? in source.bool(row) ? 1 : 0
      }
    case .int64ToBool:
      try mapBools(node, active, block) { (row) throws(SpaltError) -> Bool? in
        source.int64(row) != 0
      }
    case .float64ToBool:
      try mapBools(node, active, block) { (row) throws(SpaltError) -> Bool? in
        source.float64(row) != 0
      }
    case .int64ToFloat64:
      try map(node, active, block) { (row) throws(SpaltError) -> Double? in
        Double(source.int64(row))
      }
    case .timestampToDate:
      try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
        Calendar.dayStart(source.int64(row))
      }
    case .int64ToInteger, .float64ToInteger:
      try convertNumber(node, conversion, isTry: isTry, active, block)
    case .boolToText, .int64ToText, .float64ToText, .timestampToText:
      try convertToText(node, conversion, active, block)
    default: try convertText(node, conversion, isTry: isTry, active, block)
    }
  }

  /// The integer, when it has at most that many bits.
  private static func fitting(_ value: Int64, _ bitCount: Int) -> Int64? {
    let limit = Int64.max >> Int64(64 - bitCount)
    return value >= -limit - 1 && value <= limit ? value : nil
  }

  private func convertNumber(
    _ node: FilterNode, _ conversion: Conversion, isTry: Bool, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    switch conversion {
    case .int64ToInteger(let bitCount):
      try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
        if let value = Self.fitting(source.int64(row), bitCount) { return value }
        try refused(
          node, row, block, isTry: isTry,
          "\(source.int64(row)), which needs more than \(bitCount) bits,")
        return nil
      }
    case .float64ToInteger(let bitCount):
      try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
        let number = source.float64(row)
        if let value = NumberText.int64(number).flatMap({ Self.fitting($0, bitCount) }) {
          return value
        }
        try refused(node, row, block, isTry: isTry, "\(number)")
        return nil
      }
    default: break
    }
  }

  private func convertText(
    _ node: FilterNode, _ conversion: Conversion, isTry: Bool, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    switch conversion {
    case .textToInteger(let bitCount):
      try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
        let text = block.text(source, row)
        if let value = NumberText.int64(text).flatMap({ Self.fitting($0, bitCount) }) {
          return value
        }
        try refused(node, row, block, isTry: isTry, ValueDescription.quoted(text))
        return nil
      }
    case .textToFloat64:
      try map(node, active, block) { (row) throws(SpaltError) -> Double? in
        let text = block.text(source, row)
        if let value = NumberText.float64(text) { return value }
        try refused(node, row, block, isTry: isTry, ValueDescription.quoted(text))
        return nil
      }
    case .textToBool:
      try mapBools(node, active, block) { (row) throws(SpaltError) -> Bool? in
        let text = block.text(source, row)
        if let value = NumberText.bool(text) { return value }
        try refused(node, row, block, isTry: isTry, ValueDescription.quoted(text))
        return nil
      }
    case .textToInterval:
      try map(node, active, block) { (row) throws(SpaltError) -> Interval? in
        let text = block.text(source, row)
        if let value = Interval(text.makeString()) { return value }
        try refused(node, row, block, isTry: isTry, ValueDescription.quoted(text))
        return nil
      }
    default:
      let isDate = conversion == .textToDate
      try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
        let text = block.text(source, row)
        if let value = TimestampText.nanoseconds(text) {
          return isDate ? Calendar.dayStart(value) : value
        }
        try refused(node, row, block, isTry: isTry, ValueDescription.quoted(text))
        return nil
      }
    }
  }

  private func convertToText(
    _ node: FilterNode, _ conversion: Conversion, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    let scratch = scratch
    try map(node, active, block) { (row) throws(SpaltError) -> TextView? in
      let made = try scratch.build(maximumByteCount: 48) { output in
        switch conversion {
        case .boolToText: Self.write(source.bool(row) ? "true" : "false", to: &output)
        case .float64ToText:
          // The sign of NaN means nothing.
          let number = source.float64(row)
          Self.write(number.isNaN ? "nan" : "\(number)", to: &output)
        case .timestampToText: TimestampText.write(source.int64(row), to: &output)
        default: Self.write(source.int64(row), to: &output)
        }
      }
      return block.scratchView(made)
    }
  }

  private static func write(_ text: String, to output: inout OutputRawSpan) {
    for byte in text.utf8 { output.append(byte) }
  }

  private static func write(_ value: Int64, to output: inout OutputRawSpan) {
    if value < 0 { output.append(UInt8(ascii: "-")) }
    var divisor: UInt64 = 1
    let magnitude = value.magnitude
    while magnitude / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      output.append(UInt8(truncatingIfNeeded: 0x30 + magnitude / divisor % 10))
      divisor /= 10
    }
  }

  /// JSON as text: a string's content, `null` as NULL, and other values as they stand.
  func jsonText(_ node: FilterNode, _ active: Int, _ block: FilterBlock) throws(SpaltError) {
    let source = child(node, 0, block)
    let scratch = scratch
    try map(node, active, block) { (row) throws(SpaltError) -> TextView? in
      let json = block.text(source, row)
      guard json.byteCount > 0, json[0] == JSONByte.quote else {
        return NumberText.equals(json, "null") ? nil : source.view(row)
      }
      let content = 1..<max(1, json.byteCount - 1)
      if !Self.isEscaped(json) { return source.view(row).part(content, of: json) }
      let cursor = ByteCursor(json)
      let made = try scratch.build(maximumByteCount: content.count * 3) { output in
        _ = cursor.writeText(content, decodesEscapes: true, to: &output)
      }
      return block.scratchView(made)
    }
  }

  private static func isEscaped(_ json: borrowing ByteView) -> Bool {
    for index in 0..<json.byteCount where json[index] == JSONByte.backslash { return true }
    return false
  }
}
