/// A column that somebody wants, as a walk and the filling of columns see it.
struct WantedColumn: BitwiseCopyable, Sendable {
  let slot: ColumnSlot
  let type: ColumnType
  /// Its first index in the field table; -1 for the columns that no field of a record can fill.
  let field: Int
  /// The column's index in the schema.
  let column: Int
}

/// The columns that are wanted, and where in a field table their values are noted: one column of the table
/// for each of them, one for all values that nobody wants, one for the records themselves, and one for a walk's
/// own notes.
struct WantedFields: Sendable {
  let columns: [WantedColumn]
  /// Whether values without a column are wanted, too.
  let collectsExtra: Bool
  /// Columns of the field table that hold values somebody wants.
  private let fieldCount: Int

  /// The columns that `plan` keeps values or tokens of.
  init(_ plan: DecodePlan) {
    var columns: [WantedColumn] = []
    var fieldCount = 0
    for (index, place) in plan.layout.columns.enumerated()
    where (place.valuesStart >= 0 || place.tokensStart >= 0)
      && plan.schema.provenance[index] == nil
    {
      let isFilled = index != plan.extraColumn && index != plan.lineColumn
      columns.append(
        WantedColumn(
          slot: ColumnSlot(plan, index), type: plan.schema.columns[index].type,
          field: isFilled ? fieldCount * FieldTable.rowCapacity : -1, column: index))
      if isFilled { fieldCount += 1 }
    }
    self.columns = columns
    self.fieldCount = columns.count
    collectsExtra = plan.extraColumn >= 0
  }

  /// No columns, but room for the values of `count` keys.
  init(keyCount count: Int) {
    columns = []
    fieldCount = count
    collectsExtra = false
  }

  /// Columns that the field table needs.
  var tableColumnCount: Int { fieldCount + 3 }
  /// Where the places of values that nobody wants are noted.
  var unwantedField: Int { fieldCount * FieldTable.rowCapacity }
  /// Where the places of the records are noted.
  var recordField: Int { (fieldCount + 1) * FieldTable.rowCapacity }
  /// Where a walk may note what it likes.
  var notesField: Int { (fieldCount + 2) * FieldTable.rowCapacity }

  /// The wanted column that is column `column` of the schema and can be filled, or nil.
  func target(ofColumn column: Int) -> WantedColumn? {
    columns.first { $0.column == column && $0.field >= 0 }
  }
}
