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
///     {"level":"  string ─▶  ","status":  bare ─▶  ,"ok":  bare ─▶  }⏎  end
///                                         └─ or ─▶  }⏎  end
///
/// and the fields of the next record are found by comparing literals with a vector operation or two
/// and going straight from value to value: no structural index, no key lookup. A record that matches
/// no path takes the general decoder, which teaches its shape. Records with escapes in keys or keys
/// that stand twice are never learned, so that everything a literal stands for has been understood
/// once, in full.
struct LearnedShapes: ~Copyable {
  private(set) var steps: ArenaTable<ShapeStep>
  /// The fields that shapes lack, as first indexes of their columns in the field table.
  private(set) var missing: ArenaTable<Int32>
  /// The first step of all shapes, or -1 before the first is learned.
  private(set) var root: Int32 = -1
  let wanted: WantedFields
  /// Whether every key's values are noted, at the place of its node, because the columns are not known
  /// yet.
  private let notesAllKeys: Bool

  /// More steps are not kept: a file whose every record is different must not fill the memory.
  static let stepLimit = 4096
  /// How many ways to go on are tried at one point.
  static let alternativeLimit = 12

  init(_ wanted: WantedFields, pool: ChunkPool) throws(SpaltError) {
    try self.init(wanted, notesAllKeys: false, pool)
  }

  /// Shapes that note the values of all keys, for finding out what columns there are.
  init(samplingFrom pool: ChunkPool) throws(SpaltError) {
    try self.init(WantedFields(keyCount: Self.sampledNodeLimit), notesAllKeys: true, pool)
  }

  private init(
    _ wanted: WantedFields, notesAllKeys: Bool, _ pool: ChunkPool
  ) throws(SpaltError) {
    let steps = try ArenaTable<ShapeStep>(pool: pool)
    let missing = try ArenaTable<Int32>(pool: pool)
    self.steps = steps
    self.missing = missing
    self.wanted = wanted
    self.notesAllKeys = notesAllKeys
  }

  /// How many keys may be noted while sampling; records with others take the general way.
  static let sampledNodeLimit = 254

  /// Forgets everything, so that new shapes can be learned.
  mutating func forget() {
    steps.truncate(toCount: 0)
    missing.truncate(toCount: 0)
    root = -1
  }

  /// Whether there is no room for another shape.
  var isFull: Bool { steps.count >= Self.stepLimit }

  /// Learns the shape of the record from `start` to the end of its line at `end`, which includes
  /// `lineEndByteCount` bytes of line end. It has just been scanned.
  mutating func learn(
    _ record: borrowing ScannedRecord, _ cursor: borrowing ByteCursor,
    from start: Int, to end: Int, lineEndByteCount: Int
  ) throws(SpaltError) {
    guard record.isLearnable, record.duplicateKeys.count == 0, !isFull else { return }
    var at = start
    var parent: Int32 = -1
    for index in 0..<record.fields.count {
      let field = record.fields[index]
      let target = wanted.target(ofColumn: Int(record.tree.nodes[Int(field.node)].column))
      if notesAllKeys, Int(field.node) >= Self.sampledNodeLimit { return }
      guard let action = Self.action(for: field, target) else { return }
      let place = notesAllKeys ? Int(field.node) * FieldTable.rowCapacity : target?.field
      let ends = Self.ends(of: field, action)
      guard
        let step = try path(
          from: parent, cursor, at..<ends.literal, action, Int32(place ?? wanted.unwantedField))
      else { return }
      steps[Int(step)].depth = Int32(record.tree.depth(of: Int(field.node)))
      parent = step
      at = ends.value
    }
    let field = Int32(wanted.unwantedField)
    guard let last = try path(from: parent, cursor, at..<end, .endRecord, field) else {
      return
    }
    try setMissing(at: last, record, lineEndByteCount)
  }

  /// Where the literal before a field's value ends, and where the next literal begins.
  private static func ends(
    of field: ScannedField, _ action: ShapeStep.Action
  ) -> (literal: Int, value: Int) {
    switch action {
    case .string: (Int(field.start) + 1, Int(field.end) - 1)
    case .null: (Int(field.end), Int(field.end))
    default: (Int(field.start), Int(field.end))
    }
  }

  /// What comes behind the literal of a field like this one, or nil when its shape should not be
  /// learned.
  private static func action(
    for field: ScannedField, _ target: WantedColumn?
  ) -> ShapeStep.Action? {
    let type = target.flatMap { $0.slot.valuesStart >= 0 ? $0.type : nil }
    switch (field.kind, type) {
    case (.string, nil), (.string, .string), (.string, .timestamp), (.string, .json):
      return .string
    case (.array, nil), (.array, .json): return .array
    case (.null, .string), (.null, .timestamp), (.null, .json):
      return target?.slot.tokensStart ?? -1 >= 0 ? nil : .null
    case (.number, .int64), (.number, .float64), (.true, .bool), (.false, .bool),
      (.null, .int64), (.null, .float64), (.null, .bool):
      return .bare
    case (.number, nil), (.true, nil), (.false, nil), (.null, nil), (.number, .json),
      (.true, .json), (.false, .json):
      return .checkedBare
    case (.word, .json): return nil
    case (.word, _): return .word
    default: return nil
    }
  }

  /// The last of the steps behind `parent` that stand for a literal and an action, added where they
  /// are missing; nil when there is no room. A long literal takes several steps.
  private mutating func path(
    from parent: Int32, _ cursor: borrowing ByteCursor, _ range: Range<Int>,
    _ action: ShapeStep.Action, _ field: Int32
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
          of: parent, literal, isLast ? action : .goOn,
          isLast ? field : Int32(wanted.unwantedField))
      else { return nil }
      if isLast { return step }
      parent = step
      at += byteCount
    }
  }

  private mutating func child(
    of parent: Int32, _ literal: Literal, _ action: ShapeStep.Action, _ field: Int32
  ) throws(SpaltError) -> Int32? {
    var last: Int32 = -1
    var candidate = parent < 0 ? root : steps[Int(parent)].next
    var alternativeCount = 0
    while candidate >= 0 {
      let step = steps[Int(candidate)]
      if step.action == action, step.field == field, step.literal.equals(literal) {
        return candidate
      }
      last = candidate
      candidate = step.alternative
      alternativeCount += 1
    }
    guard alternativeCount < Self.alternativeLimit, !isFull else { return nil }
    let index = Int32(steps.count)
    try steps.append(ShapeStep(literal: literal, action: action, field: field))
    if last >= 0 {
      steps[Int(last)].alternative = index
    } else if parent >= 0 {
      steps[Int(parent)].next = index
    } else {
      root = index
    }
    return index
  }

  /// Notes at the last step of a shape which wanted columns it has no value for.
  private mutating func setMissing(
    at last: Int32, _ record: borrowing ScannedRecord, _ lineEndByteCount: Int
  ) throws(SpaltError) {
    guard steps[Int(last)].lineEndByteCount == 0 else { return }
    let start = missing.count
    for target in wanted.columns where target.field >= 0 {
      var isPresent = false
      for index in 0..<record.fields.count
      where Int(record.tree.nodes[Int(record.fields[index].node)].column) == target.column {
        isPresent = true
      }
      if !isPresent { try missing.append(Int32(target.field)) }
    }
    steps[Int(last)].missingStart = Int32(start)
    steps[Int(last)].missingCount = Int32(missing.count - start)
    steps[Int(last)].lineEndByteCount = Int32(lineEndByteCount)
  }
}
