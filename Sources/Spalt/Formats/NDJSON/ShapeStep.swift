/// One step along a learned shape: the bytes that stand between two values, and what to do with the
/// value behind them.
struct ShapeStep: BitwiseCopyable {
  /// What to do with the value behind the literal.
  enum Action: UInt8, BitwiseCopyable {
    /// Nothing: the literal goes on in the next step.
    case goOn
    /// Nothing: the record ends with the literal.
    case endRecord
    /// The literal ends with `null`: the column's value is null.
    case setNull
    /// The literal ends with the opening quote.
    case string, timestamp, stringToken, skipString
    case int64, float64, numberToken, skipNumber
    /// `true` or `false`.
    case bool, wordToken, skipWord
    case arrayToken, skipArray
  }

  let literal: Literal
  let action: Action
  /// Where the value goes.
  let slot: ColumnSlot
  /// The step to take once this one has succeeded; -1 is none yet.
  var next: Int32 = -1
  /// The step to try when this one's literal or value does not match; -1 is none.
  var alternative: Int32 = -1
  /// For `endRecord`: bytes of the line's end, and the columns that the shape lacks.
  var lineEndByteCount: Int32 = 0
  var missingStart: Int32 = 0
  var missingCount: Int32 = 0
  /// The column, or -1.
  let column: Int32
}
