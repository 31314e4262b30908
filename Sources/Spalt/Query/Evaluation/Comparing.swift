/// Comparisons and tests of values.
extension FilterMachine {
  /// How the values of 64 rows of one type compare: which are less, and which are equal. Bits of rows
  /// outside `rows` mean nothing.
  func order(
    _ type: ValueType, _ left: Operand, _ right: Operand, word: Int, _ rows: UInt64,
    _ block: FilterBlock
  ) -> (less: UInt64, equal: UInt64) {
    guard rows != 0 else { return (0, 0) }
    var less: UInt64 = 0
    var equal: UInt64 = 0
    let start = word &* 64
    switch type {
    case .null, .bool:
      let first = left.boolWord(word)
      let second = right.boolWord(word)
      return (~first & second, ~(first ^ second))
    case .int64, .timestamp:
      for bit in 0..<64 {
        let first = left.int64(start &+ bit)
        let second = right.int64(start &+ bit)
        less |= (first < second ? 1 : 0) &<< UInt64(bit)
        equal |= (first == second ? 1 : 0) &<< UInt64(bit)
      }
    case .float64:
      for bit in 0..<64 {
        let first = NumberText.orderKey(left.float64(start &+ bit))
        let second = NumberText.orderKey(right.float64(start &+ bit))
        less |= (first < second ? 1 : 0) &<< UInt64(bit)
        equal |= (first == second ? 1 : 0) &<< UInt64(bit)
      }
    case .interval, .text, .literal, .json:
      var remaining = rows
      while remaining != 0 {
        let bit = remaining.trailingZeroBitCount
        remaining &= remaining &- 1
        let order =
          type == .interval
          ? Self.order(left.interval(start &+ bit), right.interval(start &+ bit))
          : block.text(left, start &+ bit).order(against: block.text(right, start &+ bit))
        less |= (order < 0 ? 1 : 0) &<< UInt64(bit)
        equal |= (order == 0 ? 1 : 0) &<< UInt64(bit)
      }
    }
    return (less, equal)
  }

  private static func order(_ first: Interval, _ second: Interval) -> Int {
    let keys = (first.comparisonKey, second.comparisonKey)
    return keys.0 < keys.1 ? -1 : keys.0 == keys.1 ? 0 : 1
  }

