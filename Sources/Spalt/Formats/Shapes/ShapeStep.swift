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
    /// A number or a word, to be checked when it is converted.
    case bare
    /// A number or a word that nobody converts, to be checked here.
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

/// A column that somebody wants, as the learned path sees it.
struct WantedColumn: BitwiseCopyable, Sendable {
  let slot: ColumnSlot
  let type: ColumnType
  /// Its first index in the field table; -1 for the columns that no field of a record can fill.
  let field: Int
  /// The column's index in the schema.
  let column: Int

  /// The columns that `plan` keeps values or tokens of.
  static func all(of plan: DecodePlan) -> [WantedColumn] {
    var result: [WantedColumn] = []
    var fieldCount = 0
    for (index, place) in plan.layout.columns.enumerated()
    where (place.valuesStart >= 0 || place.tokensStart >= 0)
      && plan.schema.provenance[index] == nil
    {
      let isFilled = index != plan.extraColumn && index != plan.lineColumn
      result.append(
        WantedColumn(
          slot: ColumnSlot(plan, index), type: plan.schema.columns[index].type,
          field: isFilled ? fieldCount * FieldTable.rowCapacity : -1, column: index))
      if isFilled { fieldCount += 1 }
    }
    return result
  }
}
