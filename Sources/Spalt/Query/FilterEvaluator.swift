/// One worker's evaluator of a filter. Its registers are allocated once; evaluating allocates only for
/// text that the expression makes, from the pool.
struct FilterEvaluator: ~Copyable {
  private let machine: FilterMachine

  /// An evaluator for batches of at most `rowCapacity` rows.
  /// - Throws: `SpaltError` when the pool's budget does not suffice.
  init(_ filter: Filter, rowCapacity: Int, chunkPool: ChunkPool) throws(SpaltError) {
    machine = try FilterMachine(filter.program, chunkPool: chunkPool)
  }

  /// Sets bit `row % 64` of `selection[row / 64]` where the filter is true, and clears the others; gives
  /// the number of bits that are set. `selection` grows when it is too short.
  ///
  /// The schema of the table's batch is that which the filter was bound to, and the batch holds values of the
  /// filter's columns.
  /// - Throws: `SpaltError.expression` when a value that matters cannot be computed: a cast that fails,
  ///   an integer beyond 64 bits.
  mutating func evaluate(
    _ table: RecordTable, into selection: inout [UInt64]
  ) throws(SpaltError) -> Int {
    let wordCount = (table.rowCount + 63) / 64
    while selection.count < wordCount { selection.append(0) }
    for index in wordCount..<max(wordCount, selection.count) { selection[index] = 0 }
    let machine = machine
    let registers = machine.registers
    let scratch = machine.scratch
    let constants = machine.constants
    var count = 0
    var firstRow = 0
    while firstRow < table.rowCount {
      scratch.reset()
      let rowCount = min(FilterProgram.blockRowCount, table.rowCount - firstRow)
      let block = FilterBlock(
        table: table, registers: registers.view, scratch: scratch.chunks,
        constants: constants.chunks, firstRow: firstRow, rowCount: rowCount)
      try machine.evaluateRoots(block)
      for index in 0..<block.wordCount {
        let word = block.word(FilterProgram.rootMask, index)
        selection[firstRow / 64 + index] = word
        count += word.nonzeroBitCount
      }
      firstRow += rowCount
    }
    return count
  }
}
