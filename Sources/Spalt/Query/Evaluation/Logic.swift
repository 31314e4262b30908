/// Three-valued logic, on 64 rows at a time.
extension FilterMachine {
  /// `AND` and `OR`: a row that one child decides is not active for the next.
  func junction(
    _ node: FilterNode, isAll: Bool, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let registers = registers
    let wordCount = block.wordCount
    let places = node.registers
    var decided = registers.span(of: UInt64.self, at: places.values, count: wordCount)
    var unknown = registers.span(of: UInt64.self, at: places.valid, count: wordCount)
    var mask = registers.span(of: UInt64.self, at: places.masks, count: wordCount)
    for index in 0..<wordCount {
      decided[index] = 0
      unknown[index] = 0
      mask[index] = block.word(active, index)
    }
    for child in node.children {
      try evaluate(child, places.masks, block)
      let operand = block.operand(self.node(child))
      var isDone = true
      for index in 0..<wordCount {
        let valid = operand.validWord(index)
        let value = operand.boolWord(index)
        decided[index] |= mask[index] & valid & (isAll ? ~value : value)
        unknown[index] |= mask[index] & ~valid
        mask[index] &= ~decided[index]
        if mask[index] != 0 { isDone = false }
      }
      if isDone { break }
    }
    for index in 0..<wordCount {
      unknown[index] = decided[index] | ~unknown[index]
      if isAll { decided[index] = ~decided[index] }
    }
  }

  func negateBits(_ node: FilterNode, _ block: FilterBlock) {
    let registers = registers
    let operand = block.operand(self.node(node.children[0]))
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: block.wordCount)
    var values = registers.span(of: UInt64.self, at: node.registers.values, count: block.wordCount)
    for index in 0..<block.wordCount {
      valid[index] = operand.validWord(index)
      values[index] = ~operand.boolWord(index)
    }
  }

  func isNull(_ node: FilterNode, negated: Bool, _ block: FilterBlock) {
    let registers = registers
    let operand = block.operand(self.node(node.children[0]))
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: block.wordCount)
    var values = registers.span(of: UInt64.self, at: node.registers.values, count: block.wordCount)
    for index in 0..<block.wordCount {
      valid[index] = .max
      values[index] = negated ? operand.validWord(index) : ~operand.validWord(index)
    }
  }

  func isTruth(_ node: FilterNode, _ value: Bool, negated: Bool, _ block: FilterBlock) {
    let registers = registers
    let operand = block.operand(self.node(node.children[0]))
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: block.wordCount)
    var values = registers.span(of: UInt64.self, at: node.registers.values, count: block.wordCount)
    for index in 0..<block.wordCount {
      let bits = operand.boolWord(index)
      let holds = operand.validWord(index) & (value ? bits : ~bits)
      valid[index] = .max
      values[index] = negated ? ~holds : holds
    }
  }

  /// Puts the values of `rows` of one of its children into a node's registers. Gives nothing for
  /// other rows away.
  func take(_ rows: UInt64, _ word: Int, of operand: Operand, into node: FilterNode) {
    guard rows != 0 else { return }
    let registers = registers
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: word + 1)
    valid[word] = valid[word] & ~rows | operand.validWord(word) & rows
    let places = node.registers.values
    switch node.type {
    case .null, .bool:
      var bits = registers.span(of: UInt64.self, at: places, count: word + 1)
      bits[word] = bits[word] & ~rows | operand.boolWord(word) & rows
    case .int64, .float64, .timestamp:
      var values = registers.span(of: Int64.self, at: places, count: word * 64 + 64)
      var left = rows
      while left != 0 {
        let row = word &* 64 &+ left.trailingZeroBitCount
        left &= left &- 1
        values[row] = operand.int64(row)
      }
    case .interval, .text, .literal, .json:
      var values = registers.span(of: TextView.self, at: places, count: word * 64 + 64)
      var left = rows
      while left != 0 {
        let row = word &* 64 &+ left.trailingZeroBitCount
        left &= left &- 1
        values[row] = operand.view(row)
      }
    }
  }

  /// `CASE`: each row takes the value of the first arm whose condition is true, and no other arm is
  /// evaluated for it.
  func choice(_ node: FilterNode, _ active: Int, _ block: FilterBlock) throws(SpaltError) {
    let registers = registers
    let wordCount = block.wordCount
    let remainingMask = node.registers.masks
    let chosenMask = node.registers.masks + FilterProgram.maskByteCount
    var remaining = registers.span(of: UInt64.self, at: remainingMask, count: wordCount)
    var chosen = registers.span(of: UInt64.self, at: chosenMask, count: wordCount)
    for index in 0..<wordCount { remaining[index] = block.word(active, index) }
    for arm in 0..<node.children.count / 2 {
      try evaluate(node.children[arm * 2], remainingMask, block)
      let condition = block.operand(self.node(node.children[arm * 2]))
      for index in 0..<wordCount {
        chosen[index] =
          remaining[index] & condition.validWord(index) & condition.boolWord(index)
        remaining[index] &= ~chosen[index]
      }
      let value = node.children[arm * 2 + 1]
      try evaluate(value, chosenMask, block)
      let operand = block.operand(self.node(value))
      for index in 0..<wordCount { take(chosen[index], index, of: operand, into: node) }
    }
    let otherwise = node.children[node.children.count - 1]
    try evaluate(otherwise, remainingMask, block)
    let operand = block.operand(self.node(otherwise))
    for index in 0..<wordCount { take(remaining[index], index, of: operand, into: node) }
  }

  /// The first child that is not NULL; later ones are evaluated only where all before them are.
  func coalesce(_ node: FilterNode, _ active: Int, _ block: FilterBlock) throws(SpaltError) {
    let registers = registers
    let wordCount = block.wordCount
    var remaining = registers.span(of: UInt64.self, at: node.registers.masks, count: wordCount)
    for index in 0..<wordCount { remaining[index] = block.word(active, index) }
    for child in node.children {
      try evaluate(child, node.registers.masks, block)
      let operand = block.operand(self.node(child))
      for index in 0..<wordCount {
        take(remaining[index], index, of: operand, into: node)
        remaining[index] &= ~operand.validWord(index)
      }
    }
  }

  /// The greatest or the least child; NULL is passed over.
  func extremum(
    _ node: FilterNode, isGreatest: Bool, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let registers = registers
    let wordCount = block.wordCount
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: wordCount)
    for index in 0..<wordCount { valid[index] = 0 }
    for child in node.children {
      try evaluate(child, active, block)
      let operand = block.operand(self.node(child))
      let best = block.operand(node)
      for index in 0..<wordCount {
        let present = block.word(active, index) & operand.validWord(index)
        let known = present & best.validWord(index)
        let order = order(node.type, operand, best, word: index, known, block)
        let better = isGreatest ? ~(order.less | order.equal) : order.less
        take(present & (~known | better), index, of: operand, into: node)
      }
    }
  }

  func nullIf(_ node: FilterNode, _ active: Int, _ block: FilterBlock) {
    let registers = registers
    let value = block.operand(self.node(node.children[0]))
    let first = self.node(node.children[1])
    let left = block.operand(first)
    let right = block.operand(self.node(node.children[2]))
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: block.wordCount)
    for index in 0..<block.wordCount {
      let rows = block.word(active, index)
      take(rows, index, of: value, into: node)
      let known = rows & left.validWord(index) & right.validWord(index)
      let order = order(first.type, left, right, word: index, known, block)
      valid[index] &= ~(known & order.equal)
    }
  }
}
