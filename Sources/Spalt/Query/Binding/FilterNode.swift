/// What a node of a bound expression does with its children's values.
enum Operation: Sendable {
  case constant(Constant)
  /// A column of the schema, read in place.
  case column(Int)
  /// The text of JSON: a string's content, the JSON text of other values; null is NULL.
  case jsonText
  case convert(Conversion, isTry: Bool)

  case all
  case any
  case not
  case isNull(negated: Bool)
  case isTruth(Bool, negated: Bool)
  case compare(Comparison)
  case isDistinct(negated: Bool)
  case between(negated: Bool)
  case inList(negated: Bool)
  /// Integers, times, or order keys of doubles from `lower` to `upper`.
  case range(lower: Int64, upper: Int64, negated: Bool)
  /// One of these integers, times or order keys.
  case integerSet(IntegerSet, negated: Bool)
  case textSet(TextSet, negated: Bool)
  case like(LikePattern, negated: Bool)
  /// The second child is the pattern.
  case likeValue(escape: UInt8?, ignoresCase: Bool, negated: Bool)
  /// An index in the filter's patterns.
  case regex(Int, negated: Bool)

  case arithmetic(Arithmetic)
  case negate
  /// Condition, value, condition, value, …, and the value for no condition.
  case choice
  case coalesce
  /// The first child; NULL where the second and the third, which are compared, are equal.
  case nullIf
  case extremum(isGreatest: Bool)
  case function(Function)
}

/// From what type to what type.
enum Conversion: Sendable, Equatable {
  case boolToInt64, boolToFloat64, int64ToBool, float64ToBool, int64ToFloat64
  /// To integers of that many bits.
  case int64ToInteger(bitCount: Int)
  case float64ToInteger(bitCount: Int)
  case textToInteger(bitCount: Int)
  case textToFloat64, textToBool, textToTimestamp, textToDate, textToInterval
  case boolToText, int64ToText, float64ToText, timestampToText
  case timestampToDate
}

/// Functions whose result is NULL where any argument is, but for `concat`.
enum Function: Sendable, Equatable {
  case lower, upper, length, byteLength, substring, replace
  case trim(isLeading: Bool, isTrailing: Bool)
  /// `concat` passes over NULL.
  case concat
  case concatenate
  case contains, startsWith, endsWith
  case absolute, round, floor, ceiling
  case dateTrunc(Calendar.Part)
  case datePart(Calendar.Part)
  case epoch, epochMilliseconds, timeFromMilliseconds, timeFromSeconds
  case severity
}

/// Integers that a value is looked for among.
struct IntegerSet: Sendable {
  /// In rising order, each once.
  let values: [Int64]
  /// Whether NULL stood among them: what is not found may then be equal or not.
  let hasNull: Bool

  /// Whether `value` is among them. O(log n).
  @inline(__always)
  func contains(_ value: Int64) -> Bool {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low < values.count && values[low] == value
  }
}

/// Texts that a value is looked for among.
struct TextSet: Sendable {
  let texts: [[UInt8]]
  let hasNull: Bool
  /// Views of the texts that lie in their view; they are compared as two words.
  let inlineViews: [TextView]
  /// The others, by the first word of their view: length and first bytes.
  let longTexts: [(head: UInt64, bytes: [UInt8])]

  init(_ texts: [[UInt8]], hasNull: Bool) {
    self.texts = texts
    self.hasNull = hasNull
    var inlineViews: [TextView] = []
    var longTexts: [(head: UInt64, bytes: [UInt8])] = []
    for text in texts {
      let view = TextView(ByteView(text.span), bufferIndex: 0, offset: 0)
      if text.count <= TextColumn.inlineByteCount {
        inlineViews.append(view)
      } else {
        longTexts.append((view.low, text))
      }
    }
    self.inlineViews = inlineViews
    self.longTexts = longTexts
  }
}

/// A node of a bound expression. Children come before their parents.
struct FilterNode: Sendable {
  var operation: Operation
  let type: ValueType
  let children: [Int]
  /// Which text of the expression it is from, and where there.
  let source: NodeSource
  /// Where its registers lie, in bytes.
  var registers = NodeRegisters()

  var constant: Constant? {
    if case .constant(let constant) = operation { return constant }
    return nil
  }

  var isNullConstant: Bool { constant == .null }

  /// The column that the node is, if it is one.
  var column: Int? {
    if case .column(let index) = operation { return index }
    return nil
  }
}

struct NodeSource: Sendable, Equatable {
  let part: Int
  let range: Range<Int>
}

/// Byte offsets of a node's registers.
struct NodeRegisters: Sendable {
  /// One bit a row: whether there is a value.
  var valid = 0
  var values = 0
  /// Two words of bits for each word of rows, for nodes that narrow the rows their children look at.
  var masks = 0
}
