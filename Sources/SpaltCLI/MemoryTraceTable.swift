import Spalt

/// The last run in a file of `--trace-memory`: each figure before and after, and between which bounds it was.
struct MemoryTraceTable {
  /// What became of one figure.
  fileprivate struct Row {
    let name: String
    var first: Figure.Value
    var last: Figure.Value
    /// The bounds of a number.
    var minimum: Double?
    var maximum: Double?
    let isInteger: Bool
  }

  private var rows: [Row] = []
  private(set) var sampleCount = 0

  /// Reads the trace.
  /// - Throws: `SpaltError` when it cannot be read, or is none.
  init(readingFileAt path: String) throws(SpaltError) {
    var options = ReaderOptions()
    options.formatName = "ndjson"
    var reader = try RecordReader(inputs: [RawArguments.path(path)], options: options)
    guard reader.schema.columns.contains(where: { $0.name == Self.numberName }),
      reader.schema.columns.contains(where: { $0.name == "elapsed_ms" })
    else { throw .input(path: path, reason: "no trace of memory") }
    while let batch = try reader.next() {
      for row in 0..<batch.rowCount { add(batch, row) }
    }
    if sampleCount == 0 { throw .input(path: path, reason: "no trace of memory") }
  }

  /// The figure that begins again with each run.
  private static let numberName = "sample"

  /// Takes a sample in.
  private mutating func add(_ batch: borrowing RecordBatch, _ row: Int) {
    let columns = batch.schema.columns
    let number = batch.column(named: Self.numberName)?.int64(row)
    if number == 0 || rows.isEmpty {
      rows = []
      sampleCount = 0
    }
    sampleCount += 1
    var position = 0
    for (index, definition) in columns.enumerated()
    where definition.name != Self.numberName && definition.name != "last" {
      let column = batch.column(index)
      guard let value = Self.value(column, row, definition.type) else { continue }
      if position == rows.count || rows[position].name != definition.name {
        position = rows.firstIndex { $0.name == definition.name } ?? rows.count
      }
      if position == rows.count {
        rows.append(
          Row(
            name: definition.name, first: value.figure, last: value.figure,
            isInteger: definition.type == .int64))
      }
      rows[position].note(value)
      position += 1
    }
  }

  /// A value, as a figure and as a number if it is one.
  fileprivate struct Value {
    let figure: Figure.Value
    let number: Double?
  }

  private static func value(
    _ column: borrowing Column, _ row: Int, _ type: ColumnType
  ) -> Value? {
    switch type {
    case .int64:
      return column.int64(row).map { Value(figure: .integer(Int($0)), number: Double($0)) }
    case .float64: return column.float64(row).map { Value(figure: .real($0), number: $0) }
    case .string:
      guard let text = column.text(row) else { return nil }
      return Value(figure: .text(text.makeString()), number: nil)
    default: return nil
    }
  }

  /// A table for people; each column as wide as it must be.
  var text: String {
    let cells =
      [["figure", "first", "last", "least", "greatest"]]
      + rows.map { row in
        [
          row.name, row.first.text, row.last.text, row.bound(row.minimum)?.text ?? "",
          row.bound(row.maximum)?.text ?? "",
        ]
      }
    let widths = (0..<5).map { index in cells.map { $0[index].count }.max() ?? 0 }
    let lines = cells.map { cells in
      let padded = cells.enumerated().map { index, cell in
        let space = String(repeating: " ", count: widths[index] - cell.count)
        return index == 0 ? cell + space : space + cell
      }
      return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }
    let count = sampleCount == 1 ? "1 sample" : "\(sampleCount) samples"
    return Console.escaped(([count] + lines).joined(separator: "\n"), keepsLineFeeds: true)
  }

  /// An object with an object for each figure.
  var json: String {
    let members = rows.map { row in
      let figures =
        [Figure("first", row.first), Figure("last", row.last)]
        + [("least", row.minimum), ("greatest", row.maximum)].compactMap { name, number in
          row.bound(number).map { Figure(name, $0) }
        }
      return FigureSection(row.name, figures).json
    }
    return "{\((["\"samples\":\(sampleCount)"] + members).joined(separator: ","))}"
  }
}

extension MemoryTraceTable.Row {
  /// Takes in another value of the figure.
  fileprivate mutating func note(_ value: MemoryTraceTable.Value) {
    last = value.figure
    guard let number = value.number else { return }
    minimum = Swift.min(minimum ?? number, number)
    maximum = Swift.max(maximum ?? number, number)
  }

  /// A bound as a figure.
  fileprivate func bound(_ number: Double?) -> Figure.Value? {
    number.map { isInteger ? .integer(Int($0)) : .real($0) }
  }
}
