/// The shapes of the records seen so far, as a tree of steps that share their beginnings.
///
/// Log lines repeat their own shape: the emitter writes the same keys in the same order, thousands of
/// times a second. Two records
///
///     {"level":"INFO","status":200,"ok":true}
///     {"level":"WARN","status":503}
///
/// become the steps
///
///     {"level":"  string ─▶  ,"status":  int64 ─▶  ,"ok":  bool ─▶  }⏎  end
///                                        └─ or ─▶  }⏎  end
///
/// and the next record is decoded by comparing literals with a vector operation or two and going
/// straight to the values: no structural index, no key lookup. A record that matches no path takes the
/// general decoder, which teaches its shape. Records with escapes in keys or keys that stand twice are
/// never learned, so that everything a literal stands for has been understood once, in full.
struct LearnedShapes: ~Copyable {
  private(set) var steps: ArenaTable<ShapeStep>
  private(set) var missing: ArenaTable<ColumnSlot>
  /// The first step of all shapes, or -1 before the first is learned.
  private(set) var root: Int32 = -1

  /// More steps are not kept: a file whose every record is different must not fill the memory.
  static let stepLimit = 4096
  /// How many ways to go on are tried at one point.
  static let alternativeLimit = 12

  init(pool: ChunkPool) throws(SpaltError) {
    let steps = try ArenaTable<ShapeStep>(pool: pool)
    let missing = try ArenaTable<ColumnSlot>(pool: pool)
    self.steps = steps
    self.missing = missing
  }

  /// Forgets everything, so that new shapes can be learned.
  mutating func forget() {
    steps.truncate(toCount: 0)
    missing.truncate(toCount: 0)
    root = -1
  }

  /// Whether there is no room for another shape.
  var isFull: Bool { steps.count >= Self.stepLimit }

  /// Learns the shape of the record from `start` to the end of its line at `end`, which includes
  /// `lineEndByteCount` bytes of line end. The scanner has just scanned it.
  mutating func learn(
    _ scanner: borrowing JSONRecordScanner, _ plan: DecodePlan, _ cursor: borrowing ByteCursor,
    from start: Int, to end: Int, lineEndByteCount: Int
  ) throws(SpaltError) {
    guard !scanner.hasEscapedKey, scanner.duplicateKeys.count == 0, !isFull else { return }
    var at = start
    var parent: Int32 = -1
    for index in 0..<scanner.fields.count {
      let field = scanner.fields[index]
      if field.kind == .emptyObject { return }
      let column = Int(scanner.tree.nodes[Int(field.node)].column)
      guard let action = Self.action(for: field, column, plan) else { return }
      var literalEnd = Int(field.start)
      if field.kind == .string { literalEnd += 1 }
      if field.kind == .null { literalEnd = Int(field.end) }
      guard
        let step = try path(
          from: parent, cursor, at..<literalEnd, action, max(column, -1), plan)
      else { return }
      parent = step
      at = Int(field.end)
    }
    guard let last = try path(from: parent, cursor, at..<end, .endRecord, -1, plan) else { return }
    try setMissing(at: last, scanner, plan, lineEndByteCount)
  }

  /// What to do with a value like `field` in `column`, or nil when its shape should not be learned.
  private static func action(
    for field: JSONField, _ column: Int, _ plan: DecodePlan
  ) -> ShapeStep.Action? {
    if field.kind == .null { return column >= 0 ? .setNull : .goOn }
    let place = column >= 0 ? plan.layout.columns[column] : BatchLayout.Column()
    let isWanted = place.valuesStart >= 0 || place.tokensStart >= 0
    let type: ColumnType? = place.valuesStart >= 0 ? plan.schema.columns[column].type : nil
    switch (field.kind, type) {
    case (.string, .string): return .string
    case (.string, .timestamp): return .timestamp
    case (.string, nil), (.string, .json): return isWanted ? .stringToken : .skipString
    case (.number, .int64): return .int64
    case (.number, .float64): return .float64
    case (.number, nil), (.number, .json): return isWanted ? .numberToken : .skipNumber
    case (.true, .bool), (.false, .bool): return .bool
    case (.true, nil), (.true, .json), (.false, nil), (.false, .json):
      return isWanted ? .wordToken : .skipWord
    case (.array, nil), (.array, .json): return isWanted ? .arrayToken : .skipArray
    default: return nil
    }
  }

  /// The last of the steps behind `parent` that stand for a literal and an action, added where they
  /// are missing; nil when there is no room. A long literal takes several steps.
  private mutating func path(
    from parent: Int32, _ cursor: borrowing ByteCursor, _ range: Range<Int>,
    _ action: ShapeStep.Action, _ column: Int, _ plan: DecodePlan
  ) throws(SpaltError) -> Int32? {
    var parent = parent
    var at = range.lowerBound
    while true {
      let rest = range.upperBound - at
      let byteCount = min(rest, Literal.maximumByteCount)
      let literal = Literal(cursor.view(at: at, byteCount: byteCount))
      let isLast = byteCount == rest
      guard
        let step = try child(
          of: parent, literal, isLast ? action : .goOn, isLast ? column : -1, plan)
      else { return nil }
      if isLast { return step }
      parent = step
      at += byteCount
    }
  }

  private mutating func child(
    of parent: Int32, _ literal: Literal, _ action: ShapeStep.Action, _ column: Int,
    _ plan: DecodePlan
  ) throws(SpaltError) -> Int32? {
    var last: Int32 = -1
    var candidate = parent < 0 ? root : steps[Int(parent)].next
    var alternativeCount = 0
    while candidate >= 0 {
      let step = steps[Int(candidate)]
      if step.action == action, Int(step.column) == column, step.literal.equals(literal) {
        return candidate
      }
      last = candidate
      candidate = step.alternative
      alternativeCount += 1
    }
    guard alternativeCount < Self.alternativeLimit, !isFull else { return nil }
    let index = Int32(steps.count)
    let slot = column >= 0 ? ColumnSlot(plan, column) : ColumnSlot.none
    try steps.append(
      ShapeStep(literal: literal, action: action, slot: slot, column: Int32(column)))
    if last >= 0 {
      steps[Int(last)].alternative = index
    } else if parent >= 0 {
      steps[Int(parent)].next = index
    } else {
      root = index
    }
    return index
  }

  /// Notes at the last step of a shape which columns it has no value for.
  private mutating func setMissing(
    at last: Int32, _ scanner: borrowing JSONRecordScanner, _ plan: DecodePlan,
    _ lineEndByteCount: Int
  ) throws(SpaltError) {
    guard steps[Int(last)].lineEndByteCount == 0 else { return }
    let start = missing.count
    for column in plan.schema.columns.indices {
      let slot = ColumnSlot(plan, column)
      guard slot.valuesStart >= 0 || slot.tokensStart >= 0 else { continue }
      var isPresent = false
      for index in 0..<scanner.fields.count
      where Int(scanner.tree.nodes[Int(scanner.fields[index].node)].column) == column {
        isPresent = true
      }
      if !isPresent { try missing.append(slot) }
    }
    steps[Int(last)].missingStart = Int32(start)
    steps[Int(last)].missingCount = Int32(missing.count - start)
    steps[Int(last)].lineEndByteCount = Int32(lineEndByteCount)
  }
}
