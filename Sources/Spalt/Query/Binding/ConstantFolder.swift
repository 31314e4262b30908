/// Computes what depends on no record, with the machine that computes everything else.
struct ConstantFolder {
  private let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))

  /// The value of a node whose children are constants, or nil when computing it fails.
  func fold(
    _ node: FilterNode, _ children: [FilterNode], _ patterns: [RegexPattern]
  ) -> Constant? {
    let alone = FilterNode(
      operation: node.operation, type: node.type, children: Array(children.indices),
      source: NodeSource(part: 0, range: 0..<0))
    let program = FilterProgram(
      nodes: children + [alone], roots: [children.count], patterns: patterns, texts: [""])
    do {
      return try evaluate(program)
    } catch {
      return nil
    }
  }

  private func evaluate(_ program: FilterProgram) throws(SpaltError) -> Constant? {
    let machine = try FilterMachine(program, chunkPool: pool)
    let registers = machine.registers
    let scratch = machine.scratch
    let constants = machine.constants
    let layout = BatchLayout(schema: Schema(columns: []), uses: [], maximumRowCount: 64)
    let empty = ByteView(RawSpan())
    // A row without a batch: its record would stand at the beginning of nothing.
    let record = [UInt8](repeating: 0, count: layout.byteCount)
    let slab = ByteView(record.span)
    let block = FilterBlock(
      table: RecordTable(
        layout: layout, rowCount: 1, slab: slab,
        texts: TextSource(input: empty, arena: scratch.chunks)),
      registers: registers.view, scratch: scratch.chunks, constants: constants.chunks, firstRow: 0,
      rowCount: 1)
    var mask = registers.span(of: UInt64.self, at: FilterProgram.rootMask, count: 1)
    mask[0] = 1
    try machine.evaluate(program.roots[0], FilterProgram.rootMask, block)
    let node = program.nodes[program.roots[0]]
    return value(node, block)
  }

  private func value(_ node: FilterNode, _ block: FilterBlock) -> Constant? {
    let operand = block.operand(node)
    guard operand.validWord(0) & 1 == 1 else { return .null }
    switch node.type {
    case .null: return .null
    case .bool: return .bool(operand.bool(0))
    case .int64: return .int64(operand.int64(0))
    case .float64: return .float64(operand.float64(0))
    case .timestamp: return .timestamp(operand.int64(0))
    case .interval: return .interval(operand.interval(0))
    case .text, .literal, .json:
      let text = block.text(operand, 0)
      return .text((0..<text.byteCount).map { text[$0] })
    }
  }
}
