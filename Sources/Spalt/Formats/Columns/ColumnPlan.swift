/// Decides which columns a run has: those that are asked for, in order, and behind them those that only a
/// filter reads.
struct ColumnPlan {
  /// A column that the input is known to have, from a sample or a given schema.
  struct Known {
    let node: Int
    let column: ColumnDefinition
  }

  private let known: [Known]
  private let keepsLines: Bool
  private(set) var columns: [ColumnDefinition] = []
  private(set) var extraColumn: Int?
  private(set) var lineColumn: Int?
  private(set) var provenance: [Int: Provenance] = [:]
  private(set) var visibleColumnCount = 0
  /// Names that were asked for and that the input is not known to have.
  private(set) var unseenNames: [String] = []

  init(known: [Known], keepsLines: Bool) {
    self.known = known
    self.keepsLines = keepsLines
  }

  /// The schema of what was added so far.
  var schema: Schema {
    Schema(
      columns: columns, extraColumn: extraColumn, lineColumn: lineColumn, provenance: provenance)
  }

  /// Asks for all columns of a sample, in the order in which they were seen, then `_extra`. Keys beyond
  /// the first `maximumCount` have no column: keys that are really identifiers end in `_extra`, not in
  /// memory. What a filter reads is a column, seen or not.
  mutating func addAll(
    maximumCount: Int, filterNames: [String], addsExtra: Bool = true, _ tree: inout FieldTree
  ) throws(SpaltError) {
    for entry in known.prefix(maximumCount) { add(entry, &tree) }
    try addUnseen(filterNames, &tree)
    if keepsLines { addLineColumn() }
    guard addsExtra || known.count > maximumCount else {
      visibleColumnCount = columns.count
      return
    }
    extraColumn = columns.count
    columns.append(ColumnDefinition(name: free(Schema.extraName), type: .json))
    visibleColumnCount = columns.count
  }

  /// Asks for all columns of a given schema.
  mutating func addGiven(
    _ schema: Schema, filterNames: [String], _ tree: inout FieldTree
  ) throws(SpaltError) {
    for (index, column) in schema.columns.enumerated() {
      if index == schema.extraColumn {
        try Self.check(column, is: .json, "JSON text")
        extraColumn = index
        columns.append(column)
      } else if index == schema.lineColumn, keepsLines {
        try Self.check(column, is: .string, "text")
        lineColumn = index
        columns.append(column)
      } else if let entry = known.first(where: { $0.column.name == column.name }) {
        add(entry, &tree)
      }
    }
    // Lines that are to be kept are kept, also when nobody thought of them when the schema was made.
    if keepsLines, lineColumn == nil { addLineColumn() }
    try addUnseen(filterNames, &tree)
    visibleColumnCount = columns.count
  }

  private mutating func addLineColumn() {
    lineColumn = columns.count
    columns.append(ColumnDefinition(name: free(Schema.lineName), type: .string))
  }

  private static func check(
    _ column: ColumnDefinition, is type: ColumnType, _ content: String
  ) throws(SpaltError) {
    guard column.type != type else { return }
    throw .usage("schema: '\(column.name)' holds \(content), so its type must be \(type.name)")
  }

  /// Takes back that some names are not known.
  mutating func expectUnseen(_ isExpected: (String) -> Bool) {
    unseenNames.removeAll(where: isExpected)
  }

  /// Makes columns of the input's own keys among `names` that have none yet.
  private mutating func addUnseen(
    _ names: [String], _ tree: inout FieldTree
  ) throws(SpaltError) {
    for name in names where !isMade(name) && !hasColumn(name) { try add(name, &tree) }
  }

  /// Asks for the columns called `names`, in that order, and for none besides. A name of an object stands
  /// for all of its fields. A name that the input is not known to have is a column of JSON text.
  mutating func add(selected names: [String], _ tree: inout FieldTree) throws(SpaltError) {
    for entry in known { tree.setColumn(Int(DecodePlan.unselected), ofNode: entry.node) }
    for name in names where !hasColumn(name) { try add(name, &tree) }
    visibleColumnCount = columns.count
  }

  /// Adds columns that a filter reads, as far as they are missing.
  mutating func add(hidden names: [String], _ tree: inout FieldTree) throws(SpaltError) {
    let visible = visibleColumnCount
    for name in names where !hasColumn(name) { try add(name, &tree, isFilter: true) }
    visibleColumnCount = visible
  }

  private func hasColumn(_ name: String) -> Bool { columns.contains { $0.name == name } }

  private func isKnown(_ name: String) -> Bool { known.contains { $0.column.name == name } }

  /// Whether a name stands for a column that Spalt makes: the input has no key of that name.
  private func isMade(_ name: String) -> Bool {
    guard !isKnown(name) else { return false }
    return name == Schema.extraName || (name == Schema.lineName && keepsLines)
      || Provenance(rawValue: name) != nil
  }

  private mutating func add(
    _ name: String, _ tree: inout FieldTree, isFilter: Bool = false
  ) throws(SpaltError) {
    if isMade(name) { return addMade(name) }
    guard let keys = FieldPath.keys(of: name) else {
      let option = isFilter ? "--where" : "--select"
      throw .usage("\(option): the quotes in '\(name)' do not match")
    }
    let node = keys.reduce(FieldTree.root) { tree.node($1, in: $0) }
    var found = false
    for entry in known
    where isFilter ? entry.node == node : tree.isNode(entry.node, within: node) {
      found = true
      if tree.nodes[entry.node].column < 0 { add(entry, &tree) }
    }
    guard !found else { return }
    unseenNames.append(name)
    tree.setColumn(columns.count, ofNode: node)
    columns.append(ColumnDefinition(name: tree.name(of: node), type: .json))
  }

  private mutating func add(_ entry: Known, _ tree: inout FieldTree) {
    tree.setColumn(columns.count, ofNode: entry.node)
    columns.append(entry.column)
  }

  private mutating func addMade(_ name: String) {
    if let place = Provenance(rawValue: name) {
      provenance[columns.count] = place
      columns.append(ColumnDefinition(name: name, type: place.type))
    } else if name == Schema.extraName {
      extraColumn = columns.count
      columns.append(ColumnDefinition(name: name, type: .json))
    } else {
      lineColumn = columns.count
      columns.append(ColumnDefinition(name: name, type: .string))
    }
  }

  /// `name`, with as many underscores behind it as it takes to be no column's name yet: the input may
  /// have a key of that name.
  private func free(_ name: String) -> String { hasColumn(name) ? free(name + "_") : name }
}
