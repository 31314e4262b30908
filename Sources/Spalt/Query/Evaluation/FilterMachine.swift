/// Evaluates the nodes of a bound expression, block by block.
///
/// A node is evaluated for the rows of a mask. What its registers hold for other rows means nothing,
/// and an error there is none: `x IS NOT NULL AND x::INT > 3` casts only where there is something.
final class FilterMachine {
  let program: FilterProgram
  let registers: RegisterFile
  /// Text that was made for the current block.
  let scratch: ScratchText
  /// Text that stands in the expression.
  let constants: ScratchText
  let matchers: [MatcherBox]

  init(_ program: FilterProgram, chunkPool: ChunkPool) throws(SpaltError) {
    self.program = program
    registers = try RegisterFile(byteCount: program.registerByteCount, pool: chunkPool)
    scratch = ScratchText(pool: chunkPool)
    constants = ScratchText(pool: chunkPool)
    var matchers: [MatcherBox] = []
    for pattern in program.patterns { matchers.append(try MatcherBox(pattern)) }
    self.matchers = matchers
    for index in program.usedNodes {
      if let constant = program.nodes[index].constant { try fill(program.nodes[index], constant) }
    }
  }

  func node(_ index: Int) -> FilterNode { program.nodes[index] }

  /// Leaves in the root mask the rows for which all roots are true.
  func evaluateRoots(_ block: FilterBlock) throws(SpaltError) {
    let registers = registers
    var mask = registers.span(
      of: UInt64.self, at: FilterProgram.rootMask, count: block.wordCount)
    for index in 0..<block.wordCount {
      let left = block.rowCount - index * 64
      mask[index] = left >= 64 ? .max : (1 << UInt64(left)) - 1
    }
    for root in program.roots {
      try evaluate(root, FilterProgram.rootMask, block)
      let operand = block.operand(node(root))
      var isDone = true
      for index in 0..<block.wordCount {
        mask[index] &= operand.validWord(index) & operand.boolWord(index)
        if mask[index] != 0 { isDone = false }
      }
      if isDone { return }
    }
  }

  /// Evaluates a node for the rows of the mask at offset `active` of the registers.
  func evaluate(_ index: Int, _ active: Int, _ block: FilterBlock) throws(SpaltError) {
    let node = program.nodes[index]
    switch node.operation {
    case .constant, .column: return
    case .all: return try junction(node, isAll: true, active, block)
    case .any: return try junction(node, isAll: false, active, block)
    case .choice: return try choice(node, active, block)
    case .coalesce: return try coalesce(node, active, block)
    case .inList(let negated): return try inList(node, negated: negated, active, block)
    case .extremum(let isGreatest):
      return try extremum(node, isGreatest: isGreatest, active, block)
    default: break
    }
    for child in node.children { try evaluate(child, active, block) }
    switch node.operation {
    case .jsonText: try jsonText(node, active, block)
    case .convert(let conversion, let isTry):
      try convert(node, conversion, isTry: isTry, active, block)
    case .not: negateBits(node, block)
    case .isNull(let negated): isNull(node, negated: negated, block)
    case .isTruth(let value, let negated): isTruth(node, value, negated: negated, block)
    case .compare(let comparison): compare(node, comparison, active, block)
    case .isDistinct(let negated): isDistinct(node, negated: negated, active, block)
    case .between(let negated): between(node, negated: negated, active, block)
    case .range(let lower, let upper, let negated):
      range(node, lower, upper, negated: negated, active, block)
    case .integerSet(let set, let negated): integerSet(node, set, negated: negated, active, block)
    case .textSet(let set, let negated): textSet(node, set, negated: negated, active, block)
    case .like(let pattern, let negated): like(node, pattern, negated: negated, active, block)
    case .likeValue(let escape, let ignoresCase, let negated):
      try likeValue(
        node, escape: escape, ignoresCase: ignoresCase, negated: negated, active, block)
    case .regex(let pattern, let negated):
      try regex(node, pattern, negated: negated, active, block)
    case .arithmetic(let arithmetic): try self.arithmetic(node, arithmetic, active, block)
    case .negate: try negate(node, active, block)
    case .nullIf: nullIf(node, active, block)
    case .function(let function): try call(node, function, active, block)
    default: break
    }
  }

  /// What to throw when a row's value cannot be computed.
  func failure(
    _ node: FilterNode, _ row: Int, _ block: FilterBlock, _ message: String
  ) -> SpaltError {
    .expression(
      ExpressionError(
        text: program.texts[node.source.part], range: node.source.range,
        message: "\(message), in the record at offset \(block.recordOffset(row))"))
  }

  // MARK: - Constants

  private func fill(_ node: FilterNode, _ constant: Constant) throws(SpaltError) {
    let registers = registers
    let places = node.registers
    let wordCount = FilterProgram.maskByteCount / 8
    var valid = registers.span(of: UInt64.self, at: places.valid, count: wordCount)
    for index in 0..<wordCount { valid[index] = constant == .null ? 0 : .max }
    switch constant {
    case .null: break
    case .bool(let value):
      var bits = registers.span(of: UInt64.self, at: places.values, count: wordCount)
      for index in 0..<wordCount { bits[index] = value ? .max : 0 }
    case .int64(let value), .timestamp(let value): fill(places.values, value)
    case .float64(let value): fill(places.values, value)
    case .interval(let value): fill(places.values, value)
    case .text(let bytes):
      let text = ByteView(bytes.span)
      let block = try constants.build(maximumByteCount: bytes.count) { output in
        for index in 0..<text.byteCount { output.append(text[index]) }
      }
      let view = TextView(
        text, bufferIndex: TextView.constantBuffer + UInt32(block.chunkIndex),
        offset: UInt32(block.start))
      fill(places.values, view)
    }
  }

  private func fill<Value: BitwiseCopyable>(_ offset: Int, _ value: Value) {
    let registers = registers
    var values = registers.span(
      of: Value.self, at: offset, count: FilterProgram.blockRowCount)
    for row in 0..<FilterProgram.blockRowCount { values[row] = value }
  }
}

/// One matcher of a regular expression: it cannot be copied, so an array holds it like this.
final class MatcherBox {
  private var matcher: RegexMatcher

  init(_ pattern: RegexPattern) throws(SpaltError) { matcher = try RegexMatcher(pattern) }

  func matches(_ text: borrowing ByteView) throws(SpaltError) -> Bool {
    try matcher.matches(text)
  }
}
