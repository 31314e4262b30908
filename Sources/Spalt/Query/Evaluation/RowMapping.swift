/// Loops over the rows of a node for which all of its children have values.
extension FilterMachine {
  /// Makes a node's rows valid where all of its children's are; gives the number of words.
  private func intersectValid(_ node: FilterNode, _ block: FilterBlock) {
    let registers = registers
    var valid = registers.span(of: UInt64.self, at: node.registers.valid, count: block.wordCount)
    for index in 0..<block.wordCount { valid[index] = .max }
    for child in node.children {
      let operand = block.operand(self.node(child))
      for index in 0..<block.wordCount { valid[index] &= operand.validWord(index) }
    }
  }

  /// Computes one value a row; nil is NULL.
  @inline(__always)
  func map<Value: BitwiseCopyable>(
    _ node: FilterNode, _ active: Int, _ block: FilterBlock,
    _ transform: (Int) throws(SpaltError) -> Value?
  ) throws(SpaltError) {
    intersectValid(node, block)
    let registers = registers
    let places = node.registers
    var valid = registers.span(of: UInt64.self, at: places.valid, count: block.wordCount)
    var values = registers.span(of: Value.self, at: places.values, count: block.wordCount * 64)
    for index in 0..<block.wordCount {
      var left = valid[index] & block.word(active, index)
      while left != 0 {
        let bit = left.trailingZeroBitCount
        left &= left &- 1
        let row = index &* 64 &+ bit
        if let value = try transform(row) {
          values[row] = value
        } else {
          valid[index] &= ~(1 &<< UInt64(truncatingIfNeeded: bit))
        }
      }
    }
  }

  /// Computes one truth value a row; nil is NULL.
  @inline(__always)
  func mapBools(
    _ node: FilterNode, _ active: Int, _ block: FilterBlock,
    _ transform: (Int) throws(SpaltError) -> Bool?
  ) throws(SpaltError) {
    intersectValid(node, block)
    let registers = registers
    let places = node.registers
    var valid = registers.span(of: UInt64.self, at: places.valid, count: block.wordCount)
    var values = registers.span(of: UInt64.self, at: places.values, count: block.wordCount)
    for index in 0..<block.wordCount {
      var bits: UInt64 = 0
      var left = valid[index] & block.word(active, index)
      while left != 0 {
        let bit = left.trailingZeroBitCount
        left &= left &- 1
        if let value = try transform(index &* 64 &+ bit) {
          bits |= (value ? 1 : 0) &<< UInt64(truncatingIfNeeded: bit)
        } else {
          valid[index] &= ~(1 &<< UInt64(truncatingIfNeeded: bit))
        }
      }
      values[index] = bits
    }
  }

  /// The value of the node's child at `position`.
  @_lifetime(copy block)
  func child(_ node: FilterNode, _ position: Int, _ block: FilterBlock) -> Operand {
    block.operand(self.node(node.children[position]))
  }

  func childType(_ node: FilterNode, _ position: Int) -> ValueType {
    self.node(node.children[position]).type
  }
}
