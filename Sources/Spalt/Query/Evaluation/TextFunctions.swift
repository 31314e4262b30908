/// Functions, those of text among them.
extension FilterMachine {
  func call(
    _ node: FilterNode, _ function: Function, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    switch function {
    case .absolute, .round, .floor, .ceiling:
      try numberFunction(node, function, active, block)
    case .dateTrunc, .datePart, .epoch, .epochMilliseconds, .timeFromMilliseconds,
      .timeFromSeconds:
      try timeFunction(node, function, active, block)
    case .lower, .upper: try changeCase(node, isUpper: function == .upper, active, block)
    case .length, .byteLength, .severity: try measure(node, function, active, block)
    case .substring: try substring(node, active, block)
    case .trim(let isLeading, let isTrailing):
      try trim(node, isLeading: isLeading, isTrailing: isTrailing, active, block)
    case .replace: try replace(node, active, block)
    case .concat, .concatenate:
      try concatenate(node, skipsNull: function == .concat, active, block)
    case .contains, .startsWith, .endsWith: try find(node, function, active, block)
    }
  }

  private func changeCase(
    _ node: FilterNode, isUpper: Bool, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    let scratch = scratch
    try map(node, active, block) { (row) throws(SpaltError) -> TextView? in
      let text = block.text(source, row)
      // A mapped character takes at most three bytes where it took two, or the same number.
      let made = try scratch.build(maximumByteCount: text.byteCount * 2) { output in
        var index = 0
        while index < text.byteCount {
          let (value, byteCount) = TextScalars.scalar(text, at: index)
          TextScalars.write(
            isUpper ? TextScalars.uppercase(value) : TextScalars.lowercase(value), to: &output)
          index += byteCount
        }
      }
      return block.scratchView(made)
    }
  }

