/// One step along a learned shape: the bytes that stand between two values, and what kind of value
/// comes behind them.
struct ShapeStep: BitwiseCopyable {
  /// What comes behind the literal.
  enum Action: UInt8, BitwiseCopyable {
    /// Nothing: the literal goes on in the next step.
    case goOn
    /// Nothing: the record ends with the literal.
    case endRecord
    /// Nothing: the literal ends with `null`.
    case null
    /// The content of a string; its opening quote ends the literal, its closing quote begins the next.
    case string
    /// A number or a word of JSON, to be checked when it is converted.
    case bare
    /// Text without quotes, which may be empty, up to the next delimiter.
    case word
    /// A number or a word of JSON that nobody converts, to be checked here.
    case checkedBare
    case array
  }

  let literal: Literal
  let action: Action
  /// Where the value's place is noted: the first index of its column in the field table.
  let field: Int32
  /// How many objects are open around the value.
  var depth: Int32 = 0
  /// The step to take once this one has succeeded; -1 is none yet.
  var next: Int32 = -1
  /// The step to try when this one's literal or value does not match; -1 is none.
  var alternative: Int32 = -1
  /// For `endRecord`: bytes of the line's end, and the columns that the shape lacks.
  var lineEndByteCount: Int32 = 0
  var missingStart: Int32 = 0
  var missingCount: Int32 = 0
}