  func compare(
    _ node: FilterNode, _ comparison: Comparison, _ active: Int, _ block: FilterBlock
  ) {
    let registers = registers
    let first = self.node(node.children[0])
    let left = block.operand(first)
    let right = block.operand(self.node(node.children[1]))
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: block.wordCount)
    var values = registers.span(of: UInt64.self, at: node.registers.values, count: block.wordCount)
    for index in 0..<block.wordCount {
      let known = left.validWord(index) & right.validWord(index)
      let rows = known & block.word(active, index)
      let (less, equal) = order(first.type, left, right, word: index, rows, block)
      valid[index] = known
      switch comparison {
      case .equal: values[index] = equal
      case .notEqual: values[index] = ~equal
      case .less: values[index] = less
      case .lessOrEqual: values[index] = less | equal
      case .greater: values[index] = ~(less | equal)
      case .greaterOrEqual: values[index] = ~less
      }
    }
  }

  func isDistinct(_ node: FilterNode, negated: Bool, _ active: Int, _ block: FilterBlock) {
    let registers = registers
    let first = self.node(node.children[0])
    let left = block.operand(first)
    let right = block.operand(self.node(node.children[1]))
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: block.wordCount)
    var values = registers.span(of: UInt64.self, at: node.registers.values, count: block.wordCount)
    for index in 0..<block.wordCount {
      let known = left.validWord(index) & right.validWord(index)
      let rows = known & block.word(active, index)
      let equal = order(first.type, left, right, word: index, rows, block).equal
      let same = known & equal | ~(left.validWord(index) | right.validWord(index))
      valid[index] = .max
      values[index] = negated ? same : ~same
    }
  }

  func between(_ node: FilterNode, negated: Bool, _ active: Int, _ block: FilterBlock) {
    let registers = registers
    let first = self.node(node.children[0])
    let value = block.operand(first)
    let lower = block.operand(self.node(node.children[1]))
    let upper = block.operand(self.node(node.children[2]))
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: block.wordCount)
    var values = registers.span(of: UInt64.self, at: node.registers.values, count: block.wordCount)
    for index in 0..<block.wordCount {
      let rows = block.word(active, index)
      let hasLower = value.validWord(index) & lower.validWord(index)
      let hasUpper = value.validWord(index) & upper.validWord(index)
      let below = order(first.type, value, lower, word: index, rows & hasLower, block).less
      let above = order(first.type, upper, value, word: index, rows & hasUpper, block).less
      let isOutside = hasLower & below | hasUpper & above
      let isInside = hasLower & hasUpper & ~isOutside
      valid[index] = isOutside | isInside
      values[index] = negated ? isOutside : isInside
    }
  }

  /// `IN` with values that are not all constants.
  func inList(
    _ node: FilterNode, negated: Bool, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let registers = registers
    let wordCount = block.wordCount
    let subject = self.node(node.children[0])
    try evaluate(node.children[0], active, block)
    let value = block.operand(subject)
    var found = registers.span(of: UInt64.self, at: node.registers.values, count: wordCount)
    var unknown = registers.span(of: UInt64.self, at: node.registers.valid, count: wordCount)
    var mask = registers.span(of: UInt64.self, at: node.registers.masks, count: wordCount)
    for index in 0..<wordCount {
      found[index] = 0
      unknown[index] = ~value.validWord(index)
      mask[index] = block.word(active, index) & value.validWord(index)
    }
    for child in node.children.dropFirst() {
      try evaluate(child, node.registers.masks, block)
      let item = block.operand(self.node(child))
      for index in 0..<wordCount {
        let known = mask[index] & item.validWord(index)
        let equal = order(subject.type, value, item, word: index, known, block).equal
        unknown[index] |= mask[index] & ~item.validWord(index)
        found[index] |= known & equal
        mask[index] &= ~found[index]
      }
    }
    for index in 0..<wordCount {
      unknown[index] = found[index] | ~unknown[index]
      if negated { found[index] = ~found[index] }
    }
  }

  /// Integers, times or doubles from `lower` to `upper`, by their order keys.
  func range(
    _ node: FilterNode, _ lower: Int64, _ upper: Int64, negated: Bool, _ active: Int,
    _ block: FilterBlock
  ) {
    let registers = registers
    let child = self.node(node.children[0])
    let operand = block.operand(child)
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: block.wordCount)
    var values = registers.span(of: UInt64.self, at: node.registers.values, count: block.wordCount)
    for index in 0..<block.wordCount {
      valid[index] = operand.validWord(index)
      guard block.word(active, index) != 0 else { continue }
      let bits =
        child.type == .float64
        ? Self.float64Range(operand, index, lower, upper)
        : Self.int64Range(operand, index, lower, upper)
      values[index] = negated ? ~bits : bits
    }
  }

  @inline(__always)
  private static func int64Range(
    _ operand: Operand, _ word: Int, _ lower: Int64, _ upper: Int64
  ) -> UInt64 {
    let integers = operand.values.slice(word &* 512..<word &* 512 &+ 512)
      .span(of: Int64.self, count: 64)
    // One comparison: what lies below `lower` wraps around to something large.
    let width = UInt64(bitPattern: upper &- lower)
    var bits: UInt64 = 0
    for bit in 0..<64 {
      let distance = UInt64(bitPattern: integers[bit] &- lower)
      bits |= (distance <= width ? 1 : 0) &<< UInt64(truncatingIfNeeded: bit)
    }
    return bits
  }

  @inline(__always)
  private static func float64Range(
    _ operand: Operand, _ word: Int, _ lower: Int64, _ upper: Int64
  ) -> UInt64 {
    let numbers = operand.values.slice(word &* 512..<word &* 512 &+ 512)
      .span(of: Double.self, count: 64)
    var bits: UInt64 = 0
    for bit in 0..<64 {
      let key = NumberText.orderKey(numbers[bit])
      bits |= (key >= lower && key <= upper ? 1 : 0) &<< UInt64(truncatingIfNeeded: bit)
    }
    return bits
  }

  func integerSet(
    _ node: FilterNode, _ set: IntegerSet, negated: Bool, _ active: Int, _ block: FilterBlock
  ) {
    let registers = registers
    let child = self.node(node.children[0])
    let operand = block.operand(child)
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: block.wordCount)
    var values = registers.span(of: UInt64.self, at: node.registers.values, count: block.wordCount)
    for index in 0..<block.wordCount {
      var bits: UInt64 = 0
      var left = block.word(active, index) & operand.validWord(index)
      while left != 0 {
        let bit = left.trailingZeroBitCount
        left &= left &- 1
        let row = index &* 64 &+ bit
        let key =
          child.type == .float64
          ? NumberText.orderKey(operand.float64(row)) : operand.int64(row)
        if set.contains(key) { bits |= 1 &<< UInt64(truncatingIfNeeded: bit) }
      }
      valid[index] = operand.validWord(index) & (set.hasNull ? bits : .max)
      values[index] = negated ? ~bits : bits
    }
  }

  // MARK: - Text

  func textSet(
    _ node: FilterNode, _ set: TextSet, negated: Bool, _ active: Int, _ block: FilterBlock
  ) {
    let registers = registers
    let operand = block.operand(self.node(node.children[0]))
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: block.wordCount)
    var values = registers.span(of: UInt64.self, at: node.registers.values, count: block.wordCount)
    for index in 0..<block.wordCount {
      let rows = block.word(active, index) & operand.validWord(index)
      var bits: UInt64 = 0
      if rows != 0 {
        for position in set.inlineViews.indices {
          bits |= Self.equalBits(operand, index, set.inlineViews[position])
        }
        for position in set.longTexts.indices {
          bits |= longTextBits(operand, index, rows, set.longTexts[position], block)
        }
      }
      valid[index] = operand.validWord(index) & (set.hasNull ? bits : .max)
      values[index] = negated ? ~bits : bits
    }
  }

  /// Which of 64 rows hold a text that lies in its view.
  @inline(__always)
  private static func equalBits(_ operand: Operand, _ word: Int, _ text: TextView) -> UInt64 {
    let views = operand.values.slice(word &* 1024..<word &* 1024 &+ 1024)
      .span(of: TextView.self, count: 64)
    var bits: UInt64 = 0
    for bit in 0..<64 {
      let difference = views[bit].low ^ text.low | views[bit].high ^ text.high
      bits |= (difference == 0 ? 1 : 0) &<< UInt64(truncatingIfNeeded: bit)
    }
    return bits
  }

  private func longTextBits(
    _ operand: Operand, _ word: Int, _ rows: UInt64, _ text: (head: UInt64, bytes: [UInt8]),
    _ block: FilterBlock
  ) -> UInt64 {
    var bits: UInt64 = 0
    var left = rows
    while left != 0 {
      let bit = left.trailingZeroBitCount
      left &= left &- 1
      let row = word &* 64 &+ bit
      guard operand.view(row).low == text.head else { continue }
      if block.text(operand, row).hasBytes(ByteView(text.bytes.span), at: 0) {
        bits |= 1 &<< UInt64(truncatingIfNeeded: bit)
      }
    }
    return bits
  }

  func like(
    _ node: FilterNode, _ pattern: LikePattern, negated: Bool, _ active: Int, _ block: FilterBlock
  ) {
    let registers = registers
    let operand = block.operand(self.node(node.children[0]))
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: block.wordCount)
    var values = registers.span(of: UInt64.self, at: node.registers.values, count: block.wordCount)
    for index in 0..<block.wordCount {
      var bits: UInt64 = 0
      var left = block.word(active, index) & operand.validWord(index)
      while left != 0 {
        let bit = left.trailingZeroBitCount
        left &= left &- 1
        if pattern.matches(block.text(operand, index &* 64 &+ bit)) {
          bits |= 1 &<< UInt64(truncatingIfNeeded: bit)
        }
      }
      valid[index] = operand.validWord(index)
      values[index] = negated ? ~bits : bits
    }
  }

  func regex(
    _ node: FilterNode, _ pattern: Int, negated: Bool, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let registers = registers
    let matcher = matchers[pattern]
    let operand = block.operand(self.node(node.children[0]))
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: block.wordCount)
    var values = registers.span(of: UInt64.self, at: node.registers.values, count: block.wordCount)
    for index in 0..<block.wordCount {
      var bits: UInt64 = 0
      var left = block.word(active, index) & operand.validWord(index)
      while left != 0 {
        let bit = left.trailingZeroBitCount
        left &= left &- 1
        if try matcher.matches(block.text(operand, index &* 64 &+ bit)) {
          bits |= 1 &<< UInt64(truncatingIfNeeded: bit)
        }
      }
      valid[index] = operand.validWord(index)
      values[index] = negated ? ~bits : bits
    }
  }
}