  private func measure(
    _ node: FilterNode, _ function: Function, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    if childType(node, 0) == .int64 {
      return try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
        Severity.rank(source.int64(row))
      }
    }
    try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
      let text = block.text(source, row)
      switch function {
      case .length: return Int64(TextScalars.count(text))
      case .byteLength: return Int64(text.byteCount)
      default: return Severity.rank(text)
      }
    }
  }

  private func substring(
    _ node: FilterNode, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    let starts = child(node, 1, block)
    let hasLength = node.children.count == 3
    let lengths = child(node, hasLength ? 2 : 1, block)
    try map(node, active, block) { (row) throws(SpaltError) -> TextView? in
      let text = block.text(source, row)
      let characters = Self.substringRange(
        characterCount: Int64(TextScalars.count(text)), start: starts.int64(row),
        length: hasLength ? lengths.int64(row) : 1 << 40)
      guard !characters.isEmpty else { return .empty }
      let start = TextScalars.index(text, from: 0, skipping: characters.lowerBound)
      let end = TextScalars.index(text, from: start, skipping: characters.count)
      return source.view(row).part(start..<end, of: text)
    }
  }

  /// The characters that `substr` takes, counted from 0. A start below zero counts from the end, and zero
  /// stands before the first character; a length below zero takes characters before the start. What lies
  /// outside the text counts, but is not there.
  private static func substringRange(
    characterCount: Int64, start: Int64, length: Int64
  ) -> Range<Int> {
    let limit: Int64 = 1 << 40
    let start = max(-limit, min(limit, start))
    let length = max(-limit, min(limit, length))
    let first = start < 0 ? characterCount + start : start - 1
    let lower = max(0, min(characterCount, min(first, first + length)))
    let upper = max(0, min(characterCount, max(first, first + length)))
    return Int(lower)..<Int(upper)
  }

  private func trim(
    _ node: FilterNode, isLeading: Bool, isTrailing: Bool, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    let hasCharacters = node.children.count == 2
    let characters = child(node, node.children.count - 1, block)
    try map(node, active, block) { (row) throws(SpaltError) -> TextView? in
      let text = block.text(source, row)
      let set = block.text(characters, row)
      func goes(_ value: UInt32) -> Bool {
        hasCharacters ? Self.contains(set, value) : TextScalars.isSpace(value)
      }
      var start = 0
      var end = text.byteCount
      while isLeading, start < end {
        let (value, byteCount) = TextScalars.scalar(text, at: start)
        guard goes(value) else { break }
        start += byteCount
      }
      while isTrailing, end > start,
        let last = TextScalars.index(text.slice(0..<end), beforeLast: 1)
      {
        guard last >= start, goes(TextScalars.scalar(text, at: last).value) else { break }
        end = last
      }
      return source.view(row).part(start..<end, of: text)
    }
  }

  private static func contains(_ set: borrowing ByteView, _ wanted: UInt32) -> Bool {
    var index = 0
    while index < set.byteCount {
      let (value, byteCount) = TextScalars.scalar(set, at: index)
      if value == wanted { return true }
      index += byteCount
    }
    return false
  }

  private func replace(
    _ node: FilterNode, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    let wanted = child(node, 1, block)
    let replacements = child(node, 2, block)
    let scratch = scratch
    try map(node, active, block) { (row) throws(SpaltError) -> TextView? in
      let text = block.text(source, row)
      let needle = block.text(wanted, row)
      let replacement = block.text(replacements, row)
      guard needle.byteCount > 0 else { return source.view(row) }
      var count = 0
      var position = 0
      while let found = text.firstIndex(of: needle, from: position) {
        count += 1
        position = found + needle.byteCount
      }
      if count == 0 { return source.view(row) }
      let byteCount = text.byteCount + count * (replacement.byteCount - needle.byteCount)
      let made = try scratch.build(maximumByteCount: byteCount) { output in
        var position = 0
        while let found = text.firstIndex(of: needle, from: position) {
          Self.append(text.slice(position..<found), to: &output)
          Self.append(replacement, to: &output)
          position = found + needle.byteCount
        }
        Self.append(text.slice(position..<text.byteCount), to: &output)
      }
      return block.scratchView(made)
    }
  }

  private static func append(_ text: borrowing ByteView, to output: inout OutputRawSpan) {
    for index in 0..<text.byteCount { output.append(text[index]) }
  }

  /// `||` and `concat`. Each row's text is made at once, from all of the children.
  private func concatenate(
    _ node: FilterNode, skipsNull: Bool, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let registers = registers
    let places = node.registers
    var valid = registers.span(of: UInt64.self, at: places.valid, count: block.wordCount)
    var values = registers.span(of: TextView.self, at: places.values, count: block.wordCount * 64)
    for index in 0..<block.wordCount {
      valid[index] = .max
      if !skipsNull {
        for position in node.children.indices {
          valid[index] &= child(node, position, block).validWord(index)
        }
      }
      var left = valid[index] & block.word(active, index)
      while left != 0 {
        let row = index &* 64 &+ left.trailingZeroBitCount
        left &= left &- 1
        values[row] = try concatenated(node, row, block)
      }
    }
  }

  private func concatenated(
    _ node: FilterNode, _ row: Int, _ block: FilterBlock
  ) throws(SpaltError) -> TextView {
    var byteCount = 0
    for position in node.children.indices {
      let operand = child(node, position, block)
      if operand.valid[row >> 3] & (1 << UInt8(row & 7)) == 0 { continue }
      byteCount += operand.view(row).byteCount
    }
    let made = try scratch.build(maximumByteCount: byteCount) { output in
      for position in node.children.indices {
        let operand = child(node, position, block)
        if operand.valid[row >> 3] & (1 << UInt8(row & 7)) == 0 { continue }
        Self.append(block.text(operand, row), to: &output)
      }
    }
    return block.scratchView(made)
  }

  private func find(
    _ node: FilterNode, _ function: Function, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    let needles = child(node, 1, block)
    try mapBools(node, active, block) { (row) throws(SpaltError) -> Bool? in
      let text = block.text(source, row)
      let needle = block.text(needles, row)
      switch function {
      case .contains: return text.firstIndex(of: needle) != nil
      case .startsWith: return text.hasBytes(needle, at: 0)
      default: return text.hasBytes(needle, at: text.byteCount - needle.byteCount)
      }
    }
  }

  /// `LIKE` with a pattern that is no constant. A pattern is compiled once for the rows in succession
  /// that have it.
  func likeValue(
    _ node: FilterNode, escape: UInt8?, ignoresCase: Bool, negated: Bool, _ active: Int,
    _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    let patterns = child(node, 1, block)
    var text: [UInt8] = []
    var compiled: LikePattern?
    try mapBools(node, active, block) { (row) throws(SpaltError) -> Bool? in
      let pattern = block.text(patterns, row)
      if let compiled, ByteView(text.span).hasSameBytes(as: pattern) {
        return compiled.matches(block.text(source, row)) != negated
      }
      text = (0..<pattern.byteCount).map { pattern[$0] }
      do {
        let next = try LikePattern(text, escape: escape, ignoresCase: ignoresCase)
        compiled = next
        return next.matches(block.text(source, row)) != negated
      } catch {
        throw failure(node, row, block, "\(error)")
      }
    }
  }
}
